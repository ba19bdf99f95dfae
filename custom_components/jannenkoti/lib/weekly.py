"""Weekly time windows in local time, across midnight and daylight saving time."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

EVERY_DAY = frozenset(range(7))

# A window that starts today recurs within seven days; one that started yesterday may
# still be open past midnight.
_DAYS_BACK, _DAYS_AHEAD = 1, 8
_WEEK = timedelta(days=7)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Window:
    """From one wall-clock time to another, on the weekdays on which it starts.

    An end that is not after the start lies on the next day; equal times are no window.
    """

    start: time
    end: time
    days: frozenset[int] = EVERY_DAY
    """Weekdays, Monday is 0."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """One occurrence of a window, start included, end excluded (UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The state of a weekly schedule at a time, and for how long that is valid."""

    asked_at: datetime
    open: Span | None
    """The occurrence that is open."""
    changes_at: datetime | None
    """When it next opens or closes; None if never."""

    def holds(self, now: datetime) -> bool:
        """Return whether the schedule is still in the same state."""
        return self.asked_at <= now and (
            self.changes_at is None or now < self.changes_at
        )


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """Windows that recur each week in one time zone."""

    windows: tuple[Window, ...]
    zone: tzinfo

    def spans(self, first: date, days: int) -> Iterator[Span]:
        """Yield the occurrences that start on the given days, in no fixed order."""
        for day in (first + timedelta(days=offset) for offset in range(days)):
            for window in self.windows:
                if day.weekday() not in window.days:
                    continue
                end_day = day + timedelta(days=window.end < window.start)
                span = Span(
                    start=self._instant(day, window.start),
                    end=self._instant(end_day, window.end),
                )
                # Equal times are no window, nor are times within the hour that is
                # skipped in spring.
                if span.start < span.end:
                    yield span

    def at(self, now: datetime) -> Moment:
        """Return what is open now and when that changes."""
        return Moment(
            asked_at=now, open=self.active(now), changes_at=self.next_change(now)
        )

    def active(self, now: datetime) -> Span | None:
        """Return the occurrence that is open, the one that ends last if several are."""
        open_now = [span for span in self._near(now) if span.start <= now < span.end]
        return max(open_now, key=lambda span: span.end, default=None)

    def next_change(self, now: datetime) -> datetime | None:
        """Return when it will next open or close; None without windows.

        Windows that touch or overlap are one: it closes where the last of them ends.
        """
        near = sorted(self._near(now), key=lambda span: span.start)
        until = now
        for span in near:
            if span.start > until:
                break
            until = max(until, span.end)
        if until == now:
            return next((span.start for span in near if span.start > now), None)
        # A week that is open throughout has no change.
        return until if until < now + _WEEK else None

    def _near(self, now: datetime) -> Iterator[Span]:
        today = now.astimezone(self.zone).date()
        first = today - timedelta(days=_DAYS_BACK)
        return self.spans(first, _DAYS_BACK + _DAYS_AHEAD)

    def _instant(self, day: date, at: time) -> datetime:
        """Return the instant of a local time."""
        return instant(day, at, self.zone)


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the instant (UTC) of a local time.

    A time that occurs twice in autumn is the first occurrence. One that is skipped in
    spring is the end of the gap, the moment when clocks are set forward.
    """
    found = datetime.combine(day, at, zone).astimezone(UTC)
    if found.astimezone(zone).time() == at:
        return found
    before = datetime.combine(day, at.replace(fold=1), zone).astimezone(UTC)
    return _end_of_gap(before, found, zone)


def _end_of_gap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return the first moment after a change of the offset, to the second."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
