"""Read an old store as a whole: the one entry of the pure part."""

from typing import TYPE_CHECKING

from .hours import OutOfOrder
from .opened import open_source
from .problem import HistoryError, Problem
from .scan import Scan, points, scan, scan_sorted
from .source import fingerprint
from .spool import sorted_points

if TYPE_CHECKING:
    from pathlib import Path

    from .scan import Watch


def read_store(path: Path, watch: Watch, folder: Path) -> Scan:
    """Return what is in a file; raises HistoryError.

    A file whose rows are not in the order of time is sorted in `folder`.
    """
    before = fingerprint(path)
    source = open_source(path)
    try:
        found = scan(source, watch)
    except OutOfOrder:
        found = Scan()
        values = points(source, watch, found)
        with sorted_points(values, folder, before[1]) as ordered:
            found = scan_sorted(found, ordered)
    if fingerprint(path) != before:
        raise HistoryError(Problem.CHANGED)
    return found
