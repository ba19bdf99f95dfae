"""The rooms of the demo house: each device gets its area."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .client import Client
    from .kind import DemoKind


async def assign_areas(client: Client, kinds: Iterable[DemoKind]) -> None:
    """Create the areas that the kinds name, and move their devices there."""
    entities = await client.entities()
    known = {
        area["name"].lower(): area["area_id"]  # some come with the onboarding
        for area in await client.command("config/area_registry/list")
    }
    for kind in kinds:
        for end, name in kind.areas().items():
            device_id = next(
                (
                    entity["device_id"]
                    for unique_id, entity in entities.items()
                    if unique_id.endswith(end)
                    and entity["config_entry_id"] == kind.entry_id
                ),
                None,
            )
            if device_id is None:
                continue
            if name.lower() not in known:
                area = await client.command("config/area_registry/create", name=name)
                known[name.lower()] = area["area_id"]
            await client.command(
                "config/device_registry/update",
                device_id=device_id,
                area_id=known[name.lower()],
            )
