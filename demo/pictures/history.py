"""The history of a house in fast motion, at the times of the house."""

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS: Final = ("last_updated_ts", "last_changed_ts", "last_reported_ts")
_WAIT: Final = 30.0
"""Seconds for the recorder to finish its own transaction."""


def stretch(database: Path, speed: float, until: float) -> None:
    """Move recorded states back in time, as if the house had run at its usual speed.

    An hour of a house that ran sixty times as fast was recorded in a minute. The cards
    of the dashboard draw hours. ``until`` is when the house slowed down (s).
    """
    moved = ", ".join(f"{name} = ? - (? - {name}) * ?" for name in _COLUMNS)
    with closing(sqlite3.connect(database, timeout=_WAIT)) as connection:
        connection.execute(
            f"UPDATE states SET {moved} WHERE last_updated_ts < ?",  # noqa: S608 - ours
            (*(until, until, speed) * len(_COLUMNS), until),
        )
        connection.commit()
