"""Errors of the printer's health management system (HMS)."""

from dataclasses import dataclass
from typing import Final

from ....lib.reading import read_number

WIKI: Final = "https://wiki.bambulab.com/en/x1/troubleshooting/hmscode/"
_MOST: Final = 20
_SEVERITIES: Final = {1: "fatal", 2: "serious", 3: "common", 4: "info"}
_U32: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class HmsError:
    """One error, as the printer reports it in two numbers."""

    attribute: int
    code: int

    @property
    def name(self) -> str:
        """Return the name under which Bambu documents it: 0300_0100_0001_0003."""
        digits = f"{self.attribute & _U32:08X}{self.code & _U32:08X}"
        return "_".join(digits[at : at + 4] for at in range(0, 16, 4))

    @property
    def severity(self) -> str:
        """Return how bad it is."""
        return _SEVERITIES.get(self.code >> 16, "unknown")

    @property
    def url(self) -> str:
        """Return the page of Bambu's wiki."""
        return f"{WIKI}{self.name}"

    def as_dict(self) -> dict[str, str]:
        """Return it as attributes."""
        return {"code": self.name, "severity": self.severity, "url": self.url}


def read_hms(raw: object) -> tuple[HmsError, ...]:
    """Return the errors in a report; items that cannot be read are left out."""
    found = []
    for item in raw[:_MOST] if isinstance(raw, list) else ():
        if isinstance(item, dict):
            attribute = read_number(item.get("attr"))
            code = read_number(item.get("code"))
            if attribute is not None and code is not None:
                found.append(HmsError(int(attribute), int(code)))
    return tuple(found)
