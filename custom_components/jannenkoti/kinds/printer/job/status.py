"""The status of a printer, parsed from its merged reports.

See https://github.com/Doridian/OpenBambuAPI/blob/main/mqtt.md
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ..wire.merge import merge
from . import fields
from .hms import HmsError, read_hms
from .nozzles import Nozzle, read_active, read_nozzles
from .stages import stage_of
from .trays import Tray, read_trays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .fields import Raw


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
_MOST_MINUTES: Final = 60 * 24 * 60
_MOST_LAYERS: Final = 1_000_000
_PRINTING, _IDLE = 0, 255
_STATUS: Final = "push_status"


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
    gcode_file: str | None = None
    """The path of its G-code, which may have the number of the plate."""
    job_id: str | None = None
    nozzle: float | None = None
    """Of the one that prints, as its target."""
    nozzle_target: float | None = None
    nozzles: tuple[Nozzle, ...] = ()
    """Both nozzles of a printer that has two, the right one first."""
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
    second_light: bool = False
    """Whether there is a second chamber light, which is switched with the first."""
    wifi_signal: int | None = None
    """dBm."""
    trays: tuple[Tray, ...] = ()
    hms: tuple[HmsError, ...] = ()
    needs_signature: bool = False
    """Whether the firmware accepts only signed commands."""
    liveview: str | None = None
    """The address of the live stream, without credentials; None if there is none."""
    firmware: str | None = None
    product: str | None = None
    """The model, as newer firmware reports it."""
    updating: bool = False
    """Whether the firmware is being updated."""

    @property
    def printing(self) -> bool:
        """Return whether the seed's `running_and_printing` is true."""
        return self.job_state is JobState.RUNNING and self.stage == "printing"


def _job_state(raw: Raw) -> JobState:
    return _JOB_STATES.get(str(raw.get("gcode_state")).upper(), JobState.UNKNOWN)


def _stage(raw: Raw) -> int | None:
    """Return the stage; after a start the number of printing means idle."""
    stage = fields.integer(raw, "stg_cur", -1, 10_000)
    return _IDLE if stage == _PRINTING and _job_state(raw).ended else stage


def _file(raw: Raw) -> str | None:
    return fields.name(raw.get("subtask_name")) or fields.name(raw.get("gcode_file"))


def _speed(raw: Raw) -> str | None:
    return SPEEDS.get(fields.integer(raw, "spd_lvl", 0, 10) or 0)


@dataclass(frozen=True, slots=True)
class Field:
    """How a field of the status is read."""

    keys: tuple[str, ...]
    """Which parts of `print` it is read from."""
    read: Callable[[Raw], Any]


def _integers(key: str, lowest: int, highest: int) -> Field:
    return Field((key,), lambda raw: fields.integer(raw, key, lowest, highest))


def _temperature(key: str) -> Field:
    return Field((key,), lambda raw: fields.temperature(raw, key))


def _fan(key: str) -> Field:
    return Field((key,), lambda raw: fields.fan(raw, key))


_NOZZLE: Final = ("nozzle_temper", "nozzle_target_temper", "device")

FIELDS: Final[Mapping[str, Field]] = {
    "job_state": Field(("gcode_state",), _job_state),
    "stage": Field(("stg_cur", "gcode_state"), lambda raw: stage_of(_stage(raw))),
    "stage_number": Field(("stg_cur", "gcode_state"), _stage),
    "progress": _integers("mc_percent", 0, 100),
    "remaining": _integers("mc_remaining_time", 0, _MOST_MINUTES),
    "layer": _integers("layer_num", 0, _MOST_LAYERS),
    "total_layers": _integers("total_layer_num", 0, _MOST_LAYERS),
    "file": Field(("subtask_name", "gcode_file"), _file),
    "gcode_file": Field(
        ("gcode_file",), lambda raw: fields.name(raw.get("gcode_file"))
    ),
    "job_id": Field(("task_id", "subtask_id", "gcode_start_time"), fields.job_id),
    "nozzle": Field(_NOZZLE, lambda raw: read_active(raw).temperature),
    "nozzle_target": Field(_NOZZLE, lambda raw: read_active(raw).target),
    "nozzles": Field(("device",), read_nozzles),
    "bed": _temperature("bed_temper"),
    "bed_target": _temperature("bed_target_temper"),
    "chamber": Field(("chamber_temper", "device"), fields.chamber),
    "speed": Field(("spd_lvl",), _speed),
    "speed_percent": _integers("spd_mag", 0, 1000),
    "nozzle_type": Field(("nozzle_type",), fields.nozzle_type),
    "nozzle_diameter": Field(
        ("nozzle_diameter",), lambda raw: fields.number(raw, "nozzle_diameter", 0, 10)
    ),
    "error_code": _integers("print_error", 0, 2**32),
    "part_fan": _fan("cooling_fan_speed"),
    "auxiliary_fan": _fan("big_fan1_speed"),
    "chamber_fan": _fan("big_fan2_speed"),
    "light": Field(("lights_report",), fields.light),
    "second_light": Field(("lights_report",), fields.has_second_light),
    "wifi_signal": Field(("wifi_signal",), fields.signal),
    "trays": Field(("ams", "vt_tray", "vir_slot"), read_trays),
    "hms": Field(("hms",), lambda raw: read_hms(raw.get("hms"))),
    "needs_signature": Field(("fun",), fields.needs_signature),
    "liveview": Field(("ipcam",), fields.liveview),
    "updating": Field(("upgrade_state",), fields.updating),
}


def _fields_by_key() -> dict[str, tuple[str, ...]]:
    """Return which fields are read from a part of `print`."""
    keys = {key for field in FIELDS.values() for key in field.keys}
    return {
        key: tuple(name for name, field in FIELDS.items() if key in field.keys)
        for key in keys
    }


_FIELDS_BY_KEY: Final = _fields_by_key()


def read_status(state: Mapping[str, Any]) -> PrinterStatus:
    """Return the status in merged reports; never raises."""
    raw = fields.child(state, "print")
    values = {name: field.read(raw) for name, field in FIELDS.items()}
    return PrinterStatus(**values, **_versions(fields.child(state, "info")))


def _versions(info: Raw) -> dict[str, Any]:
    """Return the fields that are read from the answer to `get_version`."""
    return {"firmware": fields.firmware(info), "product": fields.product(info)}


class StatusReader:
    """Merges reports, and reads again only what each of them has changed.

    Of a complete report, most is not read and not kept.
    """

    def __init__(self) -> None:
        """Initialize before the first report."""
        self.status = PrinterStatus()
        self._values: dict[str, Any] = {}
        self._print: dict[str, Any] = {}
        self._info: dict[str, Any] = {}

    def read(self, report: Mapping[str, Any]) -> PrinterStatus:
        """Return the status after a report; the same object if nothing differs."""
        part = fields.child(report, "print")
        # Answers name what was asked for: a refused file is not printed.
        if part.get("command") not in (None, _STATUS):
            part = {}
        known = {key: part[key] for key in part if key in _FIELDS_BY_KEY}
        names = {
            name for key in merge(self._print, known) for name in _FIELDS_BY_KEY[key]
        }
        values = {name: FIELDS[name].read(self._print) for name in names}
        if merge(self._info, dict(fields.child(report, "info"))):
            values |= _versions(self._info)
        before = self.status
        changed = {n: v for n, v in values.items() if v != getattr(before, n)}
        if changed:
            self._values |= changed
            self.status = PrinterStatus(**self._values)
        return self.status
