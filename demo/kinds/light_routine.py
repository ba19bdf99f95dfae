"""Six lamps in two rooms, and the routine that they follow."""

from typing import TYPE_CHECKING, ClassVar, override

from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json

_LAMPS = {
    "living_1": "Floor lamp",
    "living_2": "Sofa lamp",
    "living_3": "Shelf lamp",
    "bed_1": "Ceiling lamp",
    "bed_2": "Left bedside",
    "bed_3": "Right bedside",
}
_ON = ("living_1", "living_2", "bed_1")
_DIMMED, _OFF = "living_2", "living_3"
_BY_HAND = 120
_COMMAND_LIMIT = 90


def _configuration() -> str:
    """Return lamps that keep what they are sent, as those of other integrations."""
    lines = ["template:", "  - light:"]
    for key, name in _LAMPS.items():
        lines += [
            f"      - unique_id: routine_{key}",
            f"        default_entity_id: light.{key}",
            f"        name: {name}",
            *(
                f"        {action}: []"
                for action in ("turn_on", "turn_off", "set_level", "set_temperature")
            ),
            "        set_hs: []",
            "        supports_transition: true",
        ]
    return "\n".join(lines) + "\n"


class Demo(DemoKind):
    """The lamps and their routine."""

    configuration: ClassVar[str] = _configuration()

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        for key in _ON:
            await self._light("turn_on", key, brightness=200)
        lights = [f"light.{key}" for key in _LAMPS]
        form = await self.client.start_flow("light_routine")
        done = await self.client.answer_flow(
            form, {"name": "Evening lights", "targets": {"entity_id": lights}}
        )
        self.entry_id = done["result"]["entry_id"]
        self._device_key = next(
            unique_id.removesuffix("_current_slot")
            for unique_id, entity in (await self.client.entities()).items()
            if entity["config_entry_id"] == self.entry_id
            and unique_id.endswith("_current_slot")
        )

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self._device_key}_{key}"

    @override
    def live(self) -> list[str]:
        keys = ("routine", "current_slot", "next_change", "reason")
        return [self.unique_id(key) for key in keys]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        keys = ("routine", "slot", "next_change", "paused_lights")
        tiles = [
            {
                "type": "tile",
                "entity": entity_ids[self.unique_id(key)],
                "name": {"type": "entity"},
            }
            for key in keys
        ]
        lamps = [
            {"type": "tile", "entity": f"light.{key}"} for key in ("living_1", "bed_1")
        ]
        return [self.heading("Light routine", "mdi:lightbulb-auto"), *tiles, *lamps]

    @override
    def sights(self) -> list[str]:
        return ["choose a slot: the lamps follow, except one that you dimmed by hand"]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        await self._light("turn_on", _DIMMED, brightness=_BY_HAND)
        await self._choose("Night")
        yield await self._wait_for(
            "the lamps follow the slot", "living_1", lambda level: level == 1
        )
        dimmed, off = await self._level(_DIMMED), await self._level(_OFF)
        yield Check(
            what="a lamp that was dimmed by hand is left alone",
            good=dimmed == _BY_HAND,
            seen=str(dimmed),
        )
        yield Check(
            what="a lamp that is off stays off", good=off is None, seen=str(off)
        )
        await self._choose("auto")

    async def _choose(self, slot: str) -> None:
        """Choose a slot."""
        await self.client.call(
            "select.select_option", self.unique_id("slot"), option=slot
        )

    async def _light(self, action: str, key: str, **data: Json) -> None:
        """Switch a lamp."""
        await self.client.post(
            f"/api/services/light/{action}", {"entity_id": f"light.{key}", **data}
        )

    async def _level(self, key: str) -> int | None:
        """Return the brightness of a lamp; None if it is off."""
        state = await self.client.get(f"/api/states/light.{key}")
        level: int | None = state["attributes"].get("brightness")
        return level

    async def _wait_for(
        self, what: str, key: str, good: Callable[[int | None], bool]
    ) -> Check:
        """Wait until a lamp is as it should be."""

        async def reached() -> bool:
            return good(await self._level(key))

        await eventually(reached, within=_COMMAND_LIMIT, what=what)
        return Check(what=what, good=True)
