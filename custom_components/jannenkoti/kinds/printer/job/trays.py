"""The trays of the automatic material systems (AMS) and of the external spools."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .fields import bits, child, integer, items, name

if TYPE_CHECKING:
    from .fields import Raw

_HIGHEST_UNIT: Final = 135
_FIRST_HT: Final = 128
"""An AMS HT has one tray, and a number from here on."""
_UNITS_WITH_BITS: Final = 4
_TRAYS_OF_A_UNIT: Final = 4
_FIRST_HT_TRAY: Final = 16
_MOST: Final = 32
"""Four AMS and eight AMS HT have 24 trays."""

_COLOR: Final = re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_OPAQUE: Final = "FF"
_LONGEST_TYPE: Final = 40
_TAGS: Final = ("tag_uid", "tray_uuid")

EXTERNAL: Final = "external"
EXTERNAL_LEFT: Final = "external_left"
_LEFT_SPOOL: Final = 254
_RIGHT_SPOOL: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """One tray with its filament."""

    key: str
    """`1_1` is tray 1 of unit 1, `ht1_1` the one of the first AMS HT; spools have
    names."""
    type: str | None
    """The material; None if the tray is empty."""
    color: str | None
    """As #RRGGBB, or #RRGGBBAA of a filament that is not opaque."""
    remaining: int | None
    """Percent; None if the printer does not know."""


def read_trays(raw: Raw) -> tuple[Tray, ...]:
    """Return the trays in a complete report (`print`)."""
    ams = child(raw, "ams")
    units, filled = bits(ams.get("ams_exist_bits")), bits(ams.get("tray_exist_bits"))
    trays = []
    for unit in items(ams, "ams"):
        number = integer(unit, "id", 0, _HIGHEST_UNIT)
        if number is None or not _has(units, _bit_of_unit(number)):
            continue
        for slot in items(unit, "tray"):
            place = integer(slot, "id", 0, _TRAYS_OF_A_UNIT - 1)
            if place is not None:
                there = _has(filled, _bit_of_tray(number, place))
                # An emptied tray is reported with its number and nothing else.
                trays.append(_tray(_key(number, place), slot if there else {}))
    trays += _spools(raw)
    return tuple({tray.key: tray for tray in trays[:_MOST]}.values())


def _spools(raw: Raw) -> list[Tray]:
    """Return the external spools; a printer with two nozzles has two."""
    slots: list[Raw] = [*items(raw, "vir_slot")] or [child(raw, "vt_tray")]
    known = {integer(slot, "id", 0, _RIGHT_SPOOL): slot for slot in slots if slot}
    left = known.get(_LEFT_SPOOL)
    right = known.get(_RIGHT_SPOOL)
    if left is not None and right is not None:
        return [_spool(EXTERNAL, right), _spool(EXTERNAL_LEFT, left)]
    return [_spool(EXTERNAL, slot) for slot in list(known.values())[:1]]


def _spool(key: str, slot: Raw) -> Tray:
    """Return a spool, of which the printer does not know how much remains."""
    return _tray(key, {**slot, "remain": None})


def _tray(key: str, raw: Raw) -> Tray:
    kind = name(raw.get("tray_type"), _LONGEST_TYPE)
    if kind is None:  # The color of an empty tray is black, and transparent.
        return Tray(key=key, type=None, color=None, remaining=None)
    return Tray(
        key=key,
        type=kind,
        color=_color(raw.get("tray_color")),
        remaining=None if _is_untagged(raw) else integer(raw, "remain", 0, 100),
    )


def _color(raw: object) -> str | None:
    """Return a color as it is written in CSS; None if it cannot be read."""
    if not isinstance(raw, str) or not _COLOR.fullmatch(raw):
        return None
    digits, alpha = raw[:6].upper(), raw[6:].upper()
    return f"#{digits}" if alpha == _OPAQUE else f"#{digits}{alpha}"


def _is_untagged(raw: Raw) -> bool:
    """Return whether a spool has no RFID tag: then the rest is always 0 or 100."""
    tags = [raw[key] for key in _TAGS if isinstance(raw.get(key), str)]
    return any(tags) and not any(tag.strip("0") for tag in tags)


def _key(unit: int, place: int) -> str:
    """Return what identifies a tray."""
    if unit >= _FIRST_HT:
        return f"ht{unit - _FIRST_HT + 1}_{place + 1}"
    return f"{unit + 1}_{place + 1}"


def _bit_of_unit(unit: int) -> int | None:
    """Return the bit that says whether a unit is there; None if it is not known."""
    if unit >= _FIRST_HT:
        return unit - _FIRST_HT + _UNITS_WITH_BITS
    return unit if unit < _UNITS_WITH_BITS else None


def _bit_of_tray(unit: int, place: int) -> int | None:
    """Return the bit that says whether a tray is filled; None if it is not known."""
    if unit >= _FIRST_HT:
        return unit - _FIRST_HT + _FIRST_HT_TRAY
    return unit * _TRAYS_OF_A_UNIT + place if unit < _UNITS_WITH_BITS else None


def _has(field: int | None, bit: int | None) -> bool:
    """Return whether a bit is set; what is not known counts as set."""
    return field is None or bit is None or bool(field >> bit & 1)
