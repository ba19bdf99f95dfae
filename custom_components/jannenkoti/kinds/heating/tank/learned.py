"""Learn what a tank loses and how much hot water is drawn, by weekday and hour."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import quantiles
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import tzinfo

    from ....lib.stored import Stored

WATER: Final = 1.163  # Wh to warm 1 L by 1 K
AMBIENT: Final = 18.0
"""°C around a tank; the learned loss corrects a difference."""

AHEAD: Final = timedelta(minutes=15)
"""Before an hour begins, the tank is made ready for it."""
UNKNOWN_MARGIN: Final = 5.0
LEAST_MARGIN: Final = 1.5
"""K; a draw-off may be some liters larger than usual."""
_MOST_MARGIN: Final = 12.0

_HOURS: Final = 7 * 24
_WEIGHT: Final = 0.25
"""Of a new week in what is drawn in an hour."""
_REMEMBERED: Final = 72
_ENOUGH: Final = 12
_LEAST_DIFFERENCE: Final = 10.0
"""K; nearer to the room a loss is smaller than the noise."""
_MOST_LOSS: Final = 20.0  # W/K
_MOST_DRAW: Final = 20_000.0  # Wh in an hour


def usual_loss(volume: float) -> float:
    """Return the loss (W/K) of an insulated tank of a volume (L).

    Energy label B of Regulation (EU) 812/2013: 12 + 5.93 V^0.4 W at 45 K.
    """
    return float((12 + 5.93 * volume**0.4) / 45)


@dataclass(slots=True)
class Learned:
    """What is learned of one tank."""

    volume: float
    """L."""
    losses: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    draws: list[float | None] = field(default_factory=lambda: [None] * _HOURS)
    """Wh by hour of the week (local)."""
    start: tuple[datetime, float] | None = None
    heat: float = 0.0
    """Wh since the start of the hour."""

    @property
    def capacity(self) -> float:
        """Return the heat (Wh) that warms the tank by 1 K."""
        return self.volume * WATER

    @property
    def loss(self) -> float:
        """Return the loss (W/K): in most hours nothing is drawn."""
        if len(self.losses) < _ENOUGH:
            return usual_loss(self.volume)
        return min(quantiles(self.losses, n=4)[0], _MOST_LOSS)

    def draw(self, at: datetime, zone: tzinfo) -> float:
        """Return what is drawn in the hour of a time (Wh)."""
        local = at.astimezone(zone)
        place = local.weekday() * 24 + local.hour
        if (known := self.draws[place]) is not None:
            return known
        others = [x for x in self.draws[place % 24 :: 24] if x is not None]
        return sum(others) / len(others) if others else 0.0

    @property
    def spare(self) -> float:
        """Return how much (K) a draw-off may cool the tank more than learned."""
        return LEAST_MARGIN

    def margin(self, now: datetime, zone: tzinfo) -> float:
        """Return how far (K) above the floor the tank has to be now.

        As far as the draw-off of the hour that begins soon will cool it. Where nothing
        is known of an hour, as far as a shower cools a tank of 300 L.
        """
        soon = now + AHEAD
        if not (self._is_known(now, zone) and self._is_known(soon, zone)):
            return UNKNOWN_MARGIN
        begins = soon.astimezone(zone).hour != now.astimezone(zone).hour
        drawn = self.draw(soon, zone) if begins else 0.0
        return min(drawn / self.capacity + self.spare, _MOST_MARGIN)

    def _is_known(self, at: datetime, zone: tzinfo) -> bool:
        """Return whether anything was learned of an hour of the day."""
        hour = at.astimezone(zone).hour
        return any(x is not None for x in self.draws[hour::24])

    def observe(
        self, temperature: float | None, heat: float, now: datetime, zone: tzinfo
    ) -> None:
        """Record the temperature and the heat (Wh) since the last call."""
        self.heat += heat
        if temperature is None or (self.start is not None and now < self.start[0]):
            self.start, self.heat = None, 0.0
            return
        if self.start is None:
            self.start, self.heat = (now, temperature), 0.0
            return
        begin, first = self.start
        if now - begin < timedelta(hours=1):
            return
        if now - begin < timedelta(hours=1, minutes=10):
            self._learn(first, temperature, (now - begin).total_seconds() / 3600)
            self._count(begin, first, temperature, zone)
        self.start, self.heat = (now, temperature), 0.0

    def _learn(self, first: float, last: float, hours: float) -> None:
        """Learn the loss of an hour without heat."""
        warmer = (first + last) / 2 - AMBIENT
        if self.heat or warmer < _LEAST_DIFFERENCE:
            return
        loss = (first - last) * self.capacity / (warmer * hours)
        if 0 <= loss <= _MOST_LOSS * 10:
            self.losses.append(loss)

    def _count(self, begin: datetime, first: float, last: float, zone: tzinfo) -> None:
        """Learn what was drawn in an hour: what neither heat nor loss explains."""
        lost = self.loss * ((first + last) / 2 - AMBIENT)
        drawn = (first - last) * self.capacity + self.heat - lost
        drawn = min(max(drawn, 0.0), _MOST_DRAW)
        local = begin.astimezone(zone)
        place = local.weekday() * 24 + local.hour
        old = self.draws[place]
        self.draws[place] = drawn if old is None else old + _WEIGHT * (drawn - old)

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        known = enumerate(self.draws)
        return {
            "losses": list(self.losses),
            "draws": {str(n): {"heat": x} for n, x in known if x is not None},
        }

    @classmethod
    def restore(cls, stored: Stored, volume: float) -> Learned:
        """Return what was stored."""
        learned = cls(volume=volume)
        learned.losses.extend(
            min(max(x, 0.0), _MOST_LOSS * 10) for x in stored.numbers("losses")
        )
        for place, row in stored.named("draws").items():
            if place.isdecimal() and int(place) < _HOURS:
                heat = row.number("heat", None, 0.0, _MOST_DRAW)
                learned.draws[int(place)] = heat
        return learned
