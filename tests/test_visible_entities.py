"""Generated pages show no entity that is unknown until somebody uses it."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.helpers import entity_registry as er

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
