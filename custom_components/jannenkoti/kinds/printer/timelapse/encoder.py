"""Encode frames as an H.264 video, by a process of low priority."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .jpeg import size_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HIGHEST_FPS: Final = 25
_NICENESS: Final = 15
_LONGEST_LINE: Final = 4096
_DEFAULT_SIZE: Final = (1280, 720)
_LARGEST: Final = 4096
"""Pixels; the common limit of decoders for H.264."""


class EncodingFailed(Exception):
    """There is no video; the frames are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is encoded, and how."""

    folder: Path
    """The frames, as numbered JPEG files."""
    frames: int
    width: int
    height: int
    output: Path

    @property
    def fps(self) -> int:
        """Return the frame rate, as the original server chose it."""
        return max(1, min(HIGHEST_FPS, self.frames))

    def arguments(self) -> list[str]:
        """Return the arguments of ffmpeg; it runs in the folder of the frames."""
        size = f"{self.width}:{self.height}"
        # Frames of another size, after a change of the camera, get bars.
        filters = (
            f"scale={size}:force_original_aspect_ratio=decrease",
            f"pad={size}:-1:-1",
            "setsar=1",
            "format=yuv420p",
        )
        return [
            *("-hide_banner", "-nostdin", "-y", "-loglevel", "error"),
            *("-progress", "pipe:1"),
            *("-f", "image2", "-pattern_type", "glob"),
            *("-framerate", str(self.fps), "-i", "*.jpg"),
            *("-vf", ",".join(filters)),
            *("-c:v", "libx264", "-preset", "veryfast", "-threads", "1"),
            *("-movflags", "+faststart", "-f", "mp4", str(self.output)),
        ]


def make_plan(folder: Path, frames: list[Path], output: Path) -> Plan:
    """Return the plan for some frames; the first gives the size. Blocks."""
    with frames[0].open("rb") as file:
        width, height = size_of(file.read(_LARGEST * 16)) or _DEFAULT_SIZE
    scale = min(1.0, _LARGEST / max(width, height))
    return Plan(
        folder=folder,
        frames=len(frames),
        width=_even(width * scale),
        height=_even(height * scale),
        output=output,
    )


def _even(pixels: float) -> int:
    """Return an even number: H.264 halves the resolution of the colors."""
    return max(2, int(pixels) // 2 * 2)


async def async_encode(
    ffmpeg: str,
    plan: Plan,
    *,
    progress: Callable[[int], None],
    silence: float = 120,
) -> None:
    """Run ffmpeg; raises EncodingFailed, also if it makes no progress (s).

    When the caller is cancelled, ffmpeg is killed.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            ffmpeg,
            *plan.arguments(),
            cwd=plan.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
        )
    except OSError as err:
        raise EncodingFailed from err
    try:
        with suppress(OSError):  # It has ended already, or may not be changed.
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        await _async_read_progress(process, plan, progress, silence)
        if await process.wait() != 0:
            raise EncodingFailed
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _async_read_progress(
    process: asyncio.subprocess.Process,
    plan: Plan,
    progress: Callable[[int], None],
    silence: float,
) -> None:
    """Report percents until the output ends."""
    if process.stdout is None:
        raise EncodingFailed
    while True:
        try:
            async with asyncio.timeout(silence):
                line = await process.stdout.readline()
        except (TimeoutError, ValueError) as err:
            raise EncodingFailed from err
        if not line:
            return
        key, _, value = line.decode(errors="replace").strip().partition("=")
        if key == "frame" and value.strip().isdecimal():
            done = int(value) * 100 // plan.frames
            progress(min(done, 99))
