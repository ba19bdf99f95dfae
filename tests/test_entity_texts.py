"""Every entity that a kind adds has a name, and every state that it names a text."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES

from custom_components.jannenkoti.registry import KINDS

from .one_of_each import ENTRIES, IN_SOME_HOMES, async_set_up
from .source import INTEGRATION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant

TEXTS: dict[str, Any] = json.loads(
    (INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8")
)


def names(kind: str, entries: Iterable[er.RegistryEntry]) -> set[tuple[str, str]]:
    """Return the entities whose names are texts of ours.

    The main entity bears the name of its device; a quantity that is called like its
    device class gets the name from Home Assistant.
    """
    return {
        (entry.domain, str(entry.translation_key))
        for entry in entries
        if entry.original_name is not None
        and f"{kind}_{entry.original_device_class}" != entry.translation_key
    }


async def async_entries(hass: HomeAssistant, kind: str) -> list[er.RegistryEntry]:
    """Set up a kind and return its entities, also those that start disabled."""
    set_up = [await async_set_up(hass, kind)]
    if kind in IN_SOME_HOMES:
        set_up.append(await async_set_up(hass, kind, IN_SOME_HOMES))
    registry = er.async_get(hass)
    return [
        entity
        for entry in set_up
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_entities_have_names(hass: HomeAssistant, kind: str) -> None:
    for platform, key in names(kind, await async_entries(hass, kind)):
        assert TEXTS["entity"][platform][key]["name"], key


@pytest.mark.parametrize("kind", KINDS)
async def test_translation_keys_carry_the_kind_and_unique_ids_do_not(
    hass: HomeAssistant, kind: str
) -> None:
    entries = await async_entries(hass, kind)
    assert entries
    for entry in entries:
        if entry.translation_key is not None:
            assert entry.translation_key.startswith(f"{kind}_")
        assert f"{kind}_" not in entry.unique_id.removeprefix(f"{kind}_")


@pytest.mark.parametrize("kind", KINDS)
async def test_options_of_an_entity_have_texts(hass: HomeAssistant, kind: str) -> None:
    for entry in await async_entries(hass, kind):
        options = (entry.capabilities or {}).get("options")
        if options:  # A choice that the user fills with names of his own has none yet.
            key = str(entry.translation_key)
            assert TEXTS["entity"][entry.domain][key]["state"].keys() == set(options)


async def test_no_name_of_an_entity_is_unused(hass: HomeAssistant) -> None:
    used: set[tuple[str, str]] = set()
    for kind in ENTRIES:
        used |= names(kind, await async_entries(hass, kind))
    # Who has no name of its own may still have texts for what it is set to.
    there = {
        (at, key)
        for at, texts in TEXTS["entity"].items()
        for key, said in texts.items()
        if "name" in said
    }
    assert there == used


async def test_every_entity_class_declares_the_hook_for_a_new_entity_id(
    hass: HomeAssistant,
) -> None:
    """Home Assistant 2026.11 would remove and add a renamed entity without it."""
    classes: list[type] = []
    for kind in ENTRIES:
        for entry in await async_entries(hass, kind):
            domain = hass.data[DATA_INSTANCES].get(entry.domain)
            entity = domain and domain.get_entity(entry.entity_id)
            if entity is not None:
                classes.append(type(entity))
    assert len(set(classes)) > 30
    for each in classes:
        assert "async_entity_id_changed" in vars(each), each
