"""Hostile input: values of a hostile size, depth, type or encoding."""

import traceback
from typing import Any

HUGE = 1_000_000
DEEP = 120_000


def deep(levels: int = 500) -> dict[str, Any]:
    """Return an object of so many levels."""
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def values() -> dict[str, object]:
    """Return hostile values of a field by name."""
    return {
        "braces": "{" * DEEP,
        "brackets": "[" * DEEP,
        "quotes": '"' * DEEP,
        "spaces": " " * HUGE,
        "semicolons": "mon;" * DEEP,
        "long text": "x" * HUGE,
        "digits": "9" * 100_000,
        "huge number": 10**30,
        "negative": -(10**30),
        "infinite": float("inf"),
        "not a number": float("nan"),
        "many items": ["2"] * 20_000,
        "many keys": {str(number): 1 for number in range(20_000)},
        "deep object": deep(),
        "year 1": "0001-01-01T00:00:00",
        "year 9999": "9999-12-31T23:59:59.999999+00:00",
        "zero byte": "a\0b",
        "right to left": "\u202eabc",
        "emoji": "\N{PILE OF POO}" * 1000,
        "path": "../../../etc/passwd",
        "empty": "",
        "nothing": None,
        "empty list": [],
        "empty object": {},
        "a truth": True,
    }


def bodies() -> dict[str, bytes]:
    """Return hostile bodies of a request by name."""
    return {
        "empty": b"",
        "no JSON": b"\xff\xfe\x00",
        "braces": b"{" * DEEP,
        "brackets": b"[" * DEEP,
        "objects": b'{"a":' * DEEP,
        "a list": b"[]",
        "a text": b'"x"',
        "a number": b"1e999",
        "digits": b"9" * 100_000,
        "a null": b"null",
        "too large": b'{"a":"' + b"x" * 3_000_000 + b'"}',
        "many keys": b"{" + b",".join(b'"%d":1' % n for n in range(50_000)) + b"}",
        "surrogate": b'{"location": "\\ud800", "serial_number": "\\ud800"}',
        "NaN": b'{"location": "WC", "temperature_c": NaN, "humidity_pct": 1e400}',
        "zero byte": b'{"serial_number": "TMP0\\u0000", "deviceId": "\\u0000"}',
        "wrong types": b'{"serial_number": [], "deviceId": {}, "location": true,'
        b' "sensorsDates": {"a": 1}, "configuracion": 5}',
        "wrong list": b'{"deviceId": 1, "sensorsDates": [null, 1, [], "x"]}',
    }


QUERIES = (
    "page=" + "9" * 30 + "&per_page=" + "9" * 30,
    "page=%00&per_page=NaN&reclamado=" + "x" * 5_000,
    "&".join(f"a{number}=1" for number in range(500)),
    "api_key=%ed%a0%80",
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Content-Type": "text/html"},
    {"Content-Encoding": "gzip"},
    {"X-API-Key": "x" * 3_000},
    {"Authorization": "Bearer \u20ac".encode().decode("latin-1")},
)


def is_home_assistants_own(err: Exception) -> bool:
    """Return whether a validator of Home Assistant raised, not the integration."""
    last = traceback.extract_tb(err.__traceback__)[-1]
    return "custom_components" not in last.filename
