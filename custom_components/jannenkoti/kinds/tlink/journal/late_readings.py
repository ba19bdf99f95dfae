"""Late readings: the hours of sensors whose statistics must be calculated again."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ....lib.hours import hour_of
from ....lib.reading import read_number
from ....lib.stored import timestamp_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ....lib.stored import Stored
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

    def __init__(self, stored: Stored | None = None) -> None:
        """Initialize with the hours that a previous run stored."""
        self._hours: OrderedDict[Key, None] = OrderedDict()
        self._originals: OrderedDict[Key, Means] = OrderedDict()
        for key in stored.list_of("hours", _key_of) if stored else ():
            self._add(key)
        for (sensor_id, start), means in (
            stored.list_of("originals", _original_of) if stored else ()
        ):
            self.keep(sensor_id, {start: means})

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


def _key_of(row: object) -> Key | None:
    """Return a stored hour of a sensor, or None."""
    match row:
        case [str() as sensor_id, seconds] if (at := timestamp_of(seconds)) is not None:
            return sensor_id, hour_of(at)
    return None


def _original_of(row: object) -> tuple[Key, Means] | None:
    """Return what the recorder had written of an hour, or None."""
    match row:
        case [sensor_id, seconds, *numbers]:
            key = _key_of([sensor_id, seconds])
            match [read_number(each) for each in numbers]:
                case [float() as mean, float() as least, float() as most] if key:
                    return key, (mean, least, most)
    return None
