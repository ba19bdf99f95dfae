"""Devices and sensors of an account, and what a push changes of them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from ..model import flag

if TYPE_CHECKING:
    from datetime import datetime

    from ..model import Push, Sample


UNTYPED: Final = 0


class SensorInfo(NamedTuple):
    """Description of a sensor, which a reading does not change."""

    sensor_id: str
    device_id: str
    type: int
    """Of `SensorType`, or `UNTYPED` in a list without it."""
    name: str | None = None
    unit: str | None = None
    decimals: int | None = None


class Sensor(NamedTuple):
    """A sensor and its latest reading, if there was one."""

    info: SensorInfo
    sample: Sample | None = None
    received: datetime | None = None
    online: bool | None = None
    alarm: bool | None = None
    overtaken: bool = False
    """Whether a newer reading came too late to become the state."""

    @property
    def value(self) -> str | None:
        """The value as it was reported."""
        return self.sample.value if self.sample else None

    @property
    def on(self) -> bool | None:
        """Whether a switch is on."""
        if self.sample is None or self.sample.switcher is not None:
            return self.sample.switcher if self.sample else None
        return flag(self.sample.value)


class Device(NamedTuple):
    """A device, without its sensors."""

    device_id: str
    name: str | None = None
    number: str | None = None
    user_id: str | None = None
    user_name: str | None = None
    parent_user_id: str | None = None
    flag: str | None = None
    online: bool | None = None
    alarms: frozenset[str] = frozenset()
    """The sensors that are in alarm."""
    latitude: float | None = None
    longitude: float | None = None
    listed: bool = False
    """Whether the cloud's list had it last time."""
    last_seen: datetime | None = None
    silent: bool = False
    """Whether its last report is older than its silence limit."""

    @property
    def connected(self) -> bool | None:
        """Whether it is online: as the platform reports, unless it is silent."""
        return False if self.silent else self.online


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDevice:
    """A device of the cloud's device list with its sensors."""

    device: Device
    sensors: tuple[SensorInfo, ...]
    push: Push
    """The values of the list, as a push."""


@dataclass(slots=True)
class IngestOutcome:
    """What a push or a device list changed: ids, late readings, gaps."""

    new_devices: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    new_sensors: list[str] = field(default_factory=list)
    sensors: list[str] = field(default_factory=list)
    late: list[Sample] = field(default_factory=list)
    """Readings whose hour has to be calculated again."""
    gaps: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    """Sensors that have not reported for long, from when until when."""
