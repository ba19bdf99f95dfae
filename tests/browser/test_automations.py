"""Automations in a real Home Assistant: made in the editor, and of blueprints."""

import shutil
from typing import TYPE_CHECKING, Any

from demo.browser import visit
from demo.demo_house import DemoHouse
from demo.kinds.printer import Demo
from demo.waiting import eventually

from ..marks import BROWSER
from ..source import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

    from demo.client import Client

pytestmark = BROWSER

LIMIT = 60
PRINTER = "P1S 001"
NAME = "Print is paused"
BLUEPRINTS = REPOSITORY / "blueprints" / "automation" / "jannenkoti"


async def add(page: Page, sort: str, search: str, name: str) -> None:
    """Add a trigger or a condition by its name, with the printer as the target."""
    await page.get_by_role("button", name=f"Add {sort}").first.click()
    dialog = page.locator("add-automation-element-dialog")
    await dialog.locator("input").first.fill(search)
    await dialog.get_by_text(name, exact=True).first.click()
    await page.get_by_role("button", name="Add target").first.click()
    # The search of the picker gets the focus when it is open.
    search_field = page.locator("input:focus")
    await search_field.fill(PRINTER)
    await page.get_by_text(PRINTER, exact=True).first.click()


async def save(page: Page) -> None:
    """Name the automation, save it and wait until the editor shows it."""
    await page.get_by_role("button", name="Save").first.click()
    dialog = page.locator("ha-dialog-automation-save")
    await dialog.locator("input").first.fill(NAME)
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await (
        page.get_by_role("link", name="Traces")
        .or_(page.get_by_role("button", name="Traces"))
        .first.wait_for()
    )


async def last_run(client: Client) -> dict[str, Any] | None:
    """Return the trace of the last run of the automation."""
    for state in await client.get("/api/states"):
        attributes = state["attributes"]
        if attributes.get("friendly_name") != NAME or not attributes["last_triggered"]:
            continue
        which = {"domain": "automation", "item_id": attributes["id"]}
        for run in await client.command("trace/list", **which):
            if run["state"] == "stopped":
                trace: dict[str, Any] = await client.command(
                    "trace/get", **which, run_id=run["run_id"]
                )
                return trace
    return None


def answer(selector: dict[str, Any], entry_id: str) -> Any:
    """Return what a user could choose in a field of a blueprint."""
    ((sort, options),) = selector.items()
    chosen = {
        "entity": "sensor.chosen",
        "target": {"entity_id": "light.chosen"},
        "device": "chosen",
        "config_entry": entry_id,
    }[sort]
    return [chosen] if (options or {}).get("multiple") else chosen


async def use_blueprints(demo: DemoHouse, entry_id: str) -> dict[str, str]:
    """Make an automation of each blueprint; return their states by their ids."""
    folder = demo.home_assistant.folder / "blueprints" / "automation" / "jannenkoti"
    shutil.copytree(BLUEPRINTS, folder)
    found = await demo.client.command("blueprint/list", domain="automation")
    ours = {path: one for path, one in found.items() if path.startswith("jannenkoti/")}
    for path, blueprint in ours.items():
        inputs = {
            key: answer(row["selector"], entry_id)
            for key, row in blueprint["metadata"]["input"].items()
            if "default" not in row
        }
        await demo.client.post(
            f"/api/config/automation/config/{path.partition('/')[2]}",
            {"alias": path, "use_blueprint": {"path": path, "input": inputs}},
        )

    async def made() -> dict[str, str]:
        states = {
            state["attributes"]["id"]: state["state"]
            for state in await demo.client.get("/api/states")
            if state["entity_id"].startswith("automation.")
            and state["attributes"]["id"].endswith(".yaml")
        }
        return states if len(states) == len(ours) else {}

    # Each automation appears when Home Assistant has read its file again.
    return await eventually(made, within=LIMIT, what="an automation of each blueprint")


async def test_trigger_and_condition_chosen_in_the_editor_run(tmp_path: Path) -> None:
    """Home Assistant also accepts each blueprint."""
    async with DemoHouse(only=("printer",)) as demo, visit(demo) as page:
        kind = demo.kinds["printer"]
        assert isinstance(kind, Demo)
        await page.goto(f"{demo.home_assistant.base}/config/automation/edit/new")
        await add(page, "trigger", "paused", "Print paused")
        # The event entity counts when its device is the target.
        await page.get_by_text("1 entity", exact=True).wait_for()
        await page.screenshot(path=tmp_path / "trigger.png")
        await add(page, "condition", "printing", "Printer is printing")
        # The field fills in its default once it is shown.
        await page.get_by_text("Any", exact=True).first.wait_for()
        await page.screenshot(path=tmp_path / "condition.png")
        await save(page)
        await page.screenshot(path=tmp_path / "saved.png")
        assert await last_run(demo.client) is None
        await demo.client.call("button.press", kind.unique_id("pause"))

        async def ran() -> dict[str, Any] | None:
            return await last_run(demo.client)

        trace = await eventually(ran, within=LIMIT, what="a run of the automation")
        assert trace is not None
        assert trace["script_execution"] == "finished", trace
        assert "condition/0" in trace["trace"]
        accepted = dict.fromkeys((path.name for path in BLUEPRINTS.iterdir()), "on")
        assert await use_blueprints(demo, kind.entry_id) == accepted
        assert demo.home_assistant.complaints() == []
