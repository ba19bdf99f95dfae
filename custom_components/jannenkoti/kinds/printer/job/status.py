"""The status of a printer, parsed from its merged reports.

See https://github.com/Doridian/OpenBambuAPI/blob/main/mqtt.md
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number
from .hms import HmsError, read_hms
from .stages import stage_of
from .trays import Tray, read_trays

if TYPE_CHECKING:
    from collections.abc import Mapping


class JobState(StrEnum):
    """What the printer does with its job (`gcode_state`)."""

    IDLE = "idle"
    PREPARING = "preparing"
    SLICING = "slicing"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def active(self) -> bool:
        """Return whether there is a job that has not ended."""
        return self in _ACTIVE

    @property
    def ended(self) -> bool:
        """Return whether there is certainly no job."""
        return self in _ENDED


_ACTIVE: Final = frozenset(
    {JobState.PREPARING, JobState.SLICING, JobState.RUNNING, JobState.PAUSED}
)
_ENDED: Final = frozenset({JobState.IDLE, JobState.FINISHED, JobState.FAILED})

_JOB_STATES: Final = {
    "IDLE": JobState.IDLE,
    "INIT": JobState.IDLE,
    "PREPARE": JobState.PREPARING,
    "SLICING": JobState.SLICING,
    "RUNNING": JobState.RUNNING,
    "PAUSE": JobState.PAUSED,
    "FINISH": JobState.FINISHED,
    "FAILED": JobState.FAILED,
}
SPEEDS: Final = {1: "silent", 2: "standard", 3: "sport", 4: "ludicrous"}
_NEEDS_SIGNATURE: Final = 0x20000000
_NOT_UPDATING: Final = frozenset({"", "IDLE", "UPGRADE_SUCCESS", "UPGRADE_FAIL"})
_FAN_STEPS: Final = 15
_LONGEST_NAME: Final = 200
_MOST_MINUTES: Final = 60 * 24 * 60
_TEMPERATURES: Final = (-100.0, 1000.0)
_SIGNAL: Final = re.compile(r"(-?\d{1,3})\s*dBm")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStatus:
    """What a printer reports; None is what it has not reported, or not readably."""

    job_state: JobState = JobState.UNKNOWN
    stage: str | None = None
    stage_number: int | None = None
    progress: int | None = None
    remaining: int | None = None
    """Minutes until the print ends."""
    layer: int | None = None
    total_layers: int | None = None
    file: str | None = None
    job_id: str | None = None
    nozzle: float | None = None
    nozzle_target: float | None = None
    bed: float | None = None
    bed_target: float | None = None
    chamber: float | None = None
    speed: str | None = None
    speed_percent: int | None = None
    nozzle_type: str | None = None
    nozzle_diameter: float | None = None
    error_code: int | None = None
    part_fan: int | None = None
    """Percent, as the other fans."""
    auxiliary_fan: int | None = None
    chamber_fan: int | None = None
    light: bool | None = None
    wifi_signal: int | None = None
    """dBm."""
    trays: tuple[Tray, ...] = ()
    hms: tuple[HmsError, ...] = ()
    needs_signature: bool = False
    """Whether the firmware accepts only signed commands."""
    liveview: str | None = None
    """The address of the live stream, without credentials; None if there is none."""
    firmware: str | None = None
    updating: bool = False
    """Whether the firmware is being updated."""

    @property
    def printing(self) -> bool:
        """Return whether the seed's `running_and_printing` is true."""
        return self.job_state is JobState.RUNNING and self.stage == "printing"


def read_status(state: Mapping[str, Any]) -> PrinterStatus:
    """Return the status in merged reports; never raises."""
    raw = state.get("print")
    raw = raw if isinstance(raw, dict) else {}
    stage = _integer(raw, "stg_cur", -1, 10_000)
    return PrinterStatus(
        job_state=_job_state(raw.get("gcode_state")),
        stage=stage_of(stage),
        stage_number=stage,
        progress=_integer(raw, "mc_percent", 0, 100),
        remaining=_integer(raw, "mc_remaining_time", 0, _MOST_MINUTES),
        layer=_integer(raw, "layer_num", 0, 1_000_000),
        total_layers=_integer(raw, "total_layer_num", 0, 1_000_000),
        file=_name(raw.get("subtask_name")) or _name(raw.get("gcode_file")),
        job_id=_job_id(raw),
        **_temperatures(raw),
        speed=SPEEDS.get(_integer(raw, "spd_lvl", 0, 10) or 0),
        speed_percent=_integer(raw, "spd_mag", 0, 1000),
        nozzle_type=_name(raw.get("nozzle_type")),
        nozzle_diameter=_number(raw, "nozzle_diameter", 0, 10),
        error_code=_integer(raw, "print_error", 0, 2**32),
        part_fan=_fan(raw, "cooling_fan_speed"),
        auxiliary_fan=_fan(raw, "big_fan1_speed"),
        chamber_fan=_fan(raw, "big_fan2_speed"),
        light=_light(raw.get("lights_report")),
        wifi_signal=_signal(raw.get("wifi_signal")),
        trays=read_trays(raw),
        hms=read_hms(raw.get("hms")),
        needs_signature=_needs_signature(raw.get("fun")),
        liveview=_liveview(raw.get("ipcam")),
        firmware=_firmware(state.get("info")),
        updating=_updating(raw.get("upgrade_state")),
    )


def _temperatures(raw: dict[str, Any]) -> dict[str, float | None]:
    """Return the temperatures by their fields, in °C."""
    return {
        name: _number(raw, key, *_TEMPERATURES)
        for name, key in (
            ("nozzle", "nozzle_temper"),
            ("nozzle_target", "nozzle_target_temper"),
            ("bed", "bed_temper"),
            ("bed_target", "bed_target_temper"),
            ("chamber", "chamber_temper"),
        )
    }


def _job_state(raw: object) -> JobState:
    return _JOB_STATES.get(str(raw).upper(), JobState.UNKNOWN)


def _job_id(raw: dict[str, Any]) -> str | None:
    """Return what distinguishes a job from the next one of the same file."""
    parts = (raw.get(key) for key in ("task_id", "subtask_id", "gcode_start_time"))
    known = [name for part in parts if (name := _name(part)) not in {None, "0"}]
    return "-".join(known) if known else None


def _number(
    raw: dict[str, Any], key: str, lowest: float, highest: float
) -> float | None:
    """Return a number within a range, which may be text."""
    number = read_number(raw.get(key))
    return number if number is not None and lowest <= number <= highest else None


def _integer(raw: dict[str, Any], key: str, lowest: int, highest: int) -> int | None:
    number = _number(raw, key, lowest, highest)
    return None if number is None else int(number)


def _name(raw: object) -> str | None:
    """Return a text without control characters; None if it is empty."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw) if abs(raw) < 10**30 else ""
    if not isinstance(raw, str):
        return None
    return _CONTROLS.sub("", raw[:_LONGEST_NAME]).strip() or None


def _fan(raw: dict[str, Any], key: str) -> int | None:
    """Return a fan speed in percent; the printer has 15 steps."""
    step = _integer(raw, key, 0, _FAN_STEPS)
    return None if step is None else round(step * 100 / _FAN_STEPS)


def _light(raw: object) -> bool | None:
    """Return whether the chamber light is on; flashing is on."""
    for item in raw if isinstance(raw, list) else ():
        if isinstance(item, dict) and item.get("node") == "chamber_light":
            return item.get("mode") in {"on", "flashing"}
    return None


def _signal(raw: object) -> int | None:
    found = _SIGNAL.fullmatch(raw[:20].strip()) if isinstance(raw, str) else None
    return int(found[1]) if found else None


def _needs_signature(raw: object) -> bool:
    """Return whether the bit field `fun`, in hexadecimal digits, has the bit."""
    try:
        return bool(int(str(raw)[:32], 16) & _NEEDS_SIGNATURE)
    except ValueError:
        return False


def _liveview(raw: object) -> str | None:
    url = raw.get("rtsp_url") if isinstance(raw, dict) else None
    return url if isinstance(url, str) and url.startswith("rtsps://") else None


def _updating(raw: object) -> bool:
    """Return whether an update is neither over nor only offered."""
    status = raw.get("status") if isinstance(raw, dict) else None
    return isinstance(status, str) and status.upper() not in _NOT_UPDATING


def _firmware(raw: object) -> str | None:
    """Return the version of the firmware in the answer to `get_version`."""
    modules = raw.get("module") if isinstance(raw, dict) else None
    for module in modules if isinstance(modules, list) else ():
        if isinstance(module, dict) and module.get("name") == "ota":
            return _name(module.get("sw_ver"))
    return None
