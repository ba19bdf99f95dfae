"""Analytics of the room and the compressor.

It receives the readings before smoothing, and an observation of each decision; it has
no effect on decisions. The day begins at local midnight.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from ....lib.stored import Stored
from ..estimator.estimate import RoomEstimate
from ..estimator.learned import Learned, Running
from ..model import HvacMode
from .rates import Point, PowerChange, RateMeter, Rates, Sums
from .run_meter import RunTime, RunTimeMeter
from .transitions import PreviousState, TransitionDetector

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta, tzinfo

    from ....lib.quorum import Quorum
    from ..control.decide import Decision
    from ..control.device import TrackedDevice
    from ..model import DeviceState, Request
    from .transitions import PowerCommand, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a decision observed and did."""

    device: DeviceState | None
    """None while the air conditioner does not respond."""
    mode: HvacMode
    """The mode in use if the device does not report one."""
    target: float
    """Target in force, °C."""
    before: PreviousState = field(default_factory=PreviousState)
    command: PowerCommand | None = None
    """The power command that was sent."""

    @classmethod
    def of(
        cls,
        device: TrackedDevice,
        request: Request,
        target: float,
        before: PreviousState,
        done: Decision,
    ) -> Self:
        """Return what a decision observed and did."""
        return cls(
            device=device.state,
            mode=request.mode,
            target=target,
            before=before,
            command=before.command(done, device.commands),
        )

    @property
    def compressor(self) -> bool | None:
        """Return whether the compressor runs; None if unknown."""
        return None if self.device is None else self.device.compressor

    @property
    def cooling(self) -> bool | None:
        """Return whether it cools or dries, or rests; None for anything else.

        The original's air conditioner could not heat, so its rates exclude heating.
        """
        if self.device is None:
            return None
        heats = (self.device.mode or self.mode) is HvacMode.HEAT
        return None if heats and self.device.compressor else self.device.compressor

    @property
    def running(self) -> Running:
        """Return what it does to the room."""
        if self.device is None:
            return Running.UNKNOWN
        if not self.device.compressor:
            return Running.REST
        return _RUNNING.get(self.device.mode or self.mode, Running.UNKNOWN)


_RUNNING = {HvacMode.COOL: Running.COOL, HvacMode.HEAT: Running.HEAT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalParameters:
    """Thermal properties of room and unit that the user entered."""

    capacity: float | None = None
    """The room's thermal capacity, J/K."""
    rated_cooling: float | None = None
    """Rated cooling power on the unit's type plate, W."""

    def capacity_by(self, learned: Learned) -> float | None:
        """Return the thermal capacity, entered or estimated from the rated power.

        Capacity is power divided by drive: temperatures alone do not give watts.
        """
        if self.capacity is not None:
            return self.capacity
        if self.rated_cooling is None or learned.cooling_drive is None:
            return None
        return self.rated_cooling / -learned.cooling_drive * _HOUR


_HOUR = 3600.0
_LONGEST_DAY = 25 * _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnalytics:
    """The figures of today."""

    rates: Rates = field(default_factory=Rates)
    run: RunTime = field(default_factory=RunTime)
    transition: Transition | None = None
    """The latest since the start."""
    capacity: float | None = None
    """Heat that warms the room by one degree, J/K; None if unknown."""
    learned: Learned = field(default_factory=Learned)
    time_to_target: timedelta | None = None
    """Time to the target if the unit runs continuously from now."""

    @property
    def cooling_power(self) -> float | None:
        """Return what the room lost while the compressor ran today, W."""
        return self.rates.cooling_power(self.capacity)

    @property
    def heating_power(self) -> float | None:
        """Return what the room gained while it rested today, W."""
        return self.rates.heating_power(self.capacity)


class Analytics:
    """Analytics of one thermostat."""

    def __init__(self, zone: tzinfo, known: ThermalParameters) -> None:
        """Initialize with an empty day; `resume` restores the stored one."""
        self.room = RoomEstimate()
        self._learned = Learned()
        self._time_to_target: timedelta | None = None
        self._zone = zone
        self._known = known
        self._day: date | None = None
        self._rates = RateMeter()
        self._run = RunTimeMeter()
        self._transitions = TransitionDetector()
        self._transition: Transition | None = None

    @property
    def today(self) -> DayAnalytics:
        """Return the figures of today; of the room model, as of the last update."""
        return DayAnalytics(
            rates=self._rates.rates,
            run=self._run.time,
            transition=self._transition,
            capacity=self._known.capacity_by(self._learned),
            learned=self._learned,
            time_to_target=self._time_to_target,
        )

    def receive(self, at: datetime, quorum: Quorum) -> None:
        """Receive the quorum of the room sensors after one of them has reported."""
        today = at.astimezone(self._zone).date()
        if self._day is None or today < self._day:
            return  # A reading from before the start.
        self._turn_to(today, at)
        if quorum.value is not None:
            point = Point(at=at, value=quorum.value, voters=quorum.trusted)
            self._rates.read(point)

    def update(self, now: datetime, observation: Observation) -> DayAnalytics:
        """Update with the observation of a decision; return the figures of today."""
        self._turn_to(now.astimezone(self._zone).date(), now)
        self._run.update(now, on=observation.compressor)
        self._rates.switch(PowerChange(at=now, on=observation.cooling))
        if (power := observation.before.power) is not None:
            seen = self._transitions.update(
                now, on=power, remote=observation.before.remote
            )
            self._transition = seen or self._transition
        self._transitions.command(observation.command)
        self.room.run(
            now,
            observation.running,
            observation.device.fan if observation.device else None,
        )
        self._learned = self.room.learned(now)
        self._time_to_target = self.time_to(observation.target, observation.mode, now)
        return self.today

    def time_to(self, target: float, mode: HvacMode, now: datetime) -> timedelta | None:
        """Return how long the unit takes to reach a temperature; None if unknown."""
        if mode not in _RUNNING:
            return None
        return self.room.time_to(target, now, heating=mode is HvacMode.HEAT)

    def shift(self, step: timedelta) -> None:
        """Discard open intervals after a step of the clock; keep the room model."""
        self._rates.break_off()
        self._run.break_off()
        self.room.shift(step)

    def _turn_to(self, day: date, now: datetime) -> None:
        """Begin a new day unless it is still the same."""
        if day == self._day:
            return
        if self._day is not None:
            local = now.astimezone(self._zone)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
            self._rates.start_day()
            self._run.start_day(midnight.astimezone(now.tzinfo))
        self._day = day

    def as_dict(self) -> dict[str, Any]:
        """Return what has to survive a restart as JSON."""
        rates, run = self._rates.rates, self._run.time
        return {
            "day": self._day and self._day.isoformat(),
            "on": _sums_as_list(rates.on),
            "off": _sums_as_list(rates.off),
            "running": run.running,
            "known": run.known,
            "power": self._transitions.on,
            "room": self.room.as_dict(),
        }

    def resume(self, raw: Mapping[str, Any] | None) -> None:
        """Restore what was stored; unreadable parts start again."""
        if not raw:
            return
        stored = Stored(raw)
        try:
            self._day = date.fromisoformat(stored.text("day", "", len("2026-01-01")))
        except ValueError:
            self._day = None
        if self._day is not None:
            rates = Rates(on=_sums(stored, "on"), off=_sums(stored, "off"))
            self._rates = RateMeter(rates)
            running = stored.number("running", 0.0, 0.0, _LONGEST_DAY)
            known = stored.number("known", running, running, _LONGEST_DAY)
            self._run = RunTimeMeter(RunTime(running=running, known=known))
        on, off = (stored.truth("power", default=x) for x in (True, False))
        self._transitions = TransitionDetector(on=on if on is off else None)
        room = raw.get("room") if isinstance(raw, dict) else None
        self.room = RoomEstimate.from_dict(room)


def _sums_as_list(sums: Sums) -> list[float]:
    return [sums.seconds, sums.change, sums.pairs]


def _sums(stored: Stored, key: str) -> Sums:
    """Return stored sums; empty ones if they are not complete."""
    numbers = stored.numbers(key)
    if len(numbers) != len(("seconds", "change", "pairs")) or min(numbers[::2]) < 0:
        return Sums()
    seconds, change, pairs = numbers
    return Sums(seconds=seconds, change=change, pairs=int(pairs))
