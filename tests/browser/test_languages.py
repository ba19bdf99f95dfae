"""Our cards in each language: nothing cut, no key shown, numbers with their units."""

import re
from typing import TYPE_CHECKING, Any

from demo.demo_house import DemoHouse
from demo.pages import CARDS, make, watched
from demo.prices import make_a_plan

from ..marks import BROWSER, NEEDS_BROKER
from ..test_words import texts

if TYPE_CHECKING:
    from demo.pages import Watched

pytestmark = [*BROWSER, NEEDS_BROKER]

PATH = "all-cards"
KEYS = {
    "thermostat": "air_conditioner_climate",
    "plan": "heating_reason",
    "print": "printer_status",
    "pan-tilt": "robocam_camera",
    "inbox": None,
}
ALWAYS = {
    "thermostat": "compressor",
    "plan": "legend_tank",
    "print": "pause",
    "pan-tilt": "preset_store",
    "inbox": "inbox",
}
"""A text that each card shows at all times."""

LANGUAGES = ("de", "en", "es", "fi")
WIDTHS = (390, 800, 1280)  # phone, tablet, desktop
FAMILIES = (
    "air_conditioner",
    "heating",
    "mqtt_devices",
    "printer",
    "robocam",
    "room_sensors",  # The thermostat uses them.
)

SELECT_LANGUAGE = """(language) =>
  localStorage.setItem("selectedLanguage", JSON.stringify(language))
"""

# Return the parts of a card that do not have room for what is in them.
CUT = """(card) => {
  const parts = [...card.shadowRoot.querySelectorAll(".card, .card *")];
  const shown = (part) => part.clientWidth > 0;
  const cut = (part) => part.scrollWidth > part.clientWidth + 1;
  const [box] = parts.map((part) => part.getBoundingClientRect());
  const outside = (part) => part.getBoundingClientRect().right > box.right + 1;
  const wrong = parts.filter((part) => shown(part) && (cut(part) || outside(part)));
  return wrong.map((part) => `${part.localName}: ${part.textContent.trim()}`);
}"""

# Show the thermostat as it will be before its next change, and return what it says.
WAITS = """async (card, waits) => {
  const [hass, said] = [card.hass, []];
  const id = card.config.entity;
  for (const minutes of waits) {
    const at = new Date(Date.now() + (minutes + 0.2) * 60_000).toISOString();
    const attributes = {...hass.states[id].attributes, next_change: at};
    const state = {...hass.states[id], attributes};
    card.hass = {...hass, states: {...hass.states, [id]: state}};
    await card.updateComplete;
    said.push(card.shadowRoot.querySelector(".soft").textContent.trim());
  }
  card.hass = hass;
  return said;
}"""
WAIT = {
    0: "0\u00a0min",
    1: "1\u00a0min",
    2: "2\u00a0min",
    59: "59\u00a0min",
    60: "1\u00a0h 0\u00a0min",
    61: "1\u00a0h 1\u00a0min",
    1442: "24\u00a0h 2\u00a0min",
}
DURATION = re.compile(r"(?:\d+\u00a0h )?\d+\u00a0min")
UNIT = re.compile(r"\d[ ]?(?:°C|W|h|min|%)(?!\w)")
"""A unit that a line may end before, or that is glued to its number."""


def wait_of(sentence: str) -> str:
    """Return the duration in a sentence; raise ValueError unless there is one."""
    [duration] = DURATION.findall(sentence)
    return str(duration)


async def all_cards(demo: DemoHouse) -> dict[str, Any]:
    """Return a view with each card, one in a row of a section."""
    registered = await demo.client.command("config/entity_registry/list")
    ids = {entity["translation_key"]: entity["entity_id"] for entity in registered}
    cards = [
        {"type": f"custom:jannenkoti-{card}"} | ({"entity": ids[key]} if key else {})
        for card, key in KEYS.items()
    ]
    sections = [{"type": "grid", "cards": [card]} for card in cards]
    return {"path": "cards", "type": "sections", "sections": sections}


# A card measures itself in the frame after a change of its width, then draws.
TWO_FRAMES = """() => new Promise((drawn) =>
  requestAnimationFrame(() => requestAnimationFrame(drawn)))"""


async def has_loaded(view: Watched, card: str, word: str) -> None:
    """Wait for a word that a card shows once its data are there."""
    cards = view.page.locator(f"jannenkoti-{card}-view")
    await cards.first.filter(has_text=word).wait_for()


async def shown(view: Watched, card: str) -> tuple[str, list[str]]:
    """Return the text of a card, and the parts that are cut."""
    found = view.page.locator(f"jannenkoti-{card}-view").first
    text: str = (await view.look(card))["text"]
    cut: list[str] = await found.evaluate(CUT)
    return text, cut


def strange(text: str, language: str) -> list[str]:
    """Return what must not stand on a card: keys, and sentences in English."""
    english = [
        sentence
        for key, sentence in texts("en").items()
        if key.startswith("card.")
        and language != "en"
        and " " in sentence
        and "{" not in sentence
        and sentence in text
    ]
    keys: list[Any] = re.findall(r"\{\w+\}|\b[a-z]+_[a-z_]+\b|undefined|NaN", text)
    percent = language in {"en", "es"}  # Without a space.
    glued = [x for x in UNIT.findall(text) if not (percent and x.endswith("%"))]
    return english + keys + glued


async def test_cards_have_room_for_the_words_of_each_language() -> None:
    async with DemoHouse(speed=1, only=FAMILIES) as demo:
        await make_a_plan(demo)
        await make(demo, PATH, {"views": [await all_cards(demo)]})
        async with watched(demo) as page:
            for language in LANGUAGES:
                await page.page.evaluate(SELECT_LANGUAGE, language)
                await page.open("cards", PATH)
                for width in WIDTHS:
                    await page.page.set_viewport_size({"width": width, "height": 3000})
                    await page.page.evaluate(TWO_FRAMES)
                    for card in CARDS:
                        word = texts(language)[f"card.{ALWAYS[card]}"]
                        await has_loaded(page, card, word)
                        text, cut = await shown(page, card)
                        assert cut == [], (language, width, card)
                        assert word in text
                        assert strange(text, language) == [], (language, card, text)
                thermostat = page.page.locator("jannenkoti-thermostat-view").first
                said = await thermostat.evaluate(WAITS, [*WAIT])
                assert [*map(wait_of, said)] == [*WAIT.values()], (language, said)
            assert page.errors == []
