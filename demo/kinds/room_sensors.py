"""Three ESP32 boards: two in the living room and bedroom, one on the balcony."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, override

from demo.fakes.esp32_boards import FakeBoard, Place, Trouble
from demo.kind import Check, DemoKind
from demo.past import Past, indoors, outdoors
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

LIVING_ROOM, BEDROOM, BALCONY = "Living room", "Bedroom", "Balcony"

# What the originals do; but a receiver takes only so many posts a minute.
_INTERVAL = 10.0
_SHORTEST_INTERVAL = 2.0

_SPIKE_LIMIT = 90


def temperature_of(location: str) -> str:
    """Return the end of the unique id of a board's temperature."""
    return f"_{location}_temperature"


class Demo(DemoKind):
    """The receiver and its boards."""

    boards: ClassVar[tuple[str, ...]] = (LIVING_ROOM, BEDROOM, BALCONY)

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        form = await self.client.start_flow("room_sensors")
        shown = form["description_placeholders"]
        done = await self.client.answer_flow(form, {})
        self.entry_id = done["result"]["entry_id"]
        self.board = {
            place.location: await stack.enter_async_context(self._board(place, shown))
            for place in (
                Place(location=LIVING_ROOM, measure=lambda: self.house.indoors),
                Place(location=BEDROOM, measure=lambda: self.house.indoors, offset=0.2),
                Place(location=BALCONY, measure=lambda: self.house.outdoors),
            )
        }

    def _board(self, place: Place, shown: Json) -> FakeBoard:
        """Let the one on the balcony use the webhook and the others the key."""
        interval = self.scaled(_INTERVAL, _SHORTEST_INTERVAL)
        if place.location == BALCONY:
            return FakeBoard(place, shown["webhook_url"], interval=interval)
        headers = {"Authorization": f"Bearer {shown['api_key']}"}
        return FakeBoard(place, shown["api_url"], headers=headers, interval=interval)

    @override
    def live(self) -> list[str]:
        return [
            f"_{location}_{quantity}"
            for location in self.boards
            for quantity in ("temperature", "humidity")
        ]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        tiles = [
            {
                "type": "tile",
                "entity": entity_ids[f"_{location}_{quantity}"],
                "name": location,
            }
            for location in self.boards
            for quantity in ("temperature", "humidity")
        ]
        drawn = [entity_ids[temperature_of(location)] for location in self.boards]
        heading = self.heading("Room sensors", "mdi:home-thermometer-outline")
        return [heading, *tiles, self.day_graph(drawn)]

    @override
    def details(self, entity_ids: Mapping[str, str]) -> list[Json]:
        drawn = [entity_ids[temperature_of(location)] for location in self.boards]
        heading = self.heading("Room sensors, fast motion", "mdi:fast-forward")
        return [heading, self.graph(drawn)]

    @override
    def areas(self) -> Mapping[str, str]:
        return {temperature_of(location): location for location in self.boards}

    @override
    def past(self) -> list[Past]:
        inside = Past(
            end="", unit="°C", unit_class="temperature", mean=indoors, swing=0.5
        )
        return [
            replace(inside, end=temperature_of(LIVING_ROOM)),
            replace(
                inside,
                end=temperature_of(BEDROOM),
                mean=lambda at: indoors(at) + 0.2,
            ),
            replace(inside, end=temperature_of(BALCONY), mean=outdoors),
        ]

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        async def trouble(trouble: Trouble | None) -> None:
            self.board[LIVING_ROOM].trouble = trouble

        return {
            "freeze_a_sensor": partial(trouble, Trouble.FROZEN),
            "silence_a_sensor": partial(trouble, Trouble.SILENT),
            "repair_the_sensor": partial(trouble, None),
        }

    @override
    def sights(self) -> list[str]:
        return ["three boards post what they measure; the balcony shows the weather"]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        refused = {
            name: [status for status in board.answers if status >= 400]  # noqa: PLR2004
            for name, board in self.board.items()
        }
        yield Check(
            what="every post of the boards is accepted",
            good=not any(refused.values()),
            seen=f"{sum(len(b.answers) for b in self.board.values())} posts",
        )
        yield await self._spike()

    async def _spike(self) -> Check:
        """Let a sensor report 85 °C: it must be counted and not shown."""
        board = self.board[BEDROOM]
        rejected = f"_{BEDROOM}_rejected_reports"
        before = int(float(await self.client.wait_for_value(rejected)))
        board.trouble = Trouble.SPIKING

        async def counted() -> bool:
            return int(float(await self.client.state(rejected) or 0)) > before

        try:
            await eventually(counted, within=_SPIKE_LIMIT, what="a rejected reading")
        finally:
            board.trouble = None
        seen = float(await self.client.wait_for_value(temperature_of(BEDROOM)))
        return Check(
            what="a spike of 85 °C is rejected",
            good=seen < 40,  # noqa: PLR2004  # No room of this house gets there.
            seen=f"shows {seen} °C",
        )
