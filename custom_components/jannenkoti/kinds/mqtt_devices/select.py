"""Selects: whether the user or the schedule decides."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.select import SelectEntity
from homeassistant.const import EntityCategory

from .devices.modes import ControlMode
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
    """Add the mode of each device."""
    await async_add_to_each(
        entry,
        async_add_entities,
        lambda it: [ModeSelect(it)] if follows_schedule(it) else [],
    )


_OPTIONS: Final = {ControlMode.MANUAL: "manual", ControlMode.SCHEDULE: "schedule"}
_MODES: Final = {option: mode for mode, option in _OPTIONS.items()}


class ModeSelect(DeviceEntity, SelectEntity):
    """The mode of a device; unknown until it has one."""

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
        super().__init__(coordinator, "mode")
        self._attr_options = list(_MODES)

    @property
    @override
    def current_option(self) -> str | None:
        """Return the mode; a hold does not change it."""
        mode = self.device.configuration.mode
        return None if mode is None else _OPTIONS[mode]

    @override
    async def async_select_option(self, option: str) -> None:
        """Set the mode."""
        self.async_configure(modo=_MODES[option])
