"""Rooms of a Hue bridge, which take one command for all of their lights."""

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import LAMP, OTHER, Clock, Lights, make_entry, set_up, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

DAY: dict[str, Any] = {"brightness": 255, "color_temp_kelvin": 4292}
EVENING: dict[str, Any] = {"brightness": 255, "color_temp_kelvin": 2890}


async def test_lights_that_are_a_hue_room_get_one_command(
    hass: HomeAssistant, lights: Lights, noon: Clock
) -> None:
    for light in (LAMP, OTHER, "light.third"):
        lights.set(light)
    room: dict[str, Any] = {
        "is_hue_group": True,
        "entity_id": {LAMP, OTHER},
        "lights": {"A", "B"},
    }
    lights.set("light.room", **room)
    await set_up(hass, make_entry(None, (LAMP, OTHER, "light.third")))
    assert lights.calls == [{"entity_id": ["light.room", "light.third"], **DAY}]
    for light in (LAMP, OTHER):
        lights.set(light, brightness=255, color_temp_kelvin=4292)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "paused_lights").state == "0"
    lights.calls.clear()
    lights.set(OTHER, "off")
    await noon.set("2026-01-12T17:00:00+02:00")
    assert lights.calls == [{"entity_id": [LAMP, "light.third"], **EVENING}]


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("on", {"is_hue_group": False}),
        ("on", {"lights": {"A", "B", "without an entity"}}),
        ("unavailable", {}),
    ],
)
async def test_room_is_not_used_where_it_may_have_other_lamps(
    hass: HomeAssistant, lights: Lights, noon: Clock, state: str, change: dict[str, Any]
) -> None:
    lights.set(LAMP)
    lights.set(OTHER)
    room: dict[str, Any] = {
        "is_hue_group": True,
        "entity_id": {LAMP, OTHER},
        "lights": {"A", "B"},
    }
    lights.set("light.room", state, **(room | change))
    await set_up(hass, make_entry())
    assert lights.calls == [{"entity_id": [LAMP, OTHER], **DAY}]
