"""Which hours to write, and where the sums of a meter begin."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .hours import growth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from .hours import HourRow, HourSeries

# Sums are added up in another order by a second run; their noise is not kept.
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Present:
    """The first row of a meter that the recorder already has."""

    start: int
    state: float
    sum: float


def missing(
    hours: HourSeries, present: AbstractSet[int], closed_before: int
) -> Iterator[HourRow]:
    """Yield the hours to write, in the order of time."""
    for index, start in enumerate(hours.starts):
        if start not in present and start < closed_before:
            yield hours[index]


def first_sum(
    hours: HourSeries, present: Present | None, convert: Callable[[float], float]
) -> float:
    """Return what to add to the growth of a meter to get its sums.

    The sums end where those of the recorder begin, so that nothing of the recorder's
    changes. A second run finds its own first hour and gets the same sums.
    """
    if present is None or not len(hours):
        return 0.0
    before: HourRow | None = None
    for index, start in enumerate(hours.starts):
        if start == present.start:
            return present.sum - convert(hours[index].growth)
        if start > present.start:
            break
        before = hours[index]
    if before is None:
        return present.sum
    # From here on all is in the unit of the statistics.
    between = growth(convert(before.state), present.state)
    return present.sum - between - convert(before.growth)


def rounded(total: float) -> float:
    """Return a sum as it is written."""
    return round(total, _DIGITS)
