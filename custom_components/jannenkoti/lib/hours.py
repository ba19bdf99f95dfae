"""Hours of one quantity, reckoned as the recorder does for its statistics."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HOUR: Final = timedelta(hours=1)


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour of one sensor."""

    start: datetime
    mean: float
    lowest: float
    highest: float
    last: float
    covered: float = 1.0
    """The share of it that is known."""

    def merged_with(self, mean: float, lowest: float, highest: float) -> Hour:
        """Return it with what else is known of the part that it does not cover."""
        if self.covered >= 1:
            return self
        return Hour(
            start=self.start,
            mean=self.covered * self.mean + (1 - self.covered) * mean,
            lowest=min(self.lowest, lowest),
            highest=max(self.highest, highest),
            last=self.last,
        )

    def converted(self, convert: Callable[[float], float]) -> Hour:
        """Return it in another unit."""
        return Hour(
            start=self.start,
            mean=convert(self.mean),
            lowest=convert(self.lowest),
            highest=convert(self.highest),
            last=convert(self.last),
            covered=self.covered,
        )


def hour_statistics(
    start: datetime,
    values: Sequence[tuple[datetime, float]],
    before: float | None,
) -> Hour | None:
    """Reckon an hour as the recorder does: a value counts until the next one.

    `values` are those of the hour in the order of their times, `before` is the last one
    of the hour before, if it is known.
    """
    steps = list(values) if before is None else [(start, before), *values]
    if not steps:
        return None
    ends = [*(at for at, _ in steps[1:]), start + HOUR]
    weighted = sum(
        value * (end - at).total_seconds()
        for (at, value), end in zip(steps, ends, strict=True)
    )
    length = (start + HOUR - steps[0][0]).total_seconds()
    numbers = [value for _, value in steps]
    return Hour(
        start=start,
        mean=weighted / length if length else numbers[-1],
        lowest=min(numbers),
        highest=max(numbers),
        last=numbers[-1],
        covered=length / HOUR.total_seconds(),
    )
