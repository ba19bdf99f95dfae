"""When a tank was last hot enough against legionella, and when it must be again.

Rule of DVGW W 551 for storage heaters: the whole tank at 60 °C. Heat from any source
counts, so a tank that the sun has heated needs no extra run.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....lib.stored import Stored

    type MeanPrice = Callable[[datetime, datetime], float | None]
    """The mean price of a time, None if it is not known."""

HOT: Final = 60.0
"""°C."""
HELD: Final = timedelta(minutes=30)
"""How long the temperature must be held."""
MARGIN: Final = 1.0
"""K above, so that a run does not end just below."""
HOTTEST: Final = HOT + MARGIN
"""°C that a run heats to."""
EARLIEST: Final = timedelta(hours=36)
"""Before the deadline from which on a cheap time is used."""
_STEP: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is known of a tank."""

    done: datetime | None = None
    """When it was last hot for long enough; or when the record begins."""
    hot_since: datetime | None = None
    reported: datetime | None = None
    """``done`` when it was last reported that a run is due."""

    def observe(self, temperature: float | None, now: datetime) -> Ledger:
        """Return the ledger after a temperature (°C); unknown is not hot."""
        ledger = self
        if ledger.done is None or ledger.done > now:
            # Never hot before, or the clock was set back: begin to count now.
            ledger = replace(ledger, done=now)
        if temperature is None or temperature < HOT:
            return replace(ledger, hot_since=None)
        since = ledger.hot_since
        if since is None or since > now:
            return replace(ledger, hot_since=now)
        return replace(ledger, done=now) if now - since >= HELD else ledger

    def next_start(
        self,
        every: timedelta,
        needed: timedelta,
        now: datetime,
        mean_price: MeanPrice,
    ) -> datetime | None:
        """Return when a run starts: at the cheapest time before the deadline.

        ``needed`` is the time to heat and to hold. A run that has begun goes on: once
        the tank is hot it is due until the time is held. Without prices it is due when
        the last moment comes. None while the deadline is too far away.
        """
        if not every or self.done is None:
            return None
        deadline = self.done + every
        last_start = deadline - needed
        if now >= last_start:
            return now
        if now < deadline - max(EARLIEST, needed):
            return None
        if self.hot_since is not None:
            return now
        best, least = last_start, None
        start = now
        while start <= last_start:
            price = mean_price(start, start + needed)
            if price is not None and (least is None or price < least - 1e-9):
                best, least = start, price
            start += _STEP
        return now if least is not None and best - now < _STEP else best

    def shifted(self, step: timedelta) -> Ledger:
        """Return the ledger after the clock was stepped."""
        return replace(
            self,
            done=self.done and self.done + step,
            hot_since=self.hot_since and self.hot_since + step,
            reported=self.reported and self.reported + step,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored; being hot now is measured again."""
        return {
            "done": self.done and self.done.isoformat(),
            "reported": self.reported and self.reported.isoformat(),
        }

    @classmethod
    def restore(cls, stored: Stored) -> Ledger:
        """Return what was stored."""
        return cls(
            done=stored.moment("done", None), reported=stored.moment("reported", None)
        )
