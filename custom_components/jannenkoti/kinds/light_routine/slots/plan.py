"""Which slot is in effect, and what comes next."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ....lib.weekly import instant
from .table import WEEKDAYS, Anchor, Day, Slot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    type Sun = Callable[[Anchor, date], datetime | None]

# A slot for one weekday starts at most a week ago, or in a week. A holiday in between
# can hide it once more.
_NEAR: Final = ((-1, 3), (-9, 19))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One occurrence of a slot (UTC)."""

    slot: Slot
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """What is in effect at a time."""

    turn: Turn
    following: Turn | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A table in one place, with its holidays."""

    table: tuple[Slot, ...]
    zone: tzinfo
    sun: Sun
    holidays: frozenset[date] = frozenset()

    def at(self, now: datetime) -> Effective | None:
        """Return what is in effect; None if no slot applies on any near day."""
        today = now.astimezone(self.zone).date()
        found = None
        for back, days in _NEAR:
            turns = self.turns(today + timedelta(days=back), days)
            past = [turn for turn in turns if turn.start <= now]
            coming = next((turn for turn in turns if turn.start > now), None)
            if past:
                found = Effective(turn=past[-1], following=coming)
                if coming is not None:
                    break
        return found

    def turns(self, first: date, days: int) -> list[Turn]:
        """Return the occurrences that start on the given days, in their order.

        Of several that start together the last in the table counts.
        """
        found: dict[datetime, Turn] = {}
        for day in (first + timedelta(days=offset) for offset in range(days)):
            for slot in self._slots_of(day):
                start = self._start(slot, day)
                found[start] = Turn(slot=slot, start=start)
        return [found[start] for start in sorted(found)]

    def _slots_of(self, day: date) -> list[Slot]:
        """Return the slots of a day: on a holiday only those for holidays, if any."""
        if day in self.holidays:
            own = [slot for slot in self.table if Day.HOLIDAY in slot.days]
            if own:
                return own
        weekday = WEEKDAYS[day.weekday()]
        return [slot for slot in self.table if weekday in slot.days]

    def _start(self, slot: Slot, day: date) -> datetime:
        """Return when a slot starts on a day."""
        if slot.anchor is not Anchor.TIME:
            sun = self.sun(slot.anchor, day)
            if sun is not None:
                start = sun.astimezone(UTC) + timedelta(minutes=slot.offset)
                return start.replace(microsecond=0)
        return instant(day, slot.at, self.zone)
