"""The nights: when the sleep window is open."""

from typing import TYPE_CHECKING, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.util import dt as dt_util

from .entity import AirConditionerEntity
from .planning.planner import FAR

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar."""
    async_add_entities([SleepCalendar(entry.runtime_data, "sleep_calendar")])


class SleepCalendar(AirConditionerEntity, CalendarEntity):
    """Shows the nights; what was suspended is left out."""

    needs_device = False

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the night that is on, or the next one."""
        now = dt_util.utcnow()
        return next(iter(self._nights(now, now + FAR)), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the nights within a time."""
        return self._nights(start_date, end_date)

    def _nights(self, begin: datetime, end: datetime) -> list[CalendarEvent]:
        planner = self.coordinator.thermostat.planner
        nights = planner.nights(self.data.overrides, begin, end)
        return [
            CalendarEvent(
                start=dt_util.as_local(night.start),
                end=dt_util.as_local(night.end),
                summary=str(self.name),
            )
            for night in nights
        ]
