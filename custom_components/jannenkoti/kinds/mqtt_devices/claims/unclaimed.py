"""Devices that publish and that no user has claimed: bounded in number and age."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ..devices.device_types import device_type_of, prefix_of
from ..devices.modes import EMPTY, UNKNOWN, Configuration, TooLarge
from ..devices.reported_state import unmanaged_on
from .claim import NO_IDENTITY, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..wire.payload import Json, Report, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclaimedDevice:
    """What is known of a device that no user has claimed."""

    id: int
    serial: str
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    estado: str = UNKNOWN
    parameters: Mapping[str, Scalar]
    configuration: Mapping[str, Json]
    """What it has published or an app has posted; a claim starts with it."""
    offered: Identity = NO_IDENTITY
    """The name and so on of a device that an app has added."""

    @property
    def prefix(self) -> str:
        """The prefix of its serial number, which stands for its type."""
        return prefix_of(self.serial)

    @property
    def on(self) -> bool | None:
        """Whether it is on; None if it has not reported that."""
        return unmanaged_on(device_type_of(self.serial), self.estado, self.parameters)


class UnclaimedDevices:
    """A bounded number of them; a new one replaces the one that is silent longest."""

    MOST: Final = 200
    AGE: Final = timedelta(days=7)
    """A device that has not reported for a week is removed."""

    def __init__(self, most: int = MOST, age: timedelta = AGE) -> None:
        """Initialize without devices."""
        self._most = most
        self._age = age
        self._by_serial: OrderedDict[str, UnclaimedDevice] = OrderedDict()

    def __iter__(self) -> Iterator[UnclaimedDevice]:
        """Iterate from the device that has been silent longest."""
        return iter(self._by_serial.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._by_serial)

    def __contains__(self, serial: str) -> bool:
        """Return whether a serial number is one of them."""
        return serial in self._by_serial

    def get(self, serial: str) -> UnclaimedDevice | None:
        """Return one of them."""
        return self._by_serial.get(serial)

    def of(self, serial: str) -> UnclaimedDevice:
        """Return one that exists."""
        return self._by_serial[serial]

    def received(self, report: Report, now: datetime, new_id: int) -> list[str]:
        """Apply a message; return the serial numbers of those that were replaced."""
        device = self._by_serial.get(report.serial)
        if device is None:
            return self.add(
                UnclaimedDevice(
                    id=new_id,
                    serial=report.serial,
                    first_seen=now,
                    last_seen=now,
                    estado=report.estado or UNKNOWN,
                    parameters=report.parameters or {},
                    configuration=_usable(report.configuration),
                )
            )
        self._by_serial[report.serial] = replace(
            device,
            last_seen=now,
            count=device.count + 1,
            estado=report.estado or device.estado,
            parameters=report.parameters or device.parameters,
            configuration=_usable(report.configuration) or device.configuration,
        )
        self._by_serial.move_to_end(report.serial)
        return []

    def add(self, device: UnclaimedDevice) -> list[str]:
        """Add a device; return the serial numbers of those that were replaced."""
        self._by_serial[device.serial] = device
        return [
            self._by_serial.popitem(last=False)[0]
            for _ in range(len(self._by_serial) - self._most)
        ]

    def forget(self, serial: str) -> UnclaimedDevice | None:
        """Remove a device that is claimed or gone."""
        return self._by_serial.pop(serial, None)

    def age_out(self, now: datetime) -> list[str]:
        """Remove those that have been silent for too long; return them."""
        gone = [s.serial for s in self if now - s.last_seen > self._age]
        for serial in gone:
            del self._by_serial[serial]
        return gone


def _usable(document: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """Return a configuration that a device could hold, else none."""
    try:
        return Configuration.of(document or {}).document
    except TooLarge:
        return EMPTY.document
