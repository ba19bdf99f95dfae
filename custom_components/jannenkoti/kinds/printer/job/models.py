"""The models of printers, by the beginning of their serial numbers."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Model:
    """A model of printer."""

    name: str
    streams: bool
    """Whether its camera is an RTSPS stream, instead of frames on port 6000."""
    chamber: bool = True
    """Whether it measures the temperature of its chamber; without a sensor it
    reports 5 °C."""


_MODELS: Final = {
    "00M": Model("X1 Carbon", streams=True),
    "00W": Model("X1", streams=True),
    "03W": Model("X1E", streams=True),
    "01S": Model("P1P", streams=False, chamber=False),
    "01P": Model("P1S", streams=False, chamber=False),
    "22E": Model("P2S", streams=True),
    "030": Model("A1 mini", streams=False, chamber=False),
    "039": Model("A1", streams=False, chamber=False),
    "094": Model("H2D", streams=True),
    "093": Model("H2S", streams=True),
    "31B": Model("H2C", streams=True),
    "20P": Model("X2D", streams=True),
    "26A": Model("A2L", streams=False, chamber=False),
}
_UNKNOWN: Final = Model("Bambu Lab", streams=False)


def model_of(serial: str) -> Model:
    """Return the model of a serial number."""
    return _MODELS.get(serial[:3].upper(), _UNKNOWN)
