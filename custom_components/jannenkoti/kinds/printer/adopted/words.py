"""The words that integrations have for the state of a job.

A word that is not in the table is unknown, which never counts as safe. So each
integration has a table of its own: "ready" is a free printer to one, and firmware that
runs to another.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ..job.status import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Meaning(StrEnum):
    """What a word means that is not just a state."""

    OFFLINE = "offline"
    """The integration has no connection to the printer."""
    BUSY = "busy"
    """The printer does something; whether it is a print is not known."""
    ATTENTION = "attention"
    """The printer waits for the user, in a print or without one."""
    NO_JOB = "no_job"
    """There is no print. Whether the last one was finished is not said."""


type Word = JobState | Meaning

_BAMBU: Final[Mapping[str, Word]] = {
    "idle": JobState.IDLE,
    "init": JobState.IDLE,
    "prepare": JobState.PREPARING,
    "slicing": JobState.SLICING,
    "running": JobState.RUNNING,
    "pause": JobState.PAUSED,
    "finish": JobState.FINISHED,
    "failed": JobState.FAILED,
    "offline": Meaning.OFFLINE,
}
_MOONRAKER: Final[Mapping[str, Word]] = {
    "standby": JobState.IDLE,
    "printing": JobState.RUNNING,
    "paused": JobState.PAUSED,
    "complete": JobState.FINISHED,
    "cancelled": JobState.FAILED,
    "error": JobState.FAILED,
}
# OctoPrint sends files to the card of a printer; that is no print.
_OCTOPRINT: Final[Mapping[str, Word]] = {
    "operational": Meaning.NO_JOB,
    "starting": JobState.PREPARING,
    "starting_sd": JobState.PREPARING,
    "printing": JobState.RUNNING,
    "printing_sd": JobState.RUNNING,
    "printing_from_sd": JobState.RUNNING,
    "pausing": JobState.RUNNING,
    "paused": JobState.PAUSED,
    "resuming": JobState.PAUSED,
    "finishing": JobState.RUNNING,
    "cancelling": JobState.RUNNING,
    "error": JobState.FAILED,
    "offline": Meaning.OFFLINE,
    "offline_after_error": Meaning.OFFLINE,
    "open_serial": Meaning.OFFLINE,
    "detect_serial": Meaning.OFFLINE,
    "connecting": Meaning.OFFLINE,
    "starting_streaming": Meaning.BUSY,
    "printing_streaming": Meaning.BUSY,
    "transferring_file": Meaning.BUSY,
}
_PRUSALINK: Final[Mapping[str, Word]] = {
    "idle": JobState.IDLE,
    "ready": JobState.IDLE,
    "printing": JobState.RUNNING,
    "paused": JobState.PAUSED,
    "finished": JobState.FINISHED,
    "stopped": JobState.FAILED,
    "error": JobState.FAILED,
    "attention": Meaning.ATTENTION,
    "busy": Meaning.BUSY,
}
# What other integrations use, as far as it is the same everywhere.
_OTHERS: Final[Mapping[str, Word]] = {
    **_OCTOPRINT,
    **_MOONRAKER,
    **_BAMBU,
    "idle": Meaning.NO_JOB,
    "standby": Meaning.NO_JOB,
    "preparing": JobState.PREPARING,
    "preheating": JobState.PREPARING,
    "heating": JobState.PREPARING,
    "print": JobState.RUNNING,
    "completed": JobState.FINISHED,
    "finished": JobState.FINISHED,
    "canceled": JobState.FAILED,
    "aborted": JobState.FAILED,
    "stopped": JobState.FAILED,
    "attention": Meaning.ATTENTION,
    "busy": Meaning.BUSY,
    "disconnected": Meaning.OFFLINE,
}
_TABLES: Final[Mapping[str, Mapping[str, Word]]] = {
    "bambu_lab": _BAMBU,
    "moonraker": _MOONRAKER,
    "octoprint": _OCTOPRINT,
    "prusalink": _PRUSALINK,
}
_LONGEST: Final = 100

# Stages of bambu_lab that have another name here; all others are the same or "other".
_STAGES: Final = {
    "auto_bed_leveling": "bed_leveling",
    "heatbed_preheating": "bed_preheating",
    "sweeping_xy_mech_mode": "vibration_compensation",
    "paused_user": "paused_by_user",
}
_SAME_STAGES: Final = frozenset(
    {
        "printing",
        "changing_filament",
        "m400_pause",
        "paused_filament_runout",
        "heating_hotend",
        "calibrating_extrusion",
        "scanning_bed_surface",
        "inspecting_first_layer",
        "idle",
    }
)
OTHER_STAGE: Final = "other"


def word_of(platform: str, state: str) -> Word:
    """Return what the state of an entity of an integration means."""
    # Some write a reason behind the word: "Error: Thermal runaway".
    text = state[:_LONGEST].partition(":")[0].partition("(")[0]
    key = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    return _TABLES.get(platform, _OTHERS).get(key, JobState.UNKNOWN)


def words_in_common(options: Iterable[str]) -> int:
    """Return how many states of an enumeration are words for the state of a job."""
    return sum(
        word_of("", option) in {JobState.RUNNING, JobState.PAUSED, JobState.FINISHED}
        for option in options
    )


def stage_of(state: str) -> str:
    """Return the stage that another integration shows."""
    if state in _SAME_STAGES:
        return state
    return _STAGES.get(state, OTHER_STAGE)
