"""A Bambu printer in the workshop, and one in the garage that is adopted."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, override

from demo.client import CommandError
from demo.fakes import klipper_helpers as garage
from demo.fakes.printer import ACCESS_CODE, FakePrinter
from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

_LIMIT = 90
_VIDEO_LIMIT = 120
# A print of so many layers, one every so many seconds of the house's time.
_LAYERS = 120
_LAYER = 60.0
# Between two prints.
_BREAK = 1800.0
_CAMERA_EVERY = 0.5
# The pictures show this layer for so many seconds.
_POSED_LAYERS, _POSE = 64, 3600.0
_GARAGE = {"status": "Garage printer", "timelapse": "Garage time-lapse"}
_FOLDER = "media-source://media_source/local/timelapse"


class Demo(DemoKind):
    """The printer."""

    configuration: ClassVar[str] = "media_source:\n" + garage.configuration()

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self.printer = await stack.enter_async_context(FakePrinter())
        self.printer.camera.every = _CAMERA_EVERY
        step = await self.client.start_flow("printer")
        step = await self.client.answer_flow(step, {"next_step_id": "printer_connect"})
        step = await self.client.answer_flow(
            step,
            {
                "serial": self.printer.serial,
                "host": "127.0.0.1",
                "advanced": {
                    "port": self.printer.port,
                    "camera_port": self.printer.camera.port,
                    "files_port": self.printer.files.port,
                },
            },
        )
        done = await self.client.answer_flow(step, {"access_code": ACCESS_CODE})
        self.entry_id = done["result"]["entry_id"]
        await self._record()
        self._begin()
        again = asyncio.create_task(self._print_again())
        stack.push_async_callback(_cancel, again)
        await self._adopt()
        seconds = self.scaled(_LAYER, at_least=1)
        more = asyncio.create_task(self.garage.print_by_itself(seconds))
        stack.push_async_callback(_cancel, more)

    async def _adopt(self) -> None:
        """Adopt the printer in the garage, which another integration provides."""
        self.garage = garage.HelperPrinter(self.client)
        step = await self.client.start_flow("printer")
        step = await self.client.answer_flow(step, {"next_step_id": "printer_adopt"})
        step = await self.client.answer_flow(step, {})
        done = await self.client.answer_flow(
            step,
            {
                "state": garage.STATE,
                "progress": garage.PROGRESS,
                "layer": garage.LAYER,
                "nozzle": [garage.NOZZLE],
                "pause": garage.PAUSE,
                "resume": garage.RESUME,
                "stop": garage.STOP,
                "camera": await self.client.entity_id(self.unique_id("camera")),
                "more": {},
            },
        )
        entry_id = done["result"]["entry_id"]
        self._garage_key = next(
            unique_id.removesuffix("_status")
            for unique_id, entity in (await self.client.entities()).items()
            if entity["config_entry_id"] == entry_id and unique_id.endswith("_status")
        )

        # A print that runs already when its printer is added has no time-lapse.
        await self.garage.begin()

    def garage_id(self, key: str) -> str:
        """Return the unique id of an entity of the adopted printer."""
        return f"{self._garage_key}_{key}"

    async def _record(self) -> None:
        """Choose the printer's own camera for its time-lapses."""
        camera = await self.client.wait_for_entity(self.unique_id("camera"))
        path = "/api/config/config_entries/options/flow"
        step = await self.client.post(path, {"handler": self.entry_id})
        path = f"{path}/{step['flow_id']}"
        await self.client.post(path, {"next_step_id": "printer_timelapse"})
        answers = {"camera": camera, "automatic": True, "trigger": "layer"}
        limits = {"image_delay": 5, "quota": 500, "floor": 100}
        await self.client.post(path, answers | limits)

    def _begin(self) -> None:
        """Start a print that progresses."""
        self.printer.print_by_itself(
            layers=_LAYERS, seconds=self.scaled(_LAYER, at_least=1)
        )

    async def _print_again(self) -> None:
        """Print again and again, with breaks."""
        while True:
            await asyncio.sleep(self.scaled(_BREAK, at_least=30))
            if self.printer.state["gcode_state"] in {"FINISH", "FAILED", "IDLE"}:
                self._begin()

    @override
    async def pose(self) -> None:
        """Print half of an object, then wait."""
        self.printer.print_by_itself(layers=_LAYERS, seconds=_POSE)
        for _ in range(_POSED_LAYERS):
            self.printer.print_layer()

        async def shown() -> bool:
            return await self._layer() == _POSED_LAYERS

        await eventually(shown, within=_LIMIT, what="the print of the pictures")

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self.printer.serial}_{key}"

    @override
    def live(self) -> list[str]:
        keys = ("status", "progress", "completion", "layer", "nozzle", "bed", "camera")
        adopted = [self.garage_id(key) for key in ("status", "timelapse")]
        return [*(self.unique_id(key) for key in keys), *adopted]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        return [
            self.heading("3D printer", "mdi:printer-3d"),
            {
                "type": "picture-entity",
                "entity": entity_ids[self.unique_id("camera")],
                "camera_view": "live",
                "show_state": False,
                "grid_options": {"columns": "full"},
            },
            *(
                {
                    "type": "tile",
                    "entity": entity_ids[self.unique_id(key)],
                    "name": {"type": "entity"},
                }
                for key in self._tiles()
            ),
            {
                "type": "horizontal-stack",
                "cards": [self._button(entity_ids, key) for key in ("pause", "resume")],
                "grid_options": {"columns": "full"},
            },
            *(
                {
                    "type": "tile",
                    "entity": entity_ids[self.garage_id(key)],
                    "name": name,
                }
                for key, name in _GARAGE.items()
            ),
        ]

    def _button(self, entity_ids: Mapping[str, str], key: str) -> Json:
        """Return a card that presses a button."""
        entity_id = entity_ids[self.unique_id(key)]
        return {
            "type": "button",
            "entity": entity_id,
            "name": {"type": "entity"},
            "show_state": False,
            "tap_action": {
                "action": "perform-action",
                "perform_action": "button.press",
                "target": {"entity_id": entity_id},
            },
            "icon_height": "32px",
        }

    def _tiles(self) -> list[str]:
        return [
            *("status", "progress", "completion", "layer", "nozzle", "bed"),
            "timelapse",
        ]

    @override
    def areas(self) -> Mapping[str, str]:
        return {self.unique_id("status"): "Workshop"}

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        return {
            "print_fails": self._fail,
            "print_ends": self._end,
            "print_again": self._again,
        }

    async def _end(self) -> str:
        self.printer.end("FINISH")
        return "the print has finished; its video is in the media browser"

    async def _fail(self) -> str:
        self.printer.end("FAILED", error=50348044)
        return "the print has failed"

    async def _again(self) -> str:
        self._begin()
        return "another print has begun"

    @override
    def sights(self) -> list[str]:
        return [
            "the printer prints; its layers and the time of completion change",
            "the camera shows the print grow, and Media has the video of each print",
            "the garage printer is adopted: its state is a helper, its pause a script",
        ]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        yield await self._progresses()
        yield await self._makes_a_video()
        yield await self._pauses_the_adopted()

    async def _pauses_the_adopted(self) -> Check:
        """Pause the printer in the garage by our button."""
        await self.client.call("button.press", self.garage_id("pause"))

        async def paused() -> bool:
            return await self.client.state(self.garage_id("status")) == "paused"

        await eventually(paused, within=_LIMIT, what="a pause in the garage")
        good = await self.garage.state() == "paused"
        await self.client.call("button.press", self.garage_id("resume"))
        return Check(what="an adopted printer is paused by its own script", good=good)

    async def _makes_a_video(self) -> Check:
        """End the print and wait for the video in the media browser."""
        timelapse = self.unique_id("timelapse")

        async def recorded() -> bool:
            return await self.client.state(timelapse) == "recording"

        await eventually(recorded, within=_LIMIT, what="a time-lapse")
        self.printer.print_layer()
        self.printer.end("FINISH")

        async def made() -> bool:
            return bool(await self.videos())

        await eventually(made, within=_VIDEO_LIMIT, what="a video")
        self._begin()
        return Check(what="the video of a print is in the media browser", good=True)

    async def videos(self) -> list[str]:
        """Return the videos that the media browser lists."""
        kind, found = "media_source/browse_media", list[str]()
        with suppress(CommandError):  # There is no folder before the first video.
            folders = await self.client.command(kind, media_content_id=_FOLDER)
            for folder in folders["children"]:
                inside = await self.client.command(
                    kind, media_content_id=folder["media_content_id"]
                )
                found += [each["media_content_id"] for each in inside["children"]]
        return [each for each in found if each.endswith(".mp4")]

    async def _progresses(self) -> Check:
        """Complete a layer and wait until it is shown."""
        before = await self._layer()
        self.printer.print_layer()

        async def further() -> bool:
            return await self._layer() > before

        await eventually(further, within=_LIMIT, what="another layer")
        return Check(what="a printed layer is shown", good=True)

    async def _layer(self) -> int:
        return int(await self.client.state(self.unique_id("layer")) or 0)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
