"""Kill a real Home Assistant while it records the time-lapse of a print.

What was on disk before a kill is in the video, which the media browser lists.
"""

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from benchmarks.crash_home import (
    MOST_SHADES,
    Home,
    count_frames,
    layers_of,
    picture,
)
from demo.fakes.printer import FakePrinter

from ..marks import NEEDS_FFMPEG, REAL_HA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = [*REAL_HA, NEEDS_FFMPEG]

KILLS = 3
LAYERS = 1000  # more than are printed, so that the test ends the print


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """Yield a home and delete it afterwards."""
    async with FakePrinter() as printer:
        home = Home(tmp_path, printer)
        try:
            await home.start()
            await home.furnish()
            yield home
        finally:
            await home.client.__aexit__(None, None, None)
            await home.home_assistant.stop()
            shutil.rmtree(home.home_assistant.folder, ignore_errors=True)


async def test_time_lapse_survives_sigkill_in_mid_print(home: Home) -> None:
    chance = random.Random("printer")  # noqa: S311 - no secret
    home.printer.begin(layers=LAYERS)
    await home.wait_for("recording")
    for kill in range(KILLS):
        await home.print_until_a_kill(chance.uniform(0.5, 2))
        assert set(home.captured.values()) <= home.on_disk(), kill
        await home.restart_after_a_kill()
        await home.wait_for("recording")
        assert set(home.captured.values()) <= home.on_disk(), kill
    assert len(home.captured) > KILLS
    shown = {picture(layer): layer for layer in range(home.layer + 1)}
    frames = [shown[frame.read_bytes()] for frame in home.frames()]
    lost = set(range(1, home.layer + 1)) - set(frames)
    assert len(lost) <= KILLS, lost

    home.printer.end("FINISH")
    await home.wait_for("idle")
    media = home.home_assistant.folder / "media" / "timelapse"
    (video,) = media.glob("*/*.mp4")
    assert await count_frames(video) == len(frames)
    assert await layers_of(video) == [layer % MOST_SHADES for layer in frames]
    assert not home.frames()
    listed = [media["media_content_id"] for media in await home.listed()]
    here = f"media-source://media_source/local/timelapse/{video.parent.name}"
    assert f"{here}/{video.name}" in listed
    assert not home.home_assistant.complaints()
