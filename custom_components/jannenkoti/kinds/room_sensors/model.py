"""What a board reports, and why a report is rejected.

Boards use the protocol of `/api/esp32_temphum`; docs/room_sensors.md describes it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_LONGEST_NAME: Final = 64


class RejectReason(StrEnum):
    """Why a report was rejected; the value is sent to the board."""

    INVALID_PAYLOAD = "invalid_payload"
    DEVICE_ERROR = "device_error"
    UNKNOWN_LOCATION = "unknown_location"
    UNIT_NOT_UNDERSTOOD = "unit_not_understood"
    IMPLAUSIBLE = "implausible"
    TOO_LARGE = "too_large"
    UNAUTHORIZED = "unauthorized"
    NOT_LOCAL = "not_local"
    RATE_LIMITED = "rate_limited"
    BACKEND_UNAVAILABLE = "backend_unavailable"


class Rejected(Exception):  # It is the response, not a failure of ours.
    """A report that is answered with an error and changes only a counter."""

    def __init__(
        self,
        reason: RejectReason,
        *,
        location: str | None = None,
        message: str | None = None,
        wait: timedelta | None = None,
    ) -> None:
        """Store the reason and what is known about the report."""
        super().__init__(reason)
        self.reason = reason
        self.location = location
        self.message = message
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a board measured, without offsets. At least one value is not None."""

    location: str
    temperature: float | None
    """In °C; None if the sensor has no value."""
    humidity: float | None
    """In percent, 0 to 100; None if the sensor has no value."""
    unit_unknown: bool = field(default=False, compare=False)
    """Whether the temperature is left out because of its unit."""

    @property
    def left_out(self) -> str | None:
        """Return the name of the value that is None."""
        if self.temperature is None:
            return "temperature"
        return "humidity" if self.humidity is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The state of the board at one location, with offsets added."""

    location: str
    temperature: float | None
    humidity: float | None
    last_report: datetime | None
    rejected: int
    silent: bool
    missed: bool = False
    """Whether its silence was noted; also after a restart, when any board is silent."""
    interval: timedelta | None
    """The report interval, once it is known."""
    silent_after: timedelta


def location_name(value: object) -> str | None:
    """Return the name of a location in its one spelling, None if it is not valid."""
    if not isinstance(value, str) or len(value) > 4 * _LONGEST_NAME:
        return None
    # The same letters can be encoded in two ways; they are one location.
    name = normalize("NFC", value).strip()
    return name if 0 < len(name) <= _LONGEST_NAME and name.isprintable() else None
