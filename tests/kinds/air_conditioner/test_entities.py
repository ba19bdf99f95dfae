"""All entities and the diagnostics."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)

from .conftest import LOCAL_KEY, SetUp

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
    from syrupy.assertion import SnapshotAssertion


@pytest.mark.freeze_time("2026-07-01 12:00:00+00:00")
async def test_entities(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
) -> None:
    await set_up()
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    for entity in sorted(entities, key=lambda entity: entity.unique_id):
        assert entity == snapshot(name=f"{entity.unique_id}-entry")
        assert hass.states.get(entity.entity_id) == snapshot(
            name=f"{entity.unique_id}-state"
        )


async def test_diagnostics_redact_secrets(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    set_up: SetUp,
    entry: MockConfigEntry,
) -> None:
    await set_up()
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert LOCAL_KEY not in str(diagnostics)
    assert diagnostics["data"]["local_key"] == "**REDACTED**"
    assert diagnostics["runtime"]["reason"] == "waiting_minimum_off"
    assert (
        diagnostics["runtime"]["readings"]["sensor.bedroom_temperature"]["value"]
        == 26.0
    )
