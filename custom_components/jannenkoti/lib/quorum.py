"""Which of several readings to trust, and why not the others.

A sensor that is stuck or lies in the sun reports like the others. Only the comparison
with them shows it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Doubt(StrEnum):
    """Why a reading is not trusted."""

    SILENT = "silent"
    IMPLAUSIBLE = "implausible"
    DISAGREES = "disagrees"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """The combined value of several readings."""

    value: float | None
    """The mean of the trusted ones; None when there are none."""
    trusted: tuple[str, ...] = ()
    """The sources that count, in their order."""
    doubted: Mapping[str, Doubt] = field(default_factory=dict)
    """The other sources, each with the reason."""


def agree(readings: Mapping[str, float | Doubt], tolerance: float) -> Quorum:
    """Return the combined value of readings of one quantity, given in failover order.

    The majority that lies within ``tolerance`` of the median is trusted. Without a
    majority, as between two that differ, the first in the order is.
    """
    values: dict[str, float] = {}
    doubted: dict[str, Doubt] = {}
    for source, reading in readings.items():
        if isinstance(reading, Doubt):
            doubted[source] = reading
        else:
            values[source] = reading
    if not values:
        return Quorum(value=None, doubted=doubted)
    trusted = _trusted(values, tolerance)
    if len(trusted) < len(values):
        doubted |= {s: Doubt.DISAGREES for s in values if s not in trusted}
    mean = fsum(trusted.values()) / len(trusted)
    return Quorum(value=mean, trusted=tuple(trusted), doubted=doubted)


def _trusted(values: dict[str, float], tolerance: float) -> dict[str, float]:
    """Return the values that agree; all of them in most homes."""
    ordered = sorted(values.values())
    half = len(ordered) // 2
    middle = ordered[half] if len(ordered) % 2 else fmean(ordered[half - 1 : half + 1])
    if ordered[-1] - middle <= tolerance and middle - ordered[0] <= tolerance:
        return values
    trusted = {s: v for s, v in values.items() if abs(v - middle) <= tolerance}
    if 2 * len(trusted) > len(values):
        return trusted
    first = next(iter(values.values()))
    return {s: v for s, v in values.items() if abs(v - first) <= tolerance}
