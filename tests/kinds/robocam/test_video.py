"""The stream source, what privacy does to it, and its end."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.components.camera import (
    CameraEntityFeature,
    async_get_stream_source,
    get_camera_from_entity_id,
)
from homeassistant.components.stream import HLS_PROVIDER
from yarl import URL

from .conftest import act, entity_id, set_up, state, until

if TYPE_CHECKING:
    from homeassistant.components.camera import Camera
    from homeassistant.core import HomeAssistant

    from demo.fakes.esp32_camera import FakeCamera


def camera_entity(hass: HomeAssistant) -> Camera:
    return get_camera_from_entity_id(hass, entity_id(hass, "camera"))


async def test_source_is_on_loopback_and_opens_no_connection(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    await set_up(hass, camera)
    await until(hass, lambda: camera.clients == 0)
    source = await async_get_stream_source(hass, entity_id(hass, "camera"))
    assert source is not None
    assert URL(source).host == "127.0.0.1"
    # The same for each caller: Home Assistant compares the addresses.
    assert source == await async_get_stream_source(hass, entity_id(hass, "camera"))
    assert (camera.clients, camera.accepted) == (0, 1)


async def test_no_source_without_ffmpeg(
    hass: HomeAssistant, camera: FakeCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_up(hass, camera)

    async def fail(_hass: HomeAssistant, domain: str, _config: object) -> bool:
        return domain != "ffmpeg"

    monkeypatch.setattr(
        "custom_components.jannenkoti.kinds.robocam.camera.async_setup_component", fail
    )
    assert await async_get_stream_source(hass, entity_id(hass, "camera")) is None


@pytest.mark.parametrize(
    ("options", "features"),
    [({}, CameraEntityFeature(0)), ({"video": True}, CameraEntityFeature.STREAM)],
    ids=["images", "video"],
)
async def test_pages_show_video_only_by_choice(
    hass: HomeAssistant,
    camera: FakeCamera,
    options: dict[str, bool],
    features: CameraEntityFeature,
) -> None:
    await set_up(hass, camera, **options)
    assert state(hass, "camera").attributes["supported_features"] == features


async def test_privacy_drops_the_recent_video_once(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    entity = camera_entity(hass)
    stream = await entity.async_create_stream()
    assert stream is not None
    stream.add_provider(HLS_PROVIDER)
    address = stream.endpoint_url(HLS_PROVIDER)

    await act(hass, "switch.turn_on", "privacy")
    await hass.async_block_till_done()
    assert not stream.outputs()

    # A viewer who comes now sees the placeholder, and is not disconnected again.
    assert await entity.async_create_stream() is stream
    stream.add_provider(HLS_PROVIDER)
    assert stream.endpoint_url(HLS_PROVIDER) != address
    entry.runtime_data.async_update_listeners()
    await hass.async_block_till_done()
    assert HLS_PROVIDER in stream.outputs()
    await stream.stop()


async def test_unloaded_camera_has_no_stream(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    stream = await camera_entity(hass).async_create_stream()
    assert stream is not None
    stream.add_provider(HLS_PROVIDER)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not stream.outputs()
