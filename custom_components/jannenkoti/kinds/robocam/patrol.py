"""A round over presets, staying at each for a while."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SHORTEST_DWELL: Final = timedelta(seconds=2)
"""The camera needs as long to get anywhere."""
LONGEST_DWELL: Final = timedelta(days=1)
DEFAULT_DWELL: Final = timedelta(seconds=30)
MOST_STOPS: Final = 100
"""Each preset twice, and nobody waits for the end of that."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A preset and how long to stay there."""

    preset: str
    dwell: timedelta


@dataclass(frozen=True, slots=True)
class Patrol:
    """The stops of a round, and at which of them it is; frozen between them."""

    stops: tuple[Stop, ...] = ()
    at: int = 0

    def next(self) -> Patrol:
        """Return the patrol at the next stop; after the last the round begins anew."""
        return Patrol(self.stops, (self.at + 1) % len(self.stops)) if self else self

    @property
    def stop(self) -> Stop:
        """Return where it is."""
        return self.stops[self.at]

    def __bool__(self) -> bool:
        """Return whether there is anywhere to go."""
        return bool(self.stops)

    def among(self, presets: Collection[str]) -> Patrol:
        """Return the patrol without the stops that are gone."""
        left = tuple(stop for stop in self.stops if stop.preset in presets)
        return self if left == self.stops else Patrol(left)

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "stops": [[stop.preset, stop.dwell.total_seconds()] for stop in self.stops],
            "at": self.at,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Read what `as_dict` wrote; raises KeyError, TypeError or ValueError."""
        stops = tuple(
            Stop(str(preset), _dwell(float(seconds)))
            for preset, seconds in raw["stops"]
        )
        at = int(raw["at"])
        return cls(stops, at if 0 <= at < len(stops) else 0)


def _dwell(seconds: float) -> timedelta:
    if not SHORTEST_DWELL.total_seconds() <= seconds <= LONGEST_DWELL.total_seconds():
        raise ValueError(seconds)
    return timedelta(seconds=seconds)
