"""The day's slots as events: a preview of what comes."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.util import dt as dt_util

from .entity import RoutineEntity
from .slots.preview import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import LightRoutineConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: LightRoutineConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar."""
    async_add_entities([SlotCalendar(entry.runtime_data, "preview")])


_FAR: Final = timedelta(days=366)
"""A table repeats; all centuries of it would take minutes."""
_LONGEST: Final = timedelta(days=10)
"""How long before a period a slot that reaches into it can have started."""


class SlotCalendar(RoutineEntity, CalendarEntity):
    """When which slot is in effect by the clock."""

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the slot in effect by the clock."""
        now = dt_util.utcnow()
        events = self._events(now, now + timedelta(days=1))
        return next(iter(events), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the slots of a period, within a year from now."""
        now = dt_util.utcnow()
        start, end = max(start_date, now - _FAR), min(end_date, now + _FAR)
        return list(self._events(start, end)) if start < end else []

    def _events(self, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        """Yield the slots of a period."""
        plan = self.coordinator.routine.plan
        first = dt_util.as_local(start - _LONGEST).date()
        last = dt_util.as_local(end + _LONGEST).date()
        turns = plan.turns(first, (last - first).days + 1)
        for turn, following in pairwise(turns):
            if turn.start < end and following.start > start:
                yield CalendarEvent(
                    start=dt_util.as_local(turn.start),
                    end=dt_util.as_local(following.start),
                    summary=turn.slot.name,
                    description=described(turn.slot),
                )
