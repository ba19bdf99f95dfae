"""The rates of any day, from what the recorder has kept of it.

The recorder keeps a value that repeats once, with the time of its last repetition, so
the repetitions in between are put back; then the sensors are heard as they were on that
day, by the same gate and the same vote.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ..control.room_temperature import RoomTemperature
from ..model import HvacMode
from .rates import Point, PowerChange, average

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from ..options import Options
    from .rates import Rates

REPEATED: Final = timedelta(seconds=60)
"""How far apart the repetitions that are put back stand; as sensors often speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorState:
    """A state of a room sensor."""

    sensor: str
    value: float | None
    """°C; None while it was unavailable."""
    first: datetime
    last: datetime
    """When it said so last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A local day, or what has passed of it."""

    name: date
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, day: date, zone: tzinfo, now: datetime) -> Day:
        """Return the day as instants; one with a change of the clock is as long."""
        begin = datetime.combine(day, time.min, zone).astimezone(now.tzinfo)
        end = datetime.combine(day + timedelta(days=1), time.min, zone)
        return cls(name=day, begin=begin, end=min(end.astimezone(now.tzinfo), now))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDay:
    """What the recorder has kept of a day; each in the order of its times."""

    words: Sequence[SensorState]
    """From some time before the day, so that all sensors have a vote at midnight."""
    compressor: Sequence[tuple[datetime, bool | None]]
    modes: Sequence[tuple[datetime, str]]
    """The climate's modes; its word for heating is that of `HvacMode`."""


def rates_of(day: Day, record: RecordedDay, options: Options) -> Rates:
    """Return the average rates of a day."""
    room = RoomTemperature.of(options)
    points: list[Point] = []
    for at, word in _spoken(record.words):
        room.receive(word.sensor, word.value, at)
        quorum = room.agree(at)
        if word.value is None or not day.begin <= at < day.end:
            continue
        if quorum.value is not None:
            point = Point(at=at, value=quorum.value, voters=quorum.trusted)
            points.append(point)
    return average(points, list(_switches(record)), before=None)


def as_response(
    name: str, day: Day, rates: Rates, capacity: float | None
) -> dict[str, Any]:
    """Return the rates in the words of the original."""

    def rounded(value: float | None, digits: int) -> float | None:
        return None if value is None else round(value, digits)

    return {
        "location": name,
        "date": day.name.isoformat(),
        "cooling_rate_c_per_h": rounded(rates.cooling, 3),
        "heating_rate_c_per_h": rounded(rates.heating, 3),
        "cooling_power_w": rounded(rates.cooling_power(capacity), 1),
        "heating_power_w": rounded(rates.heating_power(capacity), 1),
        "time_on_s": round(rates.on.seconds),
        "time_off_s": round(rates.off.seconds),
        "pairs_on": rates.on.pairs,
        "pairs_off": rates.off.pairs,
    }


def _spoken(words: Iterable[SensorState]) -> list[tuple[datetime, SensorState]]:
    """Return when each word was said, its repetitions put back, in order."""

    def times(word: SensorState) -> Iterator[datetime]:
        at = word.first
        while at < word.last:
            yield at
            at += REPEATED
        yield max(word.first, word.last)

    spoken = [(at, word) for word in words for at in times(word)]
    return sorted(spoken, key=lambda said: said[0])


def _switches(record: RecordedDay) -> Iterator[PowerChange]:
    """Yield what the compressor did; while it heats is no business of the rates."""
    events = [
        *((at, "compressor", on) for at, on in record.compressor),
        *((at, "mode", mode) for at, mode in record.modes),
    ]
    on: bool | str | None = None
    mode: bool | str | None = None
    for at, what, value in sorted(events, key=lambda event: event[0]):
        if what == "mode":
            mode = value
        else:
            on = value
        heats = on is True and mode == HvacMode.HEAT
        yield PowerChange(at=at, on=None if heats or on is None else bool(on))
