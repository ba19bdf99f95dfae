"""A time-lapse in Home Assistant: fake printer, fake camera, real ffmpeg."""

import asyncio
import errno
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock, patch

import pytest
from homeassistant.components.camera import Image
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.jannenkoti.kinds.printer import (
    timelapse_coordinator,
    video_coordinator,
)
from custom_components.jannenkoti.kinds.printer.timelapse.frames import FrameStore
from custom_components.jannenkoti.kinds.printer.timelapse.session import Phase
from custom_components.jannenkoti.kinds.printer.video_coordinator import EVENT_FINISHED
from tests.pure.printer.test_timelapse import jpeg, program

from ...failures import LibraryError
from ...marks import NEEDS_FFMPEG
from .conftest import act, set_up, state, until
from .test_connection import issues
from .test_control import call, shows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from demo.fakes.printer import FakePrinter


class FakeCamera:
    """What the camera entity returns."""

    def __init__(self) -> None:
        self.asked = 0
        """How often an image was asked for."""
        self.images = 0
        self.opened = asyncio.Event()
        self.opened.set()
        self.fails = False
        self.truncated = False

    async def get(self, *_: object, **__: object) -> Image:
        self.asked += 1
        if self.fails:
            raise LibraryError
        self.images += 1
        await self.opened.wait()
        raw = jpeg(shade=self.images)
        return Image("image/jpeg", raw[:-20] if self.truncated else raw)


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


async def record(
    hass: HomeAssistant, printer: FakePrinter, **options: Any
) -> MockConfigEntry:
    # Else its setup may still run when a test ends while a video is made.
    await async_setup_component(hass, "ffmpeg", {})
    return await set_up(
        hass, printer, camera="camera.workshop", **{"floor": 10, **options}
    )


def frames(hass: HomeAssistant) -> int:
    count = state(hass, "timelapse").attributes["frames"]
    assert isinstance(count, int)
    return count


def problem(hass: HomeAssistant) -> str | None:
    found = state(hass, "timelapse").attributes["problem"]
    assert found is None or isinstance(found, str)
    return found


async def has_frames(hass: HomeAssistant, count: int) -> None:
    await until(hass, lambda: frames(hass) == count)


async def asked(hass: HomeAssistant, camera: FakeCamera, count: int) -> None:
    await until(hass, lambda: camera.asked == count)


async def layers(hass: HomeAssistant, printer: FakePrinter, count: int) -> None:
    """Print some layers, each when the one before was captured."""
    for _ in range(count):
        before = frames(hass)
        printer.print_layer()
        await has_frames(hass, before + 1)


async def probe(video: Path) -> dict[str, Any]:
    """Return what ffprobe counts in a video; it decodes every frame."""
    process = await asyncio.create_subprocess_exec(
        *("ffprobe", "-v", "error", "-count_frames", "-of", "json"),
        *("-show_entries", "stream=codec_name,width,height,nb_read_frames"),
        *("-show_entries", "stream=r_frame_rate"),
        str(video),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    found: dict[str, Any] = json.loads(output)["streams"][0]
    return found


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def videos(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "media" / "timelapse" / "printer").glob("*.mp4"))


@NEEDS_FFMPEG
async def test_print_becomes_a_video_with_a_frame_for_each_layer(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    finished = async_capture_events(hass, EVENT_FINISHED)
    printer.begin(layers=5)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 4)
    printer.end("FINISH")
    await until(hass, lambda: len(finished) == 1)
    (video,) = videos(tmp_path)
    found = await probe(video)
    assert (found["codec_name"], found["nb_read_frames"]) == ("h264", "4")
    assert found["r_frame_rate"] == "4/1"
    assert video.with_suffix(".jpg").read_bytes().startswith(b"\xff\xd8")
    assert finished[0].data["frames"] == 4
    assert finished[0].data["file"] == "Benchy"
    content = finished[0].data["media_content_id"]
    assert content == (
        f"media-source://media_source/local/timelapse/printer/{video.name}"
    )
    await until(hass, lambda: state(hass, "timelapse").state == "idle")
    assert state(hass, "timelapse").attributes["media_content_id"] == content
    assert list((tmp_path / "config" / "jannenkoti_timelapse").rglob("*.jpg")) == []


@NEEDS_FFMPEG
async def test_restart_in_mid_print_keeps_all_frames(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 3)
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    assert frames(hass) == 3
    await layers(hass, printer, 2)
    await hass.config_entries.async_unload(entry.entry_id)
    printer.end("FINISH")  # while Home Assistant is down
    finished = async_capture_events(hass, EVENT_FINISHED)
    await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: len(finished) == 1)
    assert (await probe(videos(tmp_path)[0]))["nb_read_frames"] == "5"


@NEEDS_FFMPEG
async def test_frames_survive_a_kill_before_their_phase_was_stored(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 2)
    # As it was stored at the start; the next phase is stored some seconds later.
    timelapse = entry.runtime_data.timelapse
    timelapse.session = replace(timelapse.session, phase=Phase.WAITING)
    await hass.config_entries.async_unload(entry.entry_id)
    printer.end("FINISH")  # while Home Assistant is down
    finished = async_capture_events(hass, EVENT_FINISHED)
    await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: len(finished) == 1)
    assert finished[0].data["frames"] == 2
    assert (await probe(videos(tmp_path)[0]))["nb_read_frames"] == "2"


@NEEDS_FFMPEG
async def test_frames_without_a_store_become_a_video(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    tmp_path: Path,
    hass_storage: dict[str, Any],
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 2)
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage.clear()
    finished = async_capture_events(hass, EVENT_FINISHED)
    await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: len(finished) == 1)
    assert (await probe(videos(tmp_path)[0]))["nb_read_frames"] == "2"


@NEEDS_FFMPEG
async def test_stop_answers_with_the_video(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer, automatic=False)
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "status").state == "running")
    assert state(hass, "timelapse").state == "idle"
    answer = await call(hass, "printer_timelapse_start")
    assert answer["session"]
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "printer_timelapse_start")
    assert refused.value.translation_key == "printer_timelapse_runs"
    await layers(hass, printer, 2)
    answer = await call(hass, "printer_timelapse_stop")
    assert answer["video"].endswith(videos(tmp_path)[0].name)
    assert answer["problem"] is None
    await act(hass, "button.press", "timelapse_start")
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 1)
    await act(hass, "button.press", "timelapse_stop")
    await until(hass, lambda: len(videos(tmp_path)) == 2)


async def test_canceled_time_lapse_makes_no_video(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 2)
    answer = await call(hass, "printer_timelapse_stop", cancel=True)
    assert answer == {"frames": 0, "video": None, "problem": None}
    assert state(hass, "timelapse").state == "idle"
    assert videos(tmp_path) == []
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "printer_timelapse_stop")
    assert refused.value.translation_key == "printer_no_timelapse"


async def test_session_without_printing_makes_no_video(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.report(gcode_state="PREPARE", stg_cur=1, subtask_id="77")
    await until(hass, lambda: state(hass, "timelapse").state == "waiting")
    printer.report(gcode_state="IDLE", stg_cur=-1)
    await until(hass, lambda: state(hass, "timelapse").state == "idle")
    assert (camera.images, videos(tmp_path)) == (0, [])


async def test_time_lapse_needs_a_camera_and_a_print(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    entry = await set_up(hass, printer)
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "printer_timelapse_start")
    assert refused.value.translation_key == "printer_no_camera"
    hass.config_entries.async_update_entry(entry, options={"camera": "camera.a"})
    await hass.config_entries.async_reload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "printer_timelapse_start")
    assert refused.value.translation_key == "printer_no_job"


async def test_interval_takes_frames(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    await record(hass, printer, trigger="interval", image_delay=1)
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    printer.print_layer()
    await until(hass, lambda: state(hass, "layer").state == "1")
    assert frames(hass) == 0
    for number in (1, 2):
        before = frames(hass)
        # Shorter than what the connection waits for.
        later = timedelta(seconds=1.2 * number)
        async_fire_time_changed(hass, dt_util.utcnow() + later)
        await has_frames(hass, before + 1)


async def test_button_of_the_print_head_takes_frames(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    button = "binary_sensor.button"
    hass.states.async_set(button, "unavailable")
    await record(hass, printer, trigger="entity", trigger_entity=button)
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    for pressed in ("on", "off", "off", "unavailable", "off"):
        hass.states.async_set(button, pressed)  # back from unavailable is no press
    await hass.async_block_till_done()
    assert camera.images == 0
    hass.states.async_set(button, "on")
    await until(hass, lambda: frames(hass) == 1)
    hass.states.async_set(button, "on", {"other": 1})
    hass.states.async_remove(button)
    await hass.async_block_till_done()
    assert camera.images == 1


async def test_event_takes_a_frame(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    await record(hass, printer, trigger="event", trigger_event="my_event")
    printer.begin(layers=10)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    hass.bus.async_fire("my_event")
    await until(hass, lambda: frames(hass) == 1)
    printer.report(gcode_state="PAUSE", stg_cur=5)  # M400 pause: not printing
    await until(hass, lambda: state(hass, "status").state == "paused")
    hass.bus.async_fire("my_event")
    await hass.async_block_till_done()
    assert camera.images == 1


@pytest.mark.parametrize("fault", ["fails", "truncated"])
async def test_camera_that_fails_costs_only_its_frames(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    fault: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    setattr(camera, fault, True)
    for layer in range(1, 4):
        printer.print_layer()
        await shows(hass, "layer", str(layer))
        await asked(hass, camera, layer)
        await until(hass, lambda: problem(hass) == "no_frame")
    assert caplog.text.count("Time-lapse of Printer: no_frame") == 1
    setattr(camera, fault, False)
    await layers(hass, printer, 1)
    assert problem(hass) is None
    assert frames(hass) == 1


@contextmanager
def failing_disk(number: int) -> Iterator[MagicMock]:
    module = "custom_components.jannenkoti.kinds.printer.timelapse.frames"
    error = OSError(number, os.strerror(number))
    with patch(f"{module}.write_synced", side_effect=error) as written:
        yield written


@pytest.mark.parametrize(
    ("number", "issue"),
    [
        (errno.EROFS, "printer_timelapse_not_written"),
        (errno.EIO, "printer_timelapse_not_written"),
        (errno.ENOSPC, "printer_timelapse_no_space"),
        (errno.EDQUOT, "printer_timelapse_no_space"),
    ],
)
async def test_disk_that_fails_in_mid_print_is_a_repair_issue(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    number: int,
    issue: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 1)
    with failing_disk(number) as written:
        for layer in (2, 3):
            written.reset_mock()
            printer.print_layer()
            await shows(hass, "layer", str(layer))
            await until(hass, lambda: written.called)
            await until(hass, lambda: issues(hass) == {issue})
    assert frames(hass) == 1
    assert caplog.text.count("Time-lapse of Printer: ") == 1
    await layers(hass, printer, 1)
    assert issues(hass) == set()


async def test_full_quota_keeps_the_frames_so_far(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    await record(hass, printer, floor=10**9)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    printer.print_layer()
    await until(hass, lambda: issues(hass) == {"printer_timelapse_no_space"})


@pytest.mark.parametrize("script", ["exit 1", "missing"])
async def test_failed_encoder_keeps_the_frames_and_is_tried_again(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    tmp_path: Path,
    script: str,
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 2)
    binary = str(tmp_path / "none")
    if script != "missing":
        binary = program(tmp_path, script)
    manager = "custom_components.jannenkoti.kinds.printer.video_coordinator"
    with patch(f"{manager}.get_ffmpeg_manager") as ffmpeg:
        ffmpeg.return_value.binary = binary
        printer.end("FINISH")
        await until(hass, lambda: state(hass, "timelapse").state == "failed")
    assert issues(hass) == {"printer_timelapse_no_video"}
    assert len(list((tmp_path / "config").rglob("*.jpg"))) == 2
    if not shutil.which("ffmpeg"):
        return
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: len(videos(tmp_path)) == 1)
    await until(hass, lambda: issues(hass) == set())


async def test_home_without_a_media_folder_keeps_the_frames(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    hass.config.media_dirs = {}
    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 1)
    printer.end("FINISH")
    await until(hass, lambda: state(hass, "timelapse").state == "failed")
    assert issues(hass) == {"printer_timelapse_no_video"}
    assert len(list((tmp_path / "config").rglob("*.jpg"))) == 1


async def test_removed_entry_deletes_its_frames(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 1)
    await hass.config_entries.async_remove(entry.entry_id)
    assert list((tmp_path / "config").rglob("*.jpg")) == []


async def test_unload_while_encoding_kills_the_encoder(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 1)
    pid = tmp_path / "pid"
    binary = program(tmp_path, f"echo $$ > {pid}; exec sleep 60")
    manager = "custom_components.jannenkoti.kinds.printer.video_coordinator"
    with patch(f"{manager}.get_ffmpeg_manager") as ffmpeg:
        ffmpeg.return_value.binary = binary
        printer.end("FINISH")
        await until(hass, lambda: pid.exists() and pid.read_text() != "")
        await hass.config_entries.async_unload(entry.entry_id)
    assert not is_running(int(pid.read_text()))


@pytest.mark.parametrize("cancel", [True, False])
async def test_stop_while_encoding_waits_or_cancels(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    tmp_path: Path,
    *,
    cancel: bool,
) -> None:
    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    await layers(hass, printer, 1)
    binary = program(tmp_path, "exec sleep 60" if cancel else "sleep 0.3; exit 1")
    manager = "custom_components.jannenkoti.kinds.printer.video_coordinator"
    with patch(f"{manager}.get_ffmpeg_manager") as ffmpeg:
        ffmpeg.return_value.binary = binary
        printer.end("FINISH")
        await until(hass, lambda: state(hass, "timelapse").state == "encoding")
        answer = await call(hass, "printer_timelapse_stop", cancel=cancel)
    assert answer["video"] is None
    assert answer["problem"] == (None if cancel else "no_video")
    assert answer["frames"] == (0 if cancel else 1)


async def test_recovered_frames_are_kept_when_encoding_fails(
    hass: HomeAssistant, printer: FakePrinter, tmp_path: Path
) -> None:
    entry = await record(hass, printer)
    root = tmp_path / "config" / "jannenkoti_timelapse" / entry.entry_id
    folder = root / "2026-11-27-12-00-00-000"
    folder.mkdir(parents=True)
    (folder / "000001.jpg").write_bytes(jpeg())
    manager = "custom_components.jannenkoti.kinds.printer.video_coordinator"
    with patch(f"{manager}.async_setup_component", return_value=False) as setup:
        await hass.config_entries.async_reload(entry.entry_id)
        await until(hass, lambda: setup.called)
        await until(hass, lambda: state(hass, "timelapse").state == "failed")
    assert (folder / "000001.jpg").exists()
    assert issues(hass) == {"printer_timelapse_no_video"}
    # It is given up only when the user says so.
    answer = await call(hass, "printer_timelapse_stop", cancel=True)
    assert answer == {"frames": 0, "video": None, "problem": None}
    assert issues(hass) == set()
    assert list(root.rglob("*.jpg")) == []


async def test_print_stopped_without_a_frame_makes_no_video(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=20)
    await until(hass, lambda: state(hass, "timelapse").state == "recording")
    printer.end("IDLE")
    await until(hass, lambda: state(hass, "timelapse").state == "idle")
    assert videos(tmp_path) == []


async def while_waiting(true: Callable[[], bool]) -> None:
    """Wait for a condition while the camera has not answered.

    Home Assistant's own way would wait for the camera as well.
    """
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - state of a fake, no event
            await asyncio.sleep(0.02)


async def recording(hass: HomeAssistant) -> None:
    await until(hass, lambda: state(hass, "timelapse").state == "recording")


async def made(hass: HomeAssistant, tmp_path: Path, count: int) -> list[str]:
    """Wait for some videos; return how many frames each has."""
    await until(hass, lambda: len(videos(tmp_path)) == count)
    await until(hass, lambda: not list((tmp_path / "config").rglob("*.jpg")))
    return [(await probe(video))["nb_read_frames"] for video in videos(tmp_path)]


@NEEDS_FFMPEG
async def test_last_layer_is_in_the_video_although_the_camera_is_slow(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=3)
    await recording(hass)
    await layers(hass, printer, 1)
    camera.opened.clear()
    printer.print_layer()
    await while_waiting(lambda: camera.images == 2)
    printer.print_layer()  # The print has ended when the camera answers.
    await while_waiting(lambda: state(hass, "timelapse").state == "encoding")
    camera.opened.set()
    assert await made(hass, tmp_path, 1) == ["3"]


@NEEDS_FFMPEG
async def test_last_layer_that_is_reported_with_the_end_is_in_the_video(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=3)
    await recording(hass)
    await layers(hass, printer, 2)
    printer.report(layer_num=3, gcode_state="FINISH", stg_cur=-1)
    assert await made(hass, tmp_path, 1) == ["3"]


async def test_slow_camera_takes_one_more_frame_and_has_no_queue(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    await record(hass, printer)
    printer.begin(layers=9)
    await recording(hass)
    camera.opened.clear()
    for _ in range(1, 6):
        printer.print_layer()
    await while_waiting(lambda: state(hass, "layer").state == "5")
    camera.opened.set()
    await has_frames(hass, 2)
    assert camera.images == 2


@NEEDS_FFMPEG
@pytest.mark.parametrize("known", [True, False])
async def test_two_prints_across_a_downtime_are_two_videos(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    tmp_path: Path,
    *,
    known: bool,
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=9)
    if not known:  # As a print that was sent in the local network.
        printer.report(subtask_id="0")
    await recording(hass)
    await layers(hass, printer, 3)
    await hass.config_entries.async_unload(entry.entry_id)
    printer.begin(layers=9)
    if not known:
        printer.report(subtask_id="0")
    printer.print_layer()
    await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: len(videos(tmp_path)) == 1)
    await recording(hass)
    await layers(hass, printer, 2)
    printer.end("FINISH")
    counts = await made(hass, tmp_path, 2)
    # The layer that was reported first after the downtime may be in the second.
    assert counts[0] == "3"
    assert counts[1] in {"2", "3"}


async def test_print_that_began_during_a_downtime_has_a_time_lapse(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    entry = await record(hass, printer)
    await shows(hass, "status", "idle")
    await hass.config_entries.async_unload(entry.entry_id)
    printer.begin(layers=9)
    await hass.config_entries.async_setup(entry.entry_id)
    await recording(hass)


@NEEDS_FFMPEG
async def test_print_that_begins_while_a_video_is_made_has_its_own(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=9)
    await recording(hass)
    await layers(hass, printer, 1)
    go = tmp_path / "go"
    waiting = f'while [ ! -e {go} ]; do sleep 0.05; done; exec ffmpeg "$@"'
    manager = "custom_components.jannenkoti.kinds.printer.video_coordinator"
    with patch(f"{manager}.get_ffmpeg_manager") as ffmpeg:
        ffmpeg.return_value.binary = program(tmp_path, waiting)
        printer.end("FINISH")
        await until(hass, lambda: state(hass, "timelapse").state == "encoding")
        printer.begin(layers=9)
        await recording(hass)
        await layers(hass, printer, 2)
        printer.end("FINISH")
        await until(hass, lambda: state(hass, "timelapse").state == "encoding")
        go.touch()
        assert await made(hass, tmp_path, 2) == ["1", "2"]
    await until(hass, lambda: state(hass, "timelapse").state == "idle")


@NEEDS_FFMPEG
async def test_interrupted_print_goes_on_with_a_second_time_lapse(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=9)
    await recording(hass)
    await layers(hass, printer, 1)
    printer.report(stg_cur=10)  # It inspects the first layer.
    assert await made(hass, tmp_path, 1) == ["1"]
    await hass.config_entries.async_reload(entry.entry_id)
    await shows(hass, "stage", "inspecting_first_layer")
    assert state(hass, "timelapse").state == "idle"
    printer.report(stg_cur=0)
    await recording(hass)
    await call(hass, "printer_timelapse_stop", cancel=True)
    printer.report(stg_cur=10)
    await shows(hass, "stage", "inspecting_first_layer")
    printer.report(stg_cur=0)
    await shows(hass, "stage", "printing")
    assert state(hass, "timelapse").state == "idle"  # The user has ended it.


@NEEDS_FFMPEG
async def test_kill_while_encoding_makes_the_video_at_the_next_start(
    hass: HomeAssistant,
    printer: FakePrinter,
    camera: FakeCamera,
    tmp_path: Path,
    hass_storage: dict[str, Any],
) -> None:
    entry = await record(hass, printer)
    printer.begin(layers=9, file="Vase")
    await recording(hass)
    await layers(hass, printer, 2)
    pid = tmp_path / "pid"
    manager = "custom_components.jannenkoti.kinds.printer.video_coordinator"
    with patch(f"{manager}.get_ffmpeg_manager") as ffmpeg:
        ffmpeg.return_value.binary = program(
            tmp_path, f"echo $$ > {pid}; exec sleep 60"
        )
        printer.end("FINISH")
        await until(hass, lambda: pid.exists() and pid.read_text() != "")
        # What a kill leaves: the store as it is now.
        key = next(key for key in hass_storage if entry.entry_id in key)
        left = json.loads(json.dumps(hass_storage[key]))
        await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[key] = left
    await printer.power_off()  # The video does not need the printer.
    finished = async_capture_events(hass, EVENT_FINISHED)
    await hass.config_entries.async_setup(entry.entry_id)
    assert await made(hass, tmp_path, 1) == ["2"]
    assert [event.data["file"] for event in finished] == ["Vase"]


async def test_frame_that_comes_after_a_cancel_leaves_nothing(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=9)
    await recording(hass)
    await layers(hass, printer, 1)
    camera.opened.clear()
    printer.print_layer()
    await while_waiting(lambda: camera.images == 2)
    await call(hass, "printer_timelapse_stop", cancel=True)
    folder = tmp_path / "config" / "jannenkoti_timelapse"
    await while_waiting(lambda: not list(folder.rglob("*.jpg")))
    written: list[int] = []
    write = FrameStore.write

    def record_write(store: FrameStore, image: bytes) -> int:
        written.append(write(store, image))
        return written[-1]

    with patch.object(FrameStore, "write", record_write):
        camera.opened.set()
        await until(hass, lambda: written == [0])
    assert list(folder.rglob("*.jpg")) == []
    assert state(hass, "timelapse").state == "idle"


@NEEDS_FFMPEG
async def test_stop_of_a_time_lapse_without_a_video_tries_again(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    await record(hass, printer)
    printer.begin(layers=9)
    await recording(hass)
    await layers(hass, printer, 1)
    manager = "custom_components.jannenkoti.kinds.printer.video_coordinator"
    with patch(f"{manager}.get_ffmpeg_manager") as ffmpeg:
        ffmpeg.return_value.binary = program(tmp_path, "exit 1")
        printer.end("FINISH")
        await until(hass, lambda: state(hass, "timelapse").state == "failed")
    answer = await call(hass, "printer_timelapse_stop")
    assert answer["problem"] is None
    assert answer["video"].endswith(".mp4")
    assert issues(hass) == set()


async def test_layer_that_is_reported_with_the_start_is_captured(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera
) -> None:
    await record(hass, printer)
    await shows(hass, "status", "idle")
    printer.report(
        gcode_state="RUNNING",
        stg_cur=0,
        subtask_id="5",
        layer_num=1,
        total_layer_num=9,
    )
    await has_frames(hass, 1)


async def test_print_that_ends_while_its_folder_is_opened_leaves_nothing(
    hass: HomeAssistant, printer: FakePrinter, camera: FakeCamera, tmp_path: Path
) -> None:
    entry = await record(hass, printer)
    await shows(hass, "status", "idle")
    videos_of = entry.runtime_data.timelapse.videos
    opened, open_frames = asyncio.Event(), videos_of.async_open

    async def slow(name: str) -> FrameStore:
        await opened.wait()
        frames: FrameStore = await open_frames(name)
        return frames

    with patch.object(videos_of, "async_open", slow):
        printer.report(gcode_state="PREPARE", stg_cur=1, subtask_id="6")
        await shows(hass, "timelapse", "waiting")
        printer.report(gcode_state="IDLE", stg_cur=-1)
        await shows(hass, "timelapse", "idle")
        opened.set()
        await hass.async_block_till_done()
    assert entry.runtime_data.timelapse.session is None
    assert list((tmp_path / "config").rglob("*.jpg")) == []
