"""Texts: the schedule as a line that can be edited."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.text import TextEntity
from homeassistant.const import EntityCategory
from homeassistant.exceptions import ServiceValidationError

from ...const import DOMAIN
from .devices.schedule import ScheduleError, parse_schedule
from .entity import DeviceEntity, async_add_to_each, follows_schedule

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevicesConfigEntry
    from .device_coordinator import DeviceCoordinator


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the schedule of each device."""
    await async_add_to_each(
        entry,
        async_add_entities,
        lambda it: [ScheduleText(it)] if follows_schedule(it) else [],
    )


_LONGEST: Final = 255
"""What Home Assistant accepts as a state; the action sets longer schedules."""


class ScheduleText(DeviceEntity, TextEntity):
    """The schedule of a device: ``mon wed 06:00-06:15; all 21:00-05:30``."""

    _attr_entity_category = EntityCategory.CONFIG
    _attr_native_max = _LONGEST

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
        super().__init__(coordinator, "schedule")

    @property
    @override
    def native_value(self) -> str | None:
        """Return the schedule; unknown if it is too long for a line."""
        schedule = self.device.configuration.schedule
        text = "" if schedule is None else schedule.joined.as_text
        return text if len(text) <= _LONGEST else None

    @override
    async def async_set_value(self, value: str) -> None:
        """Set the schedule."""
        try:
            schedule = parse_schedule(value)
        except ScheduleError as err:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="mqtt_devices_schedule_unreadable",
                translation_placeholders={"part": str(err)},
            ) from None
        self.async_configure(horarios=schedule.as_list)
