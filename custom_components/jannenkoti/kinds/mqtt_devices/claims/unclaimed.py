"""Devices that nobody has claimed: known by their messages alone, and not for long."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ..devices.device_types import prefix_of
from ..devices.modes import UNKNOWN
from .claim import NOBODY, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..wire.payload import Json, Report, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """What is known of a device that nobody has claimed."""

    id: int
    serial: str
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    estado: str = UNKNOWN
    parameters: Mapping[str, Scalar]
    configuration: Mapping[str, Json]
    offered: Identity = NOBODY
    """What somebody said of it who added it by hand."""

    @property
    def prefix(self) -> str:
        """The beginning of its serial number, which tells what it is."""
        return prefix_of(self.serial)


class Strangers:
    """A bounded number of them; the one heard longest ago makes room."""

    MOST: Final = 200
    AGE: Final = timedelta(days=7)
    """A device that has not spoken for a week is gone."""

    def __init__(self, most: int = MOST, age: timedelta = AGE) -> None:
        """Know nobody yet."""
        self._most = most
        self._age = age
        self._known: OrderedDict[str, Stranger] = OrderedDict()

    def __iter__(self) -> Iterator[Stranger]:
        """Iterate, the one heard longest ago first."""
        return iter(self._known.values())

    def __len__(self) -> int:
        """Return how many are known."""
        return len(self._known)

    def __contains__(self, serial: str) -> bool:
        """Say whether a serial number is one of them."""
        return serial in self._known

    def get(self, serial: str) -> Stranger | None:
        """Return one of them."""
        return self._known.get(serial)

    def of(self, serial: str) -> Stranger:
        """Return one who is known."""
        return self._known[serial]

    def heard(self, report: Report, now: datetime, new_id: int) -> list[str]:
        """Take a message in; return those who had to make room."""
        known = self._known.get(report.serial)
        if known is None:
            return self.add(
                Stranger(
                    id=new_id,
                    serial=report.serial,
                    first_seen=now,
                    last_seen=now,
                    estado=report.estado or UNKNOWN,
                    parameters=report.parameters or {},
                    configuration={},
                )
            )
        self._known[report.serial] = replace(
            known,
            last_seen=now,
            count=known.count + 1,
            estado=report.estado or known.estado,
            parameters=report.parameters or known.parameters,
        )
        self._known.move_to_end(report.serial)
        return []

    def add(self, stranger: Stranger) -> list[str]:
        """Know one more; return those who had to make room."""
        self._known[stranger.serial] = stranger
        return [
            self._known.popitem(last=False)[0]
            for _ in range(len(self._known) - self._most)
        ]

    def forget(self, serial: str) -> Stranger | None:
        """Forget one, for it is claimed or gone."""
        return self._known.pop(serial, None)

    def age_out(self, now: datetime) -> list[str]:
        """Forget those who have been silent for too long; return them."""
        gone = [s.serial for s in self if now - s.last_seen > self._age]
        for serial in gone:
            del self._known[serial]
        return gone
