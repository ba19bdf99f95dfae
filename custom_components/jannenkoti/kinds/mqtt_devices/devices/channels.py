"""What moves devices with new firmware.

New firmware obeys `encendido` only if its capability is `binary`. A blind, fan, lock
or valve obeys nothing but the schedule of its own type, so a command is served as such
a schedule: one event at midnight, which counts from then on.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Final

from ....lib.reading import read_number, read_truth
from .device_types import LOCK_STATE, POSITION, SPEED, WATERING, Actuator, read_locked
from .modes import MODE, SCHEDULE, ControlMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, tzinfo

    from ..wire.payload import Json, Scalar
    from .device_types import DeviceType
    from .modes import Configuration
    from .schedule import Schedule

CAPABILITY: Final = "capability"
_BINARY: Final = "binary"
# New firmware derives its capability from these settings and the serial number.
_DERIVES_CAPABILITY: Final = frozenset({CAPABILITY, "kind", "subtipo"})

# New firmware compares the names of the days in English only.
_DAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_DAILY: Final = "diario"
_MIDNIGHT: Final = "00:00"
_MINUTES: Final = 24 * 60

# A valve is opened for the rest of the day and another one, then closes by itself.
_OPEN_MINUTES: Final = 2 * _MINUTES
# The end of a watering that has ended long ago stops the current one.
_CLOSE_MINUTES: Final = 1

# The simulator lets the speed of a fan wander by one step.
_SPEED_TOLERANCE: Final = 1
_POSITION_TOLERANCE: Final = 2  # %, what the motor of a blind may miss

type Target = int
"""A position, a speed, or 1 for locked or open, 0 for unlocked or closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The schedule that moves a type of device."""

    schedule: str
    """The setting that has its events."""
    capability: str
    parameter: str
    """What the device reports."""
    most: int = 1
    tolerance: int = 0

    def read(self, value: Scalar | None) -> Target | None:
        """Return what a device reports as a target; None if it cannot be read."""
        if self.parameter == LOCK_STATE:
            truth = read_locked(value)
        elif self.parameter == WATERING:
            truth = read_truth(value)
        else:
            number = read_number(value)
            return None if number is None else round(number)
        return None if truth is None else int(truth)

    def target(self, document: Mapping[str, Json], *, on: bool) -> Target:
        """Return where a device has to be when it is on or off."""
        if not on:
            return 0
        for name in (self.parameter, f"default_{self.capability}"):
            value = document.get(name)
            if isinstance(value, int) and 0 < value <= self.most:
                return int(value)
        return self.most

    def is_reached(self, target: Target, value: Scalar | None) -> bool:
        """Return whether a device reports that it is where it has to be."""
        reported = self.read(value)
        if reported is None or (reported > 0) is not (target > 0):
            return False
        return abs(reported - target) <= self.tolerance

    def is_harmless(self, target: Target) -> bool:
        """Return whether carrying out a command late does no harm."""
        if self.parameter == LOCK_STATE:
            return target > 0
        return self.parameter != WATERING or target == 0

    def settings(self, events: Mapping[str, Json]) -> dict[str, Json]:
        """Return the settings that let a device obey events."""
        return {
            MODE: ControlMode.SCHEDULE.value,
            CAPABILITY: self.capability,
            self.schedule: dict(events),
        }

    def standing(self, target: Target) -> dict[str, Json]:
        """Return the settings that move a device to a target and keep it there."""
        value = self._value(target)
        if self.parameter == WATERING:
            value = _OPEN_MINUTES if target else _CLOSE_MINUTES
        return self.settings({_DAILY: [[_MIDNIGHT, value]]})

    def weekly(self, schedule: Schedule, on: Target) -> dict[str, Json]:
        """Return the settings for a schedule that is 'on' or 'off'.

        Only the events of today count, so each day starts with its state at midnight.
        """
        events: dict[str, Json] = {}
        for day, runs in enumerate(_runs_by_day(schedule)):
            events[_DAYS[day]] = [*self._events(runs, on)]
        return self.settings(events)

    def _events(self, runs: list[tuple[int, int]], on: Target) -> Iterator[Json]:
        """Yield the events of a day; a watering has a duration instead of an end."""
        if self.parameter == WATERING:
            for start, end in runs:
                yield [_clock(start), end - start]
            return
        if not runs or runs[0][0] > 0:
            yield [_MIDNIGHT, self._value(0)]
        for start, end in runs:
            yield [_clock(start), self._value(on)]
            if end < _MINUTES:
                yield [_clock(end), self._value(0)]

    def _value(self, target: Target) -> Json:
        """Return a target as the events have it; those of a lock are words."""
        if self.parameter == LOCK_STATE:
            return "lock" if target else "unlock"
        return target


_CHANNELS: Final[Mapping[Actuator, Channel]] = {
    Actuator.COVER: Channel(
        schedule="horarios_pos",
        capability="position",
        parameter=POSITION,
        most=100,
        tolerance=_POSITION_TOLERANCE,
    ),
    Actuator.FAN: Channel(
        schedule="horarios_speed",
        capability="speed",
        parameter=SPEED,
        most=3,
        tolerance=_SPEED_TOLERANCE,
    ),
    Actuator.LOCK: Channel(
        schedule="horarios_lock", capability="lock", parameter=LOCK_STATE
    ),
    Actuator.VALVE: Channel(
        schedule="horarios_riego", capability="duration", parameter=WATERING
    ),
}


def channel_of(device_type: DeviceType) -> Channel | None:
    """Return the channel of a device type; None if it obeys `encendido`."""
    return _CHANNELS.get(device_type.actuator)


def needs_binary(device_type: DeviceType, document: Mapping[str, Json]) -> bool:
    """Return whether new firmware would ignore `encendido` with a configuration."""
    if document.get(CAPABILITY) == _BINARY or device_type.actuator in _CHANNELS:
        return False
    if document.get(MODE) == ControlMode.SCHEDULE and SCHEDULE not in document:
        return False  # It follows a schedule of another sort.
    return not device_type.acts or not _DERIVES_CAPABILITY.isdisjoint(document)


BINARY: Final[Mapping[str, Json]] = {CAPABILITY: _BINARY}


def served_to_new_firmware(
    device_type: DeviceType,
    configuration: Configuration,
    target: Target | None,
    value: Scalar | None,
) -> Mapping[str, Json]:
    """Return the settings to add for new firmware.

    ``target`` is the command that stands, ``value`` what the device reports.
    """
    if configuration.mode is None:
        return {}
    channel = channel_of(device_type)
    document = configuration.document
    if channel is None:
        return BINARY if needs_binary(device_type, document) else {}
    if target is not None:
        # A watering that is started every day would never end.
        is_done = channel.parameter == WATERING and channel.is_reached(target, value)
        if not is_done:
            return channel.standing(target)
    schedule = configuration.schedule
    if (
        configuration.mode is not ControlMode.SCHEDULE
        or schedule is None
        or channel.schedule in document
    ):
        return {}
    return channel.weekly(schedule, channel.target(document, on=True))


def next_event(
    channel: Channel, document: Mapping[str, Json], now: datetime, zone: tzinfo
) -> datetime | None:
    """Return when the device's own schedule moves it next; None without an event."""
    events = document.get(channel.schedule)
    if not isinstance(events, dict):
        return None
    local = now.astimezone(zone)
    for days in range(8):
        day = local.date() + timedelta(days=days)
        of_day = (*_of(events, _DAYS[day.weekday()]), *_of(events, _DAILY))
        for at in sorted(of_day):
            moment = local.combine(day, at, tzinfo=zone)
            if moment > now:
                return moment.astimezone(now.tzinfo)
    return None


def _of(events: Mapping[str, Json], day: str) -> Iterator[time]:
    """Yield the times of the events of a day; unreadable ones are left out."""
    found = events.get(day)
    for event in found if isinstance(found, list) else []:
        if isinstance(event, list) and event and isinstance(event[0], str):
            hour, _, minute = event[0].strip().partition(":")
            if hour.isdecimal() and minute.isdecimal():
                at = int(hour[:3]) * 60 + int(minute[:3])
                if at < _MINUTES and int(minute[:3]) < 60:  # noqa: PLR2004
                    yield time(at // 60, at % 60)


def _runs_by_day(schedule: Schedule) -> list[list[tuple[int, int]]]:
    """Return the first and last minute of each run of each day, joined."""
    found: list[list[tuple[int, int]]] = [[] for _ in _DAYS]
    for window in schedule.weekly:
        start, end = _minute(window.start), _minute(window.end)
        for day in window.days:
            if start < end or end == 0:
                found[day].append((start, end or _MINUTES))
                continue
            found[day].append((start, _MINUTES))
            found[(day + 1) % len(_DAYS)].append((0, end))
    return [_joined(runs) for runs in found]


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return runs with those joined that touch."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(runs):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
