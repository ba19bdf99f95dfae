"""Tanks, chosen classes, pictures, and orders to the cloud by actions."""

import errno
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.tlink import image
from custom_components.jannenkoti.kinds.tlink.coordinator import _CHUNK

from .conftest import (
    NOW,
    Push,
    entity_id,
    make_entry,
    payload,
    reported,
    set_up,
    signature,
    state,
)
from .test_cloud import (
    LEVEL,
    PICTURE,
    PLACE,
    PUMP,
    SPEED,
    TEXT,
    cloud,
    entry,
    refresh,
    shown,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from demo.fakes.tlink_cloud import FakeTlinkCloud

    from ..waiting import Wait

__all__ = ["cloud", "entry"]  # fixtures

pytestmark = pytest.mark.usefixtures("socket_enabled")

PNG = b"\x89PNG\r\n\x1a\n"

TANK = {"sensor_id": str(LEVEL), "radius": 77.5, "length": 246, "wall": 0.6}


async def test_level_has_tank_sensors_and_the_chosen_device_class(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    classes = [{"sensor_id": str(LEVEL), "device_class": "none"}]
    options = {"tanks": [TANK], "device_classes": classes}
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await push(payload(reported("769")))
    half = float(state(hass, f"sensor_{LEVEL}_tank_volume"))
    assert half == pytest.approx(2273.9, abs=0.5)
    assert state(hass, f"sensor_{LEVEL}_tank_level") == "normal"
    info = hass.states.get(entity_id(hass, "sensor", f"sensor_{LEVEL}_value"))
    assert info is not None
    assert "device_class" not in info.attributes
    later = NOW + timedelta(minutes=1)
    await push(payload(reported("broken", at=later), at=later))
    assert state(hass, f"sensor_{LEVEL}_tank_volume") == "unknown"


async def test_actions_send_commands_to_the_cloud(
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
    assert not entry.runtime_data.commands.waiting()


async def test_commanded_values_are_shown_until_they_are_confirmed_or_given_up(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: FakeTlinkCloud, wait: Wait
) -> None:
    async def call(name: str, **data: Any) -> None:
        await hass.services.async_call(DOMAIN, f"tlink_{name}", data, blocking=True)

    await call("write", sensor_id=SPEED, value="7")
    await call("send_data", device_id=4711, values={PUMP: "1"})
    assert cloud.sensor(PUMP).switcher == "1"
    cloud.sensor(SPEED).value, cloud.sensor(PUMP).switcher = "3", "0"
    assert shown(hass, SPEED, "number") == "7.0"
    assert shown(hass, PUMP, "switch") == "on"
    await call("send_data", device_id=4711, values={TEXT: " All is well "})
    assert cloud.sensor(TEXT).value == " All is well "
    await wait(30)
    assert entry.runtime_data.commands.waiting() == [str(SPEED), str(PUMP)]
    await wait(90)
    assert shown(hass, SPEED, "number") == "3.0"
    assert shown(hass, PUMP, "switch") == "off"
    assert entry.runtime_data.commands.unanswered == 2


async def test_picture_that_is_not_found_is_none(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, cloud: FakeTlinkCloud
) -> None:
    component: Any = hass.data["image"]
    (picture,) = component.entities
    for address in (f"{cloud.url}/none.png", f"{cloud.url[:-1]}"):
        words: dict[str, Any] = {"sensor_id": PICTURE, "sensorsTypeId": 4}
        await push(payload(reported(address, **words)))
        assert await picture.async_image() is None


async def test_picture_of_the_platform_is_fetched_up_to_a_size(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    cloud: FakeTlinkCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(image, "_LARGEST", 1000)
    component: Any = hass.data["image"]
    (picture,) = component.entities
    cloud.pictures = {"small.png": PNG * 100, "large.png": PNG * 126}
    for minute, (name, expected) in enumerate(
        [("small.png", PNG * 100), ("large.png", None)]
    ):
        at = NOW + timedelta(minutes=minute)
        words: dict[str, Any] = {"sensor_id": PICTURE, "sensorsTypeId": 4}
        address = f"{cloud.url}/pictures/{name}"
        await push(payload(reported(address, at=at, **words), at=at))
        assert await picture.async_image() == expected
        assert shown(hass, PICTURE, "image") == at.isoformat()
    assert picture.content_type == "image/png"


async def test_picture_is_none_while_the_platform_is_unreachable(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, cloud: FakeTlinkCloud
) -> None:
    component: Any = hass.data["image"]
    (picture,) = component.entities
    cloud.pictures = {"small.png": PNG}
    words: dict[str, Any] = {"sensor_id": PICTURE, "sensorsTypeId": 4}
    await push(payload(reported(f"{cloud.url}/pictures/small.png", **words)))
    assert await picture.async_image() == PNG
    await cloud.__aexit__(None, None, None)
    assert await picture.async_image() is None


async def test_device_tracker_shows_the_pushed_place(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    words: dict[str, Any] = {"sensor_id": PLACE, "sensorsTypeId": 3}
    await push(payload(reported("x", lat="61.5", lng="23.75", **words)))
    place = hass.states.get(entity_id(hass, "device_tracker", f"sensor_{PLACE}_value"))
    assert place is not None
    assert place.attributes["latitude"] == 61.5
    assert place.attributes["longitude"] == 23.75


async def test_wrong_time_zone_creates_an_issue_that_closes_itself(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    issues = ir.async_get(hass)
    issue = f"tlink_time_zone_{entry.entry_id}"
    for number in range(12):
        at = datetime.now(UTC) - timedelta(hours=8)
        await push(payload(reported(str(number), at=at), at=at))
        await wait(61)
    found = issues.async_get_issue(DOMAIN, issue)
    assert found is not None
    assert found.translation_placeholders is not None
    assert found.translation_placeholders["hours"] == "+8"
    assert found.translation_placeholders["zone"] == "Asia/Shanghai"
    clocks = f"tlink_clocks_{entry.entry_id}"
    assert issues.async_get_issue(DOMAIN, clocks) is None  # one note is enough
    await push(payload(reported("1", at=datetime.now(UTC)), at=datetime.now(UTC)))
    await wait(61)
    assert issues.async_get_issue(DOMAIN, issue) is None


async def test_switch_replaces_binary_sensor_when_the_cloud_is_added(
    hass: HomeAssistant, http: None, cloud: FakeTlinkCloud
) -> None:
    entry = make_entry()
    await set_up(hass, entry)
    tlink = entry.runtime_data
    switch = reported("0", sensor_id=PUMP, sensorsTypeId=2, switcher="0")
    level = reported("3", sensor_id=SPEED, sensorsTypeId=6)
    body = json.dumps(payload(switch, level)).encode()
    await tlink.async_push(body, signature(body))
    await hass.async_block_till_done()
    assert shown(hass, PUMP, "binary_sensor") == "off"
    assert shown(hass, SPEED, "sensor") == "3.0"
    data = {**entry.data, "cloud": {**cloud.login(), "user_id": "902"}}
    hass.config_entries.async_update_entry(entry, data=data)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, PUMP, "switch") == "off"
    assert shown(hass, SPEED, "number") == "3.0"
    registry = er.async_get(hass)
    for platform, sensor in (("binary_sensor", PUMP), ("sensor", SPEED)):
        unique_id = f"{entry.unique_id}_sensor_{sensor}_value"
        assert registry.async_get_entity_id(platform, DOMAIN, unique_id) is None


async def test_push_with_many_sensors_updates_all_of_them(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    sensors = range(60001, 60002 + _CHUNK)
    for value in ("1", "2"):
        at = NOW + timedelta(minutes=int(value))
        rows = [reported(value, at=at, sensor_id=sensor) for sensor in sensors]
        await push(payload(*rows, at=at))
    assert {shown(hass, sensor) for sensor in sensors} == {"2.0"}


async def test_unreadable_journal_is_logged_and_pushes_go_on(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    tlink = entry.runtime_data
    tlink.maintenance._next_prune = None
    monkeypatch.setattr(tlink.ingest.journal, "prune", broken)
    await tlink.async_maintain()
    assert "The journal of Tanks is not usable: broken" in caplog.text
    assert (await push(payload(reported("17.0")))).ok
    assert shown(hass, LEVEL) == "17.0"
