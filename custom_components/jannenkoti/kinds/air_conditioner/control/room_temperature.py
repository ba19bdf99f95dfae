"""The temperature of a room: what its sensors agree on, averaged over time."""

import math
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from ....lib.quorum import Doubt, Quorum, agree
from ....lib.reading import Gate, Plausible, read_number
from ....lib.temperature import read_temperature_unit, to_celsius

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..options import Options

# Samples closer together than this part of the smoothing time are one, so that a sensor
# that reports very often cannot fill the memory.
_SAMPLES = 100

# A room where people live: an open window in winter moves a sensor by a few degrees a
# minute, a DS18B20 that has just started (85 °C) or a broken wire (-127 °C) by more.
# The first value counts at once if it is ordinary: many sensors report 0 as they start.
_PLAUSIBLE = Plausible(
    lowest=-40, highest=60, step=3, per_minute=3, most=12, ordinary=(5, 40)
)

# Home Assistant's third unit of temperatures.
_KELVIN: Final = "K"
_ZERO_IN_KELVIN: Final = 273.15

# A working sensor moves by at least this much while the compressor runs, °C.
_MOVES = 0.05

# "The compressor ran for an hour and the reading did not move." Longer for a sensor of
# coarse steps: a room cools by about a step of 0.2 °C in such a time at the least.
_FROZEN_AFTER = timedelta(hours=1)
_FINE_STEP = 0.2
_LONGEST_FROZEN_AFTER = timedelta(hours=6)

# How long a reading that looks like a spike waits for the next ones.
_UNCONFIRMED: Final = timedelta(minutes=3)

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def celsius(text: str, unit: str | None) -> float | None:
    """Return a sensor state in °C, or None if it is not a temperature."""
    if (value := read_number(text)) is None:
        return None
    if unit in (None, ""):
        return value
    if unit == _KELVIN:
        return value - _ZERO_IN_KELVIN
    known = read_temperature_unit(unit)
    return None if known is None else to_celsius(value, known)


@dataclass(frozen=True, kw_only=True)
class SourceReading:
    """The last plausible reading of a sensor."""

    value: float
    """°C."""
    at: datetime


class _Sensor:
    """One sensor of the room."""

    def __init__(self) -> None:
        self.gate = Gate(_PLAUSIBLE)
        self.latest: SourceReading | None = None
        self.available = False
        self.unconfirmed: SourceReading | None = None
        """A reading that looks like a spike."""
        self.doubt = Doubt.SILENT
        """Why it does not count once its last reading is too old."""
        self.steady: SourceReading | None = None
        """The reading from which the value has not moved since."""
        self.frozen = False
        self._step = math.inf
        """The smallest difference between two readings, °C."""

    def receive(self, value: float | None, at: datetime) -> bool:
        """Use a reading; None while the sensor is unavailable.

        A lost sensor keeps its last reading, which counts until the stale limit.
        Returns whether the reading is plausible.
        """
        self.available = value is not None
        self.unconfirmed = None
        if value is None:
            self.doubt = Doubt.SILENT
            return False
        if not self.gate.passes(value, at):
            self.doubt = Doubt.IMPLAUSIBLE
            return False
        self._accept(SourceReading(value=value, at=at))
        return True

    def _accept(self, reading: SourceReading) -> None:
        before, self.latest, self.doubt = self.latest, reading, Doubt.SILENT
        if before is not None and before.value != reading.value:
            self._step = min(self._step, abs(before.value - reading.value))
        steady = self.steady
        if steady is None or abs(reading.value - steady.value) >= _MOVES:
            self.steady, self.frozen = reading, False

    def confirm(self, now: datetime) -> datetime:
        """Use a doubtful reading that no later one has contradicted.

        Returns until when it waits for one.
        """
        reading = self.unconfirmed
        if reading is None:
            return _NEVER
        due = reading.at + _UNCONFIRMED
        if now < due:
            return due
        self.receive(reading.value, reading.at)
        return _NEVER

    def judge(self, now: datetime, running_since: datetime) -> None:
        """Doubt a value that did not move while the compressor ran long enough."""
        if self.steady is None or self.latest is None:
            return
        coarse = max(self._step / _FINE_STEP, 1.0) if self._step < math.inf else 1.0
        limit = min(_FROZEN_AFTER * coarse, _LONGEST_FROZEN_AFTER)
        since = max(running_since, self.steady.at)
        # It reported meanwhile; a sensor that does not is silent after its limit.
        reported = self.latest.at - since >= limit / 2
        self.frozen |= reported and now - since >= limit

    def reading(self, oldest: datetime) -> float | Doubt:
        """Return its value, °C, or why it does not count."""
        if self.latest is None or self.latest.at <= oldest:
            return self.doubt
        return Doubt.FROZEN if self.frozen else self.latest.value

    def shift(self, step: timedelta) -> None:
        """Keep all ages after the clock was stepped."""
        if self.latest is not None:
            self.latest = replace(self.latest, at=self.latest.at + step)
        if self.steady is not None:
            self.steady = replace(self.steady, at=self.steady.at + step)
        if (last := self.unconfirmed) is not None:
            self.unconfirmed = replace(last, at=last.at + step)


@dataclass(frozen=True, slots=True)
class _Agreement:
    """What the sensors agree on for some time, if none reports meanwhile."""

    quorum: Quorum
    since: datetime
    until: datetime


class RoomTemperature:
    """What the sensors agree on, averaged over the smoothing time."""

    def __init__(
        self,
        sensors: Sequence[str],
        *,
        smoothing: timedelta,
        stale_after: timedelta,
        tolerance: float,
    ) -> None:
        """Initialize with the sensors in failover order.

        Readings are averaged over ``smoothing``. Those older than ``stale_after`` do
        not count, nor do sensors that differ by more than ``tolerance``, °C.
        """
        self._sensors = {sensor: _Sensor() for sensor in sensors}
        # (since, what was agreed on from then on)
        self._agreed: deque[tuple[datetime, float]] = deque()
        self._latest: _Agreement | None = None
        self.configure(
            smoothing=smoothing, stale_after=stale_after, tolerance=tolerance
        )

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return the room temperature of the sensors that the options name."""
        return cls(
            options.sensors,
            smoothing=options.smoothing,
            stale_after=options.stale_after,
            tolerance=options.tolerance,
        )

    @property
    def latest(self) -> dict[str, SourceReading | None]:
        """Return the last plausible reading of each sensor."""
        return {name: sensor.latest for name, sensor in self._sensors.items()}

    @property
    def rejected(self) -> int:
        """Return how many implausible readings were rejected."""
        return sum(sensor.gate.rejected for sensor in self._sensors.values())

    def configure(
        self, *, smoothing: timedelta, stale_after: timedelta, tolerance: float
    ) -> None:
        """Use other numbers from now on."""
        self._latest = None
        self._smoothing = smoothing
        self._apart = smoothing / _SAMPLES
        self._stale_after = stale_after
        self._tolerance = tolerance

    def receive(self, sensor: str, value: float | None, at: datetime) -> bool:
        """Use a reading, °C; None while the sensor is unavailable.

        Returns whether the reading is plausible.
        """
        self._latest = None
        plausible = self._sensors[sensor].receive(value, at)
        # Of the states that exist at the start the older ones may come last.
        newest = self._agreed[-1][0] if self._agreed else at
        self._add(max(at, newest), self.agree(at).value)
        return plausible

    def may_doubt(self, sensor: str, at: datetime) -> bool:
        """Return whether another reading was used so recently that one may wait."""
        latest = self._sensors[sensor].latest
        return latest is not None and at - latest.at < _UNCONFIRMED

    def postpone(self, sensor: str, value: float, at: datetime) -> None:
        """Keep a reading that looks like a spike until the next one, or for minutes."""
        self._latest = None
        self._sensors[sensor].unconfirmed = SourceReading(value=value, at=at)
        self._sensors[sensor].available = True

    def freeze(self, sensor: str) -> None:
        """Doubt a sensor until its value moves."""
        self._latest = None
        self._sensors[sensor].frozen = True

    def agree(self, now: datetime) -> Quorum:
        """Return what the sensors agree on, °C, not smoothed.

        Sensors that are lost count only while no other one does.
        """
        latest = self._latest
        if latest is None or not latest.since <= now < latest.until:
            latest = self._latest = self._agree(now)
        return latest.quorum

    def _agree(self, now: datetime) -> _Agreement:
        """Return what the sensors agree on from now on, until time changes it."""
        oldest, until = now - self._stale_after, _NEVER
        readings: dict[str, float | Doubt] = {}
        lost = False
        for name, sensor in self._sensors.items():
            if sensor.unconfirmed is not None:
                until = min(until, sensor.confirm(now))
            readings[name] = sensor.reading(oldest)
            if sensor.latest is not None and sensor.latest.at > oldest:
                until = min(until, sensor.latest.at + self._stale_after)
                lost |= not sensor.available
        quorum = agree(readings, self._tolerance)
        if lost:
            present = {
                name: reading if self._sensors[name].available else self._lost(reading)
                for name, reading in readings.items()
            }
            among = agree(present, self._tolerance)
            quorum = quorum if among.value is None else among
        return _Agreement(quorum, now, until)

    def ask(self, now: datetime, running_since: datetime | None = None) -> Quorum:
        """Return the room temperature, °C, and which sensors are trusted for it.

        ``running_since`` is when the compressor started; None while it does not run.
        """
        quorum = self.agree(now)
        if running_since is not None and len(quorum.trusted) == 1:
            # No other sensor confirms its value.
            self._latest = None
            self._sensors[quorum.trusted[0]].judge(now, running_since)
            quorum = self.agree(now)
        self._add(now, quorum.value)
        if quorum.value is None:
            return quorum
        return Quorum(
            value=self._mean(now), trusted=quorum.trusted, doubted=quorum.doubted
        )

    def shift(self, step: timedelta) -> None:
        """Keep every age as it is after the clock was stepped."""
        self._latest = None
        for sensor in self._sensors.values():
            sensor.shift(step)
        self._agreed = deque((since + step, value) for since, value in self._agreed)

    @staticmethod
    def _lost(reading: float | Doubt) -> Doubt:
        """Return why the reading of a lost sensor does not count."""
        return reading if isinstance(reading, Doubt) else Doubt.SILENT

    def _add(self, at: datetime, value: float | None) -> None:
        """Add what the sensors agree on from a moment on."""
        agreed = self._agreed
        if value is None or (agreed and agreed[-1][0] > at):
            # Older samples have no place on the time line of a clock that was set back.
            agreed.clear()
        if value is None:
            return
        if not agreed or agreed[-1][0] <= at - self._apart:
            agreed.append((at, value))
        else:
            agreed[-1] = (agreed[-1][0], value)
        self._forget(at - self._smoothing)

    def _forget(self, start: datetime) -> None:
        """Remove samples that ended before a moment."""
        while len(self._agreed) > 1 and self._agreed[1][0] <= start:
            self._agreed.popleft()

    def _mean(self, now: datetime) -> float:
        """Return the mean over the smoothing time, weighted by time."""
        agreed, start = self._agreed, now - self._smoothing
        total = weight = 0.0
        until = now
        for since, value in reversed(agreed):
            seconds = max((until - max(since, start)).total_seconds(), 0.0)
            total += value * seconds
            weight += seconds
            until = min(since, now)
        return total / weight if weight else agreed[-1][1]
