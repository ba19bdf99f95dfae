"""A camera in Home Assistant: what its entities show, and what they make it do."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.camera import Camera
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import async_get_config_entry_diagnostics
from custom_components.jannenkoti.kinds.robocam import coordinator
from custom_components.jannenkoti.kinds.robocam.protocol import check_picture
from demo.fakes.esp32_camera import START, FakeCamera, Trouble

from .conftest import act, entity_id, make_entry, set_up, state, until

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import ClientResponse
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
    from syrupy.assertion import SnapshotAssertion

JPEG = b"\xff\xd8"


async def test_entities_of_a_sleeping_camera(
    hass: HomeAssistant, camera: FakeCamera, snapshot: SnapshotAssertion
) -> None:
    entry = await set_up(hass, camera)
    await until(hass, lambda: state(hass, "connection").state == "asleep")
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    seen = {
        found.unique_id: shown.state
        for found in sorted(entries, key=lambda found: found.unique_id)
        if found.domain != "camera" and (shown := hass.states.get(found.entity_id))
    }
    assert seen == snapshot


async def still(hass: HomeAssistant, client: ClientSessionGenerator) -> bytes:
    http = await client()
    answer = await http.get(f"/api/camera_proxy/{entity_id(hass, 'camera')}")
    jpeg: bytes = await answer.read()
    return jpeg


async def test_a_still_wakes_the_camera(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await until(hass, lambda: camera.clients == 0)
    assert (await still(hass, hass_client)).startswith(JPEG)
    await until(hass, lambda: camera.clients == 0)


async def test_a_snapshot_is_written(
    hass: HomeAssistant, camera: FakeCamera, tmp_path: Path
) -> None:
    await set_up(hass, camera)
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    file = tmp_path / "hall.jpg"
    await act(hass, "camera.snapshot", "camera", filename=str(file))
    assert check_picture(file.read_bytes()) == file.read_bytes()


async def parts(answer: ClientResponse, count: int) -> list[bytes]:
    """Return the first pictures of a stream."""
    boundary = answer.headers["Content-Type"].split("boundary=")[1]
    assert (await answer.content.readline()).strip() == f"--{boundary}".encode()
    return [await part(answer) for _ in range(count)]


async def part(answer: ClientResponse) -> bytes:
    """Return the next picture, which ends as the head of the stream says."""
    boundary = answer.headers["Content-Type"].split("boundary=")[1]
    content = answer.content
    head: dict[str, str] = {}
    while line := (await content.readline()).decode().strip():
        name, value = line.split(": ")
        head[name] = value
    assert head["Content-Type"] == "image/jpeg"
    picture = await content.readexactly(int(head["Content-Length"]))
    assert await content.readline() == b"\r\n"
    assert (await content.readline()).strip() == f"--{boundary}".encode()
    return picture


async def test_two_viewers_see_moving_pictures_over_one_connection(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    accepted = camera.accepted
    async with asyncio.timeout(10), http.get(url) as one, http.get(url) as two:
        seen, also = await asyncio.gather(parts(one, 4), parts(two, 4))
        assert len(set(seen)) >= 3
        assert set(seen) & set(also)
        await until(hass, lambda: state(hass, "viewers").state == "2")
        assert state(hass, "camera").state == "streaming"
        assert camera.most_clients == 1
        assert camera.accepted <= accepted + 1
    await until(hass, lambda: state(hass, "viewers").state == "0")
    await until(hass, lambda: camera.clients == 0)


async def test_who_watches_sees_the_placeholder_when_it_gets_private(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: FakeCamera,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It comes twice, for Chromium shows a picture when it has got the next one."""
    # Nor does it wait for the repetition that finds out who has left.
    monkeypatch.setattr(coordinator, "_TELL_EVERY", timedelta(hours=1))
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with asyncio.timeout(10), http.get(url) as one, http.get(url) as two:
        boundaries = [await stream.content.readline() for stream in (one, two)]
        assert boundaries[0] == boundaries[1]
        before = [(await part(stream), await part(stream)) for stream in (one, two)]
        assert all(first == again for first, again in before)
        await act(hass, "switch.turn_on", "privacy")
        hidden = await still(hass, hass_client)
        for stream in (one, two):
            while await part(stream) != hidden:
                pass
            assert await part(stream) == hidden
        await until(hass, lambda: camera.clients == 0)  # no other picture can come


async def test_an_unloaded_entry_sends_its_viewers_away(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with asyncio.timeout(10), http.get(url) as stream:
        await parts(stream, 1)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await stream.content.read()  # ends
    await until(hass, lambda: camera.clients == 0)


async def test_home_assistant_does_not_wait_for_viewers_when_it_stops(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with asyncio.timeout(10), http.get(url) as stream:
        await parts(stream, 1)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await stream.content.read()  # ends


@pytest.mark.parametrize(
    ("key", "goal"),
    [("left", (100, 45)), ("right", (80, 45)), ("up", (90, 35)), ("down", (90, 55))],
)
async def test_arrows(
    hass: HomeAssistant, camera: FakeCamera, key: str, goal: tuple[int, int]
) -> None:
    await set_up(hass, camera)
    await act(hass, "button.press", key)
    await until(hass, lambda: camera.goal == goal)
    assert float(state(hass, "x").state) == goal[0]
    await act(hass, "button.press", "center")
    await until(hass, lambda: camera.goal == START)


async def test_numbers_turn_it_within_its_limits(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await act(hass, "number.set_value", "x", value=20)
    await act(hass, "number.set_value", "y", value=80)
    await until(hass, lambda: camera.goal == (20, 80))
    limits = state(hass, "y").attributes
    assert (limits["min"], limits["max"]) == (0, 90)


async def test_the_action_moves_it_in_three_ways(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await act(hass, "jannenkoti.move_camera", "camera", x=10)
    await until(hass, lambda: camera.goal == (10, 45))
    await act(hass, "jannenkoti.store_camera_preset", "camera", preset=" Door ")
    await act(hass, "jannenkoti.move_camera", "camera", x=140, y=99, relative=True)
    await until(hass, lambda: camera.goal == (150, 90))
    await act(hass, "jannenkoti.move_camera", "camera", preset="Door")
    await until(hass, lambda: camera.goal == (10, 45))
    assert state(hass, "preset").state == "Door"


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("move_camera", {"x": 200}, "robocam_out_of_bounds"),
        ("move_camera", {"preset": "Nowhere"}, "robocam_no_such_preset"),
        ("delete_camera_preset", {"preset": "Nowhere"}, "robocam_no_such_preset"),
        ("store_camera_preset", {"preset": " "}, "robocam_bad_preset"),
        ("start_camera_patrol", {}, "robocam_no_such_preset"),
    ],
)
async def test_what_cannot_be_done_is_told(
    hass: HomeAssistant, camera: FakeCamera, action: str, data: dict[str, Any], key: str
) -> None:
    await set_up(hass, camera)
    with pytest.raises(ServiceValidationError) as error:
        await act(hass, f"{DOMAIN}.{action}", "camera", **data)
    assert error.value.translation_key == key
    assert camera.goal == START


async def store(hass: HomeAssistant, camera: FakeCamera, **presets: int) -> None:
    """Store presets by where they are."""
    for name, x in presets.items():
        await act(hass, "jannenkoti.move_camera", "camera", x=x)
        await act(hass, "jannenkoti.store_camera_preset", "camera", preset=name)


def pass_time(hass: HomeAssistant, **of: float) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**of))


async def test_a_patrol_goes_round_until_somebody_turns_the_camera(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await store(hass, camera, Door=10, Window=170)
    await act(hass, "jannenkoti.start_camera_patrol", "camera", dwell={"seconds": 60})
    await until(hass, lambda: camera.goal[0] == 10)
    pass_time(hass, seconds=61)
    await until(hass, lambda: camera.goal[0] == 170)
    assert state(hass, "patrol").state == "on"
    await act(hass, "button.press", "right")
    assert state(hass, "patrol").state == "off"
    pass_time(hass, seconds=200)
    await hass.async_block_till_done()
    assert camera.goal[0] == 160


async def test_presets_and_the_patrol_survive_a_restart(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    await store(hass, camera, Door=10, Window=170)
    await act(hass, "switch.turn_on", "patrol")
    pass_time(hass, seconds=31)
    await until(hass, lambda: camera.goal[0] == 170)
    assert await hass.config_entries.async_unload(entry.entry_id)
    camera.goal = START
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: camera.goal[0] == 170)
    assert state(hass, "preset").attributes["options"] == ["Door", "Window"]
    await act(hass, "select.select_option", "preset", option="Door")
    await until(hass, lambda: camera.goal[0] == 10)
    assert state(hass, "patrol").state == "off"


async def test_a_patrol_loses_a_preset_that_is_deleted(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await store(hass, camera, Door=10)
    await act(hass, "switch.turn_on", "patrol")
    await act(hass, "jannenkoti.delete_camera_preset", "camera", preset="Door")
    assert state(hass, "patrol").state == "off"
    assert state(hass, "preset").attributes["options"] == []
    await act(hass, "jannenkoti.stop_camera_patrol", "camera")
    await act(hass, "switch.turn_off", "patrol")


async def test_the_lamp(hass: HomeAssistant, camera: FakeCamera) -> None:
    await set_up(hass, camera)
    assert state(hass, "lamp").state == "unknown"
    await act(hass, "light.turn_off", "lamp")
    await until(hass, lambda: not camera.lamp)
    await act(hass, "light.turn_on", "lamp")
    await until(hass, lambda: camera.lamp)
    assert state(hass, "lamp").state == "on"
    assert state(hass, "lamp").attributes["assumed_state"]


async def test_privacy_hides_everything_and_survives_a_restart(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    await act(hass, "number.set_value", "x", value=20)
    seen = await still(hass, hass_client)
    await act(hass, "switch.turn_on", "privacy")
    hidden = await still(hass, hass_client)
    assert hidden.startswith(JPEG)
    assert hidden != seen
    await until(hass, lambda: camera.goal == (90, 90) and not camera.lamp)
    await until(hass, lambda: camera.clients == 0)
    assert state(hass, "connection").state == "private"
    with pytest.raises(HomeAssistantError) as error:
        await act(hass, "button.press", "up")
    assert error.value.translation_key == "robocam_private"
    accepted = camera.accepted
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert await still(hass, hass_client) == hidden
    assert camera.accepted == accepted
    await act(hass, "switch.turn_off", "privacy")
    await until(hass, lambda: camera.goal == (20, 45))
    assert await still(hass, hass_client) != hidden


async def test_privacy_follows_a_person(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    hass.states.async_set("person.owner", "not_home")
    await set_up(hass, camera, privacy_entity="person.owner")
    for told, private in (
        ("home", "on"),
        ("unavailable", "on"),
        ("work", "off"),
        ("unknown", "off"),
    ):
        hass.states.async_set("person.owner", told)
        await hass.async_block_till_done()
        assert state(hass, "privacy").state == private
    hass.states.async_set("person.owner", "home")
    await hass.async_block_till_done()
    await act(hass, "switch.turn_off", "privacy")
    hass.states.async_set("person.owner", "home", {"battery": 1})
    await hass.async_block_till_done()
    assert state(hass, "privacy").state == "off"


async def test_a_lost_camera_shows_its_last_picture(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await still(hass, hass_client)
    await camera.stop()
    with pytest.raises(HomeAssistantError) as error:
        await act(hass, "button.press", "up")
    assert error.value.translation_key == "robocam_unreachable"
    assert state(hass, "connection").state == "unreachable"
    assert state(hass, "x").state == "unavailable"
    assert state(hass, "camera").state == "idle"
    assert (await still(hass, hass_client)).startswith(JPEG)
    before = camera.goal
    await camera.start()
    await until(hass, lambda: state(hass, "x").state != "unavailable")
    assert camera.goal == before == START  # the press was not kept


async def test_trouble_is_a_state(hass: HomeAssistant, camera: FakeCamera) -> None:
    await set_up(hass, camera, stay_connected=True)
    camera.trouble = Trouble.FULL
    await camera.stop()
    await camera.start()
    await until(hass, lambda: state(hass, "connection").state == "full")
    camera.trouble = None
    await until(hass, lambda: state(hass, "connection").state == "connected")
    assert state(hass, "connected").state == "on"
    assert state(hass, "reconnects").state == "1"


async def test_a_camera_that_is_not_there_is_tried_again(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await camera.stop()
    entry = make_entry(camera)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "robocam_unreachable"


async def test_diagnostics_tell_no_address(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["runtime"]["limits"]["max_x"] == 180
    assert "127.0.0.1" not in str(told)


async def test_a_removed_entry_leaves_nothing(
    hass: HomeAssistant, camera: FakeCamera, hass_storage: dict[str, Any]
) -> None:
    entry = await set_up(hass, camera)
    await hass.config_entries.async_unload(entry.entry_id)
    assert f"{DOMAIN}.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


async def test_another_camera_cannot_be_turned(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    assert await async_setup_component(hass, "camera", {})
    platform = next(
        platform
        for platform in hass.data["entity_platform"][DOMAIN]
        if platform.domain == "camera"
    )
    other = Camera()
    other.entity_id = "camera.other"
    await platform.async_add_entities([other])
    with pytest.raises(ServiceValidationError) as error:
        await hass.services.async_call(
            DOMAIN, "move_camera", {"entity_id": "camera.other", "x": 1}, blocking=True
        )
    assert error.value.translation_key == "robocam_does_not_turn"
