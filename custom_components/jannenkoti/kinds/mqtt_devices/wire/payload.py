"""Parse the messages of devices: any bytes give a report or the one error.

Field names are those of the firmware, in Spanish.
"""

from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from ....lib.lenient_json import parse_lenient_json
from ....lib.reading import read_number, read_truth

if TYPE_CHECKING:
    from collections.abc import Mapping

type Scalar = bool | int | float | str
type Payload = bytes | bytearray | str
type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

# A message has about a dozen values; a larger one comes from no device.
MAX_PAYLOAD: Final = 16 * 1024
MAX_SERIAL_LENGTH: Final = 64
# Each parameter may become an entity.
MAX_PARAMETERS: Final = 32
MAX_NAME_LENGTH: Final = 64
PARAMETERS: Final = "parametros"
MAX_STATE_LENGTH: Final = 255
"""What Home Assistant accepts as a state."""


class RejectReason(StrEnum):
    """Why a message is rejected."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NO_SERIAL = "no_serial"
    FLOOD = "flood"


class Rejected(Exception):
    """A message that cannot be used."""

    def __init__(self, reason: RejectReason) -> None:
        """Initialize with the reason."""
        super().__init__(reason)
        self.reason = reason


class Report(NamedTuple):
    """One message of a device; a field that the message does not have is None."""

    serial: str
    estado: str | None = None
    parameters: Mapping[str, Scalar] | None = None
    unreadable: tuple[str, ...] = ()
    """Parameters that have a value that no state can show."""
    configuration: Mapping[str, Json] | None = None
    version: int | None = None
    """The version of the configuration that the device has acknowledged."""
    clock: float | None = None
    """The device's own time, in seconds since 1970."""
    is_last_will: bool = False
    """Whether the broker published it because the device has disconnected."""


# What devices have their broker publish when they disconnect.
_OFFLINE: Final = frozenset(
    {"offline", "desconectado", "disconnected", "fuera de linea"}
)
_STATES: Final = {True: "activo", False: "inactivo"}


def parse(payload: Payload) -> Report:
    """Parse a message; raises Rejected."""
    message = load_object(payload, MAX_PAYLOAD)
    serial = clean_serial(message.get("serial_number"))
    if serial is None:
        raise Rejected(RejectReason.NO_SERIAL)
    parameters, configuration = message.get(PARAMETERS), message.get("configuracion")
    version, clock = message.get("version"), message.get("timestamp")
    kept = clean_parameters(parameters) if parameters else None
    estado = _estado(message.get("estado"))
    # In the order of the fields: keywords take twice as long.
    return Report(
        serial,
        estado,
        kept,
        _unreadable(parameters, kept),
        configuration if configuration and isinstance(configuration, dict) else None,
        None if version is None else _integer(version),
        None if clock is None else read_number(clock),
        kept is None and estado is not None and estado.casefold() in _OFFLINE,
    )


def _estado(value: object) -> str | None:
    """Return a reported state; firmware sends a word, others a truth."""
    if isinstance(value, str):  # in nearly every message
        return clean_text(value, MAX_NAME_LENGTH)
    truth = read_truth(value)
    return None if truth is None else _STATES[truth]


def load_object(payload: Payload, largest: int) -> dict[str, Json]:
    """Parse a JSON object; raises Rejected. NaN and Infinity are read as null."""
    if len(payload) > largest:
        raise Rejected(RejectReason.TOO_LARGE)
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError:
        value = _load_lenient(payload)
    if not isinstance(value, dict):
        raise Rejected(RejectReason.NOT_JSON)
    return value


def _load_lenient(payload: Payload) -> object:
    """Parse JSON as C prints it, with ``nan`` and ``inf``; raises Rejected."""
    try:
        raw = payload.encode() if isinstance(payload, str) else bytes(payload)
        # What cannot be written again, such as half of a surrogate pair, is no JSON.
        return orjson.loads(orjson.dumps(parse_lenient_json(raw)))
    except ValueError, TypeError:
        raise Rejected(RejectReason.NOT_JSON) from None


def clean_serial(value: object) -> str | None:
    """Return a usable serial number: printable, in any script; None if it is not."""
    if not isinstance(value, str):
        return None
    serial = value.strip()
    usable = 0 < len(serial) <= MAX_SERIAL_LENGTH and serial.isprintable()
    return serial if usable else None


def clean_text(value: object, longest: int) -> str | None:
    """Return a text cut to a length; None if it is empty or no text."""
    if not isinstance(value, str):
        return None
    return value.strip()[:longest] or None


def clean_parameters(value: object) -> dict[str, Scalar] | None:
    """Return the parameters that can be shown; None if the value is no object."""
    if not isinstance(value, dict):
        return None
    kept: dict[str, Scalar] = {}
    for name, reported in value.items():
        if len(kept) == MAX_PARAMETERS:
            break
        scalar = _scalar(reported)
        if scalar is not None and _is_name(name):
            kept[name] = scalar
    return kept


def _unreadable(value: object, kept: Mapping[str, Scalar] | None) -> tuple[str, ...]:
    """Return the names of parameters with values that were left out.

    If there is a value that is no object, that is the name of all parameters.
    """
    if value and kept is None:
        return (PARAMETERS,)
    if kept is None or not isinstance(value, dict) or len(kept) == len(value):
        return ()
    left_out = (name for name in value if name not in kept and _is_name(name))
    return tuple(name for _, name in zip(range(MAX_PARAMETERS), left_out, strict=False))


def _is_name(name: object) -> bool:
    """Return whether a parameter can be shown under this name."""
    return (
        isinstance(name, str)
        and 0 < len(name) <= MAX_NAME_LENGTH
        and name.isprintable()
    )


def _scalar(value: object) -> Scalar | None:
    """Return a value that a state can show, or None."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, int):  # booleans too
        return value
    return value[:MAX_STATE_LENGTH] if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    """Return an integer, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
