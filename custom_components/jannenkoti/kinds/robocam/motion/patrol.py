"""A patrol: the camera visits presets and stays at each for its dwell time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from ....lib.reading import read_number

if TYPE_CHECKING:
    from collections.abc import Collection

SHORTEST_DWELL: Final = timedelta(seconds=2)
"""The camera needs as long to arrive."""
LONGEST_DWELL: Final = timedelta(days=1)
DEFAULT_DWELL: Final = timedelta(seconds=30)
MOST_STOPS: Final = 100
"""Twice the number of presets."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A preset and its dwell time."""

    preset: str
    dwell: timedelta


@dataclass(frozen=True, slots=True)
class Patrol:
    """The stops of a patrol, and the index of the current one."""

    stops: tuple[Stop, ...] = ()
    at: int = 0

    def next(self) -> Patrol:
        """Return the patrol at the next stop. After the last follows the first."""
        return Patrol(self.stops, (self.at + 1) % len(self.stops)) if self else self

    @property
    def stop(self) -> Stop:
        """Return the current stop."""
        return self.stops[self.at]

    def __bool__(self) -> bool:
        """Return whether there is a stop."""
        return bool(self.stops)

    def among(self, presets: Collection[str]) -> Patrol:
        """Return the patrol without the stops whose preset does not exist."""
        left = tuple(stop for stop in self.stops if stop.preset in presets)
        return self if left == self.stops else Patrol(left)

    def as_dict(self) -> dict[str, Any]:
        """Return the patrol as JSON."""
        return {
            "stops": [[stop.preset, stop.dwell.total_seconds()] for stop in self.stops],
            "at": self.at,
        }

    @classmethod
    def from_dict(cls, stored: object) -> Self:
        """Read what `as_dict` wrote. Stops that cannot be read are left out."""
        if not isinstance(stored, dict) or not isinstance(stored.get("stops"), list):
            return cls()
        read = (_read_stop(stop) for stop in stored["stops"][:MOST_STOPS])
        stops = tuple(stop for stop in read if stop is not None)
        at = stored.get("at")
        valid = isinstance(at, int) and 0 <= at < len(stops)
        return cls(stops, at if valid and isinstance(at, int) else 0)


def _read_stop(stored: object) -> Stop | None:
    """Read a stop; None if it is not one."""
    match stored:
        case [str(preset), dwell]:
            seconds = read_number(dwell)
        case _:
            return None
    shortest, longest = SHORTEST_DWELL.total_seconds(), LONGEST_DWELL.total_seconds()
    if seconds is None or not shortest <= seconds <= longest:
        return None
    return Stop(preset, timedelta(seconds=seconds))
