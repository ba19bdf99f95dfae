"""Calendars: the schedule of a device as events."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.util import dt as dt_util

from .devices.modes import ControlMode
from .entity import DeviceEntity, async_add_to_each, follows_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        lambda it: [ScheduleCalendar(it)] if follows_schedule(it) else [],
    )


_FAR: Final = timedelta(days=366)
"""A weekly schedule repeats; all centuries of it would take minutes."""


class ScheduleCalendar(DeviceEntity, CalendarEntity):
    """When a device is on by its schedule; empty in manual mode.

    Disabled by default, because every calendar appears in the Calendar panel.
    """

    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: DeviceCoordinator) -> None:
        """Initialize the entity of a device."""
        super().__init__(coordinator, "calendar")

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the current event, else the next."""
        now = dt_util.utcnow()
        return next(iter(self._events(now, now + timedelta(days=8))), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the events of a period, within a year from now."""
        now = dt_util.utcnow()
        start, end = max(start_date, now - _FAR), min(end_date, now + _FAR)
        return list(self._events(start, end)) if start < end else []

    def _events(self, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        """Yield the events of a period."""
        configuration, zone = self.device.configuration, dt_util.get_default_time_zone()
        if (
            configuration.mode is not ControlMode.SCHEDULE
            or configuration.schedule is None
        ):
            return
        for span in configuration.schedule.spans(start, end, zone):
            yield CalendarEvent(
                start=dt_util.as_local(span.start),
                end=dt_util.as_local(span.end),
                summary=self.device.identity.name or self.device.serial,
            )
