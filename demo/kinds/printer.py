"""A Bambu printer in the workshop."""

from typing import TYPE_CHECKING, override

from demo.fakes.printer import ACCESS_CODE, FakePrinter
from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

_LIMIT = 15
# A print of so many layers, one every so many seconds of the house's time.
_LAYERS = 120
_LAYER = 60.0


class Demo(DemoKind):
    """The printer."""

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self.printer = await stack.enter_async_context(FakePrinter())
        step = await self.client.start_flow("printer")
        step = await self.client.answer_flow(
            step,
            {
                "serial": self.printer.serial,
                "host": "127.0.0.1",
                "advanced": {"port": self.printer.port},
            },
        )
        done = await self.client.answer_flow(step, {"access_code": ACCESS_CODE})
        self.entry_id = done["result"]["entry_id"]
        self._begin()

    def _begin(self) -> None:
        """Start a print that progresses."""
        self.printer.print_by_itself(
            layers=_LAYERS, seconds=self.scaled(_LAYER, at_least=1)
        )

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self.printer.serial}_{key}"

    @override
    def live(self) -> list[str]:
        keys = ("status", "progress", "completion", "layer", "nozzle", "bed")
        return [self.unique_id(key) for key in keys]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        return [
            self.heading("3D printer", "mdi:printer-3d"),
            *(
                {
                    "type": "tile",
                    "entity": entity_ids[self.unique_id(key)],
                    "name": {"type": "entity"},
                }
                for key in self._tiles()
            ),
        ]

    def _tiles(self) -> list[str]:
        return ["status", "progress", "completion", "layer", "nozzle", "bed"]

    @override
    def areas(self) -> Mapping[str, str]:
        return {self.unique_id("status"): "Workshop"}

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        return {"print_fails": self._fail, "print_again": self._again}

    async def _fail(self) -> str:
        self.printer.end("FAILED", error=50348044)
        return "the print has failed"

    async def _again(self) -> str:
        self._begin()
        return "another print has begun"

    @override
    def sights(self) -> list[str]:
        return ["the printer prints; its layers and the time of completion change"]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        yield await self._progresses()

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
