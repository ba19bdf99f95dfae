"""What heating costs today, and what a plain thermostat would have cost."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....lib.stored import Stored
    from ..options import Options
    from ..tank.learned import Learned
    from .energy import Flow

HYSTERESIS: Final = 5.0
"""K below its target at which a plain thermostat heats."""

LEAST_PRODUCTION: Final = 0.05
"""kWh; of less, a share means nothing."""

_MOST: Final = 1e7
_FULL: Final = 100.0
_KILO: Final = 1000.0
_APART: Final = 100.0
"""K; the two tanks can hardly be further apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Powers (W) and prices (per kWh) that held for a time."""

    heating: float
    surplus: float
    """What heating could use, its own power included."""
    price: float | None
    """None if it is not known; then nothing is counted."""
    feed_in: float
    production: float | None
    export: float | None

    def cost(self, heat: float) -> float:
        """Return what a power (W) costs in an hour; surplus comes first."""
        own = min(heat, max(self.surplus, 0.0))
        return (own * self.feed_in + (heat - own) * (self.price or 0.0)) / _KILO


def moment_of(
    flow: Flow, grid: float | None, surplus: float, price: float | None, feed_in: float
) -> Moment:
    """Return the powers (W) and prices of now."""
    return Moment(
        heating=flow.heating,
        surplus=surplus,
        price=price,
        feed_in=feed_in,
        production=flow.production,
        export=None if grid is None else max(-grid, 0.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RealTank:
    """A tank in the same time."""

    temperature: float | None
    target: float
    watts: float
    """Of all its stages."""
    heat: float
    """W that it received."""
    capacity: float
    """Wh/K."""
    loss: float
    """W/K."""


def real_tanks(
    options: Options,
    learned: Sequence[Learned],
    temperatures: Sequence[float | None],
    heats: Sequence[float],
) -> list[RealTank]:
    """Return the tanks with what they have now: °C and W."""
    return [
        RealTank(
            temperature=temperatures[number],
            target=tank.target,
            watts=sum(x.watts for x in options.stages if x.tank == number),
            heat=heats[number],
            capacity=learned[number].capacity,
            loss=learned[number].loss,
        )
        for number, tank in enumerate(options.tanks)
    ]


@dataclass(slots=True)
class Thermostat:
    """A tank like the real one with a plain thermostat, simulated.

    The same hot water is drawn from both. So only the difference of their temperatures
    matters, which the difference of their heat changes.
    """

    apart: float = 0.0
    """K by which the simulated tank is warmer."""
    on: bool = False

    def heat(self, tank: RealTank, passed: timedelta) -> float:
        """Return the power (W) of the thermostat in a time that has passed."""
        if tank.temperature is None:
            return 0.0
        start = tank.target - (0.0 if self.on else HYSTERESIS)
        self.on = tank.temperature + self.apart < start
        heat = tank.watts if self.on else 0.0
        hours = passed / timedelta(hours=1)
        gained = heat - tank.heat - tank.loss * self.apart
        apart = self.apart + gained * hours / tank.capacity
        self.apart = min(max(apart, -_APART), _APART)
        return heat


@dataclass(slots=True)
class Costs:
    """The sums of a day and since the entry was added."""

    tanks: list[Thermostat] = field(default_factory=list)
    day: str = ""
    """The local date of what counts a day."""
    cost: float = 0.0
    produced: float = 0.0
    exported: float = 0.0
    """kWh."""
    saved: float = 0.0
    """Since the entry was added."""
    priced: bool = False
    """Whether a price was known on this day."""

    def add(
        self, moment: Moment, tanks: Sequence[RealTank], passed: timedelta, day: str
    ) -> None:
        """Add what held for a time; another day starts at zero."""
        if day != self.day:
            self.day, self.priced = day, False
            self.cost = self.produced = self.exported = 0.0
        hours = passed / timedelta(hours=1)
        if moment.production is not None and moment.export is not None:
            self.produced += max(moment.production, 0.0) * hours / _KILO
            self.exported += max(moment.export, 0.0) * hours / _KILO
        plain = sum(
            thermostat.heat(tank, passed)
            for thermostat, tank in zip(self.tanks, tanks, strict=True)
        )
        if moment.price is None:
            return
        self.priced = True
        cost = moment.cost(moment.heating) * hours
        self.cost += cost
        self.saved += moment.cost(plain) * hours - cost

    @property
    def cost_today(self) -> float | None:
        """Return what heating has cost today, None without a price."""
        return self.cost if self.priced else None

    @property
    def self_consumption(self) -> float | None:
        """Return the share (%) of today's production that was not exported."""
        if self.produced < LEAST_PRODUCTION:
            return None
        used = 1 - self.exported / self.produced
        return _FULL * min(max(used, 0.0), 1.0)

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "day": self.day,
            "cost": self.cost,
            "produced": self.produced,
            "exported": self.exported,
            "saved": self.saved,
            "priced": self.priced,
            "tanks": [{"apart": tank.apart, "on": tank.on} for tank in self.tanks],
        }

    @classmethod
    def restore(cls, stored: Stored, count: int) -> Costs:
        """Return what was stored, for a number of tanks."""
        tanks = [
            Thermostat(
                apart=row.number("apart", 0.0, -_APART, _APART),
                on=row.truth("on", default=False),
            )
            for row in stored.children("tanks")
        ][:count]
        tanks += [Thermostat() for _ in range(count - len(tanks))]
        return cls(
            tanks=tanks,
            day=stored.text("day", "", 10),
            cost=stored.number("cost", 0.0, -_MOST, _MOST),
            produced=stored.number("produced", 0.0, 0.0, _MOST),
            exported=stored.number("exported", 0.0, 0.0, _MOST),
            saved=stored.number("saved", 0.0, -_MOST, _MOST),
            priced=stored.truth("priced", default=False),
        )
