"""Measure Home Assistant while the video of a print of 5,000 layers is made."""

import asyncio
import io
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from PIL import Image

from custom_components.jannenkoti.kinds.printer.timelapse.session import (
    Session,
    session_id,
)

from .figure import Figure, note
from .printer_entry import home_in_process, make_printer

if TYPE_CHECKING:
    from custom_components.jannenkoti.kinds.printer.coordinator import (
        PrinterCoordinator,
    )

_FRAMES: Final = 5000
_BYTES: Final = 200_000
_PICTURES: Final = 10
_WIDTH, _HEIGHT = 480, 360
_TICK: Final = 0.005
_MEMORY_GOAL: Final = 50.0
_BLOCK_GOAL: Final = 50.0
_MEGABYTE: Final = 1024 * 1024


async def measure() -> list[Figure]:
    """Make the video."""
    with tempfile.TemporaryDirectory(prefix="jannenkoti-bench-") as folder:
        async with home_in_process(folder) as hass:
            hass.config.media_dirs = {"local": str(Path(folder, "media"))}
            hass.config.skip_pip = True
            if not await async_setup_component(hass, "ffmpeg", {}):
                raise RuntimeError
            printer = make_printer(hass, quota=1_000_000, floor=10)
            session = Session(
                id=session_id(dt_util.now()), started=dt_util.now(), file=None
            )
            videos = printer.timelapse.videos
            await asyncio.to_thread(_write_frames, videos.root / session.id)
            watch = _Watch()
            watching = asyncio.create_task(watch.run())
            # As a start finds a session that has ended.
            await videos.async_begin(None)
            begun = time.monotonic()
            await videos.async_wait()
            lasted = time.monotonic() - begun
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            _check(printer)
            await hass.async_block_till_done()
    note(
        f"{_FRAMES} frames in {lasted:.0f} s; ffmpeg with niceness {watch.niceness}; "
        f"longest lag {watch.lag:.0f} ms, with waits for a processor; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    return [
        Figure(
            name="timelapse_memory",
            ours=(watch.most - watch.first) / _MEGABYTE,
            reference=None,
            unit="MB",
            ratio=None,
            goal=_MEMORY_GOAL,
        ),
        Figure(
            name="timelapse_block",
            ours=watch.block,
            reference=None,
            unit="ms",
            ratio=None,
            goal=_BLOCK_GOAL,
        ),
    ]


def _check(printer: PrinterCoordinator) -> None:
    """Raise unless there is a video."""
    if printer.timelapse.videos.latest is None:
        raise RuntimeError


def _write_frames(folder: Path) -> None:
    """Write some different frames, each of them many times without using the disk."""
    random = Random(1)
    folder.mkdir(parents=True)
    pictures = []
    for number in range(_PICTURES):
        noise = random.randbytes(_WIDTH * _HEIGHT * 3)
        file = io.BytesIO()
        Image.frombytes("RGB", (_WIDTH, _HEIGHT), noise).save(file, "JPEG", quality=88)
        path = folder.parent / f"picture{number}.bin"
        path.write_bytes(file.getvalue().ljust(_BYTES, b"\0"))
        pictures.append(path)
    note(f"frames of {pictures[0].stat().st_size} bytes")
    for number in range(_FRAMES):
        os.link(pictures[number % _PICTURES], folder / f"{number + 1:06d}.jpg")


class _Watch:
    """How much memory the process has, and how late its event loop is."""

    def __init__(self) -> None:
        self.first = self.most = _resident()
        self.lag = self.block = 0.0
        self.niceness: int | None = None

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            begun, worked = time.monotonic(), time.thread_time()
            await asyncio.sleep(_TICK)
            # The time in which the thread of the loop ran: on a busy machine it also
            # waits for a processor, and for threads that do so with the GIL.
            self.block = max(self.block, (time.thread_time() - worked) * 1e3)
            self.lag = max(self.lag, (time.monotonic() - begun - _TICK) * 1e3)
            self.most = max(self.most, _resident())
            if self.niceness is None:
                self.niceness = _niceness_of_child()


def _resident() -> int:
    """Return the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _niceness_of_child() -> int | None:
    """Return the priority of ffmpeg; None while it does not run."""
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in children.read_text().split():
            with suppress(OSError, IndexError):
                after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
                if (niceness := int(after.split()[16])) > 0:
                    return niceness
    return None
