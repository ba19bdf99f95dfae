"""All entities of an account with the cloud and a tank, as they are shown."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.helpers import entity_registry as er

from .conftest import Push, payload, reported
from .test_cloud import LEVEL, PICTURE, PLACE, cloud
from .test_cloud import entry as cloud_entry
from .test_sensors import TANK

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from syrupy.assertion import SnapshotAssertion

__all__ = ["cloud", "cloud_entry"]  # fixtures

pytestmark = pytest.mark.usefixtures("socket_enabled", "all_enabled")

# Frontend and images get new tokens in each run.
HIDDEN = {"entity_picture", "access_token", "restored"}


async def test_entities_of_an_account(
    hass: HomeAssistant,
    cloud_entry: MockConfigEntry,
    push: Push,
    snapshot: SnapshotAssertion,
) -> None:
    hass.config_entries.async_update_entry(cloud_entry, options={"tanks": [TANK]})
    assert await hass.config_entries.async_reload(cloud_entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await push(
        payload(
            reported("769", sensor_id=LEVEL),
            reported("x", sensor_id=PLACE, sensorsTypeId=3, lat="60.17", lng="24.94"),
            reported("x", sensor_id=PICTURE, sensorsTypeId=4),
        )
    )
    entries = er.async_entries_for_config_entry(
        er.async_get(hass), cloud_entry.entry_id
    )
    shown = {}
    for entry in sorted(entries, key=lambda each: (each.domain, each.unique_id)):
        state = hass.states.get(entry.entity_id)
        assert state is not None, entry.unique_id
        attributes = {k: v for k, v in state.attributes.items() if k not in HIDDEN}
        shown[f"{entry.domain} {entry.unique_id}"] = {
            "state": state.state,
            "category": entry.entity_category and entry.entity_category.value,
            "translation_key": entry.translation_key,
            **attributes,
        }
    assert shown == snapshot
