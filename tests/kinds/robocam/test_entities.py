"""The entities and actions of a camera, with a fake camera on a real socket."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import voluptuous as vol
from homeassistant.components.camera import Camera
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from PIL import Image, ImageStat
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import async_get_config_entry_diagnostics
from custom_components.jannenkoti.kinds.robocam import camera as camera_platform
from custom_components.jannenkoti.kinds.robocam import coordinator
from custom_components.jannenkoti.kinds.robocam.wire.protocol import parse_frame
from demo.fakes.camera_room import draw_room
from demo.fakes.camera_servos import START
from demo.fakes.esp32_camera import FakeCamera, Trouble

from .conftest import act, entity_id, make_entry, set_up, state, until

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import ClientResponse
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
    from syrupy.assertion import SnapshotAssertion

pytestmark = pytest.mark.usefixtures("all_enabled")

JPEG = b"\xff\xd8"


async def test_entities_of_an_idle_camera(
    hass: HomeAssistant, camera: FakeCamera, snapshot: SnapshotAssertion
) -> None:
    entry = await set_up(hass, camera)
    await until(hass, lambda: state(hass, "connection").state == "idle")
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


async def test_still_wakes_the_camera(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await until(hass, lambda: camera.clients == 0)
    assert (await still(hass, hass_client)).startswith(JPEG)
    await until(hass, lambda: camera.clients == 0)


async def test_snapshot_is_written(
    hass: HomeAssistant, camera: FakeCamera, tmp_path: Path
) -> None:
    await set_up(hass, camera)
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    file = tmp_path / "hall.jpg"
    await act(hass, "camera.snapshot", "camera", filename=str(file))
    assert parse_frame(file.read_bytes()) == file.read_bytes()


async def parts(answer: ClientResponse, count: int) -> list[bytes]:
    """Return the first frames of a stream."""
    boundary = answer.headers["Content-Type"].split("boundary=")[1]
    assert (await answer.content.readline()).strip() == f"--{boundary}".encode()
    return [await part(answer) for _ in range(count)]


async def part(answer: ClientResponse) -> bytes:
    """Return the next frame; it ends with the boundary of the stream."""
    boundary = answer.headers["Content-Type"].split("boundary=")[1]
    content = answer.content
    head: dict[str, str] = {}
    while line := (await content.readline()).decode().strip():
        name, value = line.split(": ")
        head[name] = value
    assert head["Content-Type"] == "image/jpeg"
    frame = await content.readexactly(int(head["Content-Length"]))
    assert await content.readline() == b"\r\n"
    assert (await content.readline()).strip() == f"--{boundary}".encode()
    return frame


async def test_two_viewers_share_one_connection(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    accepted = camera.accepted
    async with asyncio.timeout(60), http.get(url) as one, http.get(url) as two:
        seen, also = await asyncio.gather(parts(one, 4), parts(two, 4))
        assert len(set(seen)) >= 3
        assert set(seen) & set(also)
        await until(hass, lambda: state(hass, "viewers").state == "2")
        assert state(hass, "camera").state == "streaming"
        assert camera.most_clients == 1
        assert camera.accepted <= accepted + 1
    await until(hass, lambda: state(hass, "viewers").state == "0")
    await until(hass, lambda: camera.clients == 0)


async def test_viewers_receive_the_placeholder_when_privacy_starts(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: FakeCamera,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They receive it twice: Chromium shows a frame when the next one arrives."""
    # Nor does it wait for the repetition that finds out who has left.
    monkeypatch.setattr(coordinator, "_UPDATE_INTERVAL", timedelta(hours=1))
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with asyncio.timeout(60), http.get(url) as one, http.get(url) as two:
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
        await until(hass, lambda: camera.clients == 0)  # no other frame can follow


async def test_unload_disconnects_viewers(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with asyncio.timeout(60), http.get(url) as stream:
        await parts(stream, 1)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await stream.content.read()  # ends
    await until(hass, lambda: camera.clients == 0)


async def test_stop_disconnects_viewers(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with asyncio.timeout(60), http.get(url) as stream:
        await parts(stream, 1)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await stream.content.read()  # ends


@pytest.mark.parametrize(
    ("key", "goal"),
    [("left", (100, 45)), ("right", (80, 45)), ("up", (90, 35)), ("down", (90, 55))],
)
async def test_arrow_buttons_turn_by_one_step(
    hass: HomeAssistant, camera: FakeCamera, key: str, goal: tuple[int, int]
) -> None:
    await set_up(hass, camera)
    await act(hass, "button.press", key)
    await until(hass, lambda: camera.goal == goal)
    assert float(state(hass, "pan").state) == 180 - goal[0]
    await act(hass, "button.press", "center")
    await until(hass, lambda: camera.goal == START)


async def test_numbers_move_the_camera_within_its_limits(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await act(hass, "number.set_value", "pan", value=20)
    await act(hass, "number.set_value", "tilt", value=80)
    await until(hass, lambda: camera.goal == (160, 80))
    assert state(hass, "pan").state == "20"
    limits = state(hass, "tilt").attributes
    assert (limits["min"], limits["max"]) == (0, 90)


@pytest.mark.parametrize(("mirror", "goal"), [(True, 60), (False, 120)])
async def test_slider_to_the_right_turns_right_unless_mirror_is_off(
    hass: HomeAssistant, camera: FakeCamera, goal: int, *, mirror: bool
) -> None:
    """Smaller angles of the servo are further right."""
    await set_up(hass, camera, mirror=mirror)
    await act(hass, "number.set_value", "pan", value=120)
    await until(hass, lambda: camera.goal == (goal, 45))
    await act(hass, "button.press", "right")
    await until(hass, lambda: camera.goal == (goal - 10, 45))
    assert state(hass, "pan").state == ("130" if mirror else "110")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("key", ["pan", "tilt"])
async def test_number_that_is_not_finite_is_refused(
    hass: HomeAssistant, camera: FakeCamera, key: str, value: float
) -> None:
    await set_up(hass, camera)
    with pytest.raises(ServiceValidationError):
        await act(hass, "number.set_value", key, value=value)
    assert camera.goal == START


@pytest.mark.parametrize("field", ["x", "y"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "left", [], 361])
async def test_move_action_refuses_invalid_angles(
    hass: HomeAssistant, camera: FakeCamera, field: str, value: object
) -> None:
    await set_up(hass, camera)
    with pytest.raises(vol.Invalid):
        await act(hass, "jannenkoti.robocam_move", "camera", **{field: value})
    assert camera.goal == START


async def test_store_preset_button_uses_the_preset_name(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    assert state(hass, "preset").state == "none"
    assert state(hass, "preset_name").state == "Preset 1"
    await act(hass, "button.press", "store_preset")
    assert state(hass, "preset").state == "Preset 1"
    await act(hass, "text.set_value", "preset_name", value="Door")
    await act(hass, "button.press", "store_preset")
    assert state(hass, "preset_name").state == "Preset 2"
    options = state(hass, "preset").attributes["options"]
    assert options == ["none", "Preset 1", "Door"]
    await act(hass, "select.select_option", "preset", option="none")
    assert camera.goal == START


async def test_snapshot_after_sleep_contains_what_the_camera_sees_now(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    """The board sends two frames first that it captured before it went to sleep."""
    await set_up(hass, camera)
    await still(hass, hass_client)
    await until(hass, lambda: camera.clients == 0)
    dark = draw_room(*START, 0, lamp=False)
    camera.lamp = False
    seen = brightness(await still(hass, hass_client))
    assert seen == pytest.approx(brightness(dark), abs=5)


def brightness(jpeg: bytes) -> float:
    """Return the mean brightness of an image."""
    image = Image.open(BytesIO(jpeg)).convert("L")
    mean: float = ImageStat.Stat(image).mean[0]
    return mean


async def test_snapshot_of_a_camera_without_new_frames_fails(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: FakeCamera,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An old frame is not what was requested."""
    monkeypatch.setattr(camera_platform, "_STILL_TIMEOUT", 0.2)
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy/{entity_id(hass, 'camera')}"
    monkeypatch.setattr(camera_platform, "_STILL_TIMEOUT", 5)
    assert (await http.get(url)).status == HTTPStatus.OK
    monkeypatch.setattr(camera_platform, "_STILL_TIMEOUT", 0.2)
    camera.trouble = Trouble.SILENT
    assert (await http.get(url)).status == HTTPStatus.INTERNAL_SERVER_ERROR


async def test_full_camera_reports_too_many_clients_for_a_move(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await until(hass, lambda: camera.clients == 0)
    camera.trouble = Trouble.FULL
    with pytest.raises(HomeAssistantError) as error:
        await act(hass, "button.press", "up")
    assert error.value.translation_key == "robocam_full"
    assert state(hass, "connection").state == "full"


async def test_private_camera_is_not_streaming(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    http = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with asyncio.timeout(60), http.get(url) as stream:
        await parts(stream, 1)
        await until(hass, lambda: state(hass, "camera").state == "streaming")
        await act(hass, "switch.turn_on", "privacy")
        assert state(hass, "camera").state == "idle"
        await act(hass, "switch.turn_off", "privacy")
        assert state(hass, "camera").state == "streaming"


@pytest.mark.parametrize("action", ["turn_on", "turn_off"])
async def test_lamp_returns_to_its_state_after_privacy(
    hass: HomeAssistant, camera: FakeCamera, action: str
) -> None:
    await set_up(hass, camera)
    await act(hass, f"light.{action}", "lamp")
    before = state(hass, "lamp").state
    await act(hass, "switch.turn_on", "privacy")
    await until(hass, lambda: camera.clients == 0 and not camera.lamp)
    assert state(hass, "lamp").state == "off"
    await act(hass, "switch.turn_off", "privacy")
    await until(hass, lambda: camera.lamp == (action == "turn_on"))
    assert state(hass, "lamp").state == before


async def test_move_action_accepts_position_turn_and_preset(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await act(hass, "jannenkoti.robocam_move", "camera", x=10)
    await until(hass, lambda: camera.goal == (10, 45))
    await act(hass, "jannenkoti.robocam_store_preset", "camera", preset=" Door ")
    await act(hass, "jannenkoti.robocam_move", "camera", x=140, y=99, relative=True)
    await until(hass, lambda: camera.goal == (150, 90))
    await act(hass, "jannenkoti.robocam_move", "camera", preset="Door")
    await until(hass, lambda: camera.goal == (10, 45))
    assert state(hass, "preset").state == "Door"


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("robocam_move", {}, "robocam_no_position"),
        ("robocam_move", {"relative": True}, "robocam_no_position"),
        ("robocam_move", {"x": 200}, "robocam_out_of_range"),
        ("robocam_move", {"preset": "Nowhere"}, "robocam_unknown_preset"),
        ("robocam_delete_preset", {"preset": "Nowhere"}, "robocam_unknown_preset"),
        ("robocam_store_preset", {"preset": " "}, "robocam_invalid_preset"),
        ("robocam_start_patrol", {}, "robocam_no_presets"),
    ],
)
async def test_invalid_request_raises_validation_error(
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
        await act(hass, "jannenkoti.robocam_move", "camera", x=x)
        await act(hass, "jannenkoti.robocam_store_preset", "camera", preset=name)


def pass_time(hass: HomeAssistant, **of: float) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**of))


async def test_patrol_ends_when_a_user_moves_the_camera(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await store(hass, camera, Door=10, Window=170)
    await act(hass, "jannenkoti.robocam_start_patrol", "camera", dwell={"seconds": 60})
    await until(hass, lambda: camera.goal[0] == 10)
    pass_time(hass, seconds=61)
    await until(hass, lambda: camera.goal[0] == 170)
    assert state(hass, "patrol").state == "on"
    await act(hass, "button.press", "right")
    assert state(hass, "patrol").state == "off"
    pass_time(hass, seconds=200)
    await hass.async_block_till_done()
    assert camera.goal[0] == 160


async def test_presets_and_patrol_survive_restart(
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
    options = state(hass, "preset").attributes["options"]
    assert options == ["none", "Door", "Window"]
    await act(hass, "select.select_option", "preset", option="Door")
    await until(hass, lambda: camera.goal[0] == 10)
    assert state(hass, "patrol").state == "off"


async def test_patrol_over_a_deleted_preset_ends(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await store(hass, camera, Door=10)
    await act(hass, "switch.turn_on", "patrol")
    await act(hass, "jannenkoti.robocam_delete_preset", "camera", preset="Door")
    assert state(hass, "patrol").state == "off"
    assert state(hass, "preset").attributes["options"] == ["none"]
    await act(hass, "jannenkoti.robocam_stop_patrol", "camera")
    await act(hass, "switch.turn_off", "patrol")


async def test_lamp_shows_the_last_command(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    assert state(hass, "lamp").state == "on"  # as the firmware starts
    await act(hass, "light.turn_off", "lamp")
    await until(hass, lambda: not camera.lamp)
    await act(hass, "light.turn_on", "lamp")
    await until(hass, lambda: camera.lamp)
    assert state(hass, "lamp").state == "on"
    assert state(hass, "lamp").attributes["assumed_state"]


async def test_privacy_hides_the_camera_and_survives_restart(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    await act(hass, "number.set_value", "pan", value=160)
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


async def test_privacy_switches_with_the_privacy_entity(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    hass.states.async_set("person.owner", "not_home")
    await set_up(hass, camera, privacy_entity="person.owner")
    for presence, private in (
        ("home", "on"),
        ("unavailable", "on"),
        ("work", "off"),
        ("unknown", "off"),
    ):
        hass.states.async_set("person.owner", presence)
        await hass.async_block_till_done()
        assert state(hass, "privacy").state == private
    hass.states.async_set("person.owner", "home")
    await hass.async_block_till_done()
    await act(hass, "switch.turn_off", "privacy")
    hass.states.async_set("person.owner", "home", {"battery": 1})
    await hass.async_block_till_done()
    assert state(hass, "privacy").state == "off"


async def test_lost_camera_shows_its_last_frame(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await still(hass, hass_client)
    await camera.stop()
    with pytest.raises(HomeAssistantError) as error:
        await act(hass, "button.press", "up")
    assert error.value.translation_key == "robocam_unreachable"
    assert state(hass, "connection").state == "unreachable"
    assert state(hass, "pan").state == "unavailable"
    assert state(hass, "camera").state == "idle"
    assert (await still(hass, hass_client)).startswith(JPEG)
    before = camera.goal
    await camera.start()
    await until(hass, lambda: state(hass, "pan").state != "unavailable")
    assert camera.goal == before == START  # the press was not kept


async def test_connection_sensor_shows_the_fault(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera, stay_connected=True)
    camera.trouble = Trouble.FULL
    await camera.stop()
    await camera.start()
    await until(hass, lambda: state(hass, "connection").state == "full")
    camera.trouble = None
    await until(hass, lambda: state(hass, "connection").state == "connected")
    assert state(hass, "connected").state == "on"
    assert state(hass, "reconnects").state == "1"


async def test_absent_camera_retries_setup(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await camera.stop()
    entry = make_entry(camera)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "robocam_unreachable"


async def test_diagnostics_contain_no_address(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert diagnostics["runtime"]["pan_range"] == (0, 180)
    assert "127.0.0.1" not in str(diagnostics)


async def test_removed_entry_deletes_its_store(
    hass: HomeAssistant, camera: FakeCamera, hass_storage: dict[str, Any]
) -> None:
    entry = await set_up(hass, camera)
    await hass.config_entries.async_unload(entry.entry_id)
    assert f"{DOMAIN}.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


async def test_action_on_another_camera_raises_validation_error(
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
            DOMAIN, "robocam_move", {"entity_id": "camera.other", "x": 1}, blocking=True
        )
    assert error.value.translation_key == "robocam_not_a_robocam"
