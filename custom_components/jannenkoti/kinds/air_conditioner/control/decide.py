"""Decide what the air conditioner does: inputs in, command and reason out.

Pure: no clock, no input or output, so that every decision can be replayed. The rules
are those of the original server (on above the band, off below it, minimum times, a
sleep window without starts); docs/air_conditioner-details.md lists the differences.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ....lib.guard import Phase, observe
from ..model import NOTHING, HvacMode
from ..planning.overrides import Preset
from ..planning.plan import PLAIN, Plan
from .command import command
from .duty_cycle import runs_on_silence
from .parameters import OnSilence
from .temperature import Temperature

if TYPE_CHECKING:
    from datetime import datetime

    from ....lib.hold import Hold
    from ..estimator.turning_point import Air
    from ..model import Abilities, Change, DeviceState, Request
    from .parameters import Parameters


class Reason(StrEnum):
    """Why the air conditioner is as it is; each has a text in every language."""

    COOLING = "cooling"
    HEATING = "heating"
    DRYING = "drying"
    FAN = "fan"
    SATISFIED = "satisfied"
    ANTICIPATING = "anticipating"
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
    SENSOR_FROZEN = "sensor_frozen"
    BY_MODEL = "by_model"
    AWAITING_SENSOR = "awaiting_sensor"
    HELD = "held"
    HOLD_LIMIT = "hold_limit"
    GATHERING = "gathering"
    UNREACHABLE = "unreachable"
    CLOUD_LOST = "cloud_lost"
    SUBSCRIPTION_EXPIRED = "subscription_expired"
    QUOTA_EXHAUSTED = "quota_exhausted"
    REFUSED = "refused"
    DISOBEYED = "disobeyed"
    BY_HAND = "by_hand"
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The inputs of a decision."""

    device: DeviceState | None
    """None while the air conditioner does not respond."""
    room: float | None
    """Room temperature, °C; None while no sensor is trusted."""
    plan: Plan = PLAIN
    """The plan at this time."""
    hold: Hold | None = None
    """The hold after a change by remote control."""
    silent_since: datetime | None = None
    """Since when no sensor is trusted; None during the first minutes after a start."""
    frozen: bool = False
    """Whether sensors report, but a value that did not follow the compressor."""
    duty: float | None = None
    """Share of the time that the compressor ran before, 0 to 1."""
    air: Air | None = None
    """Air temperature of the room model; None while it is not trusted."""
    fan: str | None = None
    """Sufficient fan speed, where the user leaves it to the thermostat."""
    gather_until: datetime | None = None
    """Until when a start waits for further requests of the user."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do, why, and when that may change without new inputs."""

    reason: Reason
    change: Change
    phase: Phase | None
    """The compressor's phase as observed before the change."""
    next_change: datetime | None = None
    turn_at: datetime | None = None
    """When the room model requires a switch, if that is soon: decide again then."""


_REASON_RUNNING = {
    HvacMode.COOL: Reason.COOLING,
    HvacMode.DRY: Reason.DRYING,
    HvacMode.FAN: Reason.FAN,
    HvacMode.HEAT: Reason.HEATING,
}

# The plan keeps the compressor off although the user's own target would start it.
_REASON_RESTING = {
    Preset.AWAY: Reason.AWAY,
    Preset.ECO: Reason.ECO,
    Preset.SLEEP: Reason.SLEEP_CURVE,
}

_BY_TEMPERATURE = (
    Reason.COOLING,
    Reason.HEATING,
    Reason.ANTICIPATING,
    Reason.BOOSTING,
    Reason.PRECOOLING,
    Reason.BY_MODEL,
)


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

    ``phase`` is the phase after the last decision, or the restored one.
    """
    device = inputs.device
    if device is None:
        return Decision(reason=Reason.UNREACHABLE, change=NOTHING, phase=phase)
    phase = observe(phase, on=device.compressor, now=now)
    temperature = _temperature(request, inputs, parameters)
    on, reason = _wanted(request, temperature, inputs, device, phase, now)
    fan = _fan(request, inputs, reason, now)
    drive = _needs_drive(request, temperature, now)
    settings = request, parameters, abilities
    change = command(*settings, device, on=on, fan=fan, drive=drive)
    runs = device.after(change).compressor if change else device.compressor
    waits = _waits(request, parameters, phase, now, runs=runs)
    if waits or (change.on and (waits := _gathers(inputs, now))):
        reason, until = waits
        return Decision(reason=reason, change=NOTHING, phase=phase, next_change=until)
    return Decision(
        reason=reason,
        change=change,
        phase=phase,
        next_change=_edge(request, inputs, reason),
        turn_at=_turn_at(temperature, reason, now, on=on),
    )


def _temperature(
    request: Request, inputs: Inputs, parameters: Parameters
) -> Temperature:
    """Return the rules of the temperature, with what is known of the room now."""
    return Temperature(
        mode=request.mode,
        target=inputs.plan.target(request),
        parameters=parameters,
        room=inputs.room,
        air=inputs.air,
    )


def _turn_at(
    temperature: Temperature, reason: Reason, now: datetime, *, on: bool
) -> datetime | None:
    """Return when the room is expected to switch the unit, None if it does not."""
    if reason is not Reason.SATISFIED and reason not in _BY_TEMPERATURE:
        return None
    within = temperature.switches_within(on=on)
    return None if within is None else now + within


def _gathers(inputs: Inputs, now: datetime) -> tuple[Reason, datetime] | None:
    """Return until when a start waits for further requests, or None."""
    until = inputs.gather_until
    return None if until is None or now >= until else (Reason.GATHERING, until)


def _waits(
    request: Request,
    parameters: Parameters,
    phase: Phase,
    now: datetime,
    *,
    runs: bool,
) -> tuple[Reason, datetime] | None:
    """Return why and until when the compressor must stay as it is, or None.

    ``runs`` is whether it would run after the command.
    """
    if runs is phase.on or (request.power is False and not runs):
        return None  # An early stop by the user does no harm, an early start would.
    free_at = phase.free_at(parameters.minimum)
    if now >= free_at:
        return None
    on = Reason.WAITING_MINIMUM_ON
    return (on if phase.on else Reason.WAITING_MINIMUM_OFF), free_at


def _fan(request: Request, inputs: Inputs, reason: Reason, now: datetime) -> str | None:
    """Return the fan speed: the user's, or the sufficient one."""
    just_enabled = request.drive_at is not None and now < request.drive_at
    automatic = reason in _BY_TEMPERATURE and not just_enabled
    return request.fan or (inputs.fan if automatic else None)


def _edge(request: Request, inputs: Inputs, reason: Reason) -> datetime | None:
    """Return when the plan or the hold changes."""
    if inputs.hold is not None and reason is Reason.HELD:
        return inputs.hold.until
    return inputs.plan.edge if request.regulate else None


def _needs_drive(request: Request, temperature: Temperature, now: datetime) -> bool:
    """Return whether a running device still needs the set temperature of a drive."""
    if request.drive_at is None or now < request.drive_at:
        return False
    return temperature.is_outside(on=False)


def _wanted(  # noqa: PLR0911 - rules in order, the first that applies counts
    request: Request,
    temperature: Temperature,
    inputs: Inputs,
    device: DeviceState,
    phase: Phase,
    now: datetime,
) -> tuple[bool, Reason]:
    """Return whether the device should be on and why, before the minimum times."""
    if request.power is not None:
        return request.power, Reason.BY_HAND if request.power else Reason.OFF
    if not request.regulate:
        return device.on, Reason.BY_HAND if device.on else Reason.OFF
    if inputs.hold is not None:
        if _beyond_hold(temperature, device):
            return False, Reason.HOLD_LIMIT
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
        return _without_room(request, temperature, inputs, device, phase, now)
    return _by_temperature(request, temperature, inputs.plan, on=device.compressor)


def _beyond_hold(temperature: Temperature, device: DeviceState) -> bool:
    """Return whether a held run has taken the room too far beyond the band."""
    if temperature.room is None or not device.compressor:
        return False
    parameters = temperature.parameters
    beyond = temperature.room - temperature.target
    if (device.mode or temperature.mode) is HvacMode.HEAT:
        return beyond >= parameters.above + parameters.hold_limit
    return -beyond >= parameters.below + parameters.hold_limit


def _by_temperature(
    request: Request, temperature: Temperature, plan: Plan, *, on: bool
) -> tuple[bool, Reason]:
    """Return whether the compressor should run, and whether the plan is the reason."""
    runs = temperature.runs(on=on)
    ahead = temperature.anticipates(on=on, runs=runs)
    if runs:
        if plan.early:
            return True, Reason.PRECOOLING
        if plan.preset is Preset.BOOST:
            return True, Reason.BOOSTING
        return True, Reason.ANTICIPATING if ahead else _REASON_RUNNING[request.mode]
    if plan.relief and replace(temperature, target=request.target).runs(on=on):
        return False, _REASON_RESTING.get(plan.preset, Reason.SATISFIED)
    return False, Reason.ANTICIPATING if ahead else Reason.SATISFIED


def _without_room(
    request: Request,
    temperature: Temperature,
    inputs: Inputs,
    device: DeviceState,
    phase: Phase,
    now: datetime,
) -> tuple[bool, Reason]:
    """Return what to do while the room temperature is unknown."""
    if inputs.silent_since is None:
        return device.on, Reason.AWAITING_SENSOR
    parameters = temperature.parameters
    silent = now - inputs.silent_since
    by_model = parameters.on_silence is OnSilence.MODEL and inputs.air is not None
    if by_model and silent < parameters.duty_limit:
        plan, on = inputs.plan, device.compressor
        return _by_temperature(request, temperature, plan, on=on)[0], Reason.BY_MODEL
    on = runs_on_silence(parameters, inputs.duty, phase, now, silent=silent)
    return on, Reason.SENSOR_FROZEN if inputs.frozen else Reason.SENSOR_SILENT


def _opposed(running: HvacMode | None, wanted: HvacMode) -> bool:
    """Return whether the compressor must change between heating and cooling."""
    if running is None:
        return False
    return (running is HvacMode.HEAT) is not (wanted is HvacMode.HEAT)
