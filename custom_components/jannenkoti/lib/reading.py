"""The values that devices report: their text, age, interval and plausibility."""

import math
import re
from array import array
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOW: Final = timedelta(0)

# No number or truth that a device reports as text is longer.
_LONGEST_TEXT: Final = 64

_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
)

_TRUE: Final = frozenset(
    {
        *("1", "true", "t", "on", "yes", "y", "si", "sí", "open", "opened", "active"),
        *("enabled", "detected", "verdadero", "detectado", "detectada"),
        *("encendido", "encendida", "abierto", "abierta", "activo", "activa"),
    }
)
_FALSE: Final = frozenset(
    {
        *("0", "false", "f", "off", "no", "n", "closed", "close", "inactive"),
        *("disabled", "clear", "falso", "apagado", "apagada", "cerrado", "cerrada"),
        *("inactivo", "inactiva"),
    }
)


def read_truth(value: object) -> bool | None:
    """Return whether a reported value means true, or None if it means neither.

    Accepts booleans, the numbers 0 and 1, and the usual words for both in any case.
    Never raises; the time does not depend on the length of a text.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return None
    word = value.strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    return read_truth(read_number(word))


def read_number(value: object) -> float | None:
    """Return a reported number, or None if the value is not a finite number.

    Accepts numbers, and text with ASCII digits and a decimal point or comma. A boolean
    is not a number. Never raises; the time does not depend on the length of a text.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip() if len(value) <= _LONGEST_TEXT else ""
        if not _NUMBER.fullmatch(text):
            return None
        value = text.replace(",", ".")
    elif not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # An integer of more than 308 digits.
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading[ValueT]:
    """A value with the time it was measured and the time it was received."""

    value: ValueT
    measured: datetime
    received: datetime

    def age(self, now: datetime) -> timedelta:
        """Return how long ago it was measured; a time in the future counts as now."""
        return max(now - self.measured, _NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceLimits:
    """How long a source may be silent before it counts as unavailable."""

    default: timedelta = timedelta(minutes=10)
    """Before the report interval is known."""

    shortest: timedelta = timedelta(seconds=30)
    """A few lost reports of a fast source do not matter."""

    longest: timedelta = timedelta(hours=12)
    """The limit for slow sources."""

    intervals: float = 3.5
    """Two reports in a row may be lost, and the third may be a little late."""

    def after(self, usual: float, *, known: bool) -> timedelta:
        """Return the limit for a source with this report interval (s)."""
        least = self.shortest if known else self.default
        return min(max(timedelta(seconds=usual * self.intervals), least), self.longest)


class ReportInterval:
    """The report interval of one source, learned from its reports.

    It is the interval that most of the latest gaps do not exceed. A few long gaps
    (outages) do not change it, nor do the short ones of a source that reports in
    bursts. A source that changes its interval is learned again after a few reports.
    """

    __slots__ = ("_gaps", "_last", "_limits", "_usual", "silent_after")

    REMEMBERED: Final = 24
    """Gaps that are used: enough to ignore four outages, few enough to adapt soon."""

    ENOUGH: Final = 4
    """Gaps after which the interval is known."""

    MOST: Final = 0.8
    """The share of gaps that are not longer than the interval."""

    SAME: Final = 1.0
    """Seconds; closer reports are one: a repetition or a burst."""

    def __init__(
        self, gaps: Iterable[float] = (), limits: SilenceLimits | None = None
    ) -> None:
        """Initialize with the gaps (s) that the previous run has learned."""
        self._limits = limits or SilenceLimits()
        # Of many sources, an array is in the processor's cache sooner than a deque.
        self._gaps = array("d")
        self._usual = 0.0
        self._last: datetime | None = None
        self.silent_after = self._limits.default
        """How long after its last report the source counts as silent."""
        for gap in gaps:
            self._learn(gap)

    @property
    def gaps(self) -> tuple[float, ...]:
        """The gaps in seconds, to be stored."""
        return tuple(self._gaps)

    @property
    def interval(self) -> timedelta | None:
        """The report interval, once it is known."""
        if len(self._gaps) < self.ENOUGH:
            return None
        return timedelta(seconds=self._usual)

    def arrived(self, now: datetime) -> None:
        """Record a report."""
        if self._last is not None:
            gap = (now - self._last).total_seconds()
            if 0 <= gap < self.SAME:
                return
            self._learn(gap)
        self._last = now

    def _learn(self, gap: float) -> None:
        """Add a gap, but not the step of a clock that was set back."""
        if gap >= self.SAME:
            gap = min(gap, self._limits.longest.total_seconds())
            if len(self._gaps) < self.REMEMBERED:
                self._gaps.append(gap)
            else:
                dropped = self._gaps.pop(0)
                self._gaps.append(gap)
                if self._is_on_same_side(dropped, gap):
                    return
            # The gap that most others do not exceed; the longest, while there are few.
            in_order = sorted(self._gaps)
            few = len(in_order) < self.ENOUGH
            self._usual = in_order[-1 if few else int(self.MOST * (len(in_order) - 1))]
            self.silent_after = self._limits.after(self._usual, known=not few)

    def _is_on_same_side(self, dropped: float, gap: float) -> bool:
        """Return whether a gap in the place of another leaves the interval as it is."""
        usual = self._usual
        return (
            dropped == gap
            or (dropped < usual and gap < usual)
            or (dropped > usual and gap > usual)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plausible:
    """The plausible range and rate of change of a physical quantity."""

    lowest: float
    highest: float

    step: float
    """The change that is accepted at any time: drafts, noise."""

    per_minute: float
    """The further change that is accepted for each minute since the last value."""

    most: float = math.inf
    """The largest change that is accepted at once, however long ago the last was."""

    ordinary: tuple[float, float] | None = None
    """Between these limits the very first value is accepted at once, except 0.

    Sensors report 0 or an extreme value while they start. Without limits, each value in
    the range is accepted.
    """


class Gate:
    """Accepts plausible values of one quantity and counts the others.

    A jump is rejected until a few readings in a row agree on the new level. One spike
    is ignored, and a sensor that was moved is accepted again soon.
    """

    __slots__ = ("_plausible", "_seen", "_trusted", "_votes", "rejected")

    CONVINCING: Final = 3
    """Readings that have to agree on a new level."""

    APART: Final = timedelta(seconds=1)
    """Readings closer than this are one reading, repeated."""

    def __init__(
        self,
        plausible: Plausible,
        trusted: tuple[float, datetime] | None = None,
    ) -> None:
        """Initialize, with the last accepted value of the previous run and its time."""
        self._plausible = plausible
        self._trusted = trusted
        self._seen: tuple[float, datetime] | None = None
        self._votes = 0
        self.rejected = 0

    @property
    def trusted(self) -> tuple[float, datetime] | None:
        """Return the last accepted value and its time."""
        return self._trusted

    def passes(self, value: float, now: datetime) -> bool:
        """Return whether a value is accepted."""
        if self._believes(value, now):
            self._trusted = (value, now)
            self._votes = 0
            return True
        self.rejected += 1
        return False

    def _believes(self, value: float, now: datetime) -> bool:
        """Check the range, then the accepted level, then the latest rejected values."""
        if not self._plausible.lowest <= value <= self._plausible.highest:
            self._votes = 0
            return False
        if self._trusted is None:
            if self._is_ordinary(value):
                return True
        elif self._near(self._trusted, value, now):
            return True
        if self._votes and self._seen and self._near(self._seen, value, now):
            if _NOW <= now - self._seen[1] < self.APART:
                return False
            self._votes += 1
        else:
            self._votes = 1
        self._seen = (value, now)
        return self._votes >= self.CONVINCING

    def _is_ordinary(self, value: float) -> bool:
        """Return whether to accept a first value without further ones that agree."""
        if (limits := self._plausible.ordinary) is None:
            return True
        return limits[0] <= value <= limits[1] and value != 0

    def _near(self, other: tuple[float, datetime], value: float, now: datetime) -> bool:
        """Return whether the quantity can have changed so much since another value."""
        then_value, then = other
        minutes = max(now - then, _NOW).total_seconds() / 60
        limits = self._plausible
        change = limits.step + limits.per_minute * minutes
        return abs(value - then_value) <= min(change, limits.most)
