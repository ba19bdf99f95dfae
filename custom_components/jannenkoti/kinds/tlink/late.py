"""Late readings: which hours of which sensors have to be reckoned again, and when."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ...lib.hours import HOUR, hour_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Sample

# The recorder closes an hour some ten seconds after its end, or a little later on a
# busy machine; to write the hour before that would make it fail to.
CLOSED_AFTER: Final = timedelta(minutes=10)


class Late:
    """The hours that wait, for a bounded number of sensors and hours."""

    MOST: Final = 20_000
    """Ninety days of nine sensors. What is beyond stays in the journal only."""

    def __init__(self, stored: Iterable[tuple[str, float]] = ()) -> None:
        """Begin with what waited in an earlier life."""
        self._hours: OrderedDict[tuple[str, datetime], None] = OrderedDict(
            ((sensor_id, datetime.fromtimestamp(hour, UTC)), None)
            for sensor_id, hour in stored
        )

    def __len__(self) -> int:
        """Return how many hours of sensors wait."""
        return len(self._hours)

    def add(self, samples: Iterable[Sample]) -> None:
        """Let the hours of readings wait."""
        for sample in samples:
            self._hours[(sample.sensor_id, hour_of(sample.measured))] = None
            if len(self._hours) > self.MOST:
                self._hours.popitem(last=False)

    def due(self, now: datetime, most: int) -> list[tuple[str, datetime]]:
        """Return hours that are closed, of few sensors; they wait until `done`."""
        closed = now - HOUR - CLOSED_AFTER
        return [key for key in self._hours if key[1] <= closed][:most]

    def done(self, keys: Iterable[tuple[str, datetime]]) -> None:
        """Let hours wait no more."""
        for key in keys:
            self._hours.pop(key, None)

    def to_store(self) -> list[tuple[str, float]]:
        """Return what has to survive a restart."""
        return [(sensor_id, hour.timestamp()) for sensor_id, hour in self._hours]
