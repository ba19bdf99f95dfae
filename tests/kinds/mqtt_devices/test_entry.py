"""Tests of an entry: its stores, its removal, its diagnostics."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import (
    async_get_config_entry_diagnostics,
)

from .conftest import (
    SERIAL,
    TOKEN,
    VALVE,
    Speak,
    entities_of,
    make_entry,
    set_up,
    subentry,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        MqttMockHAClient,
    )


async def test_removed_entry_deletes_stores_and_entities(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    keys = [f"{DOMAIN}.{entry.entry_id}{end}" for end in ("", ".history")]
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert all(key in hass_storage for key in keys)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not any(key in hass_storage for key in keys)
    assert not entities_of(hass, SERIAL)


async def test_diagnostics_contain_no_secret(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak()
    await speak(VALVE)
    await speak(payload="nonsense")
    sent = await async_get_config_entry_diagnostics(hass, entry)
    assert TOKEN not in json.dumps(sent)
    runtime = sent["runtime"]
    assert runtime["rejected"] == {"not_json": 1}
    assert runtime["devices"][SERIAL]["silent"] is False
    assert [unclaimed["serial"] for unclaimed in runtime["unclaimed"]] == [VALVE]


@pytest.mark.parametrize("data", [{SERIAL: 5}, {SERIAL: {"configuration": 5}}, [5]])
async def test_entry_with_a_damaged_store_is_set_up_and_switches_nothing(
    hass: HomeAssistant,
    broker: MqttMockHAClient,
    hass_storage: dict[str, Any],
    speak: Speak,
    data: Any,
) -> None:
    entry = make_entry(subentry(SERIAL))
    key = f"{DOMAIN}.{entry.entry_id}"
    for end in ("", ".history"):
        file = {"version": 1, "minor_version": 1, "key": key + end, "data": data}
        hass_storage[key + end] = file
    devices = await set_up(hass, entry)
    # Its claim has it on, but that was long ago.
    await speak(estado="inactivo")
    served = devices.devices[SERIAL].data.served
    assert (served.mode, served.on) == ("manual", False)


async def test_entry_with_a_store_of_a_newer_version_is_set_up_and_leaves_it(
    hass: HomeAssistant, broker: MqttMockHAClient, hass_storage: dict[str, Any]
) -> None:
    entry = make_entry(subentry(SERIAL))
    key = f"{DOMAIN}.{entry.entry_id}"
    newer = {"version": 99, "minor_version": 1, "key": key, "data": {"x": 1}}
    hass_storage[key] = newer
    await set_up(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[key] == newer
