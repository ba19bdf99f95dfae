"""The nozzles of a printer. An H2D or X2D has two, and reports each of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .fields import child, integer, items, temperature

if TYPE_CHECKING:
    from .fields import Raw

MOST: Final = 2
RIGHT, LEFT = 0, 1
"""The numbers that the firmware gives them: the main one is on the right."""

_WORD: Final = 0xFFFF
_LARGEST: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Nozzle:
    """The temperatures of one nozzle, in °C."""

    temperature: float | None
    target: float | None


def read_nozzles(raw: Raw) -> tuple[Nozzle, ...]:
    """Return both nozzles of a printer that has two; else none.

    The current temperature is in the low 16 bits of a number, the target above it.
    """
    found = {
        number: _nozzle(item)
        for item in items(child(raw, "device", "extruder"), "info")
        if (number := integer(item, "id", 0, MOST - 1)) is not None
    }
    if len(found) < MOST:
        return ()
    return tuple(found[number] for number in sorted(found))


def _nozzle(raw: Raw) -> Nozzle:
    packed = integer(raw, "temp", 0, _LARGEST)
    if packed is None:
        return Nozzle(None, None)
    return Nozzle(float(packed & _WORD), float(packed >> 16))


def read_active(raw: Raw) -> Nozzle:
    """Return the nozzle that prints.

    A printer with two nozzles reports in the old fields the one that it used last, or
    the left one; which of them prints is in the second four bits of a state.
    """
    nozzles = read_nozzles(raw)
    state = integer(child(raw, "device", "extruder"), "state", 0, _LARGEST)
    active = None if state is None else state >> 4 & 0xF
    if active is not None and active < len(nozzles):
        return nozzles[active]
    return Nozzle(
        temperature(raw, "nozzle_temper"), temperature(raw, "nozzle_target_temper")
    )
