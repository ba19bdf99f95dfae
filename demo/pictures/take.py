"""Take the pictures of the docs, all of the same scene."""

import asyncio
import time
from typing import TYPE_CHECKING

from demo import pages

from . import BEFORE
from .album import Album
from .cards import make_cards, take_cards, take_views
from .dialogs import take_dialogs, take_repair
from .families import take_families
from .history import stretch
from .tour import take_tour

if TYPE_CHECKING:
    from pathlib import Path

    from demo.demo_house import DemoHouse


async def take_all(
    demo: DemoHouse, folder: Path, only: frozenset[str] = frozenset()
) -> list[Path]:
    """Write the pictures, or some of them, and return their paths."""
    album = Album(folder, only)
    await pages.make(demo)
    await make_cards(demo)
    clock = demo.house.clock
    await asyncio.sleep(max(clock.real(BEFORE - clock.elapsed()), 0))
    # The thermostat comes last: the room must still be cooled when the time slows down.
    for kind in demo.kinds.values():
        await kind.pose()
    fast, slowed = clock.speed, time.time()
    clock.run_at(1)
    # The demo's own dashboard has graphs of some minutes.
    await take_families(demo, album)
    stretch(demo.home_assistant.folder / "home-assistant_v2.db", fast, slowed)
    # The tour changes the house.
    for take in (take_cards, take_views, take_dialogs, take_tour, take_repair):
        await take(demo, album)
    return album.taken
