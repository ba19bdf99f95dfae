"""The fake bridge, checked with aiohue: a client that others wrote."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohue import HueBridgeV2, LinkButtonNotPressed, create_app_key
from aiohue.discovery import discover_bridge
from aiohue.errors import Unauthorized
from aiohue.v2.controllers.events import EventType

from demo.fakes.hue_resources import BRIDGE_ID, made_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from demo.fakes.hue_bridge import FakeHueBridge


@pytest.fixture
async def client(fake: FakeHueBridge) -> AsyncIterator[HueBridgeV2]:
    """Return aiohue, connected."""
    async with HueBridgeV2(fake.host, fake.pair()) as client:
        yield client


async def test_aiohue_discovers_a_bridge_of_version_2(fake: FakeHueBridge) -> None:
    found = await discover_bridge(fake.host)
    assert (found.id, found.supports_v2) == ("001788123456", True)


async def test_key_is_given_only_after_the_link_button(fake: FakeHueBridge) -> None:
    with pytest.raises(LinkButtonNotPressed):
        await create_app_key(fake.host, "test#device")
    fake.press_link_button()
    key = await create_app_key(fake.host, "test#device")
    async with HueBridgeV2(fake.host, key) as client:
        assert client.config.bridge_id == BRIDGE_ID
    with pytest.raises(LinkButtonNotPressed):
        await create_app_key(fake.host, "test#device")


async def test_unknown_key_is_rejected(fake: FakeHueBridge) -> None:
    client = HueBridgeV2(fake.host, "unknown")
    with pytest.raises(Unauthorized):
        await client.initialize()
    await client.close()


async def test_aiohue_parses_all_resources(client: HueBridgeV2) -> None:
    assert len(client.lights.items) == 6
    assert {room.metadata.name for room in client.groups.room} == {
        "Living room",
        "Bedroom",
    }
    room = client.groups.room.items[0]
    assert len(client.groups.room.get_lights(room.id)) == 3
    zone = client.groups.zone.items[0]
    assert len(client.groups.zone.get_lights(zone.id)) == 2
    assert len(client.scenes.items) == 4
    assert all(light.supports_dimming for light in client.lights)
    assert sum(light.supports_color for light in client.lights) == 3
    assert sum(light.supports_color_temperature for light in client.lights) == 5


async def test_command_is_carried_out_and_reported(
    fake: FakeHueBridge, client: HueBridgeV2
) -> None:
    light_id = fake.light("Floor lamp")["id"]
    reported = asyncio.Event()
    client.lights.subscribe(lambda *_: reported.set(), light_id)
    await client.lights.set_state(
        light_id, on=True, brightness=40.0, color_temp=370, transition_time=1000
    )
    async with asyncio.timeout(60):
        await reported.wait()
    light = client.lights[light_id]
    assert light.dimming.brightness == pytest.approx(40, abs=0.2)
    assert light.color_temperature.mirek == 370
    assert fake.commands == [
        {
            "on": {"on": True},
            "dimming": {"brightness": 40.0},
            "color_temperature": {"mirek": 370},
            "dynamics": {"duration": 1000},
        }
    ]


async def test_group_and_scene_reach_all_lamps_of_a_room(
    fake: FakeHueBridge, client: HueBridgeV2
) -> None:
    group_id = made_id("grouped_light", "Living room")
    await client.groups.grouped_light.set_state(group_id, on=True, brightness=10.0)
    names = ("Floor lamp", "Sofa lamp", "Shelf lamp")
    assert all(fake.light(each)["on"]["on"] for each in names)
    await client.scenes.recall(made_id("scene", "Living room Relax"))
    levels = {fake.light(each)["dimming"]["brightness"] for each in names}
    assert levels == {55.12}
    assert fake.light("Ceiling lamp")["dimming"]["brightness"] == 80.0


async def test_aiohue_rides_out_a_busy_bridge(
    fake: FakeHueBridge, client: HueBridgeV2
) -> None:
    fake.trouble.busy = 2
    await client.lights.turn_on(fake.light("Sofa lamp")["id"])
    assert fake.light("Sofa lamp")["on"]["on"]


async def test_color_outside_the_gamut_becomes_the_nearest_one(
    fake: FakeHueBridge, client: HueBridgeV2
) -> None:
    await client.lights.set_color(fake.light("Floor lamp")["id"], 0.08, 0.84)
    assert fake.light("Floor lamp")["color"]["xy"] == {"x": 0.17, "y": 0.7}


async def test_lost_and_deleted_lamps_are_reported(
    fake: FakeHueBridge, client: HueBridgeV2
) -> None:
    events = asyncio.Queue[EventType]()
    client.devices.subscribe(lambda kind, _: events.put_nowait(kind))
    client.sensors.zigbee_connectivity.subscribe(
        lambda kind, _: events.put_nowait(kind)
    )
    async with asyncio.timeout(60):
        await fake.wait_for_stream()
        fake.set_connected("Sofa lamp", connected=False)
        assert await events.get() is EventType.RESOURCE_UPDATED
        fake.delete("Sofa lamp")
        while await events.get() is not EventType.RESOURCE_DELETED:
            pass
    assert fake.light("Floor lamp")["id"] in client.lights


async def test_dropped_stream_is_opened_again(
    fake: FakeHueBridge, client: HueBridgeV2
) -> None:
    async with asyncio.timeout(60):
        await fake.wait_for_stream()
        connected = asyncio.Event()
        client.events.subscribe(lambda *_: connected.set(), EventType.RECONNECTED)
        fake.drop_streams()
        await connected.wait()
