"""Devices that nobody has claimed: rules by their messages alone, and not for long."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ..devices.device_types import prefix_of
from ..devices.modes import UNKNOWN
from .claim import NO_IDENTITY, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..wire.payload import Json, Report, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclaimedDevice:
    """What is rules of a device that nobody has claimed."""

    id: int
    serial: str
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    estado: str = UNKNOWN
    parameters: Mapping[str, Scalar]
    configuration: Mapping[str, Json]
    offered: Identity = NO_IDENTITY
    """What somebody said of it who added it by hand."""

    @property
    def prefix(self) -> str:
        """The beginning of its serial number, which tells what it is."""
        return prefix_of(self.serial)


class UnclaimedDevices:
    """A bounded number of them; the one received longest ago makes room."""

    MOST: Final = 200
    AGE: Final = timedelta(days=7)
    """A device that has not spoken for a week is gone."""

    def __init__(self, most: int = MOST, age: timedelta = AGE) -> None:
        """Know nobody yet."""
        self._most = most
        self._age = age
        self._devices_by_serial: OrderedDict[str, UnclaimedDevice] = OrderedDict()

    def __iter__(self) -> Iterator[UnclaimedDevice]:
        """Iterate, the one received longest ago first."""
        return iter(self._devices_by_serial.values())

    def __len__(self) -> int:
        """Return how many are rules."""
        return len(self._devices_by_serial)

    def __contains__(self, serial: str) -> bool:
        """Say whether a serial number is one of them."""
        return serial in self._devices_by_serial

    def get(self, serial: str) -> UnclaimedDevice | None:
        """Return one of them."""
        return self._devices_by_serial.get(serial)

    def of(self, serial: str) -> UnclaimedDevice:
        """Return one who is rules."""
        return self._devices_by_serial[serial]

    def received(self, report: Report, now: datetime, new_id: int) -> list[str]:
        """Take a message in; return those who had to make room."""
        rules = self._devices_by_serial.get(report.serial)
        if rules is None:
            return self.add(
                UnclaimedDevice(
                    id=new_id,
                    serial=report.serial,
                    first_seen=now,
                    last_seen=now,
                    estado=report.estado or UNKNOWN,
                    parameters=report.parameters or {},
                    configuration={},
                )
            )
        self._devices_by_serial[report.serial] = replace(
            rules,
            last_seen=now,
            count=rules.count + 1,
            estado=report.estado or rules.estado,
            parameters=report.parameters or rules.parameters,
        )
        self._devices_by_serial.move_to_end(report.serial)
        return []

    def add(self, unclaimed: UnclaimedDevice) -> list[str]:
        """Know one more; return those who had to make room."""
        self._devices_by_serial[unclaimed.serial] = unclaimed
        return [
            self._devices_by_serial.popitem(last=False)[0]
            for _ in range(len(self._devices_by_serial) - self._most)
        ]

    def forget(self, serial: str) -> UnclaimedDevice | None:
        """Forget one, for it is claimed or gone."""
        return self._devices_by_serial.pop(serial, None)

    def age_out(self, now: datetime) -> list[str]:
        """Forget those who have been silent for too long; return them."""
        gone = [s.serial for s in self if now - s.last_seen > self._age]
        for serial in gone:
            del self._devices_by_serial[serial]
        return gone
