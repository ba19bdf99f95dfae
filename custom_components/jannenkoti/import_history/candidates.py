"""Files in the folder of Home Assistant that may be old stores."""

import os
from pathlib import Path
from typing import Final

_ENDINGS: Final = (".db", ".sqlite", ".sqlite3", ".sql", ".dump", ".csv")
_NAMES: Final = frozenset({"memory.json"})
_OURS: Final = "home-assistant_v2.db"
_FOLDERS: Final = ("", "import", "share", "www")
_MOST: Final = 50


def candidates(folder: str) -> list[str]:
    """Return files that may be old stores, as paths within the folder."""
    found: list[str] = []
    for name in _FOLDERS:
        try:
            entries = [*os.scandir(Path(folder, name))]
        except OSError:
            continue
        found += [
            str(Path(name, entry.name))
            for entry in entries
            if entry.is_file()
            and (entry.name.endswith(_ENDINGS) or entry.name in _NAMES)
            and entry.name != _OURS
        ]
    return sorted(found)[:_MOST]
