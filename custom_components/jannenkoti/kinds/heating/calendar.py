"""The plan as a calendar: when heat is planned, and why then."""

from typing import TYPE_CHECKING, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.util import dt as dt_util

from .control.situations import coming_runs
from .entity import HeatingEntity

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry
    from .planning.runs import Run


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: HeatingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar."""
    async_add_entities([PlanCalendar(entry.runtime_data, "plan")])


class PlanCalendar(HeatingEntity, CalendarEntity):
    """Shows the runs of the plan; the description has energy and mean price."""

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the current or the next run."""
        now = dt_util.utcnow()
        found = next((run for run in self.data.runs if run.end > now), None)
        return self._event(found) if found else None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the runs within a time; a plan may be newer than the state."""
        coordinator = self.coordinator
        found = coming_runs(coordinator.controller, self.data, dt_util.utcnow())
        return [
            self._event(run)
            for run in found
            if run.end > start_date and run.start < end_date
        ]

    def _event(self, run: Run) -> CalendarEvent:
        """Return a run as an event."""
        return CalendarEvent(
            start=dt_util.as_local(run.start),
            end=dt_util.as_local(run.end),
            summary=f"{self.name}: {run.energy:.1f} kWh",
            description=f"{run.price:.3f} {self.hass.config.currency}/kWh",
        )
