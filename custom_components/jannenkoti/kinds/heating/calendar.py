"""The plan as a calendar: when heat is planned, and why then."""

from itertools import groupby
from typing import TYPE_CHECKING, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.util import dt as dt_util

from .entity import HeatingEntity

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import HeatingConfigEntry


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
        return next((event for event in self._runs() if event.end > now), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the runs within a time."""
        return [
            event
            for event in self._runs()
            if event.end > start_date and event.start < end_date
        ]

    def _runs(self) -> list[CalendarEvent]:
        """Return the runs: neighboring slots with heat."""
        plan = self.coordinator.controller.follower.plan
        if plan is None:
            return []
        name, events = str(self.name), []
        numbers = range(len(plan.slots))
        for heats, group in groupby(numbers, key=lambda n: plan.heat(n) > 0):
            if not heats:
                continue
            run = list(group)
            energy = sum(plan.heat(n) * plan.slots[n].hours for n in run) / 1000
            price = sum(plan.slots[n].price for n in run) / len(run)
            currency = self.hass.config.currency
            events.append(
                CalendarEvent(
                    start=dt_util.as_local(plan.slots[run[0]].start),
                    end=dt_util.as_local(plan.slots[run[-1]].end),
                    summary=f"{name}: {energy:.1f} kWh",
                    description=f"{price:.3f} {currency}/kWh",
                )
            )
        return events
