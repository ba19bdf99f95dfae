"""The entities of supported integrations, by their translation keys or unique ids.

Sources: github.com/greghesp/ha-bambulab (definitions.py, button.py, camera.py),
github.com/marcolivierarsenault/moonraker-home-assistant (sensor.py, button.py,
number.py) and Home Assistant's octoprint and prusalink.
"""

from typing import TYPE_CHECKING, Final

from .roles import Integration, Role, row
from .words import words_in_common

if TYPE_CHECKING:
    from .roles import Candidate

_LEAST_WORDS: Final = 2
_BUTTONS: Final = frozenset({"button", "input_button", "script"})


def _translation_key(candidate: Candidate) -> str:
    return candidate.translation_key


def _own_key(candidate: Candidate) -> str:
    return candidate.own_key


def _before_hyphen(candidate: Candidate) -> str:
    """Return the key of an entity of OctoPrint; its camera has only the device's id."""
    return candidate.unique_id.partition("-")[0]


INTEGRATIONS: Final = {
    "bambu_lab": Integration(
        key=_translation_key,
        rows=(
            row(Role.STATE, "sensor", "print_status"),
            row(Role.STAGE, "sensor", "stage"),
            row(Role.PROGRESS, "sensor", "print_progress"),
            row(Role.LAYER, "sensor", "current_layer"),
            row(Role.TOTAL_LAYERS, "sensor", "total_layers"),
            row(Role.REMAINING, "sensor", "remaining_time"),
            row(Role.FINISH, "sensor", "end_time"),
            row(Role.FILE, "sensor", "subtask_name"),
            row(Role.FILE, "sensor", "gcode_file"),
            # Of two nozzles the active one alone does not show that both are cold.
            row(Role.NOZZLE, "sensor", "left_nozzle_temp", "right_nozzle_temp"),
            row(Role.NOZZLE, "sensor", "nozzle_temp"),
            row(
                Role.NOZZLE_TARGET,
                "sensor",
                "left_target_nozzle_temp",
                "right_target_nozzle_temp",
            ),
            row(Role.NOZZLE_TARGET, "sensor", "target_nozzle_temp"),
            row(Role.BED, "sensor", "bed_temp"),
            row(Role.CAMERA, "camera", "camera", "p1p_camera"),
            row(Role.PAUSE, "button", "pause"),
            row(Role.RESUME, "button", "resume"),
            row(Role.STOP, "button", "stop"),
        ),
    ),
    "octoprint": Integration(
        key=_before_hyphen,
        rows=(
            row(Role.STATE, "sensor", "Current State"),
            row(Role.PROGRESS, "sensor", "Job Percentage"),
            row(Role.FINISH, "sensor", "Estimated Finish Time"),
            row(Role.FILE, "sensor", "Current File"),
            row(Role.NOZZLE, "sensor", r"actual tool\d* temp"),
            row(Role.NOZZLE_TARGET, "sensor", r"target tool\d* temp"),
            row(Role.BED, "sensor", "actual bed temp"),
            row(Role.CAMERA, "camera", ".*"),
            row(Role.PAUSE, "button", "Pause Job"),
            row(Role.RESUME, "button", "Resume Job"),
            row(Role.STOP, "button", "Stop Job"),
        ),
    ),
    "moonraker": Integration(
        key=_own_key,
        rows=(
            row(Role.STATE, "sensor", "print_state"),
            row(Role.PROGRESS, "sensor", "progress"),
            row(Role.LAYER, "sensor", "current_layer"),
            row(Role.TOTAL_LAYERS, "sensor", "total_layer"),
            row(Role.REMAINING, "sensor", "print_time_left"),
            row(Role.FINISH, "sensor", "print_eta"),
            row(Role.FILE, "sensor", "filename"),
            row(Role.NOZZLE, "sensor", r"extruder\d*_temp"),
            row(Role.NOZZLE_TARGET, "number", r"extruder\d*_target"),
            row(Role.BED, "sensor", "heater_bed_temp"),
            # The thumbnail of the file is a camera, too.
            row(Role.CAMERA, "camera", r".*_\d+"),
            row(Role.PAUSE, "button", "pause_print"),
            row(Role.RESUME, "button", "resume_print"),
            row(Role.STOP, "button", "cancel_print"),
        ),
    ),
    "prusalink": Integration(
        key=_own_key,
        rows=(
            row(Role.STATE, "sensor", r"printer\.state"),
            row(Role.PROGRESS, "sensor", r"job\.progress"),
            row(Role.FINISH, "sensor", r"job\.finish"),
            row(Role.FILE, "sensor", r"job\.filename"),
            row(Role.NOZZLE, "sensor", r"printer\.telemetry\.temp-nozzle"),
            row(
                Role.NOZZLE_TARGET, "sensor", r"printer\.telemetry\.temp-nozzle\.target"
            ),
            row(Role.BED, "sensor", r"printer\.telemetry\.temp-bed"),
            # Its only camera is the picture of the file.
            row(Role.PAUSE, "button", r"job\.pause_job"),
            row(Role.RESUME, "button", r"job\.resume_job"),
            row(Role.STOP, "button", r"printer\.cancel_job"),
        ),
    ),
}


def guess(candidate: Candidate) -> Role | None:
    """Return the role of an entity of an unlisted integration."""
    if candidate.domain in _BUTTONS:
        return _button(candidate.words)
    if candidate.domain == "camera":
        pictures = {"thumbnail", "preview", "cover", "image"}
        return None if candidate.words & pictures else Role.CAMERA
    return _sensor(candidate) if candidate.domain == "sensor" else None


def _button(words: frozenset[str]) -> Role | None:
    """Return what a button does; an emergency stop is no end of a print."""
    if words & {"emergency", "restart", "queue", "service", "shutdown"}:
        return None
    for role, names in (
        (Role.PAUSE, {"pause"}),
        (Role.RESUME, {"resume", "continue"}),
        (Role.STOP, {"stop", "cancel", "abort"}),
    ):
        if words & names:
            return role
    return None


def _sensor(candidate: Candidate) -> Role | None:
    """Return what a sensor shows."""
    words, unit = candidate.words, candidate.unit
    if candidate.device_class == "temperature" or unit in {"°C", "°F"}:
        return _temperature(words)
    if candidate.device_class in _BY_CLASS:
        role, names = _BY_CLASS[candidate.device_class]
        return role if words & names else None
    if candidate.device_class == "enum":
        known = words_in_common(candidate.options)
        return Role.STATE if known >= _LEAST_WORDS else None
    if words & {"layer", "layers"}:
        return _layers(words) if unit != "mm" else None
    return _share(words) if unit == "%" else _text(words) if not unit else None


_BY_CLASS: Final = {
    "timestamp": (Role.FINISH, {"finish", "end", "eta", "completion"}),
    "duration": (Role.REMAINING, {"remaining", "left"}),
}


def _share(words: frozenset[str]) -> Role | None:
    shares = {"progress", "percent", "percentage", "completion"}
    return Role.PROGRESS if words & shares else None


def _temperature(words: frozenset[str]) -> Role | None:
    target = bool(words & {"target", "setpoint", "set"})
    if words & {"nozzle", "extruder", "hotend", "tool"}:
        return Role.NOZZLE_TARGET if target else Role.NOZZLE
    if words & {"bed", "heatbed", "plate"}:
        return None if target else Role.BED
    return None


def _layers(words: frozenset[str]) -> Role | None:
    if words & {"height", "thickness", "time", "duration"}:
        return None
    return Role.TOTAL_LAYERS if words & {"total", "count", "max"} else Role.LAYER


def _text(words: frozenset[str]) -> Role | None:
    if words & {"file", "filename", "subtask"}:
        return None if words & {"size", "date", "path"} else Role.FILE
    printing = words & {"print", "printer", "printing", "job", "gcode"}
    return Role.STATE if printing and words & {"state", "status"} else None
