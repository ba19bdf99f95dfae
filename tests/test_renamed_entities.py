"""Entities that are renamed, ours and those that an entry uses."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import entity_platform
from homeassistant.helpers import entity_registry as er

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.entity import KotiEntity
from custom_components.jannenkoti.kinds.mqtt_devices.details_form import (
    to_form_settings,
)
from custom_components.jannenkoti.renames import _renamed

from .one_of_each import async_set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


@pytest.mark.usefixtures("all_enabled")
async def test_renamed_entity_keeps_its_subscriptions(hass: HomeAssistant) -> None:
    await async_set_up(hass, "air_conditioner")
    entities = [
        entity
        for platform in entity_platform.async_get_platforms(hass, DOMAIN)
        for entity in platform.entities.values()
        if isinstance(entity, KotiEntity)
    ]
    assert entities
    for entity in entities:
        KotiEntity.async_entity_id_changed(entity, "sensor.formerly")
        assert vars(KotiEntity)["shown"].fget(entity) is entity.coordinator.data


async def test_rename_reloads_an_entry_once(hass: HomeAssistant) -> None:
    entities = er.async_get(hass)
    entities.async_get_or_create("sensor", "demo", "x", object_id_base="room")
    entry = await async_set_up(hass, "air_conditioner")
    states: list[ConfigEntryState] = []
    entry.async_on_state_change(lambda: states.append(entry.state))
    entities.async_update_entity("sensor.room", new_entity_id="sensor.hall")
    await hass.async_block_till_done()
    assert states.count(ConfigEntryState.LOADED) == 1
    assert states[-1] is ConfigEntryState.LOADED


async def test_subentries_without_the_renamed_id_stay(hass: HomeAssistant) -> None:
    entry = await async_set_up(hass, "mqtt_devices")
    before = {key: dict(each.data) for key, each in entry.subentries.items()}
    assert before
    assert not _renamed(hass, entry, "sensor.old", "sensor.new")
    assert {k: dict(each.data) for k, each in entry.subentries.items()} == before


def test_form_of_a_configuration_that_is_too_large_is_empty() -> None:
    shown = to_form_settings({"name": "x" * 9000})
    assert shown == to_form_settings({})
