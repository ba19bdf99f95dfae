"""Read the times of old rows, most of which are local times without a zone."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
"""The old servers are younger; a clock that was never set shows 1970."""
_MILLISECONDS: Final = 1e11
"""Numbers from here on are milliseconds: as seconds they are in the year 5138."""
_LATEST: Final = 1e14
_LONGEST: Final = 40
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9000

# Rows are stored up to some seconds late. A larger step back at night is the hour that
# comes twice when summer time ends.
_JITTER: Final = 60.0


class Skip(StrEnum):
    """Why a row or a value is not imported; each has a text of the same name."""

    BAD_TIME = "bad_time"
    DAMAGED = "damaged"
    DUPLICATE = "duplicate"
    FUTURE = "future"
    NOT_A_NUMBER = "not_a_number"
    NO_STATISTIC = "no_statistic"
    """It is no measurement, such as the state of a switch."""
    TOO_MANY = "too_many"
    UNKNOWN_SOURCE = "unknown_source"
    WRONG_ZONE = "wrong_zone"
    """A local time that does not exist: the clock had been set forward."""


class LocalTimes:
    """Converts times of one table to seconds since 1970."""

    def __init__(self, zone: tzinfo, now: float) -> None:
        """Initialize with the zone of times that name none, and the current time."""
        self._zone = zone
        self._now = now
        self._last: dict[object, float] = {}

    def read(self, raw: object, series: object) -> float | Skip:
        """Return seconds since 1970, or why there are none.

        `series` is what the rows belong to that follow each other: of a local time that
        exists twice, the first one is meant until the times step back.
        """
        if isinstance(raw, bool) or raw is None or isinstance(raw, bytes):
            return Skip.BAD_TIME
        if isinstance(raw, int | float):
            at = _of_number(float(raw))
        else:
            moment = _parsed(str(raw))
            if moment is None:
                return Skip.BAD_TIME
            if moment.tzinfo is not None:
                at = moment.timestamp()
            else:
                found = self._of_local(moment, series)
                if isinstance(found, Skip):
                    return found
                at = found
        if not at >= _EARLIEST:
            return Skip.BAD_TIME
        return Skip.FUTURE if at > self._now else at

    def _of_local(self, moment: datetime, series: object) -> float | Skip:
        """Return the seconds of a local time."""
        local = moment.replace(tzinfo=self._zone)
        at = local.timestamp()
        if local.utcoffset() != (late := local.replace(fold=1)).utcoffset():
            # The night of a change: the time exists twice, or not at all.
            if late.timestamp() < at:
                return Skip.WRONG_ZONE
            if at < self._last.get(series, 0.0) - _JITTER:
                at = late.timestamp()
        self._last[series] = at
        return at


def _of_number(raw: float) -> float:
    """Return the seconds of a number; NaN if it is no time."""
    if not abs(raw) < _LATEST:
        return float("nan")
    return raw / 1000 if raw >= _MILLISECONDS else raw


def _parsed(text: str) -> datetime | None:
    """Return the moment of a text."""
    if len(text) > _LONGEST:
        return None
    text = text.strip()
    if "/" in text:
        text = text.replace("/", "-")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Far from the ends of the calendar, so that no zone leads beyond them.
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def clock_time(raw: object, day: object) -> str | None:
    """Return the time of a measurement that is more precise than that of its row.

    TLINK stores a whole time, or one of the day, which is no more precise than the row.
    """
    if not isinstance(raw, str):
        return None if day is None else str(day)
    whole = _parsed(raw) if len(raw) > len("HH:MM:SS.000000") else None
    return raw if whole is not None else (None if day is None else str(day))
