"""Kill Home Assistant with SIGKILL at random moments of a print of 200 layers."""

import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import Final

from demo.fakes.printer import FakePrinter

from .crash_home import MOST_SHADES, Home, count_frames, layers_of, picture
from .figure import Figure, note

_LAYERS: Final = 200
_KILLS: Final = 20
_SHORTEST, _LONGEST = 0.3, 2.0


async def measure() -> list[Figure]:
    """Print, and compare the video with what was captured."""
    folder = Path(tempfile.mkdtemp(prefix="jannenkoti-bench-"))
    try:
        async with FakePrinter() as printer:
            home = Home(folder, printer)
            try:
                lost, wrong = await _print(home)
            finally:
                await home.client.__aexit__(None, None, None)
                await home.home_assistant.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        Figure(
            name="timelapse_crash",
            ours=lost,
            reference=None,
            unit="frames lost per kill, the most",
            ratio=None,
            goal=1,
        ),
        Figure(
            name="timelapse_crash_video",
            ours=wrong,
            reference=None,
            unit="frames missing in the video",
            ratio=None,
            goal=0,
        ),
    ]


async def _print(home: Home) -> tuple[int, int]:
    """Return the most frames that a kill has lost, and what the video lacks."""
    chance = Random(15)
    await home.start()
    await home.furnish()
    home.printer.begin(layers=_LAYERS)
    await home.wait_for("recording")
    most = 0
    for kill in range(_KILLS):
        before = home.layer
        await home.print_until_a_kill(chance.uniform(_SHORTEST, _LONGEST))
        there = home.on_disk()
        printed = range(before + 1, home.layer + 1)
        lost = [layer for layer in printed if picture(layer) not in there]
        most = max(most, len(lost))
        note(f"kill {kill + 1}: {home.layer} layers, lost {lost}")
        await home.restart_after_a_kill()
        await home.wait_for("recording")
    while home.layer < _LAYERS - 1:
        await home.print_one_layer()
    frames = home.frames()
    shown = {picture(layer): layer for layer in range(home.layer + 1)}
    expected = [shown[frame.read_bytes()] % MOST_SHADES for frame in frames]
    home.printer.end("FINISH")
    await home.wait_for("idle")
    media = home.home_assistant.folder / "media" / "timelapse"
    (video,) = media.glob("*/*.mp4")
    played = await layers_of(video)
    count = await count_frames(video)
    note(f"{home.layer} layers, {len(frames)} frames, {count} in the video")
    differ = sum(one != other for one, other in zip(played, expected, strict=False))
    return most, abs(len(expected) - count) + differ
