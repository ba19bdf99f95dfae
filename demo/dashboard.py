"""The dashboard of the demo house, made of the cards of its kinds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .client import Client, Json
    from .kind import DemoKind

PATH = "demo-house"


async def make_dashboard(
    client: Client, kinds: Iterable[DemoKind], scenarios: Sequence[Json]
) -> None:
    """Make a dashboard of all kinds and let it be the page that opens first."""
    entity_ids = await client.entity_ids()
    sections = [
        {"type": "grid", "cards": cards}
        for kind in kinds
        if (cards := kind.cards(entity_ids))
    ]
    if scenarios:
        heading = {"type": "heading", "heading": "Let something happen"}
        sections.append({"type": "grid", "cards": [heading, *scenarios]})
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
