"""Estimate of the room, learned from its readings and the compressor only.

Readings come as they come, from any of the sensors of the room; the unit's switches in
between. The estimate knows the temperature of the air behind the lag and the noise of
the sensors, what changes it, and how well it has foretold the room of late. It is
bounded in memory and work.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from .fan_drives import FanDrives
from .flat_line import FlatLine
from .kalman import AIR, COOL, DRIFT, HEAT, PULL, REFERENCE, SENSOR, RoomFilter, number
from .learned import Learned, Running
from .prediction_test import PredictionTest
from .sensor_offsets import COARSEST, SensorOffsets
from .turning_point import Air
from .unit_effect import UnitEffect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .sensor_offsets import Source

LONGEST_GAP: Final = timedelta(hours=3)
"""Readings further apart are not connected."""

# More standard deviations than that are no noise, and so many in a row no spike.
_SURPRISE = 4.0
_CONVINCED = 3

# How far the drift may have moved when a window was opened, °C/h.
_DISTURBED = 8.0

# Possible effect of the unit while its state is unknown, °C/h.
_UNKNOWN = 8.0

# How sure of a drive and of the pull to be, as a part of them.
_SURE = {COOL: 0.25, HEAT: 0.25, PULL: 0.5}

# How well the air has to be known to go on without readings, °C.
_KNOWN = 1.5

# A reading that is so much (°C) off all of a sudden may be a spike, once so many
# readings came.
_SPIKE = 1.0
_ENOUGH_READINGS = 15

# For so long the uncertainty does not grow much, and need not be worked out.
_RECENT = timedelta(minutes=2)
_NO_TIME = timedelta(0)
_HOUR = timedelta(hours=1)
_PLAUSIBLE = 100.0


class RoomEstimate:
    """Learns from a stream of readings and switches."""

    def __init__(self) -> None:
        """Start with what rooms are like."""
        self._filter = RoomFilter()
        self._at: datetime | None = None
        """The time of the estimate."""
        self._read_at: datetime | None = None
        """The time of the last reading that was used."""
        self._unit = UnitEffect()
        self._drives = FanDrives()
        self._sensors = SensorOffsets()
        self._surprises = 0
        self._test = PredictionTest()
        self._flat: FlatLine | None = None

    # What happens

    def run(self, now: datetime, running: Running, fan: str | None = None) -> None:
        """Take what the unit does from now on, and how hard it blows."""
        blows = running in _OF.values() and fan != self._drives.fan
        if running is self._unit.running and not blows:
            return
        self._advance(now)
        if running is Running.UNKNOWN:
            self._test.drop()
        self._unit.running = running
        if blows and self._drives.change(fan, self._filter):
            self._test.drop()

    def read(self, sensor: str, value: float, at: datetime) -> None:
        """Learn from a reading of one of the sensors, °C."""
        if not -_PLAUSIBLE < value < _PLAUSIBLE:
            return
        if self._at is not None and at < self._at:
            return
        self._advance(at)
        source = self._sensors.get(sensor)
        if self._read_at is None or not len(self._sensors):
            self._begin(sensor, value, at)
        elif source is None:
            expected = self._filter.x[SENSOR]
            self._move(self._sensors.add(sensor, value, at, expected))
            self._flat = None
        else:
            self._sensors.receive(source, value, at)
            self._learn(source)
        self._read_at = self._at = at
        begins = self._unit.running is not Running.UNKNOWN and not self.frozen
        self._test.judge(at, self._filter.x, begin=begins)

    def _begin(self, sensor: str, value: float, at: datetime) -> None:
        """Take a temperature that has nothing to do with what was before."""
        self._filter.move_to(value, 1.0)
        self._sensors.clear()
        self._sensors.add(sensor, value, at, value)
        self._test.drop()
        self._flat = None

    def _move(self, by: float) -> None:
        """Move the estimate with the mean of the sensors, °C."""
        self._filter.x[AIR] += by
        self._filter.x[SENSOR] += by
        self._test.move(by)

    def _learn(self, source: Source) -> None:
        """Learn from the reading that a sensor has just sent."""
        self._filter.grain = self._sensors.grain
        if source.is_contradicted:
            return
        if len(self._sensors) == 1:
            self._follow_flat(source)
            if self.frozen:
                return
        self._correct(source.value - source.offset, source.interval)
        rest = source.value - source.offset - self._filter.x[SENSOR]
        self._move(self._sensors.learn(source, rest))

    def _correct(self, value: float, hours: float) -> None:
        if self._filter.surprise(value, hours) <= _SURPRISE:
            self._filter.correct(value, hours)
            self._surprises = 0
            return
        self._surprises += 1
        if self._surprises >= _CONVINCED:
            # No spike: a window, or the room as it is after a long time.
            self._loosen(value)
            self._filter.loosen(DRIFT, _DISTURBED**2)
            self._filter.correct(value, hours)
            self._surprises = 0
            self._test.drop()

    def _loosen(self, value: float) -> None:
        """Accept a reading, however far it is from the estimate."""
        far = (value - self._filter.x[SENSOR]) ** 2
        self._filter.loosen(AIR, far)
        self._filter.loosen(SENSOR, far)

    def _follow_flat(self, source: Source) -> None:
        """Compare readings that repeat with what they should be by now."""
        if source.moved or self._flat is None:
            if self.frozen:
                # What the room did meanwhile says little of what it does now.
                self._filter.move_to(source.value, 1.0)
            self._flat = FlatLine(self._filter)
        elif self._flat.repeat(self._sensors.grain, trusted=self._test.is_good):
            # Rewind to before the readings that repeat, and go on from there.
            self._filter = self._flat.filter.copy()
            self._test.drop()

    def doubts(self, sensor: str, value: float, at: datetime) -> bool:
        """Return whether a reading looks like a spike; the next ones confirm it."""
        source = self._sensors.get(sensor)
        if source is None or source.readings < _ENOUGH_READINGS:
            return False
        if self._at is None or at < self._at or self._surprises >= _CONVINCED - 1:
            return False
        self._advance(at)
        rest = value - source.offset - self._filter.x[SENSOR]
        hours = max(at - source.at, _NO_TIME) / _HOUR
        far = self._filter.surprise(value - source.offset, hours) > _SURPRISE
        return far and abs(rest) > _SPIKE

    def is_frozen(self, sensor: str) -> bool:
        """Return whether a sensor does not move though the room does."""
        source = self._sensors.get(sensor)
        return self.frozen or (source is not None and source.is_contradicted)

    @property
    def frozen(self) -> bool:
        """Return whether the only sensor does not move though the room does."""
        return self._flat is not None and self._flat.is_frozen

    def shift(self, step: timedelta) -> None:
        """Keep all ages as they are after the clock was stepped."""
        self._sensors.shift(step)
        self._test.shift(step)
        if self._at is not None:
            self._at += step
        if self._read_at is not None:
            self._read_at += step

    # Time

    def _advance(self, now: datetime) -> None:
        """Let the unit and the room go on until now."""
        before, self._at = self._at, max(now, self._at or now)
        if before is None or self._at == before:
            return
        if self._at - before > LONGEST_GAP:
            self._lose()
            return
        for hours, cool, heat in self._unit.parts(self._at - before):
            unknown = _UNKNOWN if self._unit.running is Running.UNKNOWN else 0.0
            for filter_ in self._filters():
                filter_.predict(hours, cool, heat, unknown=unknown)
            if self._flat is not None:
                self._flat.advance(hours, cool, heat)
            self._test.advance(hours, cool, heat)

    def _filters(self) -> Iterator[RoomFilter]:
        yield self._filter
        if self._flat is not None and not self._flat.is_frozen:
            yield self._flat.filter

    def _lose(self) -> None:
        """Reset the temperature; keep what was learned of the room."""
        self._sensors.clear()
        self._test.drop()
        self._read_at = self._flat = None
        self._unit.settle()

    # Trust

    def _is_sure(self, which: int) -> bool:
        """Return whether a part of the estimate is known well, with the right sign."""
        value = self._filter.x[which]
        right = value < 0 if which == COOL else value > 0
        return right and self._filter.spread(which) <= _SURE[which] * abs(value)

    def is_trusted(self, now: datetime, *, heating: bool = False) -> bool:
        """Return whether predictions were right, and the drive and the air are known.

        The uncertainty of the air grows while no reading comes.
        """
        if not self._test.is_good or self._read_at is None:
            return False
        if not self._is_sure(HEAT if heating else COOL):
            return False
        if self._at is None or now - self._at > _RECENT:
            self._advance(now)
        if self._read_at is None or now - self._read_at > LONGEST_GAP:
            return False
        return self._spread(now) <= _KNOWN

    def _spread(self, now: datetime) -> float:
        """Return the standard deviation of the air, °C.

        In silence it is what was measured, if that is less: that of the filter rests on
        how restless the drift is from one reading to the next, which says little of an
        hour. Where a flat line began is not known so well.
        """
        spread = self._filter.spread(AIR)
        if self.frozen or self._read_at is None:
            return spread
        return min(spread, self._test.error_after(now - self._read_at))

    # What is known

    @property
    def temperature(self) -> float:
        """Return the temperature of the air at the last reading or switch, °C."""
        return self._filter.x[AIR]

    def air(self, now: datetime, *, heating: bool = False) -> Air | None:
        """Return the air now, in the direction of the unit; None while not trusted."""
        if not self.is_trusted(now, heating=heating):
            return None
        x, sign = self._filter.x, -1 if heating else 1
        running = Running.HEAT if heating else Running.COOL
        air = Air(
            level=sign * (x[AIR] - REFERENCE),
            drift=sign * x[DRIFT],
            pull=x[PULL],
            power=abs(x[HEAT if heating else COOL]),
            effect=self._unit.of(running),
            spread=self._spread(now),
        )
        if self._at is None or now <= self._at:
            return air
        return air.after((now - self._at) / _HOUR, on=self._unit.running is running)

    def learned(self, now: datetime) -> Learned:
        """Return what is known."""
        error = self._test.error
        if not self._test.is_enough or self._read_at is None:
            return Learned(error=error)
        x = self._filter.x
        return Learned(
            error=error,
            trusted=self.is_trusted(now),
            time_constant=1 / x[PULL] if self._is_sure(PULL) else None,
            cooling_drive=x[COOL] if self._is_sure(COOL) else None,
            drift=x[DRIFT] - x[PULL] * (x[AIR] - REFERENCE),
        )

    def time_to(
        self, target: float, now: datetime, *, heating: bool = False
    ) -> timedelta | None:
        """Return how long the unit would take to a temperature, running all the time.

        None while the estimate is not trusted, and where it would take more than half
        a day or never come there.
        """
        air, sign = self.air(now, heating=heating), -1 if heating else 1
        return None if air is None else air.time_to((target - REFERENCE) * sign)

    # Between runs

    def as_dict(self) -> dict[str, Any]:
        """Return what has to survive a restart as JSON."""
        return {
            "filter": self._filter.as_dict(),
            **self._test.as_dict(),
            "fan": self._drives.fan,
            "grain": self._sensors.grain,
        }

    @classmethod
    def from_dict(cls, raw: object) -> RoomEstimate:
        """Go on with what was stored; what cannot be read has its default."""
        estimate = cls()
        if not isinstance(raw, dict):
            return estimate
        filter_ = RoomFilter.from_dict(raw.get("filter"))
        if filter_ is None:
            return estimate
        estimate._filter = filter_
        estimate._test = PredictionTest.from_dict(raw)
        estimate._sensors.grain = number(raw.get("grain"), 0.0, COARSEST, COARSEST)
        fan = raw.get("fan")
        estimate._drives.fan = fan[:64] if isinstance(fan, str) else None
        return estimate


_OF = {COOL: Running.COOL, HEAT: Running.HEAT}
