"""The state as a response: the format of the original server, and the plan."""

from typing import TYPE_CHECKING, Any

from ..model import HvacMode
from ..planning.overrides import Preset
from ..planning.sleep_schedule import WEEKDAYS, schedule_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, time, tzinfo

    from ....lib.hold import Hold
    from ..options import Options
    from ..planning.overrides import TimedPreset
    from .data import AirConditionerData

ORIGINAL_MODES: Mapping[str, HvacMode] = {
    "cold": HvacMode.COOL,
    "wet": HvacMode.DRY,
    "wind": HvacMode.FAN,
    "hot": HvacMode.HEAT,
}
"""The words of the original, and of Tuya."""
_WORDS = {mode: word for word, mode in ORIGINAL_MODES.items()}


def status(data: AirConditionerData, options: Options, zone: tzinfo) -> dict[str, Any]:
    """Return the content of the original's five events, and the plan beside them."""
    request, device, plan = data.request, data.device, data.plan
    held = data.hold is not None
    return {
        "ac_status": {"is_on": device and device.on},
        "thermostat_status": {
            "enabled": request.regulate,
            "thermo_active": request.regulate and not held and not plan.asleep,
        },
        "ac_state": {
            "mode": _WORDS[(device and device.mode) or request.mode],
            "fan_speed": (device and device.fan) or request.fan,
        },
        "sleep_status": _sleep_status(data, options, zone),
        "thermo_config": _thermo_config(data, options),
        "plan": _plan(data),
    }


def _sleep_status(
    data: AirConditionerData, options: Options, zone: tzinfo
) -> dict[str, Any]:
    common = {
        "start": _minutes(options.sleep_start),
        "stop": _minutes(options.sleep_end),
    }
    own = schedule_of(options.sleep_days)
    timed = data.overrides.sleep
    until = None if timed is None or timed.until is None else timed.until
    return {
        "sleep_enabled": options.planning.scheduled,
        "sleep_start": common["start"],
        "sleep_stop": common["stop"],
        "sleep_time_active": data.plan.preset is Preset.SLEEP,
        "sleep_schedule": {day: own.get(day, common) for day in WEEKDAYS},
        "sleep_override_until": until and _minutes(until.astimezone(zone).time()),
    }


def _thermo_config(data: AirConditionerData, options: Options) -> dict[str, Any]:
    parameters, poll = options.parameters, options.poll_interval
    return {
        "setpoint_c": data.request.target,
        "pos_hysteresis": parameters.above,
        "neg_hysteresis": parameters.below,
        "min_on_s": parameters.minimum.on.total_seconds(),
        "min_off_s": parameters.minimum.off.total_seconds(),
        "poll_interval_s": poll.total_seconds(),
        # The original counted polls; this mean is weighted by time.
        "smooth_window": max(round(options.smoothing / poll), 1),
        "max_stale_s": options.stale_after.total_seconds(),
        "control_locations": list(options.sensors),
    }


def _plan(data: AirConditionerData) -> dict[str, Any]:
    plan = data.plan
    overrides = data.overrides
    return {
        "reason": data.decision.reason.value,
        "next_change": _text(data.decision.next_change),
        "preset": plan.preset.value,
        "effective_target_c": plan.target(data.request),
        "room_temperature_c": data.room,
        "window_open": plan.window_open,
        "sleep_until": _text(plan.ready_at),
        "sleep_override": overrides.sleep and overrides.sleep.preset.value,
        "sleep_override_until": _end(overrides.sleep),
        "boost_until": _end(overrides.boost),
        "hold_until": _end(data.hold),
    }


def _minutes(at: time) -> str:
    return at.strftime("%H:%M")


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _end(lasting: TimedPreset | Hold | None) -> str | None:
    return None if lasting is None else _text(lasting.until)
