"""The camera entities of a printer."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.exceptions import HomeAssistantError

from custom_components.jannenkoti.kinds.printer import camera as platform
from custom_components.jannenkoti.kinds.printer import coordinator
from custom_components.jannenkoti.kinds.printer.timelapse.jpeg import is_complete
from custom_components.jannenkoti.kinds.printer.wire.camera import CameraTiming
from demo.fakes.printer import ACCESS_CODE, X1C, FakePrinter
from demo.fakes.printer_camera import CameraTrouble

from .conftest import entity_id, set_up, state, until

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

TIMING = CameraTiming(linger=0.2, retry_first=timedelta(milliseconds=20))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinator, "CAMERA_TIMING", TIMING)


async def test_two_images_at_once_need_one_connection(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    assert printer.camera.connections == 0
    camera = entity_id(hass, "camera")
    images = await asyncio.gather(*(async_get_image(hass, camera) for _ in range(2)))
    assert all(is_complete(image.content) for image in images)
    assert printer.camera.connections == 1
    await until(hass, lambda: printer.camera.clients == 0)


async def test_image_of_a_silent_camera_fails_in_time(
    hass: HomeAssistant, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "_STILL_TIMEOUT", 0.2)
    printer.camera.trouble = CameraTrouble.SILENT
    await set_up(hass, printer)
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_id(hass, "camera"))


async def test_stream_sends_frames_until_the_viewer_leaves(
    hass: HomeAssistant,
    printer: FakePrinter,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Between two frames there is no viewer, which a slow machine makes longer.
    monkeypatch.setattr(coordinator, "CAMERA_TIMING", replace(TIMING, linger=600))
    entry = await set_up(hass, printer)
    client = await hass_client()
    path = f"/api/camera_proxy_stream/{entity_id(hass, 'camera')}"
    async with client.get(path) as answer:
        received = b""
        while received.count(b"Content-Length") < 4:
            received += await answer.content.readany()
    assert printer.camera.connections == 1
    entry.runtime_data.camera._timing = replace(TIMING, linger=0)
    await async_get_image(hass, entity_id(hass, "camera"))
    await until(hass, lambda: printer.camera.clients == 0)


async def test_unload_closes_the_camera(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    await async_get_image(hass, entity_id(hass, "camera"))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(hass, lambda: printer.camera.clients == 0)


async def test_camera_port_of_the_entry_is_used(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    assert entry.runtime_data.stream_address.port == printer.camera.port


async def test_usual_port_depends_on_the_model(
    hass: HomeAssistant, printer: FakePrinter, x1: FakePrinter
) -> None:
    data = {"host": "h", "access_code": "c", "camera_port": None}
    ports = [
        coordinator.camera_address({**data, "serial": each.serial}).port
        for each in (printer, x1)
    ]
    assert ports == [6000, 322]


async def test_stream_of_an_x1_has_the_code_and_no_state_or_log_has_it(
    hass: HomeAssistant, x1: FakePrinter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    entry = await set_up(hass, x1)
    camera = entity_id(hass, "camera", X1C)
    await until(hass, lambda: state(hass, "camera", X1C).state != "unavailable")
    source = await async_get_stream_source(hass, camera)
    port = entry.runtime_data.stream_address.port
    assert source == (f"rtsps://bblp:{ACCESS_CODE}@127.0.0.1:{port}/streaming/live/1")
    assert ACCESS_CODE not in str(state(hass, "camera", X1C).as_dict())
    assert ACCESS_CODE not in caplog.text
    assert state(hass, "camera", X1C).attributes["supported_features"] == 2


async def test_images_of_an_x1_are_taken_from_the_stream(
    hass: HomeAssistant, x1: FakePrinter
) -> None:
    await set_up(hass, x1)
    camera = entity_id(hass, "camera", X1C)
    await until(hass, lambda: state(hass, "camera", X1C).state != "unavailable")
    with patch(
        "homeassistant.components.camera.async_get_stream_image", return_value=b"jpeg"
    ) as taken:
        assert (await async_get_image(hass, camera)).content == b"jpeg"
    assert taken.call_args.args[0].entity_id == camera


async def test_device_that_is_not_verified_gets_no_stream_address(
    hass: HomeAssistant, x1: FakePrinter, all_enabled: None
) -> None:
    await set_up(hass, x1)
    camera = entity_id(hass, "camera", X1C)
    await until(hass, lambda: state(hass, "camera", X1C).state != "unavailable")
    await x1.power_off()
    await until(hass, lambda: state(hass, "connected", X1C).state == "off")
    assert await async_get_stream_source(hass, camera) is None


async def test_stream_that_is_switched_on_later_is_added_once(
    hass: HomeAssistant, x1: FakePrinter
) -> None:
    x1.state["ipcam"]["rtsp_url"] = "disable"
    await set_up(hass, x1)
    with pytest.raises(KeyError):
        entity_id(hass, "camera", X1C)
    x1.report(ipcam={"rtsp_url": "rtsps://127.0.0.1/streaming/live/1"})
    await until(hass, lambda: shows_camera(hass) is not None)
    x1.report(ipcam={"rtsp_url": "disable"})
    await until(hass, lambda: shows_camera(hass) is None)


def shows_camera(hass: HomeAssistant) -> str | None:
    """Return the state of the stream; None if there is none."""
    try:
        shown = state(hass, "camera", X1C).state
    except KeyError:
        return None
    return None if shown == "unavailable" else shown
