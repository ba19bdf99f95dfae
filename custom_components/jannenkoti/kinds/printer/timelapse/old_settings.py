"""The settings of the original time-lapse (table ``timelapse_conf``) as options."""

from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number
from ..options import (
    IMAGE_DELAY,
    LONGEST_DELAY,
    LONGEST_IMAGE_DELAY,
    SHORTEST_DELAY,
    SHORTEST_IMAGE_DELAY,
    STATUS_DELAY,
    TEMPHUM_DELAY,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    type Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_DELAYS: Final = {
    IMAGE_DELAY: (SHORTEST_IMAGE_DELAY, LONGEST_IMAGE_DELAY),
    TEMPHUM_DELAY: (SHORTEST_DELAY, LONGEST_DELAY),
    STATUS_DELAY: (SHORTEST_DELAY, LONGEST_DELAY),
}
"""The options, which have the names of the columns, with their limits in seconds."""


def options_from(rows: Rows, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that change; values outside the limits are left out."""
    found: dict[str, Any] = {}
    for row in rows.get("timelapse_conf", ())[:1]:
        for key, (shortest, longest) in _DELAYS.items():
            value = read_number(row.get(key))
            if value is not None and shortest <= value <= longest:
                found[key] = int(value)
    return {key: value for key, value in found.items() if options.get(key) != value}


def calls_from(_rows: Rows) -> tuple[()]:
    """Return no actions: all is options."""
    return ()


def names_from(_rows: Rows) -> tuple[()]:
    """Return nothing else."""
    return ()
