"""Why a camera cannot be used, and why a request was not carried out."""

from enum import StrEnum
from typing import ClassVar


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

    key = "robocam_unreachable"
    invalid = False

    def __init__(self, problem: ConnectionProblem) -> None:
        """Store why."""
        super().__init__(problem=problem)
        self.problem = problem
        if problem is not ConnectionProblem.UNREACHABLE:
            self.key = f"robocam_{problem}"


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
