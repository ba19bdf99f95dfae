"""What the tests of the cards have in common: states, cards, users, a slow phone."""

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from demo.client import User
from demo.pages import PATH, watched
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Locator, ViewportSize

    from demo.client import Json
    from demo.demo_house import DemoHouse
    from demo.pages import Watched

LIMIT = 60
PATIENCE = LIMIT * 1000  # the same in ms
PHONE: ViewportSize = {"width": 390, "height": 844}

_SLOWER = 6  # A cheap phone of today against a desktop processor.
_NETWORK = {
    "offline": False,
    "latency": 400,  # ms, as at the edge of a mobile network
    "downloadThroughput": 50_000,  # bytes/s
    "uploadThroughput": 25_000,
}


async def entity_of(demo: DemoHouse, key: str) -> str:
    """Return the entity id of a translation key, of the first entry of its family."""
    first = {kind.entry_id for kind in demo.kinds.values()}
    registered = await demo.client.command("config/entity_registry/list")
    return next(
        str(entity["entity_id"])
        for entity in registered
        if entity["translation_key"] == key and entity["config_entry_id"] in first
    )


async def state_of(demo: DemoHouse, key: str) -> str:
    """Return the state of the entity that has a translation key."""
    path = f"/api/states/{await entity_of(demo, key)}"
    return str((await demo.client.get(path))["state"])


async def wait_for_state(demo: DemoHouse, key: str, *wanted: str) -> None:
    async def reached() -> bool:
        return await state_of(demo, key) in wanted

    await eventually(reached, within=LIMIT, what=f"{key} is {' or '.join(wanted)}")


def card(shown: Watched, name: str) -> Locator:
    """Return a card; of the printers, that of the first entry."""
    title = "P1S 001" if name == "print" else None
    return shown.page.locator(f"jannenkoti-{name}-view", has_text=title).first


async def dashboard_of(demo: DemoHouse, path: str = PATH) -> Json:
    """Return the stored configuration of a dashboard."""
    return await demo.client.command("lovelace/config", url_path=path)


def one_view(name: str, *cards: Json) -> Json:
    """Return a dashboard with cards in one section."""
    sections = [{"type": "grid", "cards": list(cards)}]
    return {"views": [{"path": name, "type": "sections", "sections": sections}]}


async def add_user(demo: DemoHouse, name: str, group: str) -> User:
    """Create a user who is no administrator."""
    user = User(name=name, password="no-administrator")
    made = await demo.client.command("config/auth/create", name=name, group_ids=[group])
    await demo.client.command(
        "config/auth_provider/homeassistant/create",
        user_id=made["user"]["id"],
        username=user.name,
        password=user.password,
    )
    return user


@asynccontextmanager
async def seen_by(demo: DemoHouse, name: str, group: str) -> AsyncIterator[Watched]:
    """Log in as a new user of a group, on a phone."""
    user = await add_user(demo, name, group)
    async with watched(demo, PHONE, user=user) as shown:
        yield shown


@asynccontextmanager
async def slow_phone(shown: Watched) -> AsyncIterator[None]:
    """Let the page run as on a slow phone with a slow network."""
    session = await shown.page.context.new_cdp_session(shown.page)
    await session.send("Network.enable")
    await session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    await session.send("Network.emulateNetworkConditions", _NETWORK)
    try:
        yield
    finally:
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        await session.detach()
