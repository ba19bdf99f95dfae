"""What is on disk when Home Assistant stops without notice, and damaged stores."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.const import DOMAIN

from .conftest import act, make_entry, set_up, state, until

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant

    from demo.fakes.esp32_camera import FakeCamera

WHOLE = {
    "presets": {"Door": [10, 45]},
    "patrol": {"stops": [["Door", 30]], "at": 0},
    "patrolling": False,
    "private": True,
    "parked": True,
    "at_home": None,
    "target": [10, 45],
    "limits": [0, 180, 0, 90],
    "lamp": True,
}


async def test_privacy_is_saved_at_once(
    hass: HomeAssistant, camera: FakeCamera, hass_storage: dict[str, Any]
) -> None:
    entry = await set_up(hass, camera)
    key = f"{DOMAIN}.{entry.entry_id}"
    for private in (True, False):
        await act(hass, f"switch.turn_{'on' if private else 'off'}", "privacy")
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()
        assert hass_storage[key]["data"]["private"] is private


async def test_preset_is_saved_within_the_delay_although_changes_go_on(
    hass: HomeAssistant,
    camera: FakeCamera,
    hass_storage: dict[str, Any],
    later: datetime,
) -> None:
    entry = await set_up(hass, camera)
    key = f"{DOMAIN}.{entry.entry_id}"
    await act(hass, "jannenkoti.robocam_store_preset", "camera", preset="Door")
    for angle in range(5):
        await act(hass, "number.set_value", "pan", value=angle)
    async_fire_time_changed(hass, later)
    await hass.async_block_till_done()
    assert "Door" in hass_storage[key]["data"]["presets"]


@pytest.fixture
def later() -> datetime:
    """Return the time at which all changes of now must be saved."""
    return dt_util.utcnow() + timedelta(seconds=6)


@pytest.mark.parametrize(
    "data",
    [
        {"boards": None},
        {"private": None},
        {**WHOLE, "presets": [1, 2]},
        {**WHOLE, "patrol": {"stops": None, "at": "x"}},
        {**WHOLE, "target": [float("nan"), 1e400]},
        {**WHOLE, "limits": {"min_x": "a" * 100_000}},
    ],
)
async def test_damaged_value_in_the_store_leaves_a_private_camera(
    hass: HomeAssistant,
    camera: FakeCamera,
    hass_storage: dict[str, Any],
    data: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = make_entry(camera)
    key = f"{DOMAIN}.{entry.entry_id}"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert state(hass, "privacy").state == "on"
    assert caplog.text.count("Ignored unreadable values in the store of Hall") >= 1
    await act(hass, "switch.turn_off", "privacy")
    await until(hass, lambda: state(hass, "connection").state != "private")
