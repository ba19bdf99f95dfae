"""A Hue bridge with six lamps in two rooms, and a routine that they follow at dusk."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, override

from demo.fakes.hue_bridge import FakeHueBridge
from demo.fakes.hue_resources import made_id
from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

_FOLLOWS, _DIMMED, _OFF = "Floor lamp", "Ceiling lamp", "Sofa lamp"
_DAY, _DAY_LEVEL, _DUSK = 90.0, 230, 20.0
_BY_HAND, _BY_HAND_LEVEL = 35.0, 89
"""Percent, and of 255."""
_BUSY_REQUESTS = 3
_LIMIT = 90
_UNTIL_DUSK = timedelta(seconds=4)


class Demo(DemoKind):
    """The bridge, its lamps and a routine."""

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self.fake = await stack.enter_async_context(FakeHueBridge())
        form = await self.client.start_flow("hue_bridge")
        link = await self.client.answer_flow(form, {"host": self.fake.host})
        self.fake.press_link_button()
        done = await self.client.answer_flow(link, {})
        self.entry_id = done["result"]["entry_id"]
        await self.client.wait_for_value(self.unique_id(_FOLLOWS))
        entities = await self.client.entities()
        lamps = [
            entities[self.unique_id(name)]["entity_id"]
            for name in (_FOLLOWS, _DIMMED, _OFF)
        ]
        form = await self.client.start_flow("light_routine")
        done = await self.client.answer_flow(
            form, {"name": "Dusk", "targets": {"entity_id": lamps}}
        )
        self._routine: str = done["result"]["entry_id"]

    @staticmethod
    def unique_id(lamp: str) -> str:
        """Return the unique id of the light of a lamp."""
        return f"{made_id('light', lamp)}_lamp"

    @override
    def live(self) -> list[str]:
        return [self.unique_id(lamp) for lamp in (_FOLLOWS, _DIMMED, _OFF)]

    @override
    def areas(self) -> Mapping[str, str]:
        return {}

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        tiles = [{"type": "tile", "entity": entity_ids[each]} for each in self.live()]
        rooms = [f"{made_id('grouped_light', 'Bedroom')}_room"]
        tiles += [{"type": "tile", "entity": entity_ids[each]} for each in rooms]
        return [self.heading("Hue bridge", "mdi:lightbulb-group"), *tiles]

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        async def restart() -> None:
            await self.fake.restart(context=self.fake.server_context)

        async def busy() -> None:
            self.fake.trouble.busy = _BUSY_REQUESTS

        return {"restart_bridge": restart, "make_bridge_busy": busy}

    @override
    def sights(self) -> list[str]:
        return ["turn a Hue lamp off: no slot of its routine turns it on again"]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        self.fake.set_light(_DIMMED, {"on": {"on": True}})
        day = {"name": "day", "time": "00:00:00", "brightness": _DAY}
        await self._set_slots(day)
        yield await self._reached("lamps that are on follow the slot", _FOLLOWS, _DAY)
        yield await self._reached("a lamp that is turned on, too", _DIMMED, _DAY)
        yield await self._shown("Home Assistant shows the slot", _DAY_LEVEL)
        self.fake.set_light(_DIMMED, {"dimming": {"brightness": _BY_HAND}})
        yield await self._shown("a change in another app is shown", _BY_HAND_LEVEL)
        self.fake.trouble.busy = _BUSY_REQUESTS
        begins = datetime.now(self.house.zone) + _UNTIL_DUSK
        at = f"{begins:%H:%M:%S}"
        dusk = {"name": "dusk", "time": at, "brightness": _DUSK, "fade": 2}
        await self._set_slots(day, dusk)
        yield await self._reached(
            "at dusk, past three 429s, they follow", _FOLLOWS, _DUSK
        )
        dimmed, off = self._level(_DIMMED), self._level(_OFF)
        yield Check(
            what="a lamp that was dimmed by hand is left alone",
            good=dimmed is not None and abs(dimmed - _BY_HAND) < 1,
            seen=str(dimmed),
        )
        yield Check(
            what="a lamp that is off stays off", good=off is None, seen=str(off)
        )
        await self.fake.restart(context=self.fake.server_context)
        async with asyncio.timeout(_LIMIT):
            await self.fake.wait_for_stream()
        await self._set_slots({**day, "name": "night"})
        yield await self._reached(
            "after a restart of the bridge they follow", _FOLLOWS, _DAY
        )

    async def _set_slots(self, *slots: Json) -> None:
        """Replace the table of the routine."""
        await self.client.post(
            "/api/services/jannenkoti/light_routine_set_slots",
            {"config_entry_id": self._routine, "slots": list(slots)},
        )

    def _level(self, lamp: str) -> float | None:
        """Return the brightness of a lamp; None if it is off."""
        light = self.fake.light(lamp)
        level: float = light["dimming"]["brightness"]
        return level if light["on"]["on"] else None

    async def _shown(self, what: str, expected: int) -> Check:
        """Wait until Home Assistant shows a brightness of the lamp that is dimmed."""

        async def seen() -> bool:
            entities = await self.client.entities()
            at = entities[self.unique_id(_DIMMED)]["entity_id"]
            state = await self.client.get(f"/api/states/{at}")
            level: int | None = state["attributes"].get("brightness")
            return level is not None and abs(level - expected) <= 1

        return await self._eventually(what, seen)

    async def _reached(self, what: str, lamp: str, expected: float) -> Check:
        """Wait until a lamp has a brightness."""

        async def reached() -> bool:
            level = self._level(lamp)
            return level is not None and abs(level - expected) < 1

        return await self._eventually(what, reached)

    async def _eventually(
        self, what: str, good: Callable[[], Awaitable[bool]]
    ) -> Check:
        """Wait until something is true."""
        await eventually(good, within=_LIMIT, what=what)
        return Check(what=what, good=True)
