"""Time-lapses of a printer of another integration."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.camera import Image
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.jannenkoti.kinds.printer import timelapse_coordinator
from custom_components.jannenkoti.kinds.printer.video_coordinator import EVENT_FINISHED
from tests.pure.printer.test_timelapse import jpeg

from ...marks import NEEDS_FFMPEG
from .adopted_printers import Home, adopt, make_home
from .conftest import until

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


@pytest.fixture(autouse=True)
def _folders(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let Home Assistant have folders of its own, and a camera."""
    hass.config.config_dir = str(tmp_path / "config")
    hass.config.media_dirs = {"local": str(tmp_path / "media")}

    async def image(*_: object) -> Image:
        return Image("image/jpeg", jpeg(shade=1))

    monkeypatch.setattr(timelapse_coordinator, "async_get_image", image)
    monkeypatch.setattr(timelapse_coordinator, "_CAMERA_TIMEOUT", 120)


async def recorded(
    home: Home, key: str, idle: str, prints: str, **options: Any
) -> MockConfigEntry:
    """Adopt an idle printer, and let it print."""
    home.show(key, idle)
    # Else its setup may still run when a test ends while a video is made.
    await async_setup_component(home.hass, "ffmpeg", {})
    hass, entry = home.hass, await adopt(home)
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "floor": 10, **options}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    home.show(key, prints)
    await until(hass, lambda: phase(entry) == "recording")
    return entry


def frames(entry: MockConfigEntry) -> int:
    """Return how many frames the time-lapse has."""
    found: int = entry.runtime_data.data.timelapse.frames
    return found


def phase(entry: MockConfigEntry) -> str:
    """Return what the time-lapse does."""
    found: str = entry.runtime_data.data.timelapse.phase
    return found


@NEEDS_FFMPEG
async def test_layers_become_a_video_across_a_restart(hass: HomeAssistant) -> None:
    home = make_home(hass, "moonraker")
    home.show("current_layer", "0")
    finished = async_capture_events(hass, EVENT_FINISHED)
    entry = await recorded(home, "print_state", "standby", "printing")
    home.show("current_layer", "1")
    await until(hass, lambda: frames(entry) == 1)
    home.show("current_layer", "2")
    await until(hass, lambda: frames(entry) == 2)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: phase(entry) == "recording")
    home.show("current_layer", "3")
    await until(hass, lambda: frames(entry) == 3)
    home.show("print_state", "complete")
    await until(hass, lambda: bool(finished))
    assert finished[0].data["frames"] == 3
    assert finished[0].data["file"] == "benchy.gcode"
    assert finished[0].data["media_content_id"].endswith(".mp4")


async def test_printer_without_layers_takes_a_frame_at_an_interval(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "octoprint")
    entry = await recorded(home, "Current State", "operational", "printing")
    now = dt_util.utcnow()
    async_fire_time_changed(hass, now + timedelta(seconds=6))
    await until(hass, lambda: frames(entry) == 1)
    async_fire_time_changed(hass, now + timedelta(seconds=12))
    await until(hass, lambda: frames(entry) == 2)


async def test_event_triggers_a_frame(hass: HomeAssistant) -> None:
    home = make_home(hass, "prusalink")
    event = {"trigger": "event", "trigger_event": "print_head_pressed"}
    entry = await recorded(
        home, "printer.state", "idle", "printing", camera="camera.any", **event
    )
    hass.bus.async_fire("print_head_pressed")
    await until(hass, lambda: frames(entry) == 1)


async def test_stage_of_another_integration_pauses_the_frames(
    hass: HomeAssistant,
) -> None:
    home = make_home(hass, "bambu_lab")
    home.show("current_layer", "0")  # No layer is complete when the print begins.
    entry = await recorded(home, "print_status", "idle", "running")
    home.show("stage", "changing_filament")
    home.show("current_layer", "8")
    await hass.async_block_till_done()
    assert (phase(entry), frames(entry)) == ("recording", 0)
    home.show("stage", "printing")
    home.show("current_layer", "9")
    await until(hass, lambda: frames(entry) == 1)
