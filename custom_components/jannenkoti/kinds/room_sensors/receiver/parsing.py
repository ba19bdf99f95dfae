"""Parse the body of a report."""

import re
from typing import Any, Final

from ....lib.lenient_json import parse_lenient_json
from ....lib.reading import read_number
from ....lib.temperature import read_temperature_unit, to_celsius
from ..model import Rejected, RejectReason, Report, location_name

_LONGEST_MESSAGE: Final = 200

_TEMPERATURES: Final = ("temperature_c", "temperature")
_HUMIDITIES: Final = ("humidity_pct", "humidity")
_UNITS: Final = ("temperature_unit", "unit")

# Saturated sensors report up to 118 %, dry ones a little below 0; their data sheets say
# to clip.
_CLIPPED_HUMIDITY: Final = (-5.0, 120.0)

# A degree sign of a program that is not saved as UTF-8.
_LONE_DEGREE: Final = re.compile(rb"(?<![\x80-\xff])\xb0(?=[CF])", re.IGNORECASE)

# How humidity sensors write their unit.
_PERCENT: Final = re.compile(r"(.{0,30}?) ?%( ?RH)?", re.IGNORECASE)

# A number as text, followed by its unit.
_WITH_UNIT: Final = re.compile(r"([-+]?[0-9.,]{1,20}+) ?([^\d\s.,].{0,15})")


def parse_report(body: bytes, default_location: str) -> Report:
    """Parse the body of a report; raises Rejected only.

    A value that cannot be read, or whose unit is unknown, is None; the other one is
    kept. Both missing, or a field that is absent, is an invalid payload.
    """
    fields = _fields(body)
    location = location_name(fields.get("location"))
    if error := fields.get("error"):
        message = _message(error)
        raise Rejected(RejectReason.DEVICE_ERROR, location=location, message=message)
    if location is None and _is_from_pi(fields):
        location = default_location
    complete = _has(fields, _TEMPERATURES) and _has(fields, _HUMIDITIES)
    if location is None or not complete:
        raise Rejected(RejectReason.INVALID_PAYLOAD, location=location)
    reason: RejectReason = RejectReason.INVALID_PAYLOAD
    try:
        temperature = _temperature(fields, location)
    except Rejected as rejected:
        temperature, reason = None, rejected.reason
    humidity = _humidity(fields)
    if temperature is None and humidity is None:
        raise Rejected(reason, location=location)
    return Report(
        location=location,
        temperature=temperature,
        humidity=humidity,
        unit_unknown=reason is RejectReason.UNIT_NOT_UNDERSTOOD,
    )


def _fields(body: bytes) -> dict[str, Any]:
    """Return the fields of a body; raises Rejected."""
    try:
        fields = parse_lenient_json(_LONE_DEGREE.sub("°".encode(), body))
    except ValueError:
        raise Rejected(RejectReason.INVALID_PAYLOAD) from None
    if not isinstance(fields, dict):
        raise Rejected(RejectReason.INVALID_PAYLOAD)
    return fields


def _message(error: object) -> str:
    """Return the error of a board as text that can be sent as JSON."""
    text = str(error)[:_LONGEST_MESSAGE] if isinstance(error, str | float) else ""
    if isinstance(error, int) and abs(error) < 10**_LONGEST_MESSAGE:
        text = str(error)
    # JSON can contain half a surrogate pair, but it cannot be encoded.
    return text[:_LONGEST_MESSAGE].encode(errors="replace").decode()


def _is_from_pi(fields: dict[str, Any]) -> bool:
    """Return whether this is the format of the Raspberry Pi, which has no location."""
    return "location" not in fields and "temperature" in fields and "humidity" in fields


def _has(fields: dict[str, Any], names: tuple[str, ...]) -> bool:
    """Return whether one of the fields is there."""
    return any(name in fields for name in names)


def _first(fields: dict[str, Any], names: tuple[str, ...]) -> object:
    """Return the first of the fields that is there."""
    return next((fields[name] for name in names if name in fields), None)


def _temperature(fields: dict[str, Any], location: str) -> float | None:
    """Return the temperature in °C, None if it cannot be read; raises Rejected."""
    value, unit = _first(fields, _TEMPERATURES), _first(fields, _UNITS)
    if isinstance(value, str) and (match := _WITH_UNIT.fullmatch(value.strip())):
        value, unit = match.groups()
    if (number := read_number(value)) is None or unit in (None, ""):
        return number
    if (known := read_temperature_unit(unit)) is None:
        raise Rejected(RejectReason.UNIT_NOT_UNDERSTOOD, location=location)
    return to_celsius(number, known)


def _humidity(fields: dict[str, Any]) -> float | None:
    """Return the humidity in percent, None if it cannot be read."""
    value = _first(fields, _HUMIDITIES)
    if isinstance(value, str) and (match := _PERCENT.fullmatch(value.strip())):
        value = match[1]
    number = read_number(value)
    least, most = _CLIPPED_HUMIDITY
    if number is None or not least <= number <= most:
        return None
    return min(max(number, 0.0), 100.0)
