"""What is remembered of one tank: losses, draw-offs and the last hot time."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from .deadline import must_heat
from .learned import Learned
from .legionella import HELD, HOTTEST, Ledger

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from ....lib.stored import Stored
    from ..options import TankOptions
    from .legionella import MeanPrice

_SLACK: Final = 1.2
"""A tank takes longer to heat than its heat alone: it loses, and is drawn from."""
_SPARE: Final = timedelta(minutes=30)


@dataclass(slots=True)
class TankMemory:
    """Kept over restarts."""

    learned: Learned
    ledger: Ledger = field(default_factory=Ledger)

    def observe(
        self, temperature: float | None, heat: float, now: datetime, zone: tzinfo
    ) -> None:
        """Record temperature (°C) and the heat (Wh) since the last call."""
        self.learned.observe(temperature, heat, now, zone)
        self.ledger = self.ledger.observe(temperature, now)

    def margin(
        self,
        tank: TankOptions,
        temperature: float | None,
        watts: float,
        now: datetime,
        zone: tzinfo,
    ) -> float:
        """Return how far (K) above its floor a tank has to be now.

        That is up to its target if only heating from now on still warms it in time.
        """
        margin = self.learned.margin(now, zone)
        if temperature is None:
            return margin
        missing = (tank.target - temperature) * self.learned.capacity
        due = must_heat(tank.warm_by, missing, watts, now, zone)
        return max(margin, tank.target - tank.floor) if due else margin

    def legionella_start(
        self,
        days: float,
        temperature: float | None,
        watts: float,
        now: datetime,
        mean_price: MeanPrice,
    ) -> datetime | None:
        """Return when the tank is next heated against legionella, if that is known."""
        if temperature is None or temperature >= HOTTEST or not watts:
            return None
        missing = max(HOTTEST - temperature, 0.0) * self.learned.capacity
        needed = timedelta(hours=missing / watts * _SLACK) + HELD + _SPARE
        every = timedelta(days=days)
        return self.ledger.next_start(every, needed, now, mean_price)

    def becomes_due(self, *, due: bool) -> bool:
        """Return whether it has to be reported that a run against legionella is due.

        Once for each run, also over a restart.
        """
        if not due or self.ledger.reported == self.ledger.done:
            return False
        self.ledger = replace(self.ledger, reported=self.ledger.done)
        return True

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {"learned": self.learned.as_dict(), "ledger": self.ledger.as_dict()}

    @classmethod
    def restore(cls, stored: Stored, volume: float) -> TankMemory:
        """Return what was stored."""
        return cls(
            learned=Learned.restore(stored.child("learned"), volume),
            ledger=Ledger.restore(stored.child("ledger")),
        )
