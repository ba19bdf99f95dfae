"""Late readings: the hours of sensors whose statistics must be calculated again."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ....lib.hours import hour_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..model import Sample

type Key = tuple[str, datetime]
"""A sensor and the start of an hour."""
type Means = tuple[float, float, float]
"""Mean, minimum and maximum of an hour."""

# The recorder closes an hour about ten seconds after its end, or somewhat later on a
# busy machine. To write the hour before that would make it fail.
CLOSED_AFTER: Final = timedelta(minutes=10)

# Hours that are calculated together: the files of the journal that are read for them.
_WINDOW: Final = timedelta(days=2)
_SENSORS: Final = 50


def closed_before(now: datetime) -> datetime:
    """Return the start of the first hour that is not closed."""
    return hour_of(now - CLOSED_AFTER)


class LateReadings:
    """The hours that wait, for a bounded number of sensors and hours."""

    MOST: Final = 20_000
    """Ninety days of nine sensors. Further ones are only in the journal."""

    MOST_ORIGINALS: Final = 2_000

    def __init__(self, stored: object = None) -> None:
        """Initialize with the hours that a previous run stored, from any JSON."""
        self._hours: OrderedDict[Key, None] = OrderedDict()
        self._originals: OrderedDict[Key, Means] = OrderedDict()
        if isinstance(stored, dict):
            for row in _rows(stored.get("hours")):
                self._add((row[0], row[1]))
            for row in _rows(stored.get("originals")):
                if len(row) == 5:  # noqa: PLR2004 - sensor, hour and three numbers
                    self.keep(row[0], {row[1]: (row[2], row[3], row[4])})

    def __len__(self) -> int:
        """Return how many hours wait."""
        return len(self._hours)

    def add(self, samples: Iterable[Sample]) -> None:
        """Add the hours of readings."""
        for sample in samples:
            self._add((sample.sensor_id, hour_of(sample.measured)))

    def due(self, now: datetime) -> dict[str, list[datetime]]:
        """Return closed hours by sensor, the oldest first; they wait until `done`.

        They are of a few days and sensors, so the rest follows later.
        """
        limit = closed_before(now)
        keys = sorted((key for key in self._hours if key[1] < limit), key=_start)
        found: dict[str, list[datetime]] = {}
        for sensor_id, start in keys:
            if start >= keys[0][1] + _WINDOW:
                break
            if sensor_id in found or len(found) < _SENSORS:
                found.setdefault(sensor_id, []).append(start)
        return found

    def done(self, sensor_id: str, starts: Iterable[datetime]) -> None:
        """Remove hours of a sensor."""
        for start in starts:
            self._hours.pop((sensor_id, start), None)

    def keep(self, sensor_id: str, means: Mapping[datetime, Means]) -> None:
        """Keep what the recorder had written of hours before they were merged."""
        for start, mean in means.items():
            self._originals.setdefault((sensor_id, start), mean)
            if len(self._originals) > self.MOST_ORIGINALS:
                self._originals.popitem(last=False)

    def originals(
        self, sensor_id: str, starts: Iterable[datetime]
    ) -> dict[datetime, Means]:
        """Return what the recorder had written of hours before they were merged."""
        return {
            start: found
            for start in starts
            if (found := self._originals.get((sensor_id, start))) is not None
        }

    def to_store(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {
            "hours": [[sensor_id, at.timestamp()] for sensor_id, at in self._hours],
            "originals": [
                [sensor_id, at.timestamp(), *means]
                for (sensor_id, at), means in self._originals.items()
            ],
        }

    def _add(self, key: Key) -> None:
        """Add an hour; the oldest makes room."""
        self._hours[key] = None
        if len(self._hours) > self.MOST:
            self._hours.popitem(last=False)


def _start(key: Key) -> datetime:
    """Return the start of the hour."""
    return key[1]


def _rows(stored: object) -> Iterable[tuple[Any, ...]]:
    """Yield the readable rows: a sensor, an hour, and numbers."""
    for row in stored if isinstance(stored, list) else ():
        try:
            sensor_id, seconds, *numbers = row
            start = hour_of(datetime.fromtimestamp(seconds, UTC))
            if isinstance(sensor_id, str):
                yield sensor_id, start, *map(float, numbers)
        except ValueError, TypeError, OverflowError, OSError:
            continue
