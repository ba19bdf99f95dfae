"""One thermostat: what it knows, how it thinks, what it remembers.

Pure: the clocks, the sensors' words and the driver are handed in, so weeks of it can be
simulated in seconds.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ....lib.guard import observe
from ....lib.hold import Hold
from ..drivers.driver import CommandRefused, DriverError, QuotaExhausted
from ..insight.analytics import Analytics, Observation
from ..insight.daily_counters import DailyCounters
from ..insight.transitions import PreviousState
from ..model import Request
from ..planning.planner import Planner
from .decide import Decision, Inputs, Reason, decide
from .device import TrackedDevice
from .duty_cycle import DutyCycle
from .failure_reason import explained
from .fan_speed import FanSpeed
from .remote_control import follow
from .room_temperature import RoomTemperature
from .saved_state import SavedState
from .snapshot import AirConditionerData

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from ....lib.clock import Clocks
    from ..drivers.driver import Driver
    from ..model import Change
    from ..options import Options
    from ..planning.plan import Plan

_NO_TIME = timedelta(0)

_WAITING = (Reason.WAITING_MINIMUM_OFF, Reason.WAITING_MINIMUM_ON)

# Long enough to be seen by whoever has just pressed something.
_REPORTED = timedelta(minutes=10)


class Thermostat:
    """The thermostat of one air conditioner."""

    def __init__(
        self,
        driver: Driver,
        name: str,
        options: Options,
        zone: tzinfo,
        read_clocks: Callable[[], Clocks],
    ) -> None:
        """Start with no memory; `resume` gives it that of the last run."""
        self.options = options
        self.device = TrackedDevice(driver, name)
        self.room = RoomTemperature.of(options)
        self.saved = SavedState(request=Request.first(driver.abilities))
        self.analytics = Analytics(zone, options.thermal)
        self.failure: DriverError | None = None
        """Why the device could not be asked or told last."""
        self._zone = zone
        self._read_clocks = read_clocks
        self._clocks = read_clocks()
        self._started = self._clocks.wall
        self._spoken = False
        self._silent_since: datetime | None = None
        self._counted = 0
        weekly = options.weekly(zone)
        self.planner = Planner(options.planning, weekly, *options.watched)
        self._duty = DutyCycle()
        self._fan_speed = FanSpeed(driver.abilities.fans)

    def resume(self, saved: SavedState) -> None:
        """Go on where the last run ended."""
        hold = saved.hold and saved.hold.begun_by(self._clocks.wall)
        self.saved = replace(saved, hold=hold)
        self.device.lost_since = saved.lost_since
        due, now = saved.echo_due, self._clocks.wall
        longest = self.device.driver.echo_time
        if saved.seen is not None and due is not None and now < due <= now + longest:
            self.device.resume(saved.seen, due)

    def configure(self, options: Options) -> None:
        """Take other options that need no other sensors."""
        self.options = options
        self.planner.configure(options.planning, options.weekly(self._zone))
        self.room.configure(
            smoothing=options.smoothing,
            stale_after=options.stale_after,
            tolerance=options.tolerance,
        )

    def hear(self, sensor: str, value: float | None, at: datetime) -> None:
        """Take a reading; None says that the sensor has become unavailable."""
        self.room.hear(sensor, value, at)
        self.analytics.hear(at, self.room.agree(at))

    async def async_poll(self) -> AirConditionerData:
        """Ask the device, decide, and carry it out."""
        now = self._time()
        self.failure = None
        try:
            await self.device.async_read(now)
        except DriverError as err:
            self.failure = err
        if self.device.was_unseen:
            self.saved = replace(self.saved, phase=None)
        return await self._async_decide(now)

    async def async_decide(self) -> AirConditionerData:
        """Decide by what is known, and carry it out.

        While a command is under way the device is asked first, perhaps it has obeyed.
        """
        if self.device.echo_due is not None or isinstance(self.failure, QuotaExhausted):
            return await self.async_poll()
        return await self._async_decide(self._time())

    async def _async_decide(self, now: datetime) -> AirConditionerData:
        before = PreviousState.of(self.device, self.saved.request)
        self._notice_remote(now)
        quorum = self.room.ask(now)
        inputs = self._inputs(now, quorum.value)
        decision = decide(
            self.saved.request,
            self.saved.phase,
            inputs,
            now,
            parameters=self.options.parameters,
            abilities=self.device.driver.abilities,
        )
        decision = explained(await self._async_carry_out(decision, now), self.failure)
        observation = Observation.of(
            self.device, self.saved, inputs.plan, before, decision
        )
        counters = self._remember(decision, now)
        return AirConditionerData(
            device=self.device.state,
            room=quorum.value,
            quorum=quorum,
            rejected=self.room.rejected,
            saved=self.saved,
            plan=inputs.plan,
            decision=decision,
            counters=counters,
            insight=self.analytics.see(now, observation),
        )

    def _inputs(self, now: datetime, room: float | None) -> Inputs:
        """Return what is known at the time of a decision."""
        inputs = Inputs(
            device=self.device.state,
            room=room,
            plan=self._plan(now),
            hold=self.saved.hold,
            silent_since=self._silence(now, silent=room is None),
            duty=self._duty.share,
        )
        return self._fan_speed.advise(now, inputs, self.saved, self.options.parameters)

    def _may_send(self, change: Change) -> bool:
        """Whether to send a command now; the user's own "off" is never put off."""
        told_off = self.saved.request.power is False and change.on is False
        return told_off or self.device.is_clear

    async def _async_carry_out(self, decision: Decision, now: datetime) -> Decision:
        """Send the command if there is one; return the decision as it turned out."""
        if not decision.change:
            disobeyed = self._has_disobeyed(decision, now)
            return replace(decision, reason=Reason.DISOBEYED) if disobeyed else decision
        if not self._may_send(decision.change):
            return replace(decision, next_change=self.device.echo_due)
        try:
            expected = await self.device.async_send(decision.change, now)
        except CommandRefused as err:
            self.failure = err
            return replace(decision, reason=Reason.REFUSED)
        except DriverError as err:
            self.failure = err
            return replace(decision, reason=Reason.UNREACHABLE)
        # The device has obeyed some time before its answer; the latest is the safest.
        obeyed = self._time()
        phase = observe(decision.phase, on=expected.compressor, now=obeyed)
        return replace(decision, phase=phase)

    def _has_disobeyed(self, decision: Decision, now: datetime) -> bool:
        """Whether the user should know that the last command was in vain."""
        at = self.device.disobeyed_at
        if at is None or decision.reason in (Reason.HELD, Reason.UNREACHABLE):
            return False
        return decision.reason in _WAITING or now - at < _REPORTED

    def _notice_remote(self, now: datetime) -> None:
        """Follow what somebody has done by the remote control."""
        seen, saved = self.device.state, self.saved
        if saved.hold is not None and not saved.hold.holds(now):
            saved = replace(saved, hold=None)
        if seen is not None:
            # Also what it will not do, told twice, is given up and not told for ever.
            request = follow(saved.request, saved.seen, seen)
            if request is not saved.request:
                saved = replace(saved, request=request)
            if self.device.remote_used and saved.request.regulate:
                saved = replace(saved, hold=self._hold(now))
            self.device.remote_used = False
        self.saved = saved

    def _hold(self, now: datetime) -> Hold | None:
        """Return the hold that begins now; None where the user wants none."""
        if self.options.hold <= _NO_TIME:
            return None
        moment = self.planner.schedule(now)
        edge = None if moment is None else moment.changes_at
        return Hold.begin(now, self.options.hold, edge)

    def _plan(self, now: datetime) -> Plan:
        """Return what to aim at; what is over is forgotten."""
        saved = self.saved
        overrides, around = self.planner.look(saved.overrides, saved.occupancy, now)
        if overrides is not saved.overrides or around is not saved.occupancy:
            self.saved = replace(saved, overrides=overrides, occupancy=around)
        request = saved.request
        need = self.analytics.time_to(request.target, request.mode, now)
        return self.planner.plan(overrides, around, now, need)

    def _silence(self, now: datetime, *, silent: bool) -> datetime | None:
        """Return since when no sensor is trusted; after a start they get their time."""
        if not silent:
            self._silent_since = None
            self._spoken = True
        elif self._silent_since is None and (
            self._spoken or now - self._started >= self.options.stale_after
        ):
            self._silent_since = now
        return self._silent_since

    def _remember(self, decision: Decision, now: datetime) -> DailyCounters:
        """Keep what the next decision, perhaps after a restart, has to know."""
        device, saved = self.device.state, self.saved
        counters = self._count(decision, now)
        refused = decision.reason is Reason.REFUSED
        request = saved.request if device is None else saved.request.after(device)
        if refused and request.power is not None:
            request = replace(request, power=None)
        self.saved = SavedState(
            request=request,
            phase=decision.phase,
            seen=saved.seen if device is None else device.lasting,
            echo_due=self.device.echo_due,
            lost_since=self.device.lost_since,
            hold=saved.hold,
            overrides=saved.overrides,
            occupancy=saved.occupancy,
            counters=counters,
        )
        return counters

    def _count(self, decision: Decision, now: datetime) -> DailyCounters:
        """Return the day's counts with what has happened since the last decision."""
        today = now.astimezone(self._zone).date()
        commands = self.device.commands - self._counted
        self._counted = self.device.commands
        before, after = self.saved.phase, decision.phase
        started = (
            before is not None and not before.on and after is not None and after.on
        )
        if after is not None and decision.reason is not Reason.SENSOR_SILENT:
            self._duty.see(now, on=after.on)
        counters = (self.saved.counters or DailyCounters(day=today)).on(today)
        return counters.plus(commands=commands, starts=int(started))

    def _time(self) -> datetime:
        """Return the time; when the clock was stepped, ages stay as they were."""
        clocks = self._read_clocks()
        if step := self._clocks.step_to(clocks):
            self.room.shift(step)
            self.device.shift(step)
            self.analytics.break_off()
            self._fan_speed.shift(step)
            self._started += step
            if self._silent_since is not None:
                self._silent_since += step
            self.saved = self.saved.shifted(step)
        self._clocks = clocks
        return clocks.wall
