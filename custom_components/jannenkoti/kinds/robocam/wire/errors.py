"""Why a camera cannot be used, and why a request was not carried out."""

from enum import StrEnum
from typing import ClassVar, Final


class ConnectionProblem(StrEnum):
    """Why there is no connection."""

    UNREACHABLE = "unreachable"
    WRONG_PATH = "wrong_path"
    FULL = "full"
    """The camera closed the connection before any message: it accepts five clients."""
    SILENT = "silent"
    NO_FRAME = "no_frame"
    """The camera responds, but sends no complete frame."""
    TOO_LARGE = "too_large"


class CameraError(Exception):
    """A request that was not carried out."""

    key: str
    """The translation key of the message."""
    invalid: ClassVar[bool] = True
    """Whether the request itself was invalid; otherwise something failed."""

    def __init__(self, **placeholders: str) -> None:
        """Store the placeholders of the message, except the name of the camera."""
        super().__init__(self.key, placeholders)
        self.placeholders = placeholders


class Unreachable(CameraError):
    """The camera cannot be used now; the connection is tried again."""

    invalid = False

    def __init__(self, problem: ConnectionProblem) -> None:
        """Store why. Each problem has a message of its own."""
        self.key = _MESSAGES[problem]
        super().__init__()
        self.problem = problem


_MESSAGES: Final = {
    ConnectionProblem.UNREACHABLE: "robocam_unreachable",
    ConnectionProblem.WRONG_PATH: "robocam_wrong_path",
    ConnectionProblem.FULL: "robocam_full",
    ConnectionProblem.SILENT: "robocam_silent",
    ConnectionProblem.NO_FRAME: "robocam_no_frame",
    ConnectionProblem.TOO_LARGE: "robocam_too_large",
}


class CameraIsPrivate(CameraError):
    """The camera cannot be moved while it is private."""

    key = "robocam_private"


class OutOfRange(CameraError):
    """The camera cannot reach the position."""

    key = "robocam_out_of_range"


class UnknownPreset(CameraError):
    """There is no preset with this name."""

    key = "robocam_unknown_preset"


class NoPresets(CameraError):
    """There is no preset that a patrol could visit."""

    key = "robocam_no_presets"


class InvalidPreset(CameraError):
    """The name is not valid, or there are too many presets."""

    key = "robocam_invalid_preset"


class NothingToDo(CameraError):
    """The request names neither a position nor a preset."""

    key = "robocam_no_position"
