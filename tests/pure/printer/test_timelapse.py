"""Sessions, frames on disk and the plan of the encoder."""

import errno
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from custom_components.jannenkoti.kinds.printer.job.status import (
    JobState,
    PrinterStatus,
)
from custom_components.jannenkoti.kinds.printer.timelapse.encoder import (
    EncodingFailed,
    async_encode,
    make_plan,
)
from custom_components.jannenkoti.kinds.printer.timelapse.frames import (
    BadFrame,
    FrameStore,
    Limits,
    NoSpace,
    publish,
    sessions_in,
    write_synced,
)
from custom_components.jannenkoti.kinds.printer.timelapse.jpeg import (
    is_complete,
    size_of,
)
from custom_components.jannenkoti.kinds.printer.timelapse.library import (
    is_name,
    videos_in,
)
from custom_components.jannenkoti.kinds.printer.timelapse.session import (
    Ending,
    Phase,
    Session,
    Starts,
    may_capture,
    session_id,
)
from custom_components.jannenkoti.lib.stored import Stored
from tests.attack.hostile import values

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
J = JobState
LIMITS = Limits(quota=10, floor=10)
PLENTY = 10**12


def jpeg(width: int = 64, height: int = 48, shade: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (shade % 256, 80, 160)).save(out, "JPEG")
    return out.getvalue()


def status(state: JobState, stage: str | None = None) -> PrinterStatus:
    return PrinterStatus(job_state=state, stage=stage)


PRINTING = status(J.RUNNING, "printing")


def session(phase: Phase = Phase.WAITING) -> Session:
    return Session(id=session_id(NOW), started=NOW, file="Benchy", phase=phase)


@pytest.mark.parametrize(
    ("before", "reported", "after", "ending"),
    [
        (Phase.WAITING, PRINTING, Phase.RECORDING, None),
        (Phase.WAITING, status(J.PREPARING, "bed_leveling"), Phase.WAITING, None),
        (Phase.WAITING, status(J.RUNNING, "homing"), Phase.WAITING, None),
        (Phase.WAITING, status(J.FINISHED), Phase.WAITING, Ending.NOTHING),
        (Phase.WAITING, status(J.IDLE), Phase.WAITING, Ending.NOTHING),
        (Phase.RECORDING, PRINTING, Phase.RECORDING, None),
        (Phase.RECORDING, status(J.RUNNING, "changing_filament"), None, None),
        (Phase.RECORDING, status(J.PAUSED, "m400_pause"), None, None),
        (Phase.RECORDING, status(J.PAUSED, "paused_by_user"), None, Ending.VIDEO),
        (Phase.RECORDING, status(J.RUNNING, "cleaning_nozzle"), None, Ending.VIDEO),
        (Phase.RECORDING, status(J.FINISHED, "idle"), None, Ending.VIDEO),
        (Phase.RECORDING, status(J.FAILED, "printing"), None, Ending.VIDEO),
        (Phase.RECORDING, status(J.UNKNOWN), None, None),
        (Phase.ENCODING, PRINTING, None, None),
        (Phase.FAILED, status(J.IDLE), None, None),
    ],
)
def test_session_ends_as_the_original_server_ends_it(
    before: Phase, reported: PrinterStatus, after: Phase | None, ending: Ending | None
) -> None:
    found, how = session(before).next(reported)
    assert (found.phase, how) == (after or before, ending)


def test_frames_are_kept_only_while_the_printer_prints() -> None:
    assert may_capture(session(Phase.RECORDING), PRINTING)
    assert not may_capture(session(Phase.RECORDING), status(J.PAUSED, "m400_pause"))
    assert not may_capture(session(Phase.WAITING), PRINTING)
    assert not may_capture(None, PRINTING)


def test_session_survives_a_restart() -> None:
    assert Session.parse(Stored(session().as_dict())) == session()


@pytest.mark.parametrize(
    ("starts", "job", "reported", "due"),
    [
        (Starts(handled=1), 2, status(J.PREPARING), True),
        (Starts(handled=1), 1, PRINTING, False),
        (Starts(handled=1), 2, status(J.FINISHED), False),
        (Starts(handled=1, goes_on=True), 1, PRINTING, True),
        (Starts(handled=1, goes_on=True), 1, status(J.PAUSED), False),
    ],
)
def test_time_lapse_starts_once_for_each_print(
    starts: Starts, job: int, reported: PrinterStatus, *, due: bool
) -> None:
    assert starts.is_due(job, reported) is due
    assert Starts.parse(Stored(starts.as_dict()), job=5) == starts


@pytest.mark.parametrize(
    ("reported", "goes_on"),
    [(status(J.PAUSED, "paused_by_user"), True), (status(J.FINISHED), False)],
)
def test_interruption_lets_a_time_lapse_go_on_and_an_end_does_not(
    reported: PrinterStatus, *, goes_on: bool
) -> None:
    starts = Starts(handled=0, goes_on=not goes_on)
    starts.started(1)
    starts.ended(1, reported)
    assert starts.goes_on is goes_on


@pytest.mark.parametrize("value", values().values(), ids=values())
def test_stored_session_never_names_a_folder_outside(value: object) -> None:
    raw = {**session().as_dict(), "id": value}
    found = Session.parse(Stored(raw))
    assert found is None or not {"/", ".", "\\"} & set(found.id)
    assert Session.parse(Stored({**session().as_dict(), "started": value})) is None
    damaged = Session.parse(Stored({**session().as_dict(), "phase": value}))
    assert damaged is not None
    # What cannot be known becomes a video rather than being lost.
    assert damaged.phase in {Phase.ENCODING, Phase.WAITING}


@pytest.mark.parametrize(("width", "height"), [(64, 48), (33, 17), (1, 1)])
def test_size_is_read_from_the_image(width: int, height: int) -> None:
    assert size_of(jpeg(width, height)) == (width, height)
    assert is_complete(jpeg(width, height))
    assert is_complete(jpeg(width, height) + b"\0\0")


@given(st.binary())
def test_any_bytes_have_a_size_or_none(data: bytes) -> None:
    for raw in (data, b"\xff\xd8" + data, jpeg()[: len(data)]):
        found = size_of(raw)
        assert found is None or min(found) > 0


def test_image_of_segments_only_has_no_size() -> None:
    assert size_of(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1000) is None


def test_image_cut_short_is_not_complete() -> None:
    assert not any(is_complete(jpeg()[:end]) for end in range(len(jpeg())))


def store(folder: Path, free: int = PLENTY, limits: Limits = LIMITS) -> FrameStore:
    return FrameStore(folder, limits, lambda _path: free)


def test_frames_are_numbered_and_found_again(tmp_path: Path) -> None:
    frames = store(tmp_path / "s")
    assert [frames.write(jpeg(shade=shade)) for shade in range(3)] == [1, 2, 3]
    assert [path.name for path in frames.frames()] == [
        "000001.jpg",
        "000002.jpg",
        "000003.jpg",
    ]
    again = store(tmp_path / "s")
    assert again.count == 3
    assert again.write(jpeg()) == 4


def test_crash_while_writing_loses_only_that_frame(tmp_path: Path) -> None:
    frames = store(tmp_path)
    frames.write(jpeg())
    (tmp_path / "000002.jpg.part").write_bytes(jpeg()[:100])
    again = store(tmp_path)
    assert again.count == 1
    assert list(tmp_path.glob("*.part")) == []
    assert again.write(jpeg()) == 2


@pytest.mark.parametrize("bad", [b"", b"no image", jpeg()[:-10], b"\xff\xd8" * 50])
def test_bad_frame_is_not_stored(tmp_path: Path, bad: bytes) -> None:
    frames = store(tmp_path)
    with pytest.raises(BadFrame):
        frames.write(bad)
    assert (frames.count, frames.frames()) == (0, [])


def test_quota_counts_what_a_previous_run_stored(tmp_path: Path) -> None:
    big = jpeg() + b"\0" * 400_000
    for _ in range(20):
        try:
            store(tmp_path, limits=Limits(quota=1, floor=10)).write(big)
        except NoSpace:
            break
    assert len(list(tmp_path.glob("*.jpg"))) == 2


def test_disk_keeps_its_floor(tmp_path: Path) -> None:
    with pytest.raises(NoSpace):
        store(tmp_path, free=10 * 1024 * 1024).write(jpeg())
    assert store(tmp_path, free=11 * 1024 * 1024).write(jpeg()) == 1


def test_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "000001.jpg").mkdir()  # the rename fails
    with pytest.raises(OSError, match="irectory"):
        write_synced(tmp_path / "000001.jpg", b"x")
    assert list(tmp_path.glob("*.part")) == []


def test_removed_frames_are_gone(tmp_path: Path) -> None:
    frames = store(tmp_path / "s")
    frames.write(jpeg())
    frames.remove()
    assert not (tmp_path / "s").exists()
    assert frames.write(jpeg()) == 1


def test_video_that_does_not_fit_leaves_nothing_in_the_media_folder(
    tmp_path: Path,
) -> None:
    frames = FrameStore(tmp_path / "1", LIMITS, lambda _: PLENTY)
    frames.write(jpeg())
    video, target = tmp_path / "video.mp4", tmp_path / "media"
    video.write_bytes(b"video")
    full = OSError(errno.ENOSPC, "full")
    # The picture fits, and the video does not.
    with (
        patch.object(os, "fsync", side_effect=[None, None, full]),
        pytest.raises(OSError, match="full"),
    ):
        publish(video, target, "name", frames.frames())
    assert list(target.iterdir()) == []


def test_crash_while_frames_are_deleted_leaves_no_session(tmp_path: Path) -> None:
    # A video of the rest would replace the complete one.
    frames = store(tmp_path / session_id(NOW))
    frames.write(jpeg())
    with patch("shutil.rmtree"):  # It is killed here.
        frames.remove()
    assert list(tmp_path.rglob("*.jpg")) != []
    assert sessions_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_disk_that_is_read_only_at_the_start_stops_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "2026-11-27-12-00-00"
    FrameStore(folder, LIMITS, lambda _: PLENTY).write(jpeg())
    (folder / "000002.jpg.part").write_bytes(b"cut short")
    read_only = OSError(errno.EROFS, "read-only")
    with (
        patch.object(Path, "unlink", side_effect=read_only),
        patch.object(Path, "replace", side_effect=read_only),
    ):
        store = FrameStore(folder, LIMITS, lambda _: PLENTY)
        assert store.count == 1
        assert sessions_in(tmp_path) == [folder.name]
        store.remove(final=True)
    assert sessions_in(tmp_path) == [folder.name]


def test_folder_that_cannot_be_read_has_no_sessions(tmp_path: Path) -> None:
    with patch.object(Path, "iterdir", side_effect=PermissionError):
        assert sessions_in(tmp_path) == []


def test_frame_that_comes_after_the_end_is_dropped(tmp_path: Path) -> None:
    frames = store(tmp_path / session_id(NOW))
    frames.write(jpeg())
    frames.remove(final=True)
    assert frames.write(jpeg()) == 0
    assert list(tmp_path.iterdir()) == []


def test_sessions_with_frames_are_found(tmp_path: Path) -> None:
    assert sessions_in(tmp_path / "nothing") == []
    for name in ("2026-11-27-12-00-00", "2026-11-26-12-00-00", "other", "1"):
        (tmp_path / name).mkdir()
    for name in ("2026-11-27-12-00-00", "2026-11-26-12-00-00", "other"):
        (tmp_path / name / "000001.jpg").write_bytes(b"x")
    assert sessions_in(tmp_path) == ["2026-11-26-12-00-00", "2026-11-27-12-00-00"]


@pytest.mark.parametrize(
    ("count", "fps"), [(1, 1), (2, 2), (24, 24), (25, 25), (26, 25), (5000, 25)]
)
def test_frame_rate_is_at_most_25(tmp_path: Path, count: int, fps: int) -> None:
    first = tmp_path / "000001.jpg"
    first.write_bytes(jpeg())
    plan = make_plan(tmp_path, [first] * count, tmp_path / "v.mp4")
    assert plan.fps == fps


@pytest.mark.parametrize(
    ("size", "planned"),
    [((65, 49), (64, 48)), ((1, 1), (2, 2)), ((5000, 101), (4096, 82))],
)
def test_dimensions_are_even_and_bounded(
    tmp_path: Path, size: tuple[int, int], planned: tuple[int, int]
) -> None:
    first = tmp_path / "000001.jpg"
    first.write_bytes(jpeg(*size))
    plan = make_plan(tmp_path, [first], tmp_path / "v.mp4")
    assert (plan.width, plan.height) == planned


def test_unreadable_first_frame_gives_a_usual_size(tmp_path: Path) -> None:
    first = tmp_path / "000001.jpg"
    first.write_bytes(b"\xff\xd8\xff\xd9")
    plan = make_plan(tmp_path, [first], tmp_path / "v.mp4")
    assert (plan.width, plan.height) == (1280, 720)


def program(folder: Path, script: str) -> str:
    """Return a program that is run in place of ffmpeg."""
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    "script", ["exit 1", "kill -9 $$", "sleep 60", "head -c 100000 /dev/zero; sleep 60"]
)
async def test_encoder_that_fails_or_hangs_is_reported(
    tmp_path: Path, script: str
) -> None:
    frames = store(tmp_path / "s")
    frames.write(jpeg())
    plan = make_plan(frames.folder, frames.frames(), tmp_path / "v.mp4")
    ffmpeg = program(tmp_path, script)
    with pytest.raises(EncodingFailed):
        await async_encode(ffmpeg, plan, progress=lambda _: None, silence=0.3)
    assert frames.count == 1


async def test_missing_encoder_is_reported(tmp_path: Path) -> None:
    frames = store(tmp_path / "s")
    frames.write(jpeg())
    plan = make_plan(frames.folder, frames.frames(), tmp_path / "v.mp4")
    with pytest.raises(EncodingFailed):
        await async_encode(str(tmp_path / "none"), plan, progress=lambda _: None)


async def test_progress_is_reported_in_percent(tmp_path: Path) -> None:
    frames = store(tmp_path / "s")
    for _ in range(4):
        frames.write(jpeg())
    plan = make_plan(frames.folder, frames.frames(), tmp_path / "v.mp4")
    seen: list[int] = []
    script = "echo frame=1; echo x; echo frame=y; echo frame=4"
    await async_encode(program(tmp_path, script), plan, progress=seen.append)
    assert seen == [25, 99]


def test_video_is_published_with_a_thumbnail(tmp_path: Path) -> None:
    frames = store(tmp_path / "s")
    frames.write(jpeg())
    video = tmp_path / "video.mp4"
    video.write_bytes(b"v" * 3_000_000)
    target = tmp_path / "media" / "timelapse"
    publish(video, target, "name", frames.frames())
    full = OSError(errno.ENOSPC, "full")
    with (
        patch.object(Path, "replace", side_effect=full),
        pytest.raises(OSError, match="full"),
    ):
        publish(video, target, "name", frames.frames())
    assert sorted(path.name for path in target.iterdir()) == ["name.jpg", "name.mp4"]
    assert (target / "name.mp4").stat().st_size == 3_000_000


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2026-11-27-12-05-00-000_timelapse_h264.mp4", "2026-11-27 12:05 · p1s"),
        ("holiday.mp4", "holiday.mp4"),
    ],
)
def test_video_is_named_after_its_time(tmp_path: Path, name: str, title: str) -> None:
    folder = tmp_path / "p1s"
    folder.mkdir()
    (folder / name).write_bytes(b"")
    (folder / "no video.mp4").write_bytes(b"")  # No name that a user can ask for.
    (video,) = videos_in(tmp_path)
    assert (video.title, video.picture) == (title, None)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a..b", ".hidden", "x" * 300, "ä"])
def test_path_is_no_name(name: str) -> None:
    assert not is_name(name)
