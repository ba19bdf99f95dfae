"""Pictures of Home Assistant's own pages and dialogs with our parts in them."""

import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from demo import pages
from demo.zones import HELSINKI

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page, ViewportSize

    from demo.demo_house import DemoHouse
    from demo.pages import Watched

    from .album import Album

QUESTION = "Why is the bedroom cold?"
_CONFLICT = "mqtt_devices/imitate_a_device"
_DIALOG: ViewportSize = {"width": 1000, "height": 720}
_HIGH: ViewportSize = {"width": 1000, "height": 900}
# A dialog fills a page that is no wider.
_NARROW: ViewportSize = {"width": 600, "height": 840}
_TALL: ViewportSize = {"width": 600, "height": 1100}

_OLD = "import/old.db"
_SCHEMA = """CREATE TABLE esp32_temphum (id INTEGER PRIMARY KEY AUTOINCREMENT,
location TEXT NOT NULL, timestamp TEXT NOT NULL, temperature REAL NOT NULL,
humidity REAL NOT NULL, ac_on BOOLEAN)"""
_INSERT = """INSERT INTO esp32_temphum
(location, timestamp, temperature, humidity, ac_on) VALUES (?, ?, ?, ?, 0)"""
_ROOMS = ("Living room", "Bedroom", "Sauna")
_BEGUN = datetime(2025, 4, 1)  # noqa: DTZ001 - the old server stored local times
_REPORTS, _EVERY = 6000, timedelta(minutes=15)


async def take_dialogs(demo: DemoHouse, album: Album) -> None:
    """Take the dialogs in the order in which a new user meets them."""
    make_old_store(demo.home_assistant.folder / _OLD)
    scenes = {
        "add_device": (_show_menu, _TALL),
        "new_dashboard": (_show_new_dashboard, _HIGH),
        "light_routine_slots": (_show_slots, _NARROW),
        "import": (_show_import, _NARROW),
        "triggers": (_show_triggers, _DIALOG),
        "voice": (_show_answer, _DIALOG),
    }
    if not album.wants(*scenes):
        return
    async with pages.watched(demo, _DIALOG) as shown:
        page = shown.page
        await page.evaluate("localStorage.setItem('dockedSidebar', '\"auto\"')")
        for name, (show, size) in scenes.items():
            if not album.wants(name):
                continue
            await page.set_viewport_size(size)
            await show(shown)
            await album.take(name, page)


async def take_repair(demo: DemoHouse, album: Album) -> None:
    """Take a repair issue; it is shown on other pages, too, so it comes last."""
    if not album.wants("repairs"):
        return
    async with pages.watched(demo, _DIALOG) as shown:
        await demo.client.let_happen(_CONFLICT)
        await shown.page.goto(f"{shown.base}/config/repairs")
        await shown.page.get_by_text("Two devices use the serial number").click()
        await album.take("repairs", shown.page)


async def _show_new_dashboard(shown: Watched) -> None:
    page = shown.page
    await page.goto(f"{shown.base}/config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    offered = page.locator("dashboard-card", has_text="Jannenkoti")
    await offered.evaluate("card => card.scrollIntoView({block: 'end'})")
    await offered.hover()


async def _show_menu(shown: Watched) -> None:
    """Show what can be added."""
    page = shown.page
    await page.goto(f"{shown.base}/config/integrations/dashboard/add?domain=jannenkoti")
    await page.get_by_role("button", name="OK").click()
    # A device waits to be claimed, so it is offered first.
    await page.get_by_text("Set up another instance").click()
    await page.get_by_text("Air conditioner", exact=True).first.wait_for()


async def _show_import(shown: Watched) -> None:
    """Show what was found in an old store."""
    await _show_menu(shown)
    page = shown.page
    await page.get_by_text("Import old data").first.click()
    flow = page.locator("dialog-data-entry-flow")
    zone = flow.get_by_role("textbox", name="Time zone")
    await zone.fill(str(HELSINKI))
    await flow.locator("ha-generic-picker, ha-combo-box, ha-select").first.click()
    await page.get_by_text(_OLD).last.click()
    await page.get_by_role("button", name="Submit").click()
    await flow.get_by_text(str(HELSINKI)).first.wait_for()
    await flow.get_by_text("esp32_temphum").first.wait_for()


async def ask(page: Page) -> None:
    """Ask Assist, and wait for the answer."""
    await page.keyboard.press("a")
    await page.get_by_role("textbox", name="Enter a request").fill(QUESTION)
    await page.keyboard.press("Enter")
    await page.get_by_text("Air conditioner:").wait_for()


async def _show_answer(shown: Watched) -> None:
    await shown.open("climate")
    await shown.page.locator("jannenkoti-thermostat-view").wait_for()
    await ask(shown.page)


async def _show_triggers(shown: Watched) -> None:
    """Show our triggers in the automation editor."""
    page = shown.page
    await page.goto(f"{shown.base}/config/automation/edit/new")
    await page.get_by_role("button", name="Add trigger").click()
    await page.get_by_text("By type", exact=True).first.click()
    await page.get_by_text("Jannenkoti", exact=True).last.click()


async def _show_slots(shown: Watched) -> None:
    """Show the slots of a light routine, and today with them."""
    page = shown.page
    await page.goto(f"{shown.base}/config/integrations/integration/jannenkoti")
    row = page.locator("ha-config-entry-row", has_text="Evening lights")
    await row.get_by_role("button", name="Configure").click()
    await page.get_by_text("Slots", exact=True).first.click()
    await page.get_by_text("Late evening").first.wait_for()


def make_old_store(path: Path) -> None:
    """Write a store of the original server with a summer of three rooms."""
    chance = random.Random(path.name)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_SCHEMA)
        connection.executemany(
            _INSERT,
            (
                (
                    room,
                    (_BEGUN + number * _EVERY).isoformat(),
                    round(22 + chance.random(), 1),
                    round(45 + chance.random(), 1),
                )
                for number in range(_REPORTS)
                for room in _ROOMS
            ),
        )
        connection.commit()
