"""The values that devices report: their text, age, interval and plausibility."""

import math
import re
from collections import deque
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
        *("enabled", "detected", "verdadero", "encendido", "abierto", "activo"),
    }
)
_FALSE: Final = frozenset(
    {
        *("0", "false", "f", "off", "no", "n", "closed", "close", "inactive"),
        *("disabled", "clear", "falso", "apagado", "cerrado", "inactivo"),
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
    except OverflowError:  # an integer of more than 308 digits
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading[ValueT]:
    """A value with the time it was measured and the time it came."""

    value: ValueT
    measured: datetime
    received: datetime

    def age(self, now: datetime) -> timedelta:
        """Return how long ago it was measured; what comes from the future is new."""
        return max(now - self.measured, _NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the silence of a source is borne."""

    default: timedelta = timedelta(minutes=10)
    """Before the source is known; a source that sleeps for longer is known soon."""

    shortest: timedelta = timedelta(seconds=30)
    """A lost post or two of a fast source are no news."""

    longest: timedelta = timedelta(hours=12)
    """Whoever is slower than this cannot be told from the dead."""

    intervals: float = 3.5
    """Two posts in a row may be lost, and the third may be a little late."""

    def after(self, usual: float, *, known: bool) -> timedelta:
        """Return how long to wait for a source whose interval is so many seconds."""
        least = self.shortest if known else self.default
        return min(max(timedelta(seconds=usual * self.intervals), least), self.longest)


class Rhythm:
    """The normal interval of one source, learned from its own arrivals.

    It is the interval that most of the latest gaps keep to: a few long ones (outages)
    do not move it, nor do the short ones of a source that posts in bursts, and a
    source that changes its pace is known again after a handful of arrivals.
    """

    __slots__ = ("_gaps", "_last", "_patience", "_usual", "silent_after")

    REMEMBERED: Final = 24
    """Gaps looked at: enough to outvote four outages, few enough to learn anew."""

    ENOUGH: Final = 4
    """Gaps after which the interval is believed."""

    MOST: Final = 0.8
    """The share of gaps that are not longer than the interval."""

    SAME: Final = 1.0
    """Arrivals within a second are one: a repeated post or a burst."""

    def __init__(
        self, gaps: Iterable[float] = (), patience: Patience | None = None
    ) -> None:
        """Begin, with the gaps in seconds that were learned in an earlier life."""
        self._patience = patience or Patience()
        self._gaps: deque[float] = deque(maxlen=self.REMEMBERED)
        self._usual = 0.0
        self._last: datetime | None = None
        self.silent_after = self._patience.default
        """How long after its last arrival the source counts as silent."""
        for gap in gaps:
            self._learn(gap)

    @property
    def gaps(self) -> tuple[float, ...]:
        """The gaps in seconds, to be stored."""
        return tuple(self._gaps)

    @property
    def interval(self) -> timedelta | None:
        """The normal interval, once it is known."""
        if len(self._gaps) < self.ENOUGH:
            return None
        return timedelta(seconds=self._usual)

    def arrived(self, now: datetime) -> None:
        """Take note of an arrival."""
        if self._last is not None:
            gap = (now - self._last).total_seconds()
            if 0 <= gap < self.SAME:
                return
            self._learn(gap)
        self._last = now

    def _learn(self, gap: float) -> None:
        """Remember a gap, but not the step of a clock that was set back."""
        if gap >= self.SAME:
            self._gaps.append(min(gap, self._patience.longest.total_seconds()))
            # The gap that most others do not exceed; the longest, while there are few.
            in_order = sorted(self._gaps)
            few = len(in_order) < self.ENOUGH
            self._usual = in_order[-1 if few else int(self.MOST * (len(in_order) - 1))]
            self.silent_after = self._patience.after(self._usual, known=not few)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plausible:
    """What a physical quantity can do."""

    lowest: float
    highest: float

    step: float
    """The change that is believed at any time: draughts, noise."""

    per_minute: float
    """The further change that is believed for each minute that has passed."""

    most: float = math.inf
    """The largest change that is accepted at once, however long ago the last was."""

    ordinary: tuple[float, float] | None = None
    """Between these limits the very first value is accepted at once, except 0.

    Sensors report 0 or an extreme value while they start. Without limits, each value in
    the range is accepted.
    """


class Gate:
    """Lets plausible values of one quantity pass and counts the others.

    A jump is not believed until a few readings in a row agree on the new level, so
    one spike is harmless and a board that was moved is not locked out for ever.
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
        """Say whether to believe the value, and remember it."""
        if self._believes(value, now):
            self._trusted = (value, now)
            self._votes = 0
            return True
        self.rejected += 1
        return False

    def _believes(self, value: float, now: datetime) -> bool:
        """Judge by the range, then by the trusted level, then by the latest others."""
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
        """Say whether the quantity can have come here from the other value."""
        then_value, then = other
        minutes = max(now - then, _NOW).total_seconds() / 60
        limits = self._plausible
        change = limits.step + limits.per_minute * minutes
        return abs(value - then_value) <= min(change, limits.most)
