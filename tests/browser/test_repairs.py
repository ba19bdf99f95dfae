"""Repairs and system information in a real browser."""

from typing import TYPE_CHECKING, Any

from custom_components.jannenkoti.issues import docs_url
from demo.demo_house import DemoHouse
from demo.pages import DESKTOP, PHONE, watched
from demo.waiting import eventually

from ..marks import BROWSER
from ..repair_issues import texts
from .card_tools import add_user

if TYPE_CHECKING:
    from pathlib import Path

    from demo.pages import Watched

pytestmark = BROWSER

LIMIT = 60
KEY = "air_conditioner_sensors_missing"
FIX = texts("en")[KEY]["fix_flow"]
WALL = "/api/states/sensor.wall"


async def issues(demo: DemoHouse) -> list[dict[str, Any]]:
    """Return the issues of the integration."""
    listed = await demo.client.command("repairs/list_issues")
    return [one for one in listed["issues"] if one["domain"] == "jannenkoti"]


async def lose_a_sensor(demo: DemoHouse, entry_id: str) -> str:
    """Let the thermostat use a sensor that goes away; return the title of the issue."""
    unit = {"unit_of_measurement": "°C", "device_class": "temperature"}
    wall = {"state": "22", "attributes": {**unit, "friendly_name": "Wall"}}
    await demo.client.post(WALL, wall)
    path = f"/api/diagnostics/config_entry/{entry_id}"
    options = (await demo.client.get(path))["data"]["options"]
    sensors = [*options["temperature_sensors"], "sensor.wall"]
    await demo.client.set_options(entry_id, {"temperature_sensors": sensors})
    await demo.client.delete(WALL)

    async def is_shown() -> bool:
        return [one["translation_key"] for one in await issues(demo)] == [KEY]

    await eventually(is_shown, within=LIMIT, what="the repair issue")
    [issue] = await issues(demo)
    title: str = texts("en")[KEY]["title"].format(**issue["translation_placeholders"])
    return title


async def open_issue(shown: Watched, title: str, picture: Path) -> None:
    """Open Settings, System, Repairs, and the dialog of an issue."""
    page = shown.page
    await page.goto(f"{shown.base}/config/repairs")
    await page.get_by_text(title).first.click()
    await page.get_by_text(FIX["step"]["confirm"]["title"]).first.wait_for()
    link = page.get_by_role("link", name="Learn more")
    assert await link.get_attribute("href") == docs_url(KEY)
    await page.screenshot(path=picture)


async def test_issue_is_fixed_in_its_dialog(tmp_path: Path) -> None:
    """Opened on a desktop and a phone at once: one fixes it, the other says so."""
    async with (
        DemoHouse(only=("room_sensors", "air_conditioner")) as demo,
        watched(demo, DESKTOP) as desktop,
        watched(demo, PHONE) as phone,
    ):
        kind: Any = demo.kinds["air_conditioner"]
        title = await lose_a_sensor(demo, kind.entry_id)
        await open_issue(desktop, title, tmp_path / "desktop.png")
        await open_issue(phone, title, tmp_path / "phone.png")
        await desktop.page.get_by_role("button", name="Submit").click()

        async def is_fixed() -> bool:
            return not await issues(demo)

        await eventually(is_fixed, within=LIMIT, what="the issue to be fixed")
        await desktop.page.keyboard.press("Escape")
        await desktop.page.get_by_text(title).wait_for(state="hidden")
        await phone.page.get_by_role("button", name="Submit").click()
        await phone.page.get_by_text(FIX["abort"]["gone"]).wait_for()
        await phone.page.screenshot(path=tmp_path / "gone.png")
        await see_system_information(desktop, tmp_path / "system.png")
        user = await add_user(demo, "guest", "system-users")
        async with watched(demo, PHONE, user=user) as guest:
            await guest.page.goto(f"{guest.base}/config/repairs")
            await guest.page.wait_for_url(lambda url: "/config" not in url)
            await guest.page.screenshot(path=tmp_path / "guest.png")
        assert desktop.errors == phone.errors == guest.errors == []


async def see_system_information(shown: Watched, picture: Path) -> None:
    """Open the system information from the menu of Repairs."""
    page = shown.page
    await page.goto(f"{shown.base}/config/repairs")
    await page.get_by_role("button", name="Menu").last.click()
    await page.get_by_text("System information").first.click()
    await page.get_by_text("Air conditioners, working / all").wait_for()
    await page.get_by_text("1 / 1").first.wait_for()
    await page.screenshot(path=picture)
