"""The rates of any day, from the recorder's history.

The recorder stores a repeated value once, with the time of its last report, so the
reports in between are restored; then the readings pass the same plausibility gate and
quorum as on that day.
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
"""Interval of restored reports; a common report interval of sensors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorState:
    """A state of a room sensor."""

    sensor: str
    value: float | None
    """°C; None while it was unavailable."""
    first: datetime
    last: datetime
    """Time of the last report of this value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A local day, or the part of it that has passed."""

    name: date
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, day: date, zone: tzinfo, now: datetime) -> Day:
        """Return the day as instants, also with a daylight saving change."""
        begin = datetime.combine(day, time.min, zone).astimezone(now.tzinfo)
        end = datetime.combine(day + timedelta(days=1), time.min, zone)
        return cls(name=day, begin=begin, end=min(end.astimezone(now.tzinfo), now))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDay:
    """The recorder's history of a day, in the order of time."""

    sensor_states: Sequence[SensorState]
    """Starts before the day, so that all sensors have a value at midnight."""
    compressor: Sequence[tuple[datetime, bool | None]]
    modes: Sequence[tuple[datetime, str]]
    """Modes of the climate entity; the value for heating is that of `HvacMode`."""


def rates_of(day: Day, record: RecordedDay, options: Options) -> Rates:
    """Return the average rates of a day."""
    room = RoomTemperature.of(options)
    points: list[Point] = []
    for at, state in _reports(record.sensor_states):
        room.receive(state.sensor, state.value, at)
        quorum = room.agree(at)
        if state.value is None or not day.begin <= at < day.end:
            continue
        if quorum.value is not None:
            point = Point(at=at, value=quorum.value, voters=quorum.trusted)
            points.append(point)
    return average(points, list(_switches(record)), before=None)


def as_response(
    name: str, day: Day, rates: Rates, capacity: float | None
) -> dict[str, Any]:
    """Return the rates with the field names of the original."""

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


def _reports(states: Iterable[SensorState]) -> list[tuple[datetime, SensorState]]:
    """Return each report with its time, repeated ones restored, in order."""

    def times(state: SensorState) -> Iterator[datetime]:
        at = state.first
        while at < state.last:
            yield at
            at += REPEATED
        yield max(state.first, state.last)

    reports = [(at, state) for state in states for at in times(state)]
    return sorted(reports, key=lambda report: report[0])


def _switches(record: RecordedDay) -> Iterator[PowerChange]:
    """Yield the changes of the compressor; heating is excluded from the rates."""
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
