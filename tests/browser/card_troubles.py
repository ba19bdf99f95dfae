"""What the cards show when something is wrong, changed, slow or not allowed."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

from demo.pages import CARDS, PATH, make
from demo.waiting import eventually

from .card_tools import (
    LIMIT,
    PATIENCE,
    card,
    dashboard_of,
    entity_of,
    one_view,
    seen_by,
    slow_phone,
    state_of,
)

if TYPE_CHECKING:
    from demo.demo_house import DemoHouse
    from demo.pages import Watched

# Return the entities that each card of ours is suggested for.
OFFERED = """() => {
  const hass = document.querySelector("home-assistant").hass;
  const ids = Object.keys(hass.entities);
  const ours = window.customCards.filter((card) => card.type.startsWith("jannenkoti-"));
  const suggested = (card) => ids.filter((id) => card.getEntitySuggestion(hass, id));
  return Object.fromEntries(ours.map((card) => [card.type, suggested(card)]));
}"""
# Each card with the translation key of its entity.
KEYS = {
    "thermostat": "air_conditioner_climate",
    "pan-tilt": "robocam_camera",
    "print": "printer_status",
    "plan": "heating_reason",
}
# Return the texts of the errors that the page shows in place of cards.
ERRORS = """() => {
  const found = [];
  const look = (node) => {
    if (/^hui-error|^ha-alert$/.test(node.localName ?? "") && node.offsetHeight) {
      found.push(`${node.localName}: ${node.innerText}`);
    }
    for (const inner of node.shadowRoot?.children ?? []) look(inner);
    for (const inner of node.children ?? []) look(inner);
  };
  look(document.body);
  return found;
}"""

# Collect the errors that the page shows, however briefly.
WATCH_FOR_ERRORS = f"""() => {{
  window.errorsSeen = [];
  const find = {ERRORS};
  setInterval(() => window.errorsSeen.push(...find()), 250);
}}"""
# Open another view as the tabs do, without loading the page again.
GO = """path => {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed"));
}"""
SLOW = 120_000  # ms; the phone is slow, and so may be the computer that plays it


async def suggest_each_card(demo: DemoHouse, shown: Watched) -> None:
    """Check that each card is suggested for its entity, and for no other kind."""
    offered = await shown.page.evaluate(OFFERED)
    assert set(offered) == {f"jannenkoti-{name}" for name in CARDS}
    registered = await demo.client.command("config/entity_registry/list")
    keys = {each["entity_id"]: each["translation_key"] for each in registered}
    for name in CARDS:
        ours = {keys[entity_id] for entity_id in offered[f"jannenkoti-{name}"]}
        assert ours == ({KEYS[name]} if name in KEYS else set()), name


async def add_a_card_by_keyboard(demo: DemoHouse, shown: Watched) -> None:
    """Pick a card by its name in the user's language, and fill its visual editor."""
    page = shown.page
    await make(demo, "one-card", one_view("one", {"type": "markdown", "content": "."}))
    await _choose_language(demo, shown, "fi", "Jannenkoti: kääntyvä kamera")
    await _choose_language(demo, shown, "en", "Jannenkoti: pan and tilt")
    await shown.open("one?edit=1", "one-card")
    await page.get_by_role("button", name="Add card").first.press("Enter")
    await (
        page.get_by_role("tab", name="By card")
        .or_(page.get_by_text("By card", exact=True))
        .first.click()
    )
    await page.get_by_placeholder("Search").last.fill("pan and tilt")
    offered = page.locator(".card", has_text="Jannenkoti: pan and tilt").last
    await offered.locator(".overlay").click()
    # The list gives the focus back as it closes; keys would be lost until then.
    await offered.wait_for(state="detached")
    title = page.get_by_role("textbox", name="Title")
    await title.fill("Front door")
    save = page.get_by_role("button", name="Save", exact=True)
    await expect(save).to_be_enabled(timeout=PATIENCE)
    await save.press("Enter")

    async def saved() -> bool:
        config = await dashboard_of(demo, "one-card")
        cards = config["views"][0]["sections"][0]["cards"]
        return bool(cards[-1].get("title") == "Front door")

    await eventually(saved, within=LIMIT, what="the new card")
    # The dialog goes back in the history as it closes, and would close the next page.
    await title.wait_for(state="detached")
    cards = (await dashboard_of(demo, "one-card"))["views"][0]["sections"][0]["cards"]
    assert cards[-1]["entity"] == await entity_of(demo, "robocam_camera")


async def _choose_language(
    demo: DemoHouse, shown: Watched, language: str, name: str
) -> None:
    """Choose a language; the open page names the cards in it without a reload."""
    await shown.page.evaluate(
        """async (language) => {
          const hass = document.querySelector("home-assistant").hass;
          const value = { ...hass.locale, language };
          await hass.callWS({ type: "frontend/set_user_data", key: "language", value });
        }""",
        language,
    )
    await shown.page.wait_for_function(
        "name => window.customCards.some((card) => card.name === name)", arg=name
    )


async def change_the_language(demo: DemoHouse, shown: Watched) -> None:
    """Change the language while the dashboard is open: its headings follow."""
    await shown.open("home")
    headings = shown.page.locator("hui-heading-card")
    await headings.filter(has_text="Climate").wait_for()
    await _choose_language(demo, shown, "fi", "Jannenkoti: kääntyvä kamera")
    await headings.filter(has_text="Ilmasto").wait_for()
    await _choose_language(demo, shown, "en", "Jannenkoti: pan and tilt")
    await headings.filter(has_text="Climate").wait_for()


async def show_wrong_cards(demo: DemoHouse, shown: Watched) -> None:
    """Check that cards with wrong entities show what to do."""
    printer = await entity_of(demo, "printer_status")
    wrong = (
        ({"type": "thermostat", "entity": 5}, "Choose an entity"),
        ({"type": "plan"}, "Choose an entity"),
        ({"type": "print", "entity": "sensor.none"}, "sensor.none does not exist"),
        ({"type": "pan-tilt", "entity": printer}, "not made for this card"),
        # Of another integration.
        ({"type": "thermostat", "entity": "zone.home"}, "not made for this card"),
        ({"type": "print", "entity": "person.demo"}, "not made for this card"),
    )
    cards = [row | {"type": f"custom:jannenkoti-{row['type']}"} for row, _ in wrong]
    await make(demo, "wrong-cards", one_view("wrong", *cards))
    await shown.open("wrong", "wrong-cards")
    for row, message in wrong:
        view = f"jannenkoti-{row['type']}-view"
        await shown.page.locator(view).get_by_text(message).first.wait_for()
    assert await shown.page.evaluate(ERRORS) == []


async def rename_while_open(demo: DemoHouse, shown: Watched) -> None:
    """Rename an entity that a page shows: a dashboard follows, a lone card says it."""
    old = await entity_of(demo, "printer_status")
    lone = {"type": "custom:jannenkoti-print", "entity": old}
    await make(demo, "lone-card", one_view("lone", lone))
    await shown.open("printer")
    await card(shown, "print").get_by_role("progressbar").wait_for()
    rename = {"entity_id": old, "new_entity_id": "sensor.renamed"}
    await demo.client.command("config/entity_registry/update", **rename)

    async def followed() -> bool:
        config = await card(shown, "print").evaluate("card => card.config.entity")
        return str(config) == "sensor.renamed"

    await eventually(followed, within=LIMIT, what="the renamed entity on the card")
    assert (await shown.look("print"))["problem"] == ""
    await shown.open("lone", "lone-card")
    alert = shown.page.locator("jannenkoti-print-view").get_by_role("alert")
    await alert.filter(has_text=f"{old} does not exist").wait_for()
    # The card works again when the entity has its old name.
    back = {"entity_id": "sensor.renamed", "new_entity_id": old}
    await demo.client.command("config/entity_registry/update", **back)
    await card(shown, "print").get_by_role("progressbar").wait_for()


async def use_a_slow_phone(_demo: DemoHouse, shown: Watched) -> None:
    """Go through the views on a slow phone: each card appears, and no error before."""
    page = shown.page
    await page.evaluate(WATCH_FOR_ERRORS)
    async with slow_phone(shown):
        for name, (view, _family) in CARDS.items():
            await page.evaluate(GO, f"/{PATH}/{view}")
            await card(shown, name).locator("h2").wait_for(timeout=SLOW)
            assert (await shown.look(name))["problem"] == "", name
    assert await page.evaluate("window.errorsSeen") == []


async def delete_while_open(demo: DemoHouse, shown: Watched) -> None:
    """Delete the device that a card shows: the card says so, the dashboard follows."""
    entity = await entity_of(demo, "robocam_camera")
    lone = {"type": "custom:jannenkoti-pan-tilt", "entity": entity}
    await make(demo, "deleted-device", one_view("one", lone))
    await shown.open("one", "deleted-device")
    last = card(shown, "pan-tilt")
    await last.get_by_role("button", name="Center").wait_for()
    await demo.client.delete_entry(demo.kinds["robocam"].entry_id)
    await last.get_by_role("alert").filter(has_text="does not exist").wait_for()
    await shown.open("home")
    assert "cameras" not in await shown.page.locator("hui-root").first.inner_html()


async def log_in_without_rights(demo: DemoHouse, shown: Watched) -> None:
    """Check what a user and a reader see, who are no administrators."""
    async with seen_by(demo, "guest", "system-users") as guest:
        await guest.open("printer")
        stop = card(guest, "print").get_by_role("button", name="Stop", exact=True)
        assert await stop.get_attribute("aria-disabled") == "true"
        reason = await stop.get_attribute("aria-describedby")
        text = await card(guest, "print").locator(f"#{reason}").inner_text()
        assert text == "Only administrators can stop a print."
        await guest.open("devices")
        inbox = card(guest, "inbox")
        await inbox.get_by_text("Only administrators can claim").wait_for()
        for name in ("Enter QR code", "Claim", "Ignore"):
            for button in await inbox.get_by_role("button", name=name).all():
                assert await button.get_attribute("aria-disabled") == "true", name
        assert guest.errors == []
    async with seen_by(demo, "reader", "system-read-only") as reader:
        await _press_what_is_refused(demo, reader)


async def _press_what_is_refused(demo: DemoHouse, reader: Watched) -> None:
    """Press buttons that the user has no right to use; each has the reason shown."""
    refused = "Your user is not allowed to do this"
    await reader.open("printer")
    printer = card(reader, "print")
    for name in ("Pause", "Stop time-lapse"):
        await printer.get_by_role("button", name=name, exact=True).click()
        await printer.get_by_text(refused).wait_for()
    assert await state_of(demo, "printer_status") == "running"
    await reader.open("cameras")
    camera = card(reader, "pan-tilt")
    before = await state_of(demo, "robocam_pan")
    await camera.get_by_role("button", name="Left").click()
    await camera.get_by_text(refused).wait_for()
    assert await state_of(demo, "robocam_pan") == before
    for name in ("plan", "thermostat", "inbox"):
        await reader.open(CARDS[name][0])
        await card(reader, name).locator(".card h2").wait_for()
