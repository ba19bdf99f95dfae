"""What devices say: any bytes become a report or the one error.

Keys are those of the firmware, which speaks Spanish.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

type Scalar = bool | int | float | str
type Payload = bytes | bytearray | str
type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

# A device says a dozen values; what is larger is no device.
MAX_PAYLOAD: Final = 16 * 1024
MAX_SERIAL_LENGTH: Final = 64
# Each parameter may become an entity.
MAX_PARAMETERS: Final = 32
MAX_NAME_LENGTH: Final = 64
MAX_STATE_LENGTH: Final = 255
"""What Home Assistant takes as a state."""


class RejectReason(StrEnum):
    """Why a message is not taken in."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NO_SERIAL = "no_serial"
    FLOOD = "flood"


class Rejected(Exception):
    """A message that cannot be taken in."""

    def __init__(self, reason: RejectReason) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One message of a device; what it does not say is None."""

    serial: str
    estado: str | None = None
    parameters: Mapping[str, Scalar] | None = None
    configuration: Mapping[str, Json] | None = field(default=None, repr=False)
    version: int | None = None
    """The version of the configuration that the device has acknowledged."""
    clock: float | None = None
    """The device's own time, in seconds since 1970."""


def parse(payload: Payload) -> Report:
    """Read a message; raises Rejected."""
    said = load_object(payload, MAX_PAYLOAD)
    serial = clean_serial(said.get("serial_number"))
    if serial is None:
        raise Rejected(RejectReason.NO_SERIAL)
    parameters = said.get("parametros")
    configuration = said.get("configuracion")
    return Report(
        serial=serial,
        estado=clean_text(said.get("estado"), MAX_NAME_LENGTH),
        parameters=clean_parameters(parameters) if parameters else None,
        configuration=configuration
        if configuration and isinstance(configuration, dict)
        else None,
        version=_whole(said.get("version")),
        clock=_number(said.get("timestamp")),
    )


def load_object(payload: Payload, largest: int) -> dict[str, Json]:
    """Read a JSON object; raises Rejected."""
    if len(payload) > largest:
        raise Rejected(RejectReason.TOO_LARGE)
    try:
        said = orjson.loads(payload)
    except orjson.JSONDecodeError:
        raise Rejected(RejectReason.NOT_JSON) from None
    if not isinstance(said, dict):
        raise Rejected(RejectReason.NOT_JSON)
    return said


def clean_serial(value: object) -> str | None:
    """Return a serial number that we can work with: printable, of any script."""
    if not isinstance(value, str):
        return None
    serial = value.strip()
    usable = 0 < len(serial) <= MAX_SERIAL_LENGTH and serial.isprintable()
    return serial if usable else None


def clean_text(value: object, longest: int) -> str | None:
    """Return a text that is not empty, cut to its greatest length."""
    if not isinstance(value, str):
        return None
    return value.strip()[:longest] or None


def clean_parameters(value: object) -> dict[str, Scalar] | None:
    """Return the parameters that can be shown; None if this is no object."""
    if not isinstance(value, dict):
        return None
    kept: dict[str, Scalar] = {}
    for name, said in value.items():
        if len(kept) == MAX_PARAMETERS:
            break
        scalar = _scalar(said)
        if (
            scalar is not None
            and 0 < len(name) <= MAX_NAME_LENGTH
            and name.isprintable()
        ):
            kept[name] = scalar
    return kept


def _scalar(value: object) -> Scalar | None:
    """Return a value that a state can show."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, int):  # and what is true or false
        return value
    return value[:MAX_STATE_LENGTH] if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    """Return a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    """Return a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
