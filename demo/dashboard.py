"""The dashboard of the demo house, made of the cards of its kinds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .client import Client, Json
    from .kind import DemoKind

PATH = "demo-house"


async def make_dashboard(
    client: Client, kinds: Iterable[DemoKind], scenarios: Sequence[Json]
) -> None:
    """Make a dashboard of all kinds and let it be the page that opens first."""
    entity_ids = await client.entity_ids()
    # What is started last uses what the others measure: it has the most to tell.
    cards = [card for kind in reversed([*kinds]) for card in kind.cards(entity_ids)]
    sections = list(_sections([*cards, *scenarios]))
    view: Json = {"title": "Demo house", "type": "sections", "sections": sections}
    await client.command(
        "lovelace/dashboards/create",
        url_path=PATH,
        title="Demo house",
        icon="mdi:home-heart",
    )
    await client.command(
        "lovelace/config/save", url_path=PATH, config={"views": [view]}
    )
    await client.command(
        "frontend/set_system_data", key="core", value={"default_panel": PATH}
    )


def _sections(cards: Sequence[Json]) -> Iterator[Json]:
    """Let each heading begin a section."""
    section: list[Json] = []
    for card in cards:
        if card["type"] == "heading" and section:
            yield {"type": "grid", "cards": section}
            section = []
        section.append(card)
    yield {"type": "grid", "cards": section}
