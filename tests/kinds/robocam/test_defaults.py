"""The entities that a user gets without changing anything."""

from typing import TYPE_CHECKING

from homeassistant.helpers import entity_registry as er

from .conftest import UNIQUE_ID, set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from demo.fakes.esp32_camera import FakeCamera


async def test_at_most_twelve_entities_are_enabled_by_default(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    enabled = {
        found.unique_id.removeprefix(f"{UNIQUE_ID}_")
        for found in entries
        if found.disabled_by is None
    }
    assert enabled == {
        "camera",
        "connection",
        "down",
        "lamp",
        "left",
        "preset",
        "privacy",
        "right",
        "store_preset",
        "up",
        "pan",
        "tilt",
    }
