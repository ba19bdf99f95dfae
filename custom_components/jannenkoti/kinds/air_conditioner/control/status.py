"""The thermostat's state as an answer: as the original told it, and what is ours."""

from typing import TYPE_CHECKING, Any

from ..model import Mode
from ..planning.overrides import Preset
from ..planning.sleep_schedule import WEEKDAYS, schedule_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, time, tzinfo

    from ....lib.hold import Hold
    from ..options import Options
    from ..planning.overrides import Spell
    from .snapshot import Snapshot

ORIGINAL_MODES: Mapping[str, Mode] = {
    "cold": Mode.COOL,
    "wet": Mode.DRY,
    "wind": Mode.FAN,
    "hot": Mode.HEAT,
}
"""The words of the original, and of Tuya."""
_WORDS = {mode: word for word, mode in ORIGINAL_MODES.items()}


def status(snapshot: Snapshot, options: Options, zone: tzinfo) -> dict[str, Any]:
    """Return the content of the original's five events, and the plan beside them."""
    intent, device, plan = snapshot.intent, snapshot.device, snapshot.plan
    held = snapshot.memory.hold is not None
    return {
        "ac_status": {"is_on": device and device.on},
        "thermostat_status": {
            "enabled": intent.regulate,
            "thermo_active": intent.regulate and not held and not plan.asleep,
        },
        "ac_state": {
            "mode": _WORDS[(device and device.mode) or intent.mode],
            "fan_speed": (device and device.fan) or intent.fan,
        },
        "sleep_status": _sleep_status(snapshot, options, zone),
        "thermo_config": _thermo_config(snapshot, options),
        "plan": _plan(snapshot),
    }


def _sleep_status(snapshot: Snapshot, options: Options, zone: tzinfo) -> dict[str, Any]:
    common = {
        "start": _minutes(options.sleep_start),
        "stop": _minutes(options.sleep_end),
    }
    own = schedule_of(options.sleep_days)
    spell = snapshot.memory.wishes.sleep
    until = None if spell is None or spell.until is None else spell.until
    return {
        "sleep_enabled": options.planning.scheduled,
        "sleep_start": common["start"],
        "sleep_stop": common["stop"],
        "sleep_time_active": snapshot.plan.preset is Preset.SLEEP,
        "sleep_schedule": {day: own.get(day, common) for day in WEEKDAYS},
        "sleep_override_until": until and _minutes(until.astimezone(zone).time()),
    }


def _thermo_config(snapshot: Snapshot, options: Options) -> dict[str, Any]:
    tuning, poll = options.tuning, options.poll_interval
    return {
        "setpoint_c": snapshot.intent.target,
        "pos_hysteresis": tuning.above,
        "neg_hysteresis": tuning.below,
        "min_on_s": tuning.minimum.on.total_seconds(),
        "min_off_s": tuning.minimum.off.total_seconds(),
        "poll_interval_s": poll.total_seconds(),
        # The original counted polls; ours are weighed by time.
        "smooth_window": max(round(options.smoothing / poll), 1),
        "max_stale_s": options.stale_after.total_seconds(),
        "control_locations": list(options.sensors),
    }


def _plan(snapshot: Snapshot) -> dict[str, Any]:
    memory, plan = snapshot.memory, snapshot.plan
    wishes = memory.wishes
    return {
        "reason": snapshot.decision.reason.value,
        "next_change": _text(snapshot.decision.next_change),
        "preset": plan.preset.value,
        "effective_target_c": plan.target(snapshot.intent),
        "room_temperature_c": snapshot.room,
        "window_open": plan.window_open,
        "sleep_until": _text(plan.ready_at),
        "sleep_override": wishes.sleep and wishes.sleep.preset.value,
        "sleep_override_until": _end(wishes.sleep),
        "boost_until": _end(wishes.boost),
        "hold_until": _end(memory.hold),
    }


def _minutes(at: time) -> str:
    return at.strftime("%H:%M")


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _end(lasting: Spell | Hold | None) -> str | None:
    return None if lasting is None else _text(lasting.until)
