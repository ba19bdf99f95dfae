"""What the demo house shows of a device family: the contract of `demo/kinds`."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .physics import HOUR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from contextlib import AsyncExitStack

    from .client import Client, Json
    from .house import House
    from .past import Past
    from .scenarios import Scenario

_DRAWN = 4 * HOUR
# A shorter real time has too few points to draw.
_LEAST_DRAWN = 240.0


@dataclass(frozen=True, kw_only=True)
class Check:
    """The result of one check of the smoke test."""

    what: str
    good: bool
    seen: str = ""


class DemoKind(ABC):
    """One family in the demo house; its module has a subclass named `Demo`."""

    after: ClassVar[Sequence[str]] = ()
    """Families whose entities this one uses; they are started first."""

    configuration: ClassVar[str] = ""
    """Lines for `configuration.yaml`; two families may use the same key."""

    entry_id: str
    """The id of its entry; set by `start`."""

    def __init__(self, client: Client, house: House) -> None:
        """Initialize the family in a house."""
        self.client = client
        self.house = house

    @staticmethod
    def lacks() -> str | None:
        """Return the missing program without which the family cannot run, or None."""
        return None

    @abstractmethod
    async def start(self, stack: AsyncExitStack) -> None:
        """Start the fakes, which the stack will stop, and create the entry."""

    @abstractmethod
    def live(self) -> list[str]:
        """Return the unique ids of entities that must have a value."""

    @abstractmethod
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        """Return its cards; the argument finds entity ids by unique id.

        Each heading begins a section of the dashboard.
        """

    def details(self, entity_ids: Mapping[str, str]) -> list[Json]:  # noqa: ARG002
        """Return the cards of the second page: diagnostics and graphs in fast motion.

        Each heading begins a section of the dashboard.
        """
        return []

    def areas(self) -> Mapping[str, str]:
        """Return the area of devices, each found by the end of one of its unique ids.

        Only the entities of the kind's own entry are searched.
        """
        return {}

    def past(self) -> Sequence[Past]:
        """Return what sensors measured on the days before."""
        return ()

    async def pose(self) -> None:
        """Bring the devices into the state that the pictures show."""
        return

    def scenarios(self) -> Mapping[str, Scenario]:
        """Return scenarios by name, such as `press_remote`; each ends at once."""
        return {}

    def sights(self) -> list[str]:
        """Return what a visitor can try, a line each."""
        return []

    @abstractmethod
    def smoke(self) -> AsyncIterator[Check]:
        """Yield checks, a command to the device included."""

    def scaled(self, seconds: float, at_least: float) -> float:
        """Return the real seconds of a time in the house."""
        return max(self.house.clock.real(seconds), at_least)

    @staticmethod
    def heading(text: str, icon: str) -> Json:
        """Return the card above a section."""
        return {"type": "heading", "heading": text, "icon": icon}

    @staticmethod
    def day_graph(entity_ids: Sequence[str]) -> Json:
        """Return a card that draws the hourly means of a day."""
        return {
            "type": "statistics-graph",
            "entities": list(entity_ids),
            "period": "hour",
            "stat_types": ["mean"],
            "days_to_show": 1,
            "hide_legend": len(entity_ids) == 1,
            "grid_options": {"columns": "full"},
        }

    def graph(self, entity_ids: Sequence[str]) -> Json:
        """Return a card that draws some hours of the house's time, in fast motion."""
        return {
            "type": "history-graph",
            "hours_to_show": self.scaled(_DRAWN, _LEAST_DRAWN) / HOUR,
            "entities": list(entity_ids),
            "grid_options": {"columns": "full"},
        }
