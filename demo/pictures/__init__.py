"""The pictures of the docs, taken of the demo house."""

from typing import Final

from demo.kinds import all_kinds
from demo.physics import HOUR

PICTURED: Final = 15
"""The hour of the afternoon that they show."""

BEFORE: Final = 6.2 * HOUR
"""How long the house has lived by then: what the thermostat card draws."""

CARDS: Final = ("thermostat", "plan", "print", "pan-tilt", "inbox")
VIEWS: Final = ("climate", "cameras", "printer", "energy", "devices")
DIALOGS: Final = (
    "new_dashboard",
    "voice",
    "triggers",
    "light_routine_slots",
    "add_device",
    "import",
    "repairs",
)
TOUR: Final = "tour"


def card_picture(card: str) -> str:
    """Return the name of the picture of a card."""
    return f"card_{card.replace('-', '_')}"


def file_names() -> set[str]:
    """Return the names of all files that the docs show."""
    stills = {
        *("demo", "phone", "phone_climate", "dashboard", "dashboard_phone"),
        *all_kinds(),
        *map(card_picture, CARDS),
        *(f"dashboard_{view}" for view in VIEWS),
        *DIALOGS,
    }
    return {f"{TOUR}.webp", *(f"{name}.png" for name in stills)}
