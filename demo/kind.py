"""What the demo house shows of a kind: the contract of `demo/kinds/<kind>`."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .physics import HOUR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from contextlib import AsyncExitStack

    from .client import Client, Json
    from .house import House
    from .scenarios import Scenario

_DRAWN = 4 * HOUR
# Less of our time has too few points to draw.
_LEAST_DRAWN = 240.0


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that the smoke test looked at."""

    what: str
    good: bool
    seen: str = ""


class DemoKind(ABC):
    """One kind in the demo house. A module here has a subclass named `Demo`."""

    after: ClassVar[Sequence[str]] = ()
    """Kinds whose entities this one uses, so they are started before it."""

    configuration: ClassVar[str] = ""
    """What it adds to `configuration.yaml`, under keys that no other kind uses."""

    entry_id: str
    """Its entry, once it is started."""

    def __init__(self, client: Client, house: House) -> None:
        """Belong to a house and its Home Assistant."""
        self.client = client
        self.house = house

    @staticmethod
    def lacks() -> str | None:
        """Return the program without which this kind cannot be shown here, if any."""
        return None

    @abstractmethod
    async def start(self, stack: AsyncExitStack) -> None:
        """Start the fakes, which the stack will stop, and create the entry."""

    @abstractmethod
    def live(self) -> list[str]:
        """Return the unique ids of the entities that have a value in a live house."""

    @abstractmethod
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        """Return its cards; the argument finds entity ids by unique id.

        Each heading begins a section of the dashboard.
        """

    def scenarios(self) -> Mapping[str, Scenario]:
        """Return what can be let happen, such as `press_remote`; each ends at once."""
        return {}

    def sights(self) -> list[str]:
        """Return what a visitor may try, a line each."""
        return []

    @abstractmethod
    def smoke(self) -> AsyncIterator[Check]:
        """Try whether it works, a command to the device included."""

    def scaled(self, seconds: float, at_least: float) -> float:
        """Return how long something takes at the speed of this house."""
        return max(self.house.clock.real(seconds), at_least)

    @staticmethod
    def heading(text: str, icon: str) -> Json:
        """Return the card above a section."""
        return {"type": "heading", "heading": text, "icon": icon}

    def graph(self, entity_ids: Sequence[str]) -> Json:
        """Return a card that draws some hours of the house's time."""
        return {
            "type": "history-graph",
            "hours_to_show": self.scaled(_DRAWN, _LEAST_DRAWN) / HOUR,
            "entities": list(entity_ids),
            "grid_options": {"columns": "full"},
        }
