"""The trays of the automatic material system (AMS) and of the external spool."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_UNITS: Final = 8
_TRAYS_OF_A_UNIT: Final = 4
_COLOR: Final = re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_LONGEST_TYPE: Final = 40

EXTERNAL: Final = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """One tray with its filament."""

    key: str
    """`1_1` is tray 1 of unit 1; the external spool has a name."""
    type: str | None
    """The material; None if the tray is empty."""
    color: str | None
    """As #RRGGBB."""
    remaining: int | None
    """Percent; None if the printer does not know."""


def read_trays(raw: Mapping[str, Any]) -> tuple[Tray, ...]:
    """Return the trays in a complete report (`print`)."""
    ams = raw.get("ams")
    units = ams.get("ams") if isinstance(ams, dict) else None
    present = _bits(ams.get("ams_exist_bits")) if isinstance(ams, dict) else None
    trays = []
    for unit in units if isinstance(units, list) else ():
        number = _index(unit, _MOST_UNITS)
        if number is None or not _has(present, number):
            continue
        slots = unit.get("tray")
        for slot in slots if isinstance(slots, list) else ():
            place = _index(slot, _TRAYS_OF_A_UNIT)
            if place is not None:
                trays.append(_tray(f"{number + 1}_{place + 1}", slot))
    if isinstance(external := raw.get("vt_tray"), dict):
        trays.append(_tray(EXTERNAL, external))
    return tuple({tray.key: tray for tray in trays}.values())


def _tray(key: str, raw: dict[str, Any]) -> Tray:
    kind, color = raw.get("tray_type"), raw.get("tray_color")
    remaining = read_number(raw.get("remain"))
    known = remaining is not None and 0 <= remaining <= 100  # noqa: PLR2004 - percent
    return Tray(
        key=key,
        type=kind[:_LONGEST_TYPE] if isinstance(kind, str) and kind else None,
        color=f"#{color[:6].upper()}"
        if isinstance(color, str) and _COLOR.fullmatch(color)
        else None,
        remaining=int(remaining) if known and remaining is not None else None,
    )


def _index(raw: object, limit: int) -> int | None:
    """Return the index that an object has as its id."""
    number = read_number(raw.get("id")) if isinstance(raw, dict) else None
    return int(number) if number is not None and 0 <= number < limit else None


def _bits(raw: object) -> int | None:
    """Return a bit field that is written in hexadecimal digits."""
    try:
        return int(raw, 16) if isinstance(raw, str) and len(raw) <= 16 else None  # noqa: PLR2004
    except ValueError:
        return None


def _has(bits: int | None, number: int) -> bool:
    """Return whether a bit is set; without a bit field all are."""
    return bits is None or bool(bits >> number & 1)
