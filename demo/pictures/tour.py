"""The animated picture of the README: the dashboard in half a minute."""

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont

from demo import pages
from demo.waiting import eventually

from . import TOUR
from .album import check, settle
from .dialogs import QUESTION

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Locator, Page, ViewportSize

    from demo.demo_house import DemoHouse
    from demo.pages import Watched

    from .album import Album

_SIZE: ViewportSize = {"width": 1000, "height": 700}
_BAR = 52  # px below the picture, for the caption
_BAR_COLOR, _TEXT_COLOR, _RING_COLOR = "#0d2b3e", "#ffffff", "#ff6f00"
_FONT = 24
_RING, _RING_WIDTH = 26, 6
_QUALITY = 82
_LOOK, _READ, _STEP = 1.0, 2.5, 0.5  # s
_DRAWING = 1_200  # ms
_LIMIT = 60  # s
_MOVES = 3
_SLOTS = 96  # of a day
_PAN = "_pan"  # the end of its unique id

CAPTIONS: Final = (
    "One dashboard for the whole house. It builds itself.",
    "Climate: the room, the compressor, and the reason as a sentence.",
    "Cameras: an arrow moves the camera, a preset is one tap.",
    "Printer: picture and progress. Pause it with a tap.",
    "Energy: the heating plan. Each bar has its price and its reason.",
    "Devices: claim a new one by a tap or its QR code.",
    "Assist: ask why, by voice or text, in four languages.",
)


@dataclass
class Film:
    """The frames, each with its caption and how long it is shown."""

    page: Page
    frames: list[Image.Image] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def shoot(
        self, scene: int, seconds: float, pressed: Locator | None = None
    ) -> None:
        """Add a frame, with a ring around what is pressed next."""
        await check(self.page, f"{TOUR}, scene {scene + 1}")
        shot = Image.open(io.BytesIO(await self.page.screenshot())).convert("RGB")
        box = None if pressed is None else await pressed.bounding_box()
        frame = Image.new("RGB", (shot.width, shot.height + _BAR), _BAR_COLOR)
        frame.paste(shot)
        pen = ImageDraw.Draw(frame)
        font = ImageFont.load_default(_FONT)
        middle = shot.height + _BAR // 2
        pen.text((24, middle), CAPTIONS[scene], _TEXT_COLOR, font, "lm")
        number = f"{scene + 1}/{len(CAPTIONS)}"
        pen.text((shot.width - 24, middle), number, _TEXT_COLOR, font, "rm")
        if box is not None:
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            edge = (x - _RING, y - _RING, x + _RING, y + _RING)
            pen.ellipse(edge, outline=_RING_COLOR, width=_RING_WIDTH)
        self.frames.append(frame)
        self.seconds.append(seconds)

    def save(self, path: Path) -> None:
        """Write an animated WebP that repeats."""
        self.frames[0].save(
            path,
            save_all=True,
            append_images=self.frames[1:],
            duration=[round(1000 * seconds) for seconds in self.seconds],
            loop=0,
            quality=_QUALITY,
            method=4,
            # Each frame is complete: differences leave traces of the one before.
            kmin=0,
            kmax=1,
        )


async def take_tour(demo: DemoHouse, album: Album) -> None:
    """Walk the dashboard as a visitor does, and write the animated picture."""
    if not album.wants(TOUR):
        return
    async with pages.watched(demo, _SIZE) as shown:
        page = shown.page
        await page.evaluate("localStorage.setItem('dockedSidebar', '\"auto\"')")
        film = Film(page)
        scenes = (_home, _climate, _camera, _print, _plan, _claim, _ask)
        for number, scene in enumerate(scenes):
            await scene(demo, shown, film, number)
        path = album.folder / f"{TOUR}.webp"
        film.save(path)
        album.taken.append(path)


async def _open(shown: Watched, view: str) -> Page:
    await shown.open(view)
    await settle(shown.page, _DRAWING)
    return shown.page


async def _center(part: Locator) -> None:
    await part.evaluate("part => part.scrollIntoView({block: 'center'})")


async def _home(_demo: DemoHouse, shown: Watched, film: Film, scene: int) -> None:
    await _open(shown, "home")
    await film.shoot(scene, _READ)


async def _climate(_demo: DemoHouse, shown: Watched, film: Film, scene: int) -> None:
    page = await _open(shown, "climate")
    await _center(page.locator("jannenkoti-thermostat-view").first)
    await film.shoot(scene, _READ)


async def _camera(demo: DemoHouse, shown: Watched, film: Film, scene: int) -> None:
    """Press an arrow several times."""
    page = await _open(shown, "cameras")
    card = page.locator("jannenkoti-pan-tilt-view").first
    arrow = card.get_by_role("button", name="Left")
    await _center(card)
    await film.shoot(scene, _LOOK, arrow)
    for _ in range(_MOVES):
        before = await demo.client.state(_PAN)
        await arrow.click()

        async def moved(before: str | None = before) -> bool:
            return await demo.client.state(_PAN) != before

        await eventually(moved, within=_LIMIT, what="a camera that moves")
        await page.wait_for_timeout(_DRAWING)
        await film.shoot(scene, _STEP, arrow)
    await film.shoot(scene, _LOOK)


async def _print(_demo: DemoHouse, shown: Watched, film: Film, scene: int) -> None:
    """Pause the print."""
    page = await _open(shown, "printer")
    card = page.locator("jannenkoti-print-view", has_text="Printing").first
    pause = card.get_by_role("button", name="Pause", exact=True)
    await _center(card)
    await film.shoot(scene, _LOOK, pause)
    await pause.click()
    resume = page.get_by_role("button", name="Resume", exact=True).first
    await resume.wait_for()
    await page.wait_for_timeout(_DRAWING)
    await film.shoot(scene, _READ)
    await resume.click()


async def _plan(_demo: DemoHouse, shown: Watched, film: Film, scene: int) -> None:
    """Read the slots of the plan."""
    page = await _open(shown, "energy")
    card = page.locator("jannenkoti-plan-view").first
    slots = card.get_by_role("slider", name="Slots of the plan")
    await slots.focus()
    await film.shoot(scene, _LOOK)
    for _ in range(_SLOTS):
        await page.keyboard.press("ArrowRight")
        if "No heating" not in (await slots.get_attribute("aria-valuetext") or ""):
            break
    await page.wait_for_timeout(_DRAWING)
    await film.shoot(scene, _READ)


async def _claim(_demo: DemoHouse, shown: Watched, film: Film, scene: int) -> None:
    """Claim the device that waits."""
    page = await _open(shown, "devices")
    card = page.locator("jannenkoti-inbox-view").first
    claim = card.get_by_role("button", name="Claim").first
    await film.shoot(scene, _LOOK, claim)
    await claim.click()
    await page.keyboard.type("Roses")
    await film.shoot(scene, _LOOK)
    await page.keyboard.press("Enter")
    await card.get_by_text("Roses is claimed").wait_for()
    tile = page.locator("hui-tile-card", has_text="Roses").first
    await tile.wait_for()
    await _center(tile)
    await page.wait_for_timeout(_DRAWING)
    await film.shoot(scene, _READ)


async def _ask(_demo: DemoHouse, shown: Watched, film: Film, scene: int) -> None:
    """Ask Assist why."""
    page = await _open(shown, "climate")
    await _center(page.locator("jannenkoti-thermostat-view").first)
    await page.keyboard.press("a")
    await page.get_by_role("textbox", name="Enter a request").fill(QUESTION)
    await film.shoot(scene, _LOOK)
    await page.keyboard.press("Enter")
    await page.get_by_text("Air conditioner:").wait_for()
    await page.wait_for_timeout(_DRAWING)
    await film.shoot(scene, _READ + _LOOK)
