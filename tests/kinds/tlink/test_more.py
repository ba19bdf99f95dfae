"""Tanks, chosen classes, pictures, and orders to the cloud by actions."""

from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti.const import DOMAIN

from .conftest import Push, payload, said, state
from .test_cloud import LEVEL, PICTURE, PUMP, SPEED, cloud, entry, refresh, shown

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from demo.fakes.tlink_cloud import FakeTlinkCloud

__all__ = ["cloud", "entry"]  # fixtures

pytestmark = pytest.mark.usefixtures("socket_enabled")

TANK = {"sensor_id": str(LEVEL), "radius": 77.5, "length": 246, "wall": 0.6}


async def test_a_level_tells_of_its_tank_and_a_class_is_chosen(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    classes = [{"sensor_id": str(LEVEL), "device_class": "none"}]
    options = {"tanks": [TANK], "device_classes": classes}
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await push(payload(said("769")))
    half = float(state(hass, f"sensor_{LEVEL}_tlink_tank_volume"))
    assert half == pytest.approx(2273.9, abs=0.5)
    assert state(hass, f"sensor_{LEVEL}_tlink_tank_level") == "normal"
    await push(payload(said("NaN", at=entry.runtime_data.account.last_push)))


async def test_orders_by_actions_reach_the_cloud(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud
) -> None:
    orders: tuple[tuple[str, dict[str, Any]], ...] = (
        ("switch", {"sensor_id": PUMP, "turned_on": True}),
        ("write", {"sensor_id": SPEED, "value": "7"}),
        ("send_data", {"device_id": 4711, "values": {str(LEVEL): "12.5"}}),
    )
    for name, data in orders:
        await hass.services.async_call(DOMAIN, f"tlink_{name}", data, blocking=True)
    assert cloud.sensor(PUMP).switcher == "1"
    assert cloud.sensor(SPEED).value == "7"
    assert cloud.sensor(LEVEL).value == "12.5"
    await refresh(hass, entry)
    assert shown(hass, LEVEL) == "12.5"


async def test_a_picture_that_is_no_answer_is_none(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, cloud: FakeTlinkCloud
) -> None:
    component: Any = hass.data["image"]
    (picture,) = component.entities
    for address in (f"{cloud.url}/none.png", f"{cloud.url[:-1]}"):
        words: dict[str, Any] = {"sensor_id": PICTURE, "sensorsTypeId": 4}
        await push(payload(said(address, **words)))
        assert await picture.async_image() is None
