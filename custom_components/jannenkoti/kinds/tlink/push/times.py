"""The platform's times: local, without a time zone, and sometimes without a date.

The time zone is an option of the account. Where a clock is set back, an hour occurs
twice; then the time is used that is nearer to the time of receipt.
"""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_HALF_A_DAY: Final = timedelta(hours=12)
_DAY: Final = timedelta(days=1)

# No reading has a time outside of these years, and a float of seconds since 1970 has
# the microseconds of these only.
_YEARS: Final = range(1971, 2242)

# "2025-03-02 09:41:07" with room for a fraction and a zone.
_LONGEST: Final = 40


# Digits of whole seconds since 1970 from 2001 to 2286; milliseconds have three more.
_SECONDS: Final = range(10**9, 10**10)
_MILLISECONDS: Final = range(10**12, 10**13)
_DIGITS: Final = (10, 13)


def _since_1970(value: object) -> datetime | None:
    """Return the instant of a number of seconds or milliseconds, None if it is none."""
    if isinstance(value, str):
        if len(value) not in _DIGITS or not (value.isascii() and value.isdecimal()):
            return None
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if _SECONDS.start <= value < _SECONDS.stop:
        return _at(value)
    if _MILLISECONDS.start <= value < _MILLISECONDS.stop:
        return _at(value / 1000)
    return None


def _at(seconds: float) -> datetime | None:
    """Return an instant in a year that a reading can have."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if moment.year in _YEARS else None


class Times:
    """Parses and formats the times of one account."""

    __slots__ = ("_zone",)

    def __init__(self, zone: ZoneInfo) -> None:
        """Initialize for local times of this zone."""
        self._zone = zone

    def instant(self, text: object, near: datetime) -> datetime | None:
        """Return the instant of a date and time, None if it is none.

        Accepts `Y-m-d H:M:S`, `Y/m/d H:M:S`, `Y-m-dTH:M:S`, ISO 8601 with a zone, and
        seconds or milliseconds since 1970, which Java servers write by default.
        """
        if (since_1970 := _since_1970(text)) is not None:
            return since_1970
        if not isinstance(text, str) or not 8 <= len(text) <= _LONGEST:  # noqa: PLR2004
            return None
        try:
            local = datetime.fromisoformat(text.strip().replace("/", "-"))
        except ValueError:
            return None
        if local.year not in _YEARS:
            return None
        return local.astimezone(UTC) if local.tzinfo else self._resolve(local, near)

    def moment(self, text: object, near: datetime) -> datetime | None:
        """Return the instant of a time; without a date, of the nearest such day."""
        if not isinstance(text, str) or not text or len(text) > _LONGEST:
            return self.instant(text, near)
        try:
            of_day = time.fromisoformat(text.strip())
        except ValueError:
            return self.instant(text, near)
        of_day = of_day.replace(tzinfo=None)
        local_near = near.astimezone(self._zone).replace(tzinfo=None)
        local = datetime.combine(local_near.date(), of_day)
        if local - local_near > _HALF_A_DAY:
            local -= _DAY
        elif local_near - local > _HALF_A_DAY:
            local += _DAY
        return self._resolve(local, near)

    def of_day(self, moment: datetime) -> str:
        """Return the time of day as the platform writes it."""
        return moment.astimezone(self._zone).strftime("%H:%M:%S")

    def written(self, moment: datetime) -> str:
        """Return date and time as the platform writes them."""
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def _resolve(self, local: datetime, near: datetime) -> datetime:
        """Return the instant; of two with the same local time, the nearer one."""
        first = local.replace(tzinfo=self._zone, fold=0).astimezone(UTC)
        second = local.replace(tzinfo=self._zone, fold=1).astimezone(UTC)
        # In spring the two differ too, for a time that does not exist.
        return first if abs(first - near) <= abs(second - near) else second
