"""Texts: whole, alike in all languages, and none that Home Assistant would refuse."""

import json
import re
from importlib import import_module
from itertools import chain
from string import Formatter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.const import Platform
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import Selector, SelectSelector, validate_selector
from homeassistant.util.yaml import load_yaml_dict
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.config_flow import (
    IMPORT,
    IMPORT_STEPS,
    JannenkotiConfigFlow,
)
from custom_components.jannenkoti.flow import Form, KindFlow
from custom_components.jannenkoti.import_history.local_time import Skip
from custom_components.jannenkoti.import_history.problem import Problem
from custom_components.jannenkoti.kinds.air_conditioner import flow as air_conditioner
from custom_components.jannenkoti.kinds.air_conditioner.control.decide import Reason
from custom_components.jannenkoti.kinds.heating.equipment_form import equipment_form
from custom_components.jannenkoti.kinds.heating.inputs.equipment import Catalogue
from custom_components.jannenkoti.kinds.heating.setup_form import setup_form
from custom_components.jannenkoti.kinds.mqtt_devices.details_form import details_form
from custom_components.jannenkoti.registry import (
    KINDS,
    OLD_SETTINGS,
    WITHOUT_OPTIONS,
)

from .source import (
    INTEGRATION,
    PACKAGE,
    argument,
    calls,
    python_files,
    shown,
    strings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from homeassistant.core import HomeAssistant

LANGUAGES = ("de", "en", "es", "fi")
TEXTS: dict[str, dict[str, Any]] = {
    language: json.loads(
        (INTEGRATION / "translations" / f"{language}.json").read_text(encoding="utf-8")
    )
    for language in LANGUAGES
}
ENGLISH = TEXTS["en"]
ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text())
SERVICES = INTEGRATION / "services.yaml"
SECTIONS = {
    "common",
    "conditions",
    "config",
    "config_subentries",
    "device",
    "entity",
    "exceptions",
    "issues",
    "options",
    "selector",
    "services",
    "system_health",
    "triggers",
}
KEY = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?")
OF_A_KIND = re.compile(rf"({'|'.join(KINDS)})_[a-z0-9_]+")
ADDRESS = re.compile(r"https?://|www\.")
# Steps that go on to a form of another name.
NO_FORMS = {"integration_discovery"}
# Home Assistant raises this one itself.
NOT_OURS = {"already_configured"}


def flat(tree: dict[str, Any], path: str = "") -> dict[str, str]:
    """Return all texts of a tree by their path."""
    texts: dict[str, str] = {}
    for key, value in tree.items():
        here = f"{path}.{key}" if path else key
        texts |= flat(value, here) if isinstance(value, dict) else {here: value}
    return texts


def placeholders(text: str) -> set[str]:
    """Return what a text leaves to be filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def complaints(text: str) -> list[str]:
    """Return why Home Assistant would refuse a text."""
    found = {
        "is empty": not text,
        "has spaces outside": text != text.strip(),
        "has an address": ADDRESS.search(text),
        "has angle brackets": re.search("[<>]", text),
        "quotes a placeholder": re.search(r"'\{|\}'", text),
    }
    return [complaint for complaint, is_so in found.items() if is_so]


def keys(tree: dict[str, Any]) -> Iterator[str]:
    """Yield all keys of a tree."""
    for key, value in tree.items():
        yield key
        if isinstance(value, dict):
            yield from keys(value)


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the forms of the flows and their sections, each with its texts."""
    for part, texts in texts_of_flows():
        for name, step in texts.get("step", {}).items():
            yield f"{part}.step.{name}", step
            for key, within in step.get("sections", {}).items():
                yield f"{part}.step.{name}.{key}", within


def texts_of_flows() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the texts of entries, their options, and each type of subentry."""
    for part in ("config", "options"):
        yield part, ENGLISH[part]
    for name, texts in ENGLISH["config_subentries"].items():
        yield f"config_subentries.{name}", texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    english, texts = flat(ENGLISH), flat(TEXTS[language])
    assert texts.keys() == english.keys()
    for path, text in texts.items():
        assert placeholders(text) == placeholders(english[path]), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_have_only_allowed_sections_keys_and_characters(language: str) -> None:
    assert TEXTS[language].keys() <= SECTIONS
    for path, text in flat(TEXTS[language]).items():
        assert not complaints(text), path
    for key in keys(TEXTS[language]):
        assert KEY.fullmatch(key), key


COUNTED = re.compile(
    r"\{(count|number|devices_count|hours|minutes|seconds|days|total)\}\s+[^\W\d_]{3,}"
)
"""A number that may be 1, with a noun that would have to agree with it."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_noun_has_to_agree_with_a_number(language: str) -> None:
    texts = flat(TEXTS[language])
    assert not [path for path, text in texts.items() if COUNTED.search(text)]


@pytest.mark.parametrize("text", ["{count} pushes", "{hours} tuntia", "{days} días"])
def test_noun_that_has_to_agree_with_a_number_is_found(text: str) -> None:
    assert COUNTED.search(text)
    assert not COUNTED.search("Pushes: {count}. {hours} h, {name} has no sensors")


@pytest.mark.parametrize(
    "text", ["", " x", "see https://x", "a <b>", "the part '{part}' is"]
)
def test_forbidden_text_is_found(text: str) -> None:
    assert complaints(text)


PROPER_NAMES = {"Nord Pool"}


@pytest.mark.parametrize("language", [x for x in LANGUAGES if x != "en"])
def test_no_sentence_is_left_in_english(language: str) -> None:
    """Names such as "Name" may be alike, sentences may not."""
    english, texts = flat(ENGLISH), flat(TEXTS[language])
    alike = [path for path, text in texts.items() if text == english[path]]
    # What only puts two names together has no words.
    words = {path: re.sub(r"\{\w+\}", "", texts[path]).strip(" :.") for path in alike}
    assert not [p for p in alike if " " in words[p] and texts[p] not in PROPER_NAMES]


def test_german_is_informal_as_in_home_assistant() -> None:
    """No "wenn Sie", no "Geben Sie"."""
    texts = flat(TEXTS["de"])
    assert not [path for path, text in texts.items() if re.search(r"n Sie\b", text)]


@pytest.mark.parametrize(("name", "step"), steps(), ids=lambda x: str(x)[:60])
def test_every_field_is_described(name: str, step: dict[str, Any]) -> None:
    fields = step.get("data", {}).keys()
    assert step.get("data_description", {}).keys() == fields, name
    assert step.keys() & {"title", "menu_options", "name"}, name


# Flows


async def test_menu_of_kinds_has_texts() -> None:
    flow = JannenkotiConfigFlow()
    shown_menu = ENGLISH["config"]["step"]["user"]
    wanted = [*KINDS, IMPORT]
    assert (await flow.async_step_user())["menu_options"] == wanted
    assert shown_menu["menu_options"].keys() == {*wanted}
    assert shown_menu["menu_option_descriptions"].keys() == {*wanted}


def test_every_step_and_problem_of_the_import_has_texts() -> None:
    texts = ENGLISH["config"]
    there = {*texts["step"], *texts["progress"]}
    assert {x for x in there if x.startswith(IMPORT)} == IMPORT_STEPS
    fields = texts["step"]["import_history_settings"]["data"]
    assert fields.keys() == OLD_SETTINGS.keys()
    assert {*Problem} == {x for x in ENGLISH["exceptions"] if x.startswith(IMPORT)}
    assert {x for x in texts["error"] if x.startswith(IMPORT)} <= {*Problem}
    assert {*Skip} <= ENGLISH["selector"]["import_history_found"]["options"].keys()


async def test_menu_of_an_air_conditioner_has_texts() -> None:
    unit = SimpleNamespace(id="x", name="AC", local_key="k" * 16, ip="10.0.0.2")
    manager = SimpleNamespace(manager=SimpleNamespace(device_map={"x": unit}))
    flow: Any = JannenkotiConfigFlow()
    flow.hass = SimpleNamespace(
        config_entries=SimpleNamespace(
            async_loaded_entries=lambda _domain: [SimpleNamespace(runtime_data=manager)]
        )
    )
    kind_flow = air_conditioner.Flow(flow, "air_conditioner")
    menu: Any = await kind_flow.async_step_user()
    texts = ENGLISH["config"]["step"]["air_conditioner"]["menu_options"]
    assert set(menu["menu_options"]) == texts.keys()


def modules(kind: str) -> list[ModuleType]:
    """Return the modules of a kind that have forms."""
    folder = INTEGRATION / "kinds" / kind
    there = ["flow", *(path.stem for path in sorted(folder.glob("*form*.py")))]
    return [import_module(f"{PACKAGE}.kinds.{kind}.{name}") for name in there]


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_of_a_kind_has_texts(kind: str) -> None:
    own = {
        name.removeprefix("async_step_")
        for part in modules(kind)[0].Flow.__mro__
        if part not in KindFlow.__mro__
        for name in vars(part)
        if name.startswith("async_step_")
    } - NO_FORMS
    wanted = {kind if step == "user" else f"{kind}_{step}" for step in own}
    there = {name for name in ENGLISH["config"]["step"] if name.startswith(kind)}
    assert there == wanted
    assert (kind in ENGLISH["options"]["step"]) is (kind not in WITHOUT_OPTIONS)


FORMS = [
    (name, form)
    for kind in KINDS
    for module in modules(kind)
    for name, form in (vars(module) | vars(getattr(module, "Flow", object))).items()
    if isinstance(form, Form)
]
# Made for each device.
FORMS.append(("details_form", details_form({})))
# Made of the catalogue of equipment, and for each entry.
_TANKS = [{"name": "A", "control_sensor": "sensor.a"}] * 2
FORMS += [
    ("setup_form", setup_form(Catalogue(items={}))),
    (
        "equipment_options",
        equipment_form(MockConfigEntry(options={"tanks": _TANKS}), Catalogue(items={})),
    ),
]


@pytest.mark.parametrize(("name", "form"), FORMS, ids=lambda x: str(x)[:20])
async def test_every_field_of_a_form_has_a_text(
    hass: HomeAssistant, name: str, form: Form
) -> None:
    shown_in = "options" if "options" in name.lower() else "config"
    with_texts = [step for at, step in steps() if at.startswith(shown_in)]
    whole = form.schema(hass).schema
    for fields in (whole, *(x.schema.schema for x in sections(whole).values())):
        inside = sections(fields)
        assert any(
            {str(key) for key in fields}
            <= texts.get("data", {}).keys() | texts.get("sections", {}).keys()
            and inside.keys() <= texts.get("sections", {}).keys()
            for texts in with_texts
        )
        check_selectors(name, [x for x in fields.values() if x not in inside.values()])


async def test_no_text_of_a_section_is_unused(hass: HomeAssistant) -> None:
    used = {key for _name, form in FORMS for key in sections(form.schema(hass).schema)}
    there = {key for _name, step in steps() for key in step.get("sections", {})}
    assert there == used


def sections(fields: dict[Any, Any]) -> dict[str, section]:
    """Return the sections among the fields of a form."""
    return {str(key): x for key, x in fields.items() if isinstance(x, section)}


def check_selectors(name: str, selectors: list[Any]) -> None:
    """See that selectors are what Home Assistant takes, and that choices have texts."""
    for selector in selectors:
        assert isinstance(selector, Selector)
        validate_selector(selector.serialize()["selector"])
        if isinstance(selector, SelectSelector):
            assert not untranslated(selector), name


def untranslated(selector: SelectSelector) -> list[str]:
    """Return the options of a selector that are shown by a key without a text."""
    config = selector.config
    if (translation_key := config.get("translation_key")) is None:
        return []
    texts = ENGLISH["selector"][translation_key]["options"]
    # A protocol version can be no key and needs no text.
    options = map(str, config["options"])
    return [x for x in options if KEY.fullmatch(x) and x not in texts]


# What the code says


def test_every_error_of_a_form_has_a_text() -> None:
    there = {key for _, texts in texts_of_flows() for key in texts["error"]}
    used = {
        key
        for path in python_files()
        for name, call in calls(path)
        if name == "FormError" and (key := argument(call, "key", 0))
    }
    of_import = {x for x in there if x.startswith(IMPORT)}
    assert used | of_import | {"unknown"} == there


_PART_OF = {
    "async_create_issue": "issues",
    "ObjectSelectorConfig": "selector",
    "SelectSelectorConfig": "selector",
}


def test_every_exception_and_issue_has_a_text() -> None:
    for path in python_files():
        for name, call in calls(path):
            key = argument(call, "translation_key")
            if key is None:
                continue
            part = _PART_OF.get(name, "exceptions")
            assert key in ENGLISH[part], f"{shown(path)}: {key}"


def test_every_string_with_the_form_of_a_key_is_one() -> None:
    # A table of an old server has the form of a key, too.
    there = {*keys(ENGLISH), "heating_settings"}
    for path in python_files():
        place = path.relative_to(INTEGRATION).parts
        for text in strings(path):
            found = OF_A_KIND.fullmatch(text)
            # In the folder of another kind it is a word of that kind: heating_rate.
            if found and (place[0] != "kinds" or place[1] == found[1]):
                assert text in there, f"{shown(path)}: {text}"


def test_no_text_is_unused() -> None:
    said = set(chain.from_iterable(map(strings, python_files()))) | NOT_OURS
    said |= set(re.findall(r"translation_key: (\w+)", SERVICES.read_text()))
    for part in ("exceptions", "issues", "selector"):
        assert ENGLISH.get(part, {}).keys() <= said
    for part in ("abort", "error"):
        assert ENGLISH["config"][part].keys() <= said
    assert ENGLISH["system_health"]["info"].keys() == KINDS.keys()


def test_every_reason_has_a_text() -> None:
    for texts in TEXTS.values():
        reasons = texts["entity"]["sensor"]["air_conditioner_reason"]["state"]
        assert reasons.keys() == set(Reason)
        switched = texts["entity"]["event"]["air_conditioner_switched"][
            "state_attributes"
        ]
        assert switched["reason"]["state"] == reasons


# Icons and actions


def test_icons_belong_to_texts_and_states() -> None:
    assert ICONS.keys() <= {"conditions", "entity", "services", "triggers"}
    for icon in flat(ICONS).values():
        assert icon.startswith("mdi:")
    for platform, icons in ICONS["entity"].items():
        assert platform in list(Platform)
        assert icons.keys() <= ENGLISH["entity"][platform].keys()
        for key, icon in icons.items():
            texts = ENGLISH["entity"][platform][key]
            states = icon.get("state", {})
            assert icon.get("default") not in states.values(), key
            assert states.keys() <= texts.get("state", {"on": "", "off": ""}).keys()
            for name, attribute in icon.get("state_attributes", {}).items():
                said = texts["state_attributes"][name]["state"]
                assert attribute["state"].keys() <= said.keys()
    for part in ("services", "triggers", "conditions"):
        assert ICONS.get(part, {}).keys() == ENGLISH.get(part, {}).keys()


@pytest.mark.parametrize("section", ["services", "triggers", "conditions"])
def test_actions_triggers_and_conditions_match_their_texts(section: str) -> None:
    path = INTEGRATION / f"{section}.yaml"
    described = load_yaml_dict(path) if path.exists() else {}
    assert not mismatches(described, ENGLISH.get(section, {}))


def mismatches(described: dict[str, Any], texts: dict[str, Any]) -> list[str]:
    """Return where fields and texts differ; selectors are looked at on the way."""
    wrong = sorted(described.keys() ^ texts.keys())
    for name in described.keys() & texts.keys():
        fields = (described[name] or {}).get("fields", {})
        wrong += sorted(fields.keys() ^ texts[name].get("fields", {}).keys())
        for field in fields.values():
            validate_selector(field["selector"])
    return wrong


def test_action_without_texts_is_found() -> None:
    action = {"fields": {"speed": {"selector": {"number": {"min": 1, "max": 2}}}}}
    assert mismatches({"go": action}, {}) == ["go"]
    assert mismatches({"go": action}, {"go": {"name": "Go"}}) == ["speed"]
