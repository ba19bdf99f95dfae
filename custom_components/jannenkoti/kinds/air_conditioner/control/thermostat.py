"""One thermostat: observe the device, decide, carry it out, keep the next state.

Pure: clocks, sensor readings and the driver are parameters, so that tests simulate
weeks in seconds.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ....lib.guard import observe
from ....lib.quorum import Doubt
from ..drivers.driver import CommandRefused, DriverError, QuotaExhausted
from ..insight.analytics import Analytics, Observation
from ..insight.daily_counters import DailyCounters
from ..insight.transitions import PreviousState
from ..model import Change, HvacMode, Request
from ..planning.planner import Planner
from .data import AirConditionerData
from .decide import Decision, Inputs, Reason, decide
from .device import TrackedDevice
from .duty_cycle import DutyCycle
from .failure_reason import reason_with_failure
from .fan_speed import FanSpeed
from .next_state import Rules, after_decision, before_decision
from .room_temperature import RoomTemperature
from .saved_state import SavedState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from ....lib.clock import Clocks
    from ....lib.quorum import Quorum
    from ..drivers.driver import Driver
    from ..estimator.turning_point import Air
    from ..insight.analytics import DayAnalytics
    from ..options import Options
    from ..planning.plan import Plan

    type StateChange = Callable[[SavedState, datetime], SavedState]

_WAITING = (Reason.WAITING_MINIMUM_OFF, Reason.WAITING_MINIMUM_ON)
_SILENT = (Reason.SENSOR_SILENT, Reason.SENSOR_FROZEN, Reason.BY_MODEL)

# Long enough to be seen by the user who has just changed something.
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
        """Initialize with the first state; `resume` restores that of the last run."""
        self.options = options
        self.device = TrackedDevice(driver, name)
        self.room = RoomTemperature.of(options)
        self.saved = SavedState(request=Request.first(driver.abilities))
        self.analytics = Analytics(zone, options.thermal)
        self.failure: DriverError | None = None
        """Why the last read or command failed."""
        self.dropped: tuple[str, ...] = ()
        """What the user asked for and the device no longer offers."""
        self._zone = zone
        self._read_clocks = read_clocks
        self._clocks = read_clocks()
        self._started = self._clocks.wall
        self._room_known = False
        self._silent_since: datetime | None = None
        self._gather_until: datetime | None = None
        self._counted = 0
        weekly = options.weekly(zone)
        self.planner = Planner(options.planning, weekly, *options.watched)
        self._duty = DutyCycle()
        self._fan_speed = FanSpeed(driver.abilities.fans)

    def resume(self, saved: SavedState) -> None:
        """Continue from the state of the last run."""
        hold = saved.hold and saved.hold.begun_by(self._clocks.wall)
        self.saved = replace(saved, hold=hold)
        self.device.lost_since = saved.lost_since
        due, now = saved.echo_due, self._clocks.wall
        longest = self.device.driver.echo_time
        if saved.seen is not None and due is not None and now < due <= now + longest:
            self.device.resume(saved.seen, due)

    def configure(self, options: Options) -> None:
        """Use other options; the sensors must be the same."""
        self.options = options
        self.planner.configure(options.planning, options.weekly(self._zone))
        self.room.configure(
            smoothing=options.smoothing,
            stale_after=options.stale_after,
            tolerance=options.tolerance,
        )

    def receive(self, sensor: str, value: float | None, at: datetime) -> None:
        """Receive a reading, °C; None while the sensor is unavailable."""
        self._time()
        estimate = self.analytics.room
        if value is not None and self._may_be_spike(sensor, value, at):
            self.room.postpone(sensor, value, at)
            estimate.read(sensor, value, at)
            return
        plausible = self.room.receive(sensor, value, at)
        if value is None:
            return
        quorum = self.room.agree(at)
        self.analytics.receive(at, quorum)
        frozen = quorum.doubted.get(sensor) is Doubt.FROZEN
        if plausible and (sensor in quorum.trusted or frozen):
            estimate.read(sensor, value, at)
            if estimate.is_frozen(sensor):
                self.room.freeze(sensor)

    def _may_be_spike(self, sensor: str, value: float, at: datetime) -> bool:
        """Return whether to use a reading only once it is confirmed."""
        return self.room.may_doubt(sensor, at) and self.analytics.room.doubts(
            sensor, value, at
        )

    async def async_poll(self) -> AirConditionerData:
        """Read the device, decide, and carry it out."""
        now = self._time()
        self.failure = None
        try:
            await self.device.async_read(now)
        except DriverError as err:
            self.failure = err
        return await self._async_decide(now)

    async def async_request(
        self, change: StateChange, gather: timedelta
    ) -> AirConditionerData:
        """Apply a request of the user and act on it.

        A start waits for ``gather``, so that further requests are part of it.
        """
        now = self._time()
        self.saved = change(self.saved, now)
        self.dropped = ()
        self._gather_until = now + gather if gather else None
        return await self.async_decide()

    async def async_decide(self) -> AirConditionerData:
        """Decide with the latest readings, and carry it out.

        While a command waits for its confirmation the device is read first.
        """
        if self.device.echo_due is not None or isinstance(self.failure, QuotaExhausted):
            return await self.async_poll()
        return await self._async_decide(self._time())

    async def _async_decide(self, now: datetime) -> AirConditionerData:
        """Make the next state and return what it shows."""
        options, abilities = self.options, self.device.driver.abilities
        previous = PreviousState.of(self.device, self.saved.request)
        if self.device.state is not None:
            self.dropped += self.saved.request.not_offered(abilities)
        saved = before_decision(self.saved, self.device, self._rules(), now)
        self.device.remote_used = self.device.was_unseen = False  # both are applied now
        quorum = self.room.ask(now, self._running_since(saved))
        inputs = self._inputs(saved, now, quorum)
        decision = decide(
            saved.request,
            saved.phase,
            inputs,
            now,
            parameters=options.parameters,
            abilities=abilities,
        )
        if self._has_to_read(decision, saved, now):
            return await self.async_poll()
        decision, sent = await self._async_carry_out(decision, saved, now)
        decision = reason_with_failure(decision, self.failure)
        today = now.astimezone(self._zone).date()
        self.saved = after_decision(
            saved, self.device, decision, today, sent=sent, commands=self._commands()
        )
        self._note_run(decision, now)
        target = inputs.plan.target(saved.request)
        observation = Observation.of(
            self.device, saved.request, target, previous, decision
        )
        analytics = self.analytics.update(now, observation)
        return self._data(quorum, inputs.plan, decision, analytics)

    def _has_to_read(
        self, decision: Decision, saved: SavedState, now: datetime
    ) -> bool:
        """Return whether to read the device before it is switched.

        The remote control may have been used since the last read. A stop that the user
        requests does not wait for an answer.
        """
        switches = decision.change.on is not None and saved.request.power is None
        return switches and not self.device.is_fresh(now)

    def _data(
        self,
        quorum: Quorum,
        plan: Plan,
        decision: Decision,
        analytics: DayAnalytics,
    ) -> AirConditionerData:
        """Return what the entities show after a decision."""
        saved = self.saved
        today = self._clocks.wall.astimezone(self._zone).date()
        return AirConditionerData(
            device=self.device.state,
            room=quorum.value,
            quorum=quorum,
            rejected=self.room.rejected,
            request=saved.request,
            hold=saved.hold,
            overrides=saved.overrides,
            plan=plan,
            decision=decision,
            counters=saved.counters or DailyCounters(day=today),
            analytics=analytics,
            dropped=self.dropped,
        )

    def _rules(self) -> Rules:
        """Return what the next state depends on."""
        return Rules(
            planner=self.planner,
            abilities=self.device.driver.abilities,
            minimum=self.options.parameters.minimum,
            hold=self.options.hold,
        )

    def _running_since(self, saved: SavedState) -> datetime | None:
        """Return since when the compressor has cooled or heated, if it does."""
        phase, state = saved.phase, self.device.state
        if phase is None or not phase.on or state is None or not state.compressor:
            return None
        return None if saved.request.mode is HvacMode.DRY else phase.since

    def _inputs(self, saved: SavedState, now: datetime, quorum: Quorum) -> Inputs:
        """Return the inputs of a decision."""
        request = saved.request
        need = self.analytics.time_to(request.target, request.mode, now)
        inputs = Inputs(
            device=self.device.state,
            room=quorum.value,
            plan=self.planner.plan(saved.overrides, saved.occupancy, now, need),
            hold=saved.hold,
            silent_since=self._silence(now, quorum),
            frozen=Doubt.FROZEN in quorum.doubted.values(),
            duty=self._duty.share,
            gather_until=self._gather_until,
            air=self._air(request.mode, now),
        )
        return self._fan_speed.advise(now, inputs, saved, self.options.parameters)

    def _air(self, mode: HvacMode, now: datetime) -> Air | None:
        """Return the air of the room model, if it is trusted in a mode."""
        if mode not in (HvacMode.COOL, HvacMode.HEAT):
            return None
        return self.analytics.room.air(now, heating=mode is HvacMode.HEAT)

    async def _async_carry_out(
        self, decision: Decision, saved: SavedState, now: datetime
    ) -> tuple[Decision, bool]:
        """Send the command; return the decision with its result.

        The second value is whether no part of the command is pending.
        """
        change, clear = decision.change, self.device.is_clear
        requested_off = saved.request.power is False and change.on is False
        if change and not clear and not requested_off:
            change = Change()
        if not change and not self.device.repeat:
            if decision.change:
                return replace(decision, next_change=self.device.echo_due), False
            disobeyed = self._has_disobeyed(decision, now)
            done = decision.reason is not Reason.GATHERING
            if disobeyed:
                return replace(decision, reason=Reason.DISOBEYED), done
            return decision, done
        try:
            expected = await self.device.async_send(change, now)
        except CommandRefused as err:
            self.failure = err
            return replace(decision, reason=Reason.REFUSED), True
        except DriverError as err:
            self.failure = err
            return replace(decision, reason=Reason.UNREACHABLE), False
        # It obeyed some time before its response; the latest time is the safest.
        obeyed = self._time()
        phase = observe(decision.phase, on=expected.compressor, now=obeyed)
        return replace(decision, phase=phase), change == decision.change

    def _has_disobeyed(self, decision: Decision, now: datetime) -> bool:
        """Return whether to show that the last command had no effect."""
        at = self.device.disobeyed_at
        if at is None or decision.reason in (Reason.HELD, Reason.UNREACHABLE):
            return False
        return decision.reason in _WAITING or now - at < _REPORTED

    def _silence(self, now: datetime, quorum: Quorum) -> datetime | None:
        """Return since when no sensor is trusted; after a start they get some time."""
        if quorum.value is not None:
            self._silent_since = None
            self._room_known = True
        elif self._silent_since is None and (
            self._room_known or now - self._started >= self.options.stale_after
        ):
            self._silent_since = now
        return self._silent_since

    def _commands(self) -> int:
        """Return how many commands were sent since the last decision."""
        commands = self.device.commands - self._counted
        self._counted = self.device.commands
        return commands

    def _note_run(self, decision: Decision, now: datetime) -> None:
        """Update the duty cycle, except while it decides itself."""
        if decision.phase is not None and decision.reason not in _SILENT:
            self._duty.update(now, on=decision.phase.on)

    def _time(self) -> datetime:
        """Return the time; after a step of the clock all ages stay as they were."""
        clocks = self._read_clocks()
        step = self._clocks.step_to(clocks)
        self._clocks = clocks
        if step:
            self.room.shift(step)
            self.device.shift(step)
            self.analytics.shift(step)
            self._fan_speed.shift(step)
            self._started += step
            if self._silent_since is not None:
                self._silent_since += step
            if self._gather_until is not None:
                self._gather_until += step
            self.saved = self.saved.shifted(step)
        return clocks.wall
