"""The thermostat's decision: from what is known now to what to do and why.

Pure: no clock, no input or output, so that every decision can be replayed. The rules
are those of the original (on above, off below, minimum times, a sleep window in which
it never starts), its quirks mended; docs/air_conditioner.md tells where they differ.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ....lib.guard import MinimumTimes, Phase, observe
from ..model import Change, HvacMode
from ..planning.overrides import Preset
from ..planning.plan import PLAIN, Plan
from .command import command

if TYPE_CHECKING:
    from datetime import datetime

    from ....lib.hold import Hold
    from ..model import Abilities, DeviceState, Request


class Reason(StrEnum):
    """Why the air conditioner is as it is; each has a text in every language."""

    COOLING = "cooling"
    HEATING = "heating"
    DRYING = "drying"
    FAN = "fan"
    SATISFIED = "satisfied"
    BOOSTING = "boosting"
    PRECOOLING = "precooling"
    ECO = "eco"
    AWAY = "away"
    SLEEP_CURVE = "sleep_curve"
    WAITING_MINIMUM_OFF = "waiting_minimum_off"
    WAITING_MINIMUM_ON = "waiting_minimum_on"
    CHANGING_MODE = "changing_mode"
    SLEEPING = "sleeping"
    WINDOW_OPEN = "window_open"
    SENSOR_SILENT = "sensor_silent"
    AWAITING_SENSOR = "awaiting_sensor"
    HELD = "held"
    UNREACHABLE = "unreachable"
    CLOUD_LOST = "cloud_lost"
    SUBSCRIPTION_EXPIRED = "subscription_expired"
    QUOTA_EXHAUSTED = "quota_exhausted"
    REFUSED = "refused"
    DISOBEYED = "disobeyed"
    BY_HAND = "by_hand"
    OFF = "off"


class OnSilence(StrEnum):
    """What to do while no room sensor can be trusted."""

    OFF = "off"
    KEEP = "keep"
    DUTY = "duty"
    """Run for the part of the time that it ran before, for some hours, then off."""


_MINIMUM = MinimumTimes(on=timedelta(seconds=240), off=timedelta(seconds=240))


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """How the thermostat works; the defaults are the original's."""

    above: float = 0.5
    """Cooling starts, or heating stops, this far above the target, °C."""
    below: float = 0.5
    """Cooling stops, or heating starts, this far below the target, °C."""
    minimum: MinimumTimes = _MINIMUM
    on_silence: OnSilence = OnSilence.OFF
    duty_limit: timedelta = timedelta(hours=4)
    """For how long to run by duty at most."""
    drive_cool: float | None = 16.0
    """What to set the device to while it cools, so that it does not stop by itself."""
    drive_heat: float | None = 30.0
    """The same for heating."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What is known at the time of a decision."""

    device: DeviceState | None
    """None while the air conditioner does not answer."""
    room: float | None
    """The room's temperature, °C; None while no sensor can be trusted."""
    plan: Plan = PLAIN
    """What to aim at now."""
    hold: Hold | None = None
    """A hold by somebody at the remote control, if one is on."""
    silent_since: datetime | None = None
    """Since when no sensor can be trusted; None while it may just have started."""
    duty: float | None = None
    """The part of the time that the compressor ran before, 0 to 1."""
    fan: str | None = None
    """The speed that will do, where the user leaves it to the thermostat."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do, why, and when that may change by itself."""

    reason: Reason
    change: Change
    phase: Phase | None
    """The compressor's phase as seen before the change."""
    next_change: datetime | None = None


_REASON_RUNNING = {
    HvacMode.COOL: Reason.COOLING,
    HvacMode.DRY: Reason.DRYING,
    HvacMode.FAN: Reason.FAN,
    HvacMode.HEAT: Reason.HEATING,
}

# What keeps the compressor off that the user's own target would let run.
_REASON_RESTING = {
    Preset.AWAY: Reason.AWAY,
    Preset.ECO: Reason.ECO,
    Preset.SLEEP: Reason.SLEEP_CURVE,
}

_BY_TEMPERATURE = (Reason.COOLING, Reason.HEATING, Reason.BOOSTING)

_NOTHING = Change()

# One run and one rest together: as seldom as a person would bear, for the wear's sake.
_DUTY_CYCLE = timedelta(minutes=40)


def decide(
    request: Request,
    phase: Phase | None,
    inputs: Inputs,
    now: datetime,
    *,
    parameters: Parameters,
    abilities: Abilities,
) -> Decision:
    """Return what the air conditioner should do now.

    ``phase`` is what the last decision left, or what was stored before a restart.
    """
    device = inputs.device
    if device is None:
        return Decision(reason=Reason.UNREACHABLE, change=_NOTHING, phase=phase)
    phase = observe(phase, on=device.compressor, now=now)
    wanted, reason = _wanted(request, parameters, inputs, device, phase, now)
    fan = _fan(request, inputs, reason)
    change = command(request, parameters, abilities, device, on=wanted, fan=fan)
    edge = _edge(request, inputs, reason)
    will_run = device.after(change).compressor
    # Whoever presses "off" means off: to stop early does no harm, only to start.
    if will_run is not phase.on and not (request.power is False and not will_run):
        free_at = phase.free_at(parameters.minimum)
        if now < free_at:
            return Decision(
                reason=Reason.WAITING_MINIMUM_ON
                if phase.on
                else Reason.WAITING_MINIMUM_OFF,
                change=_NOTHING,
                phase=phase,
                next_change=free_at,
            )
    return Decision(reason=reason, change=change, phase=phase, next_change=edge)


def _fan(request: Request, inputs: Inputs, reason: Reason) -> str | None:
    """Return the fan speed: the user's, or what will do where the room decides."""
    return request.fan or (inputs.fan if reason in _BY_TEMPERATURE else None)


def _edge(request: Request, inputs: Inputs, reason: Reason) -> datetime | None:
    """Return when what is wanted may change by itself."""
    if inputs.hold is not None and reason is Reason.HELD:
        return inputs.hold.until
    return inputs.plan.edge if request.regulate else None


def _wanted(  # noqa: PLR0911 - rules in order, the first that applies counts
    request: Request,
    parameters: Parameters,
    inputs: Inputs,
    device: DeviceState,
    phase: Phase,
    now: datetime,
) -> tuple[bool, Reason]:
    """Return whether the device should be on, and why, the guard left aside."""
    if request.power is not None:
        return request.power, Reason.BY_HAND if request.power else Reason.OFF
    if not request.regulate:
        return device.on, Reason.BY_HAND if device.on else Reason.OFF
    if inputs.hold is not None:
        return device.on, Reason.HELD
    if inputs.plan.asleep:
        return False, Reason.SLEEPING
    if request.mode is HvacMode.FAN:
        return True, Reason.FAN
    if inputs.plan.window_open:
        return False, Reason.WINDOW_OPEN
    if device.compressor and _opposed(device.mode, request.mode):
        return False, Reason.CHANGING_MODE
    if inputs.room is None:
        if inputs.silent_since is None:
            return device.on, Reason.AWAITING_SENSOR
        silent = now - inputs.silent_since
        on = _without_sensor(parameters, inputs.duty, phase, now, silent=silent)
        return on, Reason.SENSOR_SILENT
    return _by_temperature(
        request, parameters, inputs.plan, inputs.room, on=device.compressor
    )


def _by_temperature(
    request: Request, parameters: Parameters, plan: Plan, room: float, *, on: bool
) -> tuple[bool, Reason]:
    """Return whether the compressor should run, and whether the plan is the reason."""
    runs = _hysteresis(request.mode, plan.target(request), parameters, room, on=on)
    if runs and plan.early:
        return True, Reason.PRECOOLING
    if runs:
        boosting = plan.preset is Preset.BOOST
        return True, Reason.BOOSTING if boosting else _REASON_RUNNING[request.mode]
    if plan.relief and _hysteresis(
        request.mode, request.target, parameters, room, on=on
    ):
        return False, _REASON_RESTING.get(plan.preset, Reason.SATISFIED)
    return False, Reason.SATISFIED


def _hysteresis(
    mode: HvacMode, target: float, parameters: Parameters, room: float, *, on: bool
) -> bool:
    """Return whether the compressor should run; inside the band it stays as it is."""
    too_warm = room >= target + parameters.above
    too_cold = room <= target - parameters.below
    if mode is HvacMode.HEAT:
        return too_cold or (on and not too_warm)
    return too_warm or (on and not too_cold)


def _without_sensor(
    parameters: Parameters,
    duty: float | None,
    phase: Phase,
    now: datetime,
    *,
    silent: timedelta,
) -> bool:
    """Return whether the compressor should run while nobody knows the temperature."""
    if parameters.on_silence is OnSilence.KEEP:
        return phase.on
    if (
        parameters.on_silence is OnSilence.OFF
        or not duty
        or silent >= parameters.duty_limit
    ):
        return False
    share = duty if phase.on else 1 - duty
    spent = now - phase.since >= _DUTY_CYCLE * share
    return phase.on is not spent


def _opposed(running: HvacMode | None, wanted: HvacMode) -> bool:
    """Whether the compressor has to be turned round from one mode to the other."""
    return running is not None and (running is HvacMode.HEAT) is not (
        wanted is HvacMode.HEAT
    )
