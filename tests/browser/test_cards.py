"""The dashboard strategy and each card in a real browser, used as a person does."""

from typing import TYPE_CHECKING

from demo.client import User
from demo.demo_house import DemoHouse
from demo.kinds import mqtt_devices
from demo.pages import CARDS, PATH, PHONE, make, watched
from demo.prices import make_a_plan
from demo.waiting import eventually

from ..marks import BROWSER, NEEDS_BROKER

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from demo.pages import Watched

pytestmark = [*BROWSER, NEEDS_BROKER]

LIMIT = 60
# Return the entities that each card of ours is suggested for.
OFFERED = """() => {
  const hass = document.querySelector("home-assistant").hass;
  const ids = Object.keys(hass.entities);
  const ours = window.customCards.filter((card) => card.type.startsWith("jannenkoti-"));
  const suggested = (card) => ids.filter((id) => card.getEntitySuggestion(hass, id));
  return Object.fromEntries(ours.map((card) => [card.type, suggested(card)]));
}"""
MODULES = "jannenkoti-strategy-editor li"


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


async def wait_for_state(demo: DemoHouse, key: str, wanted: str) -> None:
    async def reached() -> bool:
        return await state_of(demo, key) == wanted

    await eventually(reached, within=LIMIT, what=f"{key} is {wanted}")


def card(shown: Watched, name: str) -> Locator:
    # There may be another printer.
    title = "P1S 001" if name == "print" else None
    return shown.page.locator(f"jannenkoti-{name}-view", has_text=title).first


async def create_in_the_dialog(demo: DemoHouse, shown: Watched) -> None:
    """Create the dashboard as a user does, in three clicks."""
    page = shown.page
    await page.goto(f"{shown.base}/config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    await page.locator("dashboard-card", has_text="Jannenkoti").click()
    await page.get_by_role("button", name="Create").click()

    async def created() -> bool:
        dashboards = await demo.client.command("lovelace/dashboards/list")
        return "dashboard-jannenkoti" in {each["url_path"] for each in dashboards}

    await eventually(created, within=LIMIT, what="the new dashboard")
    await shown.open("home", "dashboard-jannenkoti")


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
    door = camera.get_by_role("button", name="Door", pressed=True)
    await door.wait_for()


async def use_the_printer(demo: DemoHouse, shown: Watched) -> None:
    """Pause, resume, and check the question before a print is stopped."""
    await wait_for_state(demo, "printer_status", "running")
    await shown.open("printer")
    printer = card(shown, "print")
    await printer.get_by_role("progressbar", name="Progress").wait_for()
    await printer.get_by_role("button", name="Pause", exact=True).click()
    await wait_for_state(demo, "printer_status", "paused")
    await printer.get_by_role("button", name="Resume").click()
    await wait_for_state(demo, "printer_status", "running")
    await printer.get_by_role("button", name="Stop", exact=True).focus()
    await shown.page.keyboard.press("Enter")
    await printer.get_by_role("alertdialog").wait_for()
    # The harmless button has the focus.
    await shown.page.keyboard.press("Enter")
    await printer.get_by_role("button", name="Stop", exact=True).wait_for()
    assert await state_of(demo, "printer_status") == "running"
    await printer.get_by_role("button", name="Stop", exact=True).click()
    await printer.get_by_role("button", name="Stop the print").click()

    async def stopped() -> bool:
        return await state_of(demo, "printer_status") != "running"

    await eventually(stopped, within=LIMIT, what="the print is stopped")


async def use_the_inbox(demo: DemoHouse, shown: Watched) -> None:
    """Claim a device under a name."""
    kind = demo.kinds["mqtt_devices"]
    assert isinstance(kind, mqtt_devices.Demo)
    serial = kind.devices["RGD0"].serial
    await shown.open("devices")
    inbox = card(shown, "inbox")
    await inbox.get_by_text(serial).wait_for()
    await inbox.get_by_role("button", name="Claim").first.click()
    # The field has the focus.
    await shown.page.keyboard.type("Patio")
    await shown.page.keyboard.press("Enter")
    await inbox.get_by_text("Patio is claimed").wait_for()
    # The dashboard follows: the new device has a tile.
    await shown.page.locator("hui-tile-card", has_text="Patio").first.wait_for()


async def use_the_editor(demo: DemoHouse, shown: Watched) -> None:
    """Hide a module and move another up in the editor of the dashboard."""
    page = shown.page
    await shown.open("home")
    await page.get_by_role("button", name="Edit dashboard").click()
    rows = page.locator(MODULES)
    await rows.first.wait_for()
    first, second = [await rows.nth(at).inner_text() for at in (0, 1)]
    await rows.nth(1).get_by_role("button", name="up").click()
    name = second.splitlines()[0]
    await page.get_by_text(f"{name} is now at place 1").wait_for(state="attached")
    await rows.nth(1).get_by_role("checkbox").uncheck()
    await page.get_by_role("button", name="Save").click()

    async def saved() -> bool:
        config = await demo.client.command("lovelace/config", url_path=PATH)
        strategy = config["strategy"]
        return len(strategy.get("hidden", ())) == 1 and bool(strategy.get("modules"))

    await eventually(saved, within=LIMIT, what="the modules of the dashboard")
    config = await demo.client.command("lovelace/config", url_path=PATH)
    assert config["strategy"]["modules"][:2] == ["rooms", "climate"]
    assert config["strategy"]["hidden"] == ["climate"]
    assert first.splitlines()[0] == "Climate"
    await shown.open("home")
    views = await page.locator("hui-root").first.inner_text()
    assert "Climate" not in views


async def test_person_creates_the_dashboard_and_uses_its_cards() -> None:
    families = ("mqtt_devices", "printer", "robocam", "room_sensors", "air_conditioner")
    async with DemoHouse(speed=1, only=families) as demo:
        await make(demo)
        async with watched(demo) as shown:
            await create_in_the_dialog(demo, shown)
            await use_the_printer(demo, shown)
            await use_the_camera(demo, shown)
            await use_the_inbox(demo, shown)
            await use_the_editor(demo, shown)
            assert shown.errors == []


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
    assert await card(shown, "plan").locator("rect[data-heat=true]").count()


async def edit_a_card(demo: DemoHouse, shown: Watched) -> None:
    """Change the title in the visual editor of a card that is suggested."""
    offered = await shown.page.evaluate(OFFERED)
    assert set(offered) == {f"jannenkoti-{name}" for name in CARDS}
    camera = await entity_of(demo, "robocam_camera")
    for name, key in (
        ("pan-tilt", "robocam_camera"),
        ("print", "printer_status"),
        ("plan", "heating_reason"),
    ):
        assert await entity_of(demo, key) in offered[f"jannenkoti-{name}"]
    cards = [{"type": "custom:jannenkoti-pan-tilt", "entity": camera}]
    view = {"path": "one", "type": "sections", "sections": [{"cards": cards}]}
    await make(demo, "one-card", {"views": [view]})
    await shown.open("one?edit=1", "one-card")
    page = shown.page
    await card(shown, "pan-tilt").get_by_role("button", name="Center").wait_for()
    await page.locator("hui-card-edit-mode").first.click()
    await page.get_by_role("textbox", name="Title").fill("Front door")
    await page.get_by_role("button", name="Save").click()

    async def saved() -> bool:
        config = await demo.client.command("lovelace/config", url_path="one-card")
        [section] = config["views"][0]["sections"]
        return bool(section["cards"][0].get("title") == "Front door")

    await eventually(saved, within=LIMIT, what="the title of the card")


async def show_wrong_cards(demo: DemoHouse, shown: Watched) -> None:
    """Check that cards with wrong entities show what to do, and report no error."""
    printer = await entity_of(demo, "printer_status")
    camera = await entity_of(demo, "robocam_camera")
    wrong = (
        ({"type": "thermostat", "entity": 5}, "Choose an entity"),
        ({"type": "plan"}, "Choose an entity"),
        ({"type": "print", "entity": "sensor.none"}, "sensor.none does not exist"),
        ({"type": "pan-tilt", "entity": printer}, "not made for this card"),
    )
    cards = [row | {"type": f"custom:jannenkoti-{row['type']}"} for row, _ in wrong]
    cards.append({"type": "custom:jannenkoti-pan-tilt", "entity": camera, "title": "A"})
    view = {"path": "wrong", "type": "sections", "sections": [{"cards": cards}]}
    await make(demo, "wrong-cards", {"views": [view]})
    await shown.open("wrong", "wrong-cards")
    for row, message in wrong:
        assert message in (await shown.look(str(row["type"])))["problem"], row
    # The device of the last card is deleted while it is open.
    last = shown.page.locator("jannenkoti-pan-tilt-view").nth(1)
    await last.get_by_role("button", name="Center").wait_for()
    await demo.client.delete_entry(demo.kinds["robocam"].entry_id)
    await last.get_by_role("alert").filter(has_text="does not exist").wait_for()


async def rename_while_open(demo: DemoHouse, shown: Watched) -> None:
    """Rename an entity that the open dashboard shows; the dashboard follows."""
    await shown.open("printer")
    await card(shown, "print").get_by_role("progressbar").wait_for()
    await demo.client.command(
        "config/entity_registry/update",
        entity_id=await entity_of(demo, "printer_status"),
        new_entity_id="sensor.renamed",
    )

    async def followed() -> bool:
        config = await card(shown, "print").evaluate("card => card.config.entity")
        return str(config) == "sensor.renamed"

    await eventually(followed, within=LIMIT, what="the renamed entity on the card")
    assert (await shown.look("print"))["problem"] == ""


async def test_wrong_entities_and_changes_while_open_report_no_error() -> None:
    families = ("heating", "printer", "robocam")
    async with DemoHouse(speed=1, only=families) as demo:
        await make(demo)
        async with watched(demo) as shown:
            await read_the_plan(demo, shown)
            await edit_a_card(demo, shown)
            await rename_while_open(demo, shown)
            await show_wrong_cards(demo, shown)
            assert shown.errors == []
        user = await add_user(demo, "guest", "system-users")
        async with watched(demo, PHONE, user=user) as shown:
            await shown.open("printer")
            stop = card(shown, "print").get_by_role("button", name="Stop", exact=True)
            assert await stop.get_attribute("aria-disabled") == "true"
            reason = await stop.get_attribute("aria-describedby")
            text = await card(shown, "print").locator(f"#{reason}").inner_text()
            assert text == "Only administrators can stop a print."
            assert shown.errors == []
        user = await add_user(demo, "reader", "system-read-only")
        async with watched(demo, PHONE, user=user) as shown:
            await shown.open("printer")
            printer = card(shown, "print")
            await printer.get_by_role("button", name="Pause", exact=True).click()
            await printer.get_by_text("Your user is not allowed to do this").wait_for()
            assert await state_of(demo, "printer_status") == "running"
