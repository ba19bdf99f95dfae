"""A person whose phone comes and goes."""

from typing import TYPE_CHECKING, ClassVar, override

from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json

_PHONE = "input_boolean.phone_anna"
_LIMIT = 90


class Demo(DemoKind):
    """A helper that stands for the tracker of a phone."""

    configuration: ClassVar[str] = (
        "input_boolean:\n  phone_anna: {name: Anna's phone, initial: true}\n"
    )

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        form = await self.client.start_flow("presence")
        done = await self.client.answer_flow(
            form, {"name": "Anna", "sources": [_PHONE]}
        )
        self.entry_id = done["result"]["entry_id"]
        times = {"grace_minutes": 0, "night_grace_minutes": 0}
        await self.client.set_options(self.entry_id, times)
        self._device_key = next(
            unique_id.removesuffix("_stage")
            for unique_id, entity in (await self.client.entities()).items()
            if entity["config_entry_id"] == self.entry_id
            and unique_id.endswith("_stage")
        )

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self._device_key}_{key}"

    @override
    def live(self) -> list[str]:
        return [self.unique_id(key) for key in ("tracker", "stage", "confidence")]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        keys = ("tracker", "stage", "reason")
        tiles = [
            {
                "type": "tile",
                "entity": entity_ids[self.unique_id(key)],
                "name": {"type": "entity"},
            }
            for key in keys
        ]
        phone = {"type": "tile", "entity": _PHONE}
        return [self.heading("Presence", "mdi:home-account"), *tiles, phone]

    @override
    def sights(self) -> list[str]:
        return ["switch Anna's phone off: she has just left, and *Reason* says why"]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        for action, stage in (("turn_off", "just_left"), ("turn_on", "home")):
            await self.client.post(
                f"/api/services/input_boolean/{action}", {"entity_id": _PHONE}
            )
            yield await self._wait_for(stage)

    async def _wait_for(self, stage: str) -> Check:
        """Wait for a stage."""

        async def reached() -> bool:
            return await self.client.state(self.unique_id("stage")) == stage

        await eventually(reached, within=_LIMIT, what=f"the stage {stage}")
        return Check(what=f"the phone decides the stage {stage}", good=True)
