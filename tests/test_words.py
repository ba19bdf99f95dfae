"""Words of all texts: those of Home Assistant, and one for one thing."""

import json
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import hass_frontend
import pytest

from .source import INTEGRATION
from .test_texts import LANGUAGES, TEXTS, flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CARDS = INTEGRATION.parents[1] / "frontend" / "src" / "texts"
OTHERS = [language for language in LANGUAGES if language != "en"]

HOMONYMS = {
    "Active": "a device that is in use, and a schedule that is in force",
    "Automatic": "agrees with its noun, and a mode of the German server",
    "Finished": "a state, and something that happened",
    "Heating": "what is heated with, and that something heats",
    "Holiday": "days without work, and a day off in the calendar",
    "Home": "where people live, and where a print head starts",
    "Idle": "agrees with its noun, and a camera that rests",
    "Interval": "a length of time, and a choice of when",
    "Lost": "a state, and something that happened",
    "Off": "agrees with its noun",
    "On": "a schedule that is in use, and a device that is on",
    "Other": "agrees with its noun",
    "Paused": "a state, and something that happened",
    "Power": "watts, and on or off",
    "Preset": "settings of a thermostat, and a direction of a camera",
    "Presets": "settings of a thermostat, and directions of a camera",
    "Speed": "of a print, and a step of a fan",
    "Tilt": "of a roof, and of a camera",
    "Time": "of the day, and how long",
    "Trusted": "one thing, and several",
}
"""English texts for two things that another language has two words for."""

NOT_HERE: dict[str, dict[str, str]] = {
    "en": {
        r"\bafterwards\b|\btowards\b": "afterward, toward: American English",
        r"\b(?:colou|favou|behaviou|neighbou)r": "color: American English",
    },
    "fi": {
        r"[Uu]ni(?:aika|käyr)|\b[Uu]nen\b|\b[Uu]ni\b": "lepoaika",
        r"[Pp]uhal(?:lin|lus|tim)": "tuuletin, as Home Assistant",
        r"[Ii]lmasto-entiteet": "ilmastoentiteetti",
        r"[Ss]eurai(?:n\b|me|nta\b)": "laiteseuranta, as Home Assistant",
        r"\b[Aa]lue(?:et)?, kerro": "huone: Home Assistant's areas",
        r"[Vv]alaistusrutiini": "valorytmi",
        r"[Kk]otiverk": "lähiverkko",
        r"[Kk]äyntisuhde": "käyntiosuus",
        r"[Oo]hjeessa\b": "dokumentaatiossa",
    },
    "de": {
        r"[Ss]chlaf(?!en\b)": "Ruhezeit",
        r"\b[Dd](?:er|en) Thermostat\b|\b[Ee]inen? Thermostat\b": "das Thermostat",
        r"Tastverhältnis": "Laufanteil",
        r"Landesvorwahl": "Ländervorwahl",
        r"\bLog\b|\bLogs\b": "Protokoll, as Home Assistant",
        r"Befehlstopic": "Befehls-Topic",
        r"[Kk]lickst|[Bb]itte\b": "no filler words",
    },
    "es": {
        r"\b[Ss]ueño\b|[Dd]ormir": "reposo",
        r"\b[Óó]rdenes\b|\bla orden\b|\buna orden\b": "comando, as Home Assistant",
        r"\bgrabadora\b": "grabador, as Home Assistant",
        r"\bbroker\b": "bróker",
        r"\b[Ss]imulacro": "simulación",
        r"\brutinas? de luz\b": "rutina de luces",
        r"\b[Rr]elé propio|\btu relé": "reenviador; relé is the switch",
        r"\b[Oo]rdenador|\b[Cc]liquea": "no such words",
    },
}
"""Words that an earlier text had, or that Home Assistant does not have."""

PLACES = {
    "Settings": "panel.config",
    "Devices & services": "config/ui.panel.config.dashboard.devices.main",
    "Repairs": "config/ui.panel.config.repairs.caption",
    "Configure": "config/ui.panel.config.integrations.configure",
    "Reconfigure": "config/ui.panel.config.integrations.config_entry.reconfigure",
}
"""Where Home Assistant's page has the names of places that our texts send people to."""

WAY = re.compile(
    r"Settings → (?:Devices & services|Repairs)(?: → [^.,;]*?Configure\b)?"
)
RECONFIGURE = re.compile(r"(?:under |select |\*)Reconfigure|Reconfigure(?= shows)")


@cache
def texts(language: str) -> dict[str, str]:
    """Return the texts of Home Assistant's pages and of our cards."""
    cards = json.loads((CARDS / f"{language}.json").read_text(encoding="utf-8"))
    return flat(TEXTS[language]) | {f"card.{key}": text for key, text in cards.items()}


def found(language: str, complaint: Callable[[str], object]) -> dict[str, str]:
    """Return the texts about which there is a complaint."""
    return {path: text for path, text in texts(language).items() if complaint(text)}


# One thing, one word


@pytest.mark.parametrize("language", OTHERS)
def test_one_english_text_has_one_translation(language: str) -> None:
    translations: dict[str, Counter[str]] = defaultdict(Counter)
    for path, text in texts("en").items():
        if not path.startswith("card."):
            translations[text][texts(language)[path]] += 1
    several = {text: dict(x) for text, x in translations.items() if len(x) > 1}
    assert {text: x for text, x in several.items() if text not in HOMONYMS} == {}


def test_each_homonym_has_two_translations_somewhere() -> None:
    for english in HOMONYMS:
        paths = [path for path, text in texts("en").items() if text == english]
        assert any(len({texts(x)[path] for path in paths}) > 1 for x in OTHERS), english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_word_that_is_not_used_here(language: str) -> None:
    for word, instead in NOT_HERE[language].items():
        assert found(language, re.compile(word).search) == {}, instead


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "sammutettiin uniaikataulun mukaan"),
        ("fi", "Ilmastointilaite: aseta puhallinnopeus"),
        ("de", "Der Thermostat verwendet den Mittelwert."),
        ("de", "Der Grund steht im Log."),
        ("es", "Se han enviado órdenes."),
        ("es", "La grabadora no responde."),
    ],
)
def test_word_that_is_not_used_here_is_found(language: str, text: str) -> None:
    assert any(re.search(word, text) for word in NOT_HERE[language])


# Home Assistant's words


@cache
def of_home_assistant(language: str) -> dict[str, str]:
    """Return the texts of Home Assistant's own pages."""
    folder = hass_frontend.where() / "static" / "translations"
    return dict(_page_texts(folder, language))


def _page_texts(folder: Path, language: str) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob(f"{language}-*.json")):
        if re.fullmatch(rf"{language}-[0-9a-f]+\.json", path.name):
            part = path.parent.relative_to(folder).as_posix()
            tree = flat(json.loads(path.read_text(encoding="utf-8")))
            yield from ((f"{part}/{key}".removeprefix("./"), tree[key]) for key in tree)


def ways(language: str) -> list[tuple[str, str, str]]:
    """Return the texts that send people to a place, with the name of the place."""
    names = of_home_assistant(language)
    sent = []
    for path, text in texts("en").items():
        for way in chain(WAY.findall(text), RECONFIGURE.findall(text)):
            place = re.sub(r"^(?:under |select |\*)", "", way)
            for english, key in PLACES.items():
                place = re.sub(rf"\b{english}\b", names[key], place)
            sent.append((path, place, texts(language)[path]))
    return sent


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_have_the_names_that_home_assistant_shows(language: str) -> None:
    sent = ways(language)
    assert len(sent) > 15
    assert [(path, place) for path, place, text in sent if place not in text] == []


def test_words_of_home_assistant_are_read_from_its_page() -> None:
    shown = {key: of_home_assistant("fi")[at] for key, at in PLACES.items()}
    assert shown["Devices & services"] == "Laitteet & palvelut"
    assert shown["Configure"] == "Määrittele"
