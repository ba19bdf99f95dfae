"""The known prices as one curve, its quality, and what a usual weekday costs."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ..inputs.prices import MOST, PriceSlot, local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from ....lib.stored import Stored

KEPT: Final = timedelta(days=1)
"""How long past prices are kept, for the energy of the day."""

_WEIGHT: Final = 0.3
"""Of a new day in the price of a usual weekday."""

HOURS_OF_A_WEEK: Final = 7 * 24


class PlanQuality(StrEnum):
    """How well the prices of the plan are known."""

    FULL = "full"
    TODAY = "today"
    TYPICAL = "typical"
    NONE = "none"


class PriceCurve:
    """Slots without overlaps, in order; gaps stay gaps."""

    def __init__(self, slots: Iterable[PriceSlot] = ()) -> None:
        """Initialize with slots in any order; of two for a time the later one counts.

        A slot of 15 minutes next to one of 60 for the same hour replaces its part.
        """
        self.slots: list[PriceSlot] = []
        self.add(slots)

    def add(self, slots: Iterable[PriceSlot]) -> bool:
        """Add slots, which replace known ones; return whether anything changed."""
        before = list(self.slots)
        # Long slots first, so that shorter ones, which are more exact, replace them.
        for slot in sorted(slots, key=lambda s: (s.start - s.end, s.start)):
            if slot.end > slot.start and abs(slot.price) <= MOST:
                self._replace(slot)
        return self.slots != before

    def _replace(self, new: PriceSlot) -> None:
        """Put a slot in place of all that it covers."""
        slots = self.slots
        first = bisect_right(slots, new.start, key=lambda slot: slot.end)
        last = bisect_left(slots, new.end, key=lambda slot: slot.start)
        kept = [new]
        for old in slots[first:last]:
            if old.start < new.start:
                kept.insert(0, PriceSlot(old.start, new.start, old.price))
            if old.end > new.end:
                kept.append(PriceSlot(new.end, old.end, old.price))
        slots[first:last] = kept

    def forget_before(self, time: datetime) -> None:
        """Delete slots that have ended."""
        self.slots = [slot for slot in self.slots if slot.end > time]

    def at(self, time: datetime) -> float | None:
        """Return the price at a time, None in a gap."""
        place = bisect_right(self.slots, time, key=lambda slot: slot.start) - 1
        if place < 0 or self.slots[place].end <= time:
            return None
        return self.slots[place].price

    def mean(self, start: datetime, end: datetime) -> float | None:
        """Return the mean price of a time, None unless all of it is known."""
        total, known = 0.0, timedelta()
        place = bisect_right(self.slots, start, key=lambda slot: slot.start) - 1
        for slot in self.slots[max(place, 0) :]:
            if slot.start >= end:
                break
            overlap = min(slot.end, end) - max(slot.start, start)
            if overlap > timedelta():
                total += slot.price * (overlap / (end - start))
                known += overlap
        return total if known >= end - start else None

    def covers(self, start: datetime, end: datetime) -> bool:
        """Return whether all prices of a time are known."""
        return end <= start or self.mean(start, end) is not None

    def quality(self, now: datetime, zone: tzinfo) -> PlanQuality:
        """Return whether prices are known to the end of tomorrow or of today."""
        today = now.astimezone(zone).date()
        end = local_day(today, zone)[1]
        tomorrow = local_day(today + timedelta(days=1), zone)[1]
        if self.covers(now, tomorrow):
            return PlanQuality.FULL
        return PlanQuality.TODAY if self.covers(now, end) else PlanQuality.NONE

    def as_list(self) -> list[dict[str, Any]]:
        """Return what is stored."""
        return [
            {
                "start": slot.start.isoformat(),
                "end": slot.end.isoformat(),
                "price": slot.price,
            }
            for slot in self.slots
        ]

    @classmethod
    def restore(cls, rows: Iterable[Stored], now: datetime) -> PriceCurve:
        """Return what was stored, without what is too old or too far away."""
        slots = []
        for row in rows:
            start, end = row.moment("start", None), row.moment("end", None)
            price = row.number("price", None, -MOST, MOST)
            if start is None or end is None or price is None:
                continue
            if now - KEPT <= end and start <= now + 4 * KEPT and end > start:
                slots.append(PriceSlot(start, end, price))
        return cls(slots[: 4 * 100])


@dataclass(slots=True)
class TypicalWeek:
    """The price of each hour of a usual week (local), learned from known days."""

    hours: list[float | None] = field(default_factory=lambda: [None] * HOURS_OF_A_WEEK)
    learned: str = ""
    """The last local date that was learned."""

    def learn(self, curve: PriceCurve, day: datetime, zone: tzinfo) -> None:
        """Learn the prices of a local day, once."""
        date = day.astimezone(zone).date()
        if date.isoformat() <= self.learned:
            return
        start, end = local_day(date, zone)
        if not curve.covers(start, end):
            return
        self.learned = date.isoformat()
        while start < end:
            price = curve.mean(start, start + timedelta(hours=1))
            place = self._place(start, zone)
            old = self.hours[place]
            if price is not None:
                new = price if old is None else old + _WEIGHT * (price - old)
                self.hours[place] = new
            start += timedelta(hours=1)

    def at(self, time: datetime, zone: tzinfo) -> float | None:
        """Return the usual price; of another weekday if this one is not known yet."""
        place = self._place(time, zone)
        if (price := self.hours[place]) is not None:
            return price
        others = [p for p in self.hours[place % 24 :: 24] if p is not None]
        return sum(others) / len(others) if others else None

    @staticmethod
    def _place(time: datetime, zone: tzinfo) -> int:
        """Return the hour of the week."""
        local = time.astimezone(zone)
        return local.weekday() * 24 + local.hour

    @classmethod
    def restore(cls, stored: Stored) -> TypicalWeek:
        """Return what was stored."""
        week = cls(learned=stored.text("learned", "", 10))
        for place, row in stored.named("hours").items():
            price = row.number("price", None, -MOST, MOST)
            if place.isdecimal() and int(place) < HOURS_OF_A_WEEK:
                week.hours[int(place)] = price
        return week

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        known = enumerate(self.hours)
        return {
            "learned": self.learned,
            "hours": {str(n): {"price": p} for n, p in known if p is not None},
        }
