"""A camera on two servos that shows a drawn room."""

import io
from typing import TYPE_CHECKING, override

from PIL import Image, ImageStat

from demo.fakes.camera_servos import START
from demo.fakes.esp32_camera import PATH, FakeCamera
from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json

_ARROWS = ("left", "up", "down", "right")
_COMMAND_LIMIT = 90
# The last one is where the pictures begin: degrees of *Pan*.
_PRESETS = {"Door": 50, "Window": 90}
_SLEEP_LIMIT = 90


class Demo(DemoKind):
    """The camera of the living room."""

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self.camera = await stack.enter_async_context(FakeCamera())
        step = await self.client.start_flow("robocam")
        done = await self.client.answer_flow(
            step,
            {
                "host": "127.0.0.1",
                "port": self.camera.port,
                "path": PATH,
            },
        )
        self.entry_id = done["result"]["entry_id"]
        self._device_key = next(
            unique_id.removesuffix("_pan")
            for unique_id, entity in (await self.client.entities()).items()
            if entity["config_entry_id"] == self.entry_id and unique_id.endswith("_pan")
        )

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self._device_key}_{key}"

    @override
    def live(self) -> list[str]:
        keys = ("camera", "pan", "tilt", "connection")
        return [self.unique_id(key) for key in keys]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        def arrow(key: str) -> Json:
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

        return [
            self.heading("Room camera", "mdi:cctv"),
            {
                "type": "picture-entity",
                "entity": entity_ids[self.unique_id("camera")],
                "camera_view": "live",
                "grid_options": {"columns": "full"},
            },
            {
                "type": "horizontal-stack",
                "cards": [arrow(key) for key in _ARROWS],
                "grid_options": {"columns": "full"},
            },
            *(
                {
                    "type": "tile",
                    "entity": entity_ids[self.unique_id(key)],
                    "name": {"type": "entity"},
                }
                for key in ("pan", "tilt", "preset", "privacy", "lamp", "connection")
            ),
        ]

    @override
    def areas(self) -> Mapping[str, str]:
        return {self.unique_id("camera"): "Living room"}

    @override
    async def pose(self) -> None:
        """Store two presets and look straight ahead."""
        pan = self.unique_id("pan")
        for preset, angle in _PRESETS.items():
            await self.client.call("number.set_value", pan, value=angle)
            store = "jannenkoti.robocam_store_preset"
            await self.client.call(store, self.unique_id("camera"), preset=preset)

    @override
    def sights(self) -> list[str]:
        return [
            "the arrows below the camera's picture turn it; pointers show how far",
            "the switch Privacy parks it and shows a placeholder instead",
        ]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        yield await self._shows()
        yield await self._turns()
        yield await self._hides()
        yield await self._sleeps()

    async def _still(self) -> Image.Image:
        path = await self.client.entity_id(self.unique_id("camera"))
        jpeg = await self.client.get_bytes(f"/api/camera_proxy/{path}")
        return Image.open(io.BytesIO(jpeg))

    async def _shows(self) -> Check:
        """Wait until the image changes, over one connection."""
        first = (await self._still()).tobytes()

        async def changed() -> bool:
            return (await self._still()).tobytes() != first

        await eventually(changed, within=_COMMAND_LIMIT, what="another picture")
        return Check(
            what="the camera shows moving pictures over one connection",
            good=self.camera.most_clients == 1,
            seen=f"{self.camera.most_clients} at once",
        )

    async def _turns(self) -> Check:
        """Press an arrow and check the position of the camera."""
        before = self.camera.goal
        await self.client.call("button.press", self.unique_id("left"))

        async def turned() -> bool:
            return self.camera.goal[0] == before[0] + 10

        await eventually(turned, within=_COMMAND_LIMIT, what="the camera to turn")
        await self.client.call("number.set_value", self.unique_id("pan"), value=90)
        return Check(what="an arrow turns the camera", good=True)

    async def _hides(self) -> Check:
        """Be private for a while."""
        privacy = self.unique_id("privacy")
        await self.client.call("switch.turn_on", privacy)

        async def hidden() -> bool:
            return self.camera.clients == 0 and not self.camera.lamp

        await eventually(hidden, within=_SLEEP_LIMIT, what="the camera to be parked")
        shown = await self._still()
        parked, clients = self.camera.goal, self.camera.clients
        await self.client.call("switch.turn_off", privacy)
        return Check(
            what="a private camera points away and shows a placeholder",
            good=parked != START and clients == 0 and _is_dark(shown),
            seen=f"it points to {parked}, {clients} connections",
        )

    async def _sleeps(self) -> Check:
        """Wait until it is idle, some seconds after the last request."""

        async def asleep() -> bool:
            return self.camera.clients == 0

        await eventually(asleep, within=_SLEEP_LIMIT, what="the camera's sleep")
        return Check(what="a camera without viewers has no connection", good=True)


def _is_dark(picture: Image.Image) -> bool:
    """Return whether this is the placeholder; the room has light walls."""
    return ImageStat.Stat(picture.convert("L")).mean[0] < 80  # noqa: PLR2004
