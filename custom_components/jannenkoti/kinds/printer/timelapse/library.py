"""The finished videos on disk. All functions block."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MOST: Final = 500
_NAME: Final = re.compile(r"\w[\w.-]{0,199}", re.ASCII)
_STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """One video."""

    folder: str
    """Of its printer."""
    name: str
    picture: str | None
    """The file with a frame of it."""

    @property
    def title(self) -> str:
        """Return when the print began, and the printer."""
        if (stamp := _STAMP.match(self.name)) is None:
            return self.name
        day, hour, minute = stamp.groups()
        return f"{day} {hour}:{minute} · {self.folder}"


def is_name(name: str) -> bool:
    """Return whether this is the name of one file or folder, not a path."""
    return _NAME.fullmatch(name) is not None and ".." not in name


def videos_in(root: Path) -> list[Video]:
    """Return the videos of all printers, the newest first."""
    found = sorted(
        (path for path in root.glob("*/*.mp4") if path.is_file()),
        key=lambda path: path.name,
        reverse=True,
    )
    return [
        Video(
            folder=path.parent.name,
            name=path.name,
            picture=picture.name if picture.is_file() else None,
        )
        for path in found[:MOST]
        for picture in (path.with_suffix(".jpg"),)
        if is_name(path.name) and is_name(path.parent.name)
    ]
