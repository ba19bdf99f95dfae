"""Unusual prints, clocks and names: a stated outcome each, and no frame is lost."""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.kinds.printer import (
    timelapse_coordinator,
    video_coordinator,
)
from custom_components.jannenkoti.kinds.printer.wire.client import PrinterLink
from demo.fakes.printer import P1S, X1C

from ...marks import NEEDS_FFMPEG
from .conftest import entity_id, set_up, state, until
from .test_connection import issues
from .test_control import call, shows
from .test_timelapse import (
    FakeCamera,
    frames,
    has_frames,
    layers,
    probe,
    record,
    videos,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from homeassistant.core import HomeAssistant, State

    from demo.fakes.printer import FakePrinter


@pytest.fixture(autouse=True)
def _folders(hass: HomeAssistant, tmp_path: Path, all_enabled: None) -> None:
    """Let Home Assistant have a folder of its own."""
    hass.config.config_dir = str(tmp_path / "config")
    hass.config.media_dirs = {"local": str(tmp_path / "media")}


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> FakeCamera:
    """Return the camera; a busy machine does not make it too slow."""
    fake = FakeCamera()
    monkeypatch.setattr(timelapse_coordinator, "async_get_image", fake.get)
    monkeypatch.setattr(timelapse_coordinator, "_CAMERA_TIMEOUT", 120)
    monkeypatch.setattr(video_coordinator, "_LAST_FRAME", 120)
    return fake


# Options, by the clock of Home Assistant


async def _switched_on(link: PrinterLink) -> None:
    """Run a link whose reports come from the test."""
    link._changed()


async def reporting(
    hass: HomeAssistant, printer: FakePrinter, **options: Any
) -> Callable[..., None]:
    """Set an entry up; return what lets its printer report."""
    with patch.object(PrinterLink, "async_run", _switched_on):
        entry = await set_up(hass, printer, **options)

    def report(**raw: Any) -> None:
        entry.runtime_data.link._take(json.dumps({"print": raw}))

    return report


async def later(hass: HomeAssistant, seconds: float) -> None:
    """Let time pass."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("option", "key", "field"),
    [
        ("status_delay", "progress", "mc_percent"),
        ("status_delay", "remaining", "mc_remaining_time"),
        ("temphum_delay", "nozzle", "nozzle_temper"),
        ("temphum_delay", "bed", "bed_temper"),
    ],
)
async def test_delay_is_the_least_time_between_two_updates(
    hass: HomeAssistant, printer: FakePrinter, option: str, key: str, field: str
) -> None:
    delays = {"status_delay": 3000, "temphum_delay": 3000, option: 600}
    report = await reporting(hass, printer, lost_after=3600, **delays)
    report(gcode_state="RUNNING", **{field: 10})
    report(**{field: 11})
    assert float(state(hass, key).state) == 11
    report(**{field: 12})
    report(**{field: 13})
    assert float(state(hass, key).state) == 11
    await later(hass, 599)
    assert float(state(hass, key).state) == 11
    await later(hass, 601)
    assert float(state(hass, key).state) == 13
    # A state of the job is shown at once, with all values of that moment.
    report(**{field: 14})
    assert float(state(hass, key).state) == 13
    report(gcode_state="FINISH")
    assert float(state(hass, key).state) == 14


async def test_layers_are_shown_at_once_whatever_the_delays(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    report = await reporting(hass, printer, status_delay=3600, temphum_delay=3600)
    for layer in range(1, 5):
        report(gcode_state="RUNNING", layer_num=layer)
        assert state(hass, "layer").state == str(layer)


@pytest.mark.parametrize("delay", [1, 60, 3600])
async def test_image_delay_is_the_time_between_two_frames(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, delay: int
) -> None:
    report = await reporting(
        hass,
        printer,
        camera="camera.workshop",
        floor=10,
        trigger="interval",
        image_delay=delay,
        lost_after=3600,
    )
    report(gcode_state="IDLE")
    report(gcode_state="RUNNING", stg_cur=0, layer_num=1)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    for number in (1, 2, 3):
        await later(hass, delay * (number + 0.1))
        await has_frames(hass, number)
    report(stg_cur=4)  # Changing filament: no frame is kept.
    await later(hass, delay * 4.1)
    assert camera.images == 3


# Prints


@NEEDS_FFMPEG
async def test_print_of_one_layer_is_a_video_of_one_frame(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=1)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    printer.print_layer()
    await until(hass, lambda: len(videos(tmp_path)) == 1)
    found = await probe(videos(tmp_path)[0])
    assert (found["nb_read_frames"], found["r_frame_rate"]) == ("1", "1/1")


async def test_print_of_40_hours_shows_its_completion_and_keeps_its_time_lapse(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    report = await reporting(
        hass, printer, camera="camera.workshop", floor=10, lost_after=3600
    )
    report(gcode_state="IDLE")
    report(
        gcode_state="RUNNING", stg_cur=0, mc_remaining_time=2400, total_layer_num=4000
    )
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    due = dt_util.parse_datetime(state(hass, "completion").state)
    assert due is not None
    assert abs(due - dt_util.utcnow() - timedelta(hours=40)) < timedelta(minutes=2)
    for layer in (1, 2000, 3999):
        before = frames(hass)
        report(layer_num=layer)
        await has_frames(hass, before + 1)
    assert state(hass, "timelapse").state == "recording"


async def test_layers_that_go_backwards_take_no_frame_until_they_are_new(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 3)
    for layer in (1, 2, 3):
        printer.report(layer_num=layer)
        await shows(hass, "layer", str(layer))
        await hass.async_block_till_done()
    assert (frames(hass), camera.images) == (3, 3)
    await layers(hass, printer, 1)
    assert state(hass, "timelapse").state == "recording"


@NEEDS_FFMPEG
async def test_clock_that_steps_in_mid_print_costs_no_frame(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    utcnow, now = dt_util.utcnow, dt_util.now

    def step(by: timedelta) -> None:
        monkeypatch.setattr(dt_util, "utcnow", lambda: utcnow() + by)
        monkeypatch.setattr(dt_util, "now", lambda *zone: now(*zone) + by)

    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 2)
    for by in (timedelta(days=-9000), timedelta(days=3), timedelta(0)):
        step(by)
        await layers(hass, printer, 1)
        due = dt_util.parse_datetime(state(hass, "completion").state)
        assert isinstance(due, datetime)
        # The estimate follows the clock that is shown.
        assert timedelta(0) < due - dt_util.utcnow() < timedelta(minutes=21)
    printer.end("FINISH")
    await until(hass, lambda: len(videos(tmp_path)) == 1)
    assert (await probe(videos(tmp_path)[0]))["nb_read_frames"] == "5"


async def test_unknown_stage_in_mid_print_ends_the_time_lapse_and_it_goes_on(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    """As the original server does with each stage that is not in its list."""
    entry = await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 2)
    printer.report(stg_cur=4711)
    await until(hass, lambda: state(hass, "timelapse").state != "recording")
    assert state(hass, "stage").state == "other"
    printer.report(stg_cur=0)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await entry.runtime_data.timelapse.videos.async_wait()


# Names, disks and G-code


def _records(shown: Callable[[], State], count: int) -> bool:
    found = shown()
    return found.state == "recording" and found.attributes["frames"] == count


def _latest(hass: HomeAssistant) -> set[str]:
    """Return the videos that the printers show."""
    shown = (state(hass, "timelapse", serial) for serial in (P1S, X1C))
    found = {each.attributes["media_content_id"] for each in shown}
    return found - {None}


@NEEDS_FFMPEG
async def test_two_printers_with_one_name_have_their_own_entities_and_videos(
    hass: HomeAssistant,
    printer: FakePrinter,
    x1: FakePrinter,
    camera: FakeCamera,
    tmp_path: Path,
) -> None:
    for fake in (printer, x1):
        await record(hass, fake)
        fake.begin(layers=20)
        shown = partial(state, hass, "timelapse", fake.serial)
        await until(hass, partial(_records, shown, 0))
        for layer in (1, 2):
            fake.print_layer()
            await until(hass, partial(_records, shown, layer))
    for fake in (printer, x1):
        fake.end("FINISH")
    await until(hass, lambda: len(videos(tmp_path)) == 2)
    await until(hass, lambda: len(_latest(hass)) == 2)
    assert entity_id(hass, "layer", P1S) != entity_id(hass, "layer", X1C)
    found = er.async_get(hass).entities.values()
    assert {each.unique_id.partition("_")[0] for each in found} == {P1S, X1C}


@NEEDS_FFMPEG
async def test_media_folder_that_is_read_only_keeps_the_frames(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 2)
    media = tmp_path / "media"
    media.write_text("a file where the folder would be", encoding="utf-8")
    printer.end("FINISH")
    await until(hass, lambda: issues(hass) == {"printer_timelapse_no_video"})
    assert len(list((tmp_path / "config").rglob("0*.jpg"))) == 2
    media.unlink()
    answer = await call(hass, "printer_timelapse_stop")
    assert answer["problem"] is None
    assert (await probe(videos(tmp_path)[0]))["nb_read_frames"] == "2"
    assert len(videos(tmp_path)) == 1


@pytest.mark.parametrize(
    ("gcode", "key"),
    [
        ("G28\n" * 10_000, "printer_gcode_too_long"),
        ("G28\x00\nM112", "printer_gcode_invalid"),
        ("G28\nM104 S200\x07", "printer_gcode_invalid"),
        ("M117 \x1b]0;x\x07", "printer_gcode_invalid"),
    ],
)
@pytest.mark.parametrize("action", ["printer_run_gcode", "printer_queue_gcode"])
async def test_gcode_that_is_too_long_or_has_control_characters_sends_no_line(
    hass: HomeAssistant, printer: FakePrinter, action: str, gcode: str, key: str
) -> None:
    await set_up(hass, printer)
    more = {"id": "x"} if action == "printer_queue_gcode" else {}
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, action, gcode=gcode, **more)
    assert refused.value.translation_key == key
    assert printer.gcode == []


async def test_completion_of_a_stopped_print_stays_also_across_a_restart(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    await until(hass, lambda: state(hass, "status").state == "idle")
    assert state(hass, "completion").state == "unknown"  # There was no print yet.
    printer.begin(layers=57)
    await until(hass, lambda: state(hass, "completion").state != "unknown")
    printer.end("IDLE")
    printer.report(mc_remaining_time=57)
    await until(hass, lambda: state(hass, "status").state == "idle")
    ended = dt_util.parse_datetime(state(hass, "completion").state)
    assert ended is not None
    assert ended - dt_util.utcnow() < timedelta(minutes=2)
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: state(hass, "status").state == "idle")
    assert dt_util.parse_datetime(state(hass, "completion").state) == ended
