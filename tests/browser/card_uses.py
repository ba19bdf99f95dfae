"""What a person does with each card of the dashboard."""

import json
import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

from demo.kinds import mqtt_devices
from demo.prices import make_a_plan
from demo.waiting import eventually

from ..source import REPOSITORY
from .card_tools import (
    LIMIT,
    PATIENCE,
    card,
    dashboard_of,
    entity_of,
    state_of,
    wait_for_state,
)

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from demo.demo_house import DemoHouse
    from demo.pages import Watched

MODULES = "jannenkoti-strategy-editor li"
TRANSLATIONS = REPOSITORY / "custom_components/jannenkoti/translations"
NEW_PATH = "dashboard-jannenkoti"
# Home Assistant's own energy cards that the energy view has.
ENERGY_CARDS = ("distribution", "usage-graph", "sources-table", "devices-graph")


async def create_in_the_dialog(demo: DemoHouse, shown: Watched) -> None:
    """Create the dashboard as a user does, in three clicks."""
    page = shown.page
    await page.goto(f"{shown.base}/config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    await page.locator("dashboard-card", has_text="Jannenkoti").click()
    await page.get_by_role("button", name="Create").click()

    async def created() -> bool:
        dashboards = await demo.client.command("lovelace/dashboards/list")
        return NEW_PATH in {each["url_path"] for each in dashboards}

    await eventually(created, within=LIMIT, what="the new dashboard")
    await page.locator("dashboard-card").first.wait_for(state="detached")
    await shown.open("home", NEW_PATH)


async def use_the_camera(demo: DemoHouse, shown: Watched) -> None:
    """Move by keyboard and by holding, then store a preset and return to it."""
    await shown.open("cameras")
    camera = card(shown, "pan-tilt")
    right = camera.get_by_role("button", name="Right")
    await right.wait_for()
    start = float(await state_of(demo, "robocam_pan"))
    await right.focus()
    await shown.page.keyboard.press("ArrowRight")

    async def moved(beyond: float) -> bool:
        return abs(float(await state_of(demo, "robocam_pan")) - start) > beyond

    await eventually(lambda: moved(0), within=LIMIT, what="a step by keyboard")
    step = abs(float(await state_of(demo, "robocam_pan")) - start)
    await right.hover()
    await shown.page.mouse.down()
    await eventually(lambda: moved(2 * step), within=LIMIT, what="steps while held")
    await shown.page.mouse.up()
    await camera.get_by_role("textbox").fill("Door")
    await camera.get_by_role("button", name="Store").click()
    await camera.get_by_role("button", name="Door").wait_for()
    await camera.get_by_role("button", name="Center").click()
    await wait_for_state(demo, "robocam_preset", "none")
    await camera.get_by_role("button", name="Door").click()
    await wait_for_state(demo, "robocam_preset", "Door")
    await camera.get_by_role("button", name="Door", pressed=True).wait_for()


async def make_a_time_lapse(demo: DemoHouse, shown: Watched) -> None:
    """Stop the recording, play the video, and start another recording."""
    await wait_for_state(demo, "printer_timelapse", "recording")
    await shown.open("printer")
    printer = card(shown, "print")

    async def has_frames() -> bool:
        path = f"/api/states/{await entity_of(demo, 'printer_timelapse')}"
        return bool((await demo.client.get(path))["attributes"].get("frames"))

    await eventually(has_frames, within=LIMIT, what="a frame of the time-lapse")
    await printer.get_by_role("button", name="Stop time-lapse").click()
    play = printer.get_by_role("button", name="Play last video")
    await play.click()
    plays = "video => video.readyState > 1 && !video.error"
    video = await printer.locator("video").element_handle()
    await shown.page.wait_for_function(plays, arg=video)
    await printer.get_by_role("button", name="Close video").click()
    await play.wait_for()
    await printer.get_by_role("button", name="Start time-lapse").click()
    await wait_for_state(demo, "printer_timelapse", "waiting", "recording")
    await printer.get_by_role("button", name="Stop time-lapse").wait_for()


async def use_the_printer(demo: DemoHouse, shown: Watched) -> None:
    """Pause, resume, and check the question before a print is stopped."""
    await wait_for_state(demo, "printer_status", "running")
    await shown.open("printer")
    printer = card(shown, "print")
    stop = printer.get_by_role("button", name="Stop", exact=True)
    await printer.get_by_role("progressbar", name="Progress").wait_for()
    await printer.get_by_role("button", name="Pause", exact=True).click()
    await wait_for_state(demo, "printer_status", "paused")
    await printer.get_by_role("button", name="Resume").click()
    await wait_for_state(demo, "printer_status", "running")
    await stop.focus()
    await shown.page.keyboard.press("Enter")
    harmless = printer.get_by_role("alertdialog").get_by_role("button").last
    await expect(harmless).to_be_focused(timeout=PATIENCE)
    await shown.page.keyboard.press("Enter")
    await stop.wait_for()
    assert await state_of(demo, "printer_status") == "running"
    await stop.click()
    await printer.get_by_role("button", name="Stop the print").click()

    async def stopped() -> bool:
        return await state_of(demo, "printer_status") != "running"

    await eventually(stopped, within=LIMIT, what="the print is stopped")


async def ignore_and_claim(demo: DemoHouse, shown: Watched) -> None:
    """Ignore a device, undo it, then claim it with a name and an area."""
    serial = _unclaimed(demo)
    await shown.open("devices")
    inbox = card(shown, "inbox")
    await inbox.get_by_role("button", name="Ignore").click()
    await inbox.get_by_text("is ignored").wait_for()
    claim = inbox.get_by_role("button", name="Claim")
    await expect(claim).to_have_count(0, timeout=PATIENCE)
    await inbox.get_by_role("button", name="Stop ignoring").click()
    await inbox.get_by_text("is offered again").wait_for()
    # Shown by its serial number until it has a name.
    await inbox.locator("li", has_text=serial).wait_for()
    await claim.first.click()
    # The field of the name has the focus, then comes the area.
    name = inbox.get_by_label("Name")
    await expect(name).to_be_focused(timeout=PATIENCE)
    await shown.page.keyboard.type("Patio")
    await inbox.get_by_label("Area").select_option(label="Garden")
    await name.press("Enter")
    await inbox.get_by_text("Patio is claimed").wait_for()
    # The dashboard follows: the new device has a tile, in the section of its area.
    await shown.page.locator("hui-tile-card", has_text="Patio").first.wait_for()
    devices = await demo.client.command("config/device_registry/list")
    [patio] = [each for each in devices if each["name"] == "Patio"]
    assert patio["area_id"] == "garden"


async def claim_by_code(demo: DemoHouse, shown: Watched) -> None:
    """Enter the text of a QR code: first one that is none, then a real one."""
    await shown.open("devices")
    inbox = card(shown, "inbox")
    await inbox.get_by_role("button", name="Enter QR code").click()
    code = inbox.get_by_label("Text of the QR code")
    if await shown.page.evaluate("'BarcodeDetector' in window"):
        await inbox.get_by_label("Take a picture").wait_for()
    else:
        await inbox.get_by_text("This browser cannot read QR codes").wait_for()
    await code.fill("no serial number")
    await inbox.get_by_role("button", name="Claim", exact=True).last.click()
    await inbox.get_by_role("status").filter(has_text="serial number").wait_for()
    # What was entered is not lost.
    assert await code.input_value() == "no serial number"
    await code.fill('{"serial_number": "TMP0CARD0001", "nombre": "Cellar"}')
    await inbox.get_by_role("button", name="Claim", exact=True).last.click()
    await inbox.get_by_text("TMP0CARD0001 is claimed").wait_for()
    devices = await demo.client.command("config/device_registry/list")
    assert "Cellar" in {each["name"] for each in devices}


def _unclaimed(demo: DemoHouse) -> str:
    kind = demo.kinds["mqtt_devices"]
    assert isinstance(kind, mqtt_devices.Demo)
    return kind.devices["RGD0"].serial


async def read_the_plan(demo: DemoHouse, shown: Watched) -> None:
    """Go through the slots by keyboard; each has its price and its reason."""
    await make_a_plan(demo)
    await shown.open("energy")
    slots = card(shown, "plan").get_by_role("slider", name="Slots of the plan")
    await slots.focus()

    async def text() -> str:
        return str(await slots.get_attribute("aria-valuetext"))

    read = [await text()]

    async def another() -> bool:
        return await text() not in read

    for key in ("ArrowRight", "End"):
        await shown.page.keyboard.press(key)
        await eventually(another, within=LIMIT, what=f"another slot after {key}")
        read.append(await text())
    assert all("EUR/kWh" in each and "°C" in each for each in read)
    # Each ends with the sentence that the integration has for one of its reasons.
    reasons = await _reasons(demo)
    assert all(any(each.search(sentence) for each in reasons) for sentence in read)
    heat = card(shown, "plan").locator("rect[data-heat=true]")
    await heat.first.wait_for(state="attached")


# Give the card a home with °F and a plan with one slot for each reason; return what it
# says of each. Home Assistant goes on to set the state of the home meanwhile.
IN_FAHRENHEIT = """async (view, reasons) => {
  const units = { ...view.hass.config.unit_system, temperature: "°F" };
  const hass = { ...view.hass, config: { ...view.hass.config, unit_system: units } };
  const own = { get: () => hass, set() {}, configurable: true };
  Object.defineProperty(view, "hass", own);
  const start = Date.now(), quarter = 900_000;
  const slots = reasons.map((reason, number) => ({
    start: start + number * quarter,
    end: start + (number + 1) * quarter,
    price: 0.2,
    surplus: 0,
    tanks: [{ name: "Tank", power: 0, temperature: 60 }],
    reason,
  }));
  const said = [];
  for (const chosen of reasons.keys()) {
    view.plan = { quality: "full", slots };
    view.chosen = chosen;
    await view.updateComplete;
    said.push(view.renderRoot.querySelector(".slot").textContent);
  }
  delete view.hass;
  return said;
}"""


async def read_reasons_in_fahrenheit(_demo: DemoHouse, shown: Watched) -> None:
    """Read each reason that has a temperature in a home with °F."""
    texts = json.loads((TRANSLATIONS / "en.json").read_text())["common"]
    keys = [
        name.removeprefix("heating_slot_")
        for name, text in texts.items()
        if name.startswith("heating_slot_") and "{temperature}" in text
    ]
    assert len(keys) == 10
    values = {
        "temperature": 50,
        "price": 0.2,
        "watts": 900,
        "time": "2026-11-27T20:00:00+00:00",
    }
    await shown.open("energy")
    view = card(shown, "plan")
    await view.get_by_role("slider", name="Slots of the plan").wait_for()
    reasons = [{"key": key, "placeholders": values} for key in keys]
    said = await view.evaluate(IN_FAHRENHEIT, reasons)
    for key, sentence in zip(keys, said, strict=True):
        assert re.search(r"Tank 140\s°F.*122\s°F", sentence), (key, sentence)
        assert "°C" not in sentence


async def _reasons(demo: DemoHouse) -> list[re.Pattern[str]]:
    """Return what the sentence of each slot looks like, with any numbers."""
    path = "/api/services/jannenkoti/heating_get_plan?return_response"
    body = {"config_entry_id": demo.kinds["heating"].entry_id}
    slots = (await demo.client.post(path, body))["service_response"]["slots"]
    keys = {slot["reason"]["key"] for slot in slots}
    texts = json.loads((TRANSLATIONS / "en.json").read_text())["common"]
    found = [re.escape(texts[f"heating_slot_{key}"]) for key in sorted(keys)]
    return [re.compile(re.sub(r"\\{\w+\\}", r"[^?{}]+", each) + "$") for each in found]


async def follow_the_energy_dashboard(demo: DemoHouse, shown: Watched) -> None:
    """Show Home Assistant's energy cards only while its energy dashboard is set up."""
    page = shown.page
    cards = page.locator("hui-energy-date-selection-card")
    await shown.open("energy")
    await card(shown, "plan").locator(".card").wait_for()
    assert await cards.count() == 0
    energy = await entity_of(demo, "heating_energy_heated")
    await demo.client.command(
        "energy/save_prefs",
        energy_sources=[
            {"type": "grid", "stat_energy_from": energy, "cost_adjustment_day": 0}
        ],
        device_consumption=[{"stat_consumption": energy}],
    )
    await shown.open("energy")
    await cards.wait_for()
    for name in ENERGY_CARDS:
        await page.locator(f"hui-energy-{name}-card").wait_for()
    assert await page.locator("hui-energy-solar-graph-card").count() == 0
    await shown.open("home")
    await page.locator("hui-energy-distribution-card").wait_for()


async def use_the_editor(demo: DemoHouse, shown: Watched) -> None:
    """Hide a module and move another up in the editor of the dashboard."""
    page = shown.page
    await shown.open("home")
    await page.get_by_role("button", name="Edit dashboard").click()
    rows = page.locator(MODULES)
    await rows.first.wait_for()
    first, second = [await _name(rows, at) for at in (0, 1)]
    await rows.nth(1).get_by_role("button", name="up").press("Enter")
    await page.get_by_text(f"{second} is now at place 1").wait_for(state="attached")
    await rows.nth(1).get_by_role("checkbox").press("Space")
    await page.get_by_role("button", name="Save", exact=True).click()

    async def saved() -> bool:
        strategy = (await dashboard_of(demo))["strategy"]
        return len(strategy.get("hidden", ())) == 1 and bool(strategy.get("modules"))

    await eventually(saved, within=LIMIT, what="the modules of the dashboard")
    strategy = (await dashboard_of(demo))["strategy"]
    assert strategy["modules"][:2] == ["rooms", "climate"]
    assert strategy["hidden"] == ["climate"]
    assert first == "Climate"
    await shown.open("home")
    assert "Climate" not in await page.locator("hui-root").first.inner_text()


async def _name(rows: Locator, at: int) -> str:
    return (await rows.nth(at).inner_text()).splitlines()[0]
