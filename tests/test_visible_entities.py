"""Generated pages show no unused entity; devices as targets have their events."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from custom_components.jannenkoti.automation_rows import read_rows
from custom_components.jannenkoti.registry import KINDS

from .one_of_each import async_set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("hass_client_no_auth")
async def test_buttons_and_events_are_hidden_on_generated_pages(
    hass: HomeAssistant, kind: str
) -> None:
    entry = await async_set_up(hass, kind)
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert entries
    shown = [
        entity.unique_id
        for entity in entries
        if entity.domain in {"button", "event"}
        and entity.entity_category is None
        and entity.disabled_by is None
        and entity.hidden_by is None
    ]
    assert shown == []
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "kind",
    ["air_conditioner", "heating", "light_routine", "mqtt_devices", "printer", "tlink"],
)
@pytest.mark.usefixtures("hass_client_no_auth")
async def test_device_as_target_has_the_entities_of_its_triggers_and_conditions(
    hass: HomeAssistant, kind: str
) -> None:
    """Home Assistant leaves out hidden entities, so their triggers would not fire."""
    rows = read_rows()
    wanted = {
        (row.platform, row.translation_key)
        for row in (*rows.triggers, *rows.conditions)
        if row.platform and row.name.startswith(kind)
    }
    entry = await async_set_up(hass, kind)
    followed = [
        entity
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if (entity.domain, entity.translation_key) in wanted
    ]
    assert followed
    for entity in followed:
        target = TargetSelection({"device_id": entity.device_id})
        selected = async_extract_referenced_entity_ids(
            hass, target, primary_entities_only=False
        )
        assert entity.disabled_by is None
        assert entity.entity_id in selected.indirectly_referenced
    await hass.config_entries.async_unload(entry.entry_id)
