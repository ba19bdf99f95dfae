"""What can come of wanting something of a camera."""

from enum import StrEnum
from typing import ClassVar


class Problem(StrEnum):
    """Why there is no connection."""

    UNREACHABLE = "unreachable"
    WRONG_PATH = "wrong_path"
    FULL = "full"
    """It closed at once: it takes five clients."""
    SILENT = "silent"
    NO_PICTURE = "no_picture"
    """It speaks, but what it sends are no whole pictures."""
    TOO_LARGE = "too_large"


class CameraError(Exception):
    """A wish that was not carried out."""

    key: ClassVar[str]
    """The text that tells the user."""
    mistake: ClassVar[bool] = True
    """Whether the user wanted something impossible; else something failed."""

    def __init__(self, **placeholders: str) -> None:
        """Keep what the text fills in beside the camera's name."""
        super().__init__(self.key, placeholders)
        self.placeholders = placeholders


class Unreachable(CameraError):
    """The camera cannot be used now; it is tried again."""

    key = "robocam_unreachable"
    mistake = False

    def __init__(self, problem: Problem) -> None:
        """Name what is wrong."""
        super().__init__(problem=problem)
        self.problem = problem


class Private(CameraError):
    """Nobody may use the camera now."""

    key = "robocam_private"


class Refused(CameraError):
    """The camera cannot look there."""

    key = "robocam_out_of_bounds"


class NoSuchPreset(CameraError):
    """There is no preset of that name."""

    key = "robocam_no_such_preset"


class BadPreset(CameraError):
    """The name cannot be one, or there are too many."""

    key = "robocam_bad_preset"
