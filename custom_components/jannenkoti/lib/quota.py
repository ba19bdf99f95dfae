"""A monthly quota of calls: what is left of it, and how to make it last.

Clouds count calls and reject further ones when the quota of a month is used up. Calls
that are spread over the rest of the month never reach that point.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY: Final = timedelta(days=1)
# A twentieth is reserved for commands of the user.
_RESERVE: Final = 0.05
# Share of a month. The rest is spread over a little more than what is left of the
# month, so that the last calls are not used before its end.
_SPARE: Final = 0.01
# Low: less than half of what even use would have left. It stays low until there is
# clearly more, because with even use the share hardly changes and would flap.
_LOW: Final = 0.5
_ENOUGH_AGAIN: Final = 0.75
# Days. A start makes some calls at once, which are not a rate.
_LEAST_COUNTED: Final = 1 / 24
# Days. A longer forecast means nothing.
_MOST_DAYS: Final = 365.0


class Level(StrEnum):
    """How much of a quota is left."""

    ENOUGH = "enough"
    LOW = "low"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The quota of a month."""

    limit: int
    """Calls a month."""
    renewal_day: int = 1
    """The day of the month on which it is renewed, 1 to 28 (UTC)."""

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """Return start and end of the quota month that a time belongs to."""
        utc = now.astimezone(UTC)
        start = datetime(utc.year, utc.month, self.renewal_day, tzinfo=UTC)
        if start > utc:
            start = _month_after(start, -1)
        return start, _month_after(start, 1)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The used part of a quota; survives restarts."""

    period: datetime
    """When the month began."""
    calls: int = 0
    recent: float = 0.0
    """Recent calls, decaying with a time constant of a day: about the calls per day."""
    at: datetime
    """When that was computed."""
    since: datetime
    """Start of the count."""
    low: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "period": self.period.isoformat(),
            "calls": self.calls,
            "recent": self.recent,
            "at": self.at.isoformat(),
            "since": self.since.isoformat(),
            "low": self.low,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Read what was stored; raises KeyError, TypeError or ValueError."""
        calls, recent = int(raw["calls"]), float(raw["recent"])
        if calls < 0 or not 0 <= recent < math.inf:
            raise ValueError
        return cls(
            period=_instant(raw["period"]),
            calls=calls,
            recent=recent,
            at=_instant(raw["at"]),
            since=_instant(raw["since"]),
            low=bool(raw["low"]),
        )


class Quota:
    """Counts the calls to a cloud and returns how often each of its users may poll."""

    def __init__(
        self, plan: Plan, now: datetime, stored: Mapping[str, Any] | None = None
    ) -> None:
        """Restore what was stored; what cannot be read counts from zero."""
        start = plan.period(now)[0]
        fresh = Usage(period=start, at=now, since=now)
        try:
            self.usage = fresh if stored is None else Usage.from_dict(stored)
        except ArithmeticError, KeyError, TypeError, ValueError:
            self.usage = fresh
        self._refused_until: datetime | None = None
        self.share(plan, 1, now)

    def share(self, plan: Plan, users: int, now: datetime) -> None:
        """Set the plan and the number of users that share it."""
        self.plan, self.users = plan, users
        if self.usage.period.day != plan.renewal_day:
            # The user has changed the day, which returns no calls.
            self.usage = replace(self.usage, period=plan.period(now)[0])
        self._look(now)

    def count(self, now: datetime) -> None:
        """Count a call."""
        self._look(now)
        usage = self.usage
        self.usage = replace(
            usage,
            calls=usage.calls + 1,
            recent=self._faded(now) + 1,
            at=max(now, usage.at),
        )
        self._look(now)

    def refuse(self, now: datetime) -> None:
        """Record that the cloud reports an exhausted quota, whatever was counted here.

        It is polled again after a day, because the quota may have been extended.
        """
        self._refused_until = min(now + _DAY, self.plan.period(now)[1])

    def accept(self) -> None:
        """Record that the cloud has served a call."""
        self._refused_until = None

    def interval(self, now: datetime) -> timedelta | None:
        """Return the interval of a user's polls that lasts to the end of the month.

        None means that no more polls are allowed.
        """
        self._look(now)
        if self._refused_until is not None and now < self._refused_until:
            return None
        reserve = math.ceil(self.plan.limit * _RESERVE)
        left = self.plan.limit - reserve - self.usage.calls
        if left <= 0:
            return None
        start, end = self.plan.period(now)
        return (end - now + (end - start) * _SPARE) * self.users / left

    def level(self, now: datetime) -> Level:
        """Return how much is left."""
        if self.interval(now) is None:
            return Level.EXHAUSTED
        return Level.LOW if self.usage.low else Level.ENOUGH

    def calls(self, now: datetime) -> int:
        """Return the calls of this month."""
        self._look(now)
        return self.usage.calls

    def days_left(self, now: datetime) -> float | None:
        """Return how many days the rest lasts at the recent rate; None if unknown."""
        self._look(now)
        counted = max((now - self.usage.since) / _DAY, 0.0)
        if counted < _LEAST_COUNTED:
            return None
        # Only this share of the decaying sum has been observed so far.
        rate = self._faded(now) / (1 - math.exp(-counted))
        if rate <= 0:
            return None
        left = max(self.plan.limit - self.usage.calls, 0)
        return min(left / rate, _MOST_DAYS)

    def _faded(self, now: datetime) -> float:
        days = max((now - self.usage.at) / _DAY, 0.0)
        return self.usage.recent * math.exp(-days)

    def _look(self, now: datetime) -> None:
        """Start a new month when it is due, and update whether little is left."""
        start, end = self.plan.period(now)
        usage = self.usage
        if start > usage.period:
            usage = replace(usage, period=start, calls=0, low=False)
        elif start < usage.period:  # The clock was set back; the count stays.
            usage = replace(usage, period=start)
        even = self.plan.limit * ((end - now) / (end - start))
        share = (self.plan.limit - usage.calls) / even
        low = share < (_ENOUGH_AGAIN if usage.low else _LOW)
        self.usage = replace(usage, low=low)


def _month_after(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant
