"""A real Home Assistant that is killed while it records the time-lapse of a print.

Each image shows the number of its layer as a shade, so the video shows which frames it
has.
"""

import asyncio
import io
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PIL import Image

from demo.client import Client, User
from demo.fakes.printer import ACCESS_CODE, FakePrinter
from demo.home_assistant import HomeAssistant
from demo.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from demo.client import Json

STEP = 0.15  # s between two layers
SHADES = 6  # between two layers, more than a video loses
LIMIT = 90
CAMERA = "camera.workshop"
MOST_SHADES = 40


def picture(layer: int) -> bytes:
    """Return an image whose shade is the layer; the shades begin again."""
    out = io.BytesIO()
    image = Image.new("L", (64, 48), layer % MOST_SHADES * SHADES)
    image.save(out, "JPEG", quality=95, comment=str(layer))
    return out.getvalue()


async def run(*command: str) -> bytes:
    """Return what a program prints; it must not fail."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(command)
    return output


async def count_frames(video: Path) -> int:
    """Return what ffprobe counts; it decodes every frame."""
    output = await run(
        *("ffprobe", "-v", "error", "-count_frames", "-of", "json"),
        *("-show_entries", "stream=nb_read_frames", str(video)),
    )
    return int(json.loads(output)["streams"][0]["nb_read_frames"])


async def layers_of(video: Path) -> list[int]:
    """Play a video; return the shade of each frame, as that of a layer."""
    pixels = await run(
        *("ffmpeg", "-v", "error", "-xerror", "-i", str(video)),
        *("-vf", "scale=1:1", "-fps_mode", "passthrough"),
        *("-f", "rawvideo", "-pix_fmt", "gray", "-"),
    )
    return [round(pixel / SHADES) for pixel in pixels]


class Home:
    """A Home Assistant with a printer and a camera that shows a file."""

    def __init__(self, folder: Path, printer: FakePrinter) -> None:
        """Initialize a home that is not started."""
        self.printer = printer
        self.home_assistant = HomeAssistant(
            folder / "config", configuration="media_source:\n"
        )
        self.client = Client(self.home_assistant.base)
        self.image = folder / "image.jpg"
        self.layer = 0
        self.captured: dict[int, bytes] = {}

    async def start(self) -> None:
        """Start Home Assistant and wait until it answers."""
        await self.home_assistant.start()

        async def answers() -> bool:
            self.home_assistant.check()
            return await self.client.answers()

        await eventually(answers, within=LIMIT, what="an answer")

    async def restart_after_a_kill(self) -> None:
        """Kill Home Assistant and start it again."""
        await self.home_assistant.kill()
        await self.client.disconnect()
        await self.start()
        await self.client.wait_until_running()

    # --- entries ---------------------------------------------------------------------

    async def furnish(self) -> None:
        """Set up the camera and the printer, and wait until they are stored."""
        client, printer = self.client, self.printer
        self.show(picture(0))
        await client.onboard(User())
        await client.wait_until_running()
        flow = "/api/config/config_entries/flow"
        step = await client.post(flow, {"handler": "local_file"})
        camera = {"name": "Workshop", "file_path": str(self.image)}
        await client.answer_flow(step, camera)
        step = await client.start_flow("printer")
        step = await client.answer_flow(step, {"next_step_id": "printer_connect"})
        address = {"host": "127.0.0.1", "advanced": {"port": printer.port}}
        step = await client.answer_flow(step, {"serial": printer.serial, **address})
        done = await client.answer_flow(step, {"access_code": ACCESS_CODE})
        await self.record(done["result"]["entry_id"])
        storage = self.home_assistant.folder / ".storage"

        async def stored() -> bool:
            files = (storage / "core.config_entries", storage / "auth")
            if not all(file.exists() for file in files):
                return False
            entries, users = (file.read_text() for file in files)
            return CAMERA in entries and self.home_assistant.base in users

        await eventually(stored, within=LIMIT, what="stored entries")

    async def record(self, entry_id: str) -> None:
        """Choose the camera of the time-lapse."""
        options = "/api/config/config_entries/options/flow"
        step = await self.client.post(options, {"handler": entry_id})
        path = f"{options}/{step['flow_id']}"
        await self.client.post(path, {"next_step_id": "printer_timelapse"})
        done = await self.client.post(path, timelapse_answers())
        if done["type"] != "create_entry":
            raise RuntimeError(done)

    # --- print -----------------------------------------------------------------------

    def show(self, image: bytes) -> None:
        """Show the camera another image, never half of one."""
        part = self.image.with_suffix(".part")
        part.write_bytes(image)
        part.replace(self.image)

    def frames(self) -> list[Path]:
        """Return the frames on disk, in their order."""
        folder = self.home_assistant.folder / "jannenkoti_timelapse"
        return sorted(folder.glob("*/*/*.jpg"))

    def on_disk(self) -> set[bytes]:
        """Return the images on disk."""
        return {frame.read_bytes() for frame in self.frames()}

    async def print_layers(self) -> None:
        """Print a layer after the other, each when the one before was captured."""
        while True:
            await self.print_one_layer()

    async def print_one_layer(self) -> None:
        """Print a layer and wait until it was captured."""
        self.layer += 1
        image = picture(self.layer)
        self.show(image)
        self.printer.print_layer()
        async with asyncio.timeout(LIMIT):
            while image not in self.on_disk():  # noqa: ASYNC110 - files
                await asyncio.sleep(STEP / 4)
        self.captured[self.layer] = image
        await asyncio.sleep(STEP)

    async def wait_for(self, phase: str) -> None:
        """Wait until the time-lapse is in a phase."""

        async def reached() -> bool:
            return await self.client.state(f"{self.printer.serial}_timelapse") == phase

        await eventually(reached, within=LIMIT, what=phase)

    async def print_until_a_kill(self, seconds: float) -> None:
        """Print for some seconds, then kill Home Assistant wherever it is."""
        before = len(self.captured)
        printing = asyncio.create_task(self.print_layers())
        await asyncio.sleep(seconds)

        async def has_captured() -> bool:
            if printing.done():
                await printing  # It has failed.
            return len(self.captured) > before

        await eventually(has_captured, within=LIMIT, what="a frame")
        printing.cancel()
        await self.home_assistant.kill()
        with suppress(asyncio.CancelledError):
            await printing

    async def listed(self) -> list[Json]:
        """Return what the media browser lists in the folder of the printer."""
        here = "media-source://media_source/local/timelapse"
        folders = await self.browse(here)
        if len(folders) != 1:
            raise RuntimeError(folders)
        return await self.browse(folders[0]["media_content_id"])

    async def browse(self, media: str) -> list[Json]:
        """Return the children of a folder in the media browser."""
        kind = "media_source/browse_media"
        children: list[Json] = (
            await self.client.command(kind, media_content_id=media)
        )["children"]
        return children


def timelapse_answers() -> dict[str, Any]:
    """Return the options of a time-lapse that takes a frame for each layer."""
    return {
        "camera": CAMERA,
        "automatic": True,
        "trigger": "layer",
        "image_delay": 5,
        "quota": 100,
        "floor": 10,
    }
