"""The dashboard of the demo house: a home page, and a page to try things out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .client import Client, Json
    from .kind import DemoKind

PATH = "demo-house"
HOME = "home"


async def make_dashboard(
    client: Client, kinds: Iterable[DemoKind], scenarios: Sequence[Json]
) -> None:
    """Create a dashboard of all kinds and make it the page that opens first."""
    entity_ids = await client.entity_ids()
    # Kinds that use the entities of others are started after them and come first.
    in_order = [*kinds][::-1]
    home = [card for kind in in_order for card in kind.cards(entity_ids)]
    details = [card for kind in in_order for card in kind.details(entity_ids)]
    views = [
        _view("Home", HOME, "mdi:home", home),
        _view("Try it", "try-it", "mdi:flask-outline", [*scenarios, *details]),
    ]
    await client.command(
        "lovelace/dashboards/create",
        url_path=PATH,
        title="Demo house",
        icon="mdi:home-heart",
    )
    await client.command("lovelace/config/save", url_path=PATH, config={"views": views})
    await client.command(
        "frontend/set_system_data", key="core", value={"default_panel": PATH}
    )


def _view(title: str, path: str, icon: str, cards: Sequence[Json]) -> Json:
    """Return a view whose sections begin with the headings among the cards."""
    return {
        "title": title,
        "path": path,
        "icon": icon,
        "type": "sections",
        "sections": list(_sections(cards)),
    }


def _sections(cards: Sequence[Json]) -> Iterator[Json]:
    """Yield a section for each heading."""
    section: list[Json] = []
    for card in cards:
        if card["type"] == "heading" and section:
            yield {"type": "grid", "cards": section}
            section = []
        section.append(card)
    yield {"type": "grid", "cards": section}
