"""Where the air of a room turns after a switch, and when to switch because of it.

After a stop the air goes on in the direction of the unit for a while, for the coil is
still cold or hot, and after a start it goes on in its own. So the temperature of the
next turning point, not that of now, should lie at the edge of the band.

All is seen in the direction of the unit: ``level`` is how far the air is from the
reference temperature against the unit, so it falls while the unit works, cooling or
heating.
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ....lib.guard import MinimumTimes

COIL: Final = 90 / 3600
"""How slowly a compressor and its coil come to their power and go from it, h."""

_RATE = 1 / COIL

# Below this rate (°C/h) the air is constant, and there is no cycle.
_STILL = 0.05

_FARTHEST = timedelta(hours=12)

# How exactly switching times are worked out, h.
_EXACT = 3 / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Between which levels the air should stay, and what a start is worth."""

    low: float
    high: float
    price: float
    """How many °C·h outside the band one start is worth."""
    minimum: MinimumTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The air of a room: ``level' = drift - pull * level - power * effect``."""

    level: float
    drift: float
    """°C/h at the reference temperature."""
    pull: float
    """1/h."""
    power: float
    """What the unit takes at its full effect, °C/h; positive."""
    effect: float
    """How much of its power the unit has now, 0 to 1."""
    spread: float = 0.0
    """Standard deviation of the level, °C."""

    def slope(self, level: float, effect: float) -> float:
        """Return how fast a level changes, °C/h."""
        return self.drift - self.pull * level - self.power * effect

    def _parts(self, *, on: bool) -> tuple[float, float, float]:
        """Return the final level, and the amplitudes of the air and of the coil."""
        goal = 1.0 if on else 0.0
        final = (self.drift - self.power * goal) / self.pull
        coil = -self.power * (self.effect - goal) / (self.pull - _RATE)
        return final, self.level - final - coil, coil

    def after(self, hours: float, *, on: bool) -> Air:
        """Return the air after a time in which the unit runs or rests."""
        final, own, coil = self._parts(on=on)
        goal = 1.0 if on else 0.0
        fade = math.exp(-_RATE * hours)
        level = final + own * math.exp(-self.pull * hours) + coil * fade
        effect = goal + (self.effect - goal) * fade
        return self._at(level, effect)

    def _at(self, level: float, effect: float) -> Air:
        """Return this air at another level; `replace` takes ten times as long."""
        return Air(
            level=level,
            drift=self.drift,
            pull=self.pull,
            power=self.power,
            effect=effect,
            spread=self.spread,
        )

    def time_to(self, goal: float) -> timedelta | None:
        """Return how long the unit would take to a level, running all the time.

        None where it would take more than half a day or never come there.
        """
        way = self.level - goal
        if way <= 0:
            return timedelta(0)
        reach = self.level - (self.drift - self.power) / self.pull
        if reach <= way:
            return None
        hours = -math.log1p(-way / reach) / self.pull
        # It takes a while to come to its power, unless it runs already.
        taken = timedelta(hours=hours + COIL * (1 - self.effect))
        return taken if taken <= _FARTHEST else None

    def turn(self, *, on: bool) -> float:
        """Return the level at which the air turns once the unit runs or rests.

        That is the current one if it goes the right way already, and the final one if
        it never turns.
        """
        slope = self.slope(self.level, self.effect)
        if (slope <= 0) is on:
            return self.level
        final, own, coil = self._parts(on=on)
        ratio = -_RATE * coil / (self.pull * own) if own else 0.0
        hours = math.log(ratio) / (_RATE - self.pull) if ratio > 0 else 0.0
        if hours <= 0:
            return max(self.level, final) if on else min(self.level, final)
        return self.after(hours, on=on).level

    def runs(self, band: Band, *, on: bool) -> bool:
        """Return whether the unit should run now, the minimum times aside."""
        return self._runs_by(band, self._margin(band), self, on=on)

    @staticmethod
    def _runs_by(band: Band, margin: float, air: Air, *, on: bool) -> bool:
        if on:
            return air.turn(on=False) > band.low - margin
        # However fast the air may rise: nothing starts on the wrong side of the target.
        is_needed = air.level >= (band.low + band.high) / 2
        return is_needed and air.turn(on=True) >= band.high + margin

    def switches_within(
        self, band: Band, time: timedelta, *, on: bool
    ) -> timedelta | None:
        """Return when the unit should be switched; None if not within a time."""
        margin, end = self._margin(band), _hours(time)

        def switches(hours: float) -> bool:
            air = self.after(hours, on=on)
            return self._runs_by(band, margin, air, on=on) is not on

        now = self._runs_by(band, margin, self, on=on)
        if now is not on or not switches(end):
            return None
        begin = 0.0
        while end - begin > _EXACT:
            middle = (begin + end) / 2
            if switches(middle):
                end = middle
            else:
                begin = middle
        return timedelta(hours=end)

    def _margin(self, band: Band) -> float:
        """Return how far beyond the band to turn.

        A cycle that goes ``w`` beyond a band of the width ``b`` on both sides takes
        ``(b + 2 w) / k`` hours and leaves the band for ``w² / k``, where ``1 / k`` is
        the sum of the reciprocal rates. The sum of what is outside and what the start
        is worth, per hour, is least where ``w² + b w = price * k``. Where the minimum
        times are longer than the cycle, both sides take the same.
        """
        middle = (band.low + band.high) / 2
        rise, fall = self.slope(middle, 0.0), -self.slope(middle, 1.0)
        if rise < _STILL or fall < _STILL:
            return 0.0
        width = band.high - band.low
        pace = rise * fall / (rise + fall)
        best = (math.sqrt(width**2 + 4 * band.price * pace) - width) / 2
        forced = max(self._shortest_run(band), self._shortest_rest(band))
        return max(best, (forced - width) / 2)

    def _shortest_run(self, band: Band) -> float:
        """Return how far the air falls in a run of the minimum time."""
        start = self._at(band.high, 0.0)
        end = start.after(_hours(band.minimum.on), on=True)
        return start.turn(on=True) - end.turn(on=False)

    def _shortest_rest(self, band: Band) -> float:
        """Return how far the air rises in a rest of the minimum time."""
        start = self._at(band.low, 1.0)
        end = start.after(_hours(band.minimum.off), on=False)
        return end.turn(on=True) - start.turn(on=False)


def _hours(time: timedelta) -> float:
    return time.total_seconds() / 3600
