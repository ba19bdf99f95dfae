"""What a board says, and the one way in which it can be refused.

Boards speak the protocol of `/api/esp32_temphum`; docs/room_sensors.md lists it.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from ...lib.reading import Reading

_LONGEST_NAME: Final = 64
_LONGEST_MESSAGE: Final = 200


class Error(StrEnum):
    """Why a post was refused, in the words that the board is answered with."""

    INVALID_PAYLOAD = "invalid_payload"
    DEVICE_ERROR = "device_error"
    UNKNOWN_LOCATION = "unknown_location"
    IMPLAUSIBLE = "implausible"
    TOO_LARGE = "too_large"
    UNAUTHORIZED = "unauthorized"
    NOT_LOCAL = "not_local"
    RATE_LIMITED = "rate_limited"
    BACKEND_UNAVAILABLE = "backend_unavailable"


class Refused(Exception):  # It is the answer, not a failure of ours.
    """A post that is answered with an error and changes nothing but a count."""

    def __init__(
        self,
        error: Error,
        *,
        location: str | None = None,
        message: str | None = None,
        wait: timedelta | None = None,
    ) -> None:
        """Name the error and what is known about it."""
        super().__init__(error)
        self.error = error
        self.location = location
        self.message = message
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a board measured, as it said it."""

    location: str
    temperature: float
    humidity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """The temperature and humidity of a location, offsets added."""

    temperature: float
    humidity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is known about the board at one location."""

    location: str
    reading: Reading[Climate] | None
    last_seen: datetime | None
    rejected: int
    silent: bool
    interval: timedelta | None
    silent_after: timedelta

    @property
    def temperature(self) -> float | None:
        """The temperature in °C."""
        return self.reading.value.temperature if self.reading else None

    @property
    def humidity(self) -> float | None:
        """The relative humidity in percent."""
        return self.reading.value.humidity if self.reading else None


def location_name(value: object) -> str | None:
    """Return the name of a location as we write it, None if it cannot be one."""
    if not isinstance(value, str):
        return None
    # The same letters may come in two encodings; they are one location.
    name = normalize("NFC", value).strip()
    return name if 0 < len(name) <= _LONGEST_NAME and name.isprintable() else None


def parse(body: bytes, default_location: str) -> Report:
    """Read the body of a post; raises Refused, and nothing else."""
    try:
        said = json.loads(body)
    except ValueError, RecursionError:
        raise Refused(Error.INVALID_PAYLOAD) from None
    if not isinstance(said, dict):
        raise Refused(Error.INVALID_PAYLOAD)
    location = location_name(said.get("location"))
    if error := said.get("error"):
        raise Refused(Error.DEVICE_ERROR, location=location, message=_message(error))
    if location is None and _is_from_pi(said):
        location = default_location
    temperature = _number(said, "temperature_c", "temperature")
    humidity = _number(said, "humidity_pct", "humidity")
    if location is None or temperature is None or humidity is None:
        raise Refused(Error.INVALID_PAYLOAD, location=location)
    return Report(location=location, temperature=temperature, humidity=humidity)


def _message(error: object) -> str:
    """Return what a board complains of, as text that can be answered."""
    text = str(error) if isinstance(error, str | int | float) else ""
    # Half a character pair can be read from JSON, but not be written to it.
    return text[:_LONGEST_MESSAGE].encode(errors="replace").decode()


def _is_from_pi(said: dict[str, Any]) -> bool:
    """Say whether this is how the Raspberry Pi speaks, which knows no location."""
    return "location" not in said and "temperature" in said and "humidity" in said


def _number(said: dict[str, Any], *names: str) -> float | None:
    """Return the first of the fields that is there, if it is a number."""
    value = next((said[name] for name in names if name in said), None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None
