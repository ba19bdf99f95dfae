"""Puts the demo house together: Home Assistant, the fakes, an entry of every kind."""

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from .areas import assign_areas
from .client import Client, CommandError, User
from .dashboard import PATH, make_dashboard
from .home_assistant import HomeAssistant, HomeAssistantError
from .house import House
from .kinds import all_kinds
from .past import import_past
from .physics import Clock
from .scenarios import Scenarios
from .waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from .kind import DemoKind

_ANSWER_LIMIT = 240


class HouseError(Exception):
    """The house could not be built; the text has the cause and the log's complaints."""


class DemoHouse:
    """The whole house; `async with` builds it and removes all of it."""

    def __init__(
        self,
        *,
        speed: float = 1.0,
        port: int | None = None,
        say: Callable[[str], object] = lambda _line: None,
        only: Collection[str] | None = None,
        house: House | None = None,
    ) -> None:
        """Initialize a house whose clock runs ``speed`` times real time.

        ``only`` names its device families; by default the house has all of them.
        ``house`` is another room, afternoon or time zone, with its own clock.
        """
        self.user = User()
        self.house = house or House(Clock(speed))
        self.kinds: dict[str, DemoKind] = {}
        self._port = port
        self._say = say
        self._only = only
        self.scenarios = Scenarios()
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        """Return the address of the dashboard."""
        return f"{self.home_assistant.base}/{PATH}"

    async def __aenter__(self) -> Self:
        """Build the house; if that fails or is cancelled, remove what exists."""
        async with AsyncExitStack() as stack:
            try:
                await self._build(stack)
            except (TimeoutError, CommandError, HomeAssistantError) as err:
                text = "\n".join((str(err), *self.home_assistant.complaints()))
                raise HouseError(text) from err
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop Home Assistant first, then the devices, and delete the folder."""
        await self._stack.aclose()

    async def _build(self, stack: AsyncExitStack) -> None:
        folder = Path(tempfile.mkdtemp(prefix="jannenkoti-demo-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        await stack.enter_async_context(self.scenarios)
        kinds = dict(self._choose_kinds())
        parts = [kind.configuration for kind in kinds.values()]
        self.home_assistant = HomeAssistant(
            folder / "config",
            port=self._port,
            zone=self.house.zone,
            configuration=merged([self.scenarios.configuration, *parts]),
        )
        self.client = await stack.enter_async_context(Client(self.home_assistant.base))
        # Fakes stop last, so that Home Assistant does not lose them.
        fakes = await stack.enter_async_context(AsyncExitStack())
        stack.push_async_callback(self.stop)
        self._say("starting Home Assistant")
        await self.home_assistant.start()
        await self._wait_for_answer()
        await self.client.onboard(self.user)
        await self.client.wait_until_running()
        for name, kind in kinds.items():
            self._say(f"setting up {name}")
            self.kinds[name] = kind(self.client, self.house)
            await self.kinds[name].start(fakes)
            self.scenarios.add(name, self.kinds[name].scenarios())
        await self._wait_for_life()
        await assign_areas(self.client, self.kinds.values())
        await import_past(self.client, self.kinds.values(), self.house.zone)
        await make_dashboard(self.client, self.kinds.values(), self.scenarios.cards())
        self._say("every device family is live")

    def _choose_kinds(self) -> Iterator[tuple[str, type[DemoKind]]]:
        """Yield the families of this house; print which ones are left out."""
        for name, kind in all_kinds().items():
            if self._only is not None and name not in self._only:
                continue
            if (program := kind.lacks()) is not None:
                self._say(f"no {program} here, so {name} is left out")
                continue
            yield name, kind

    async def _wait_for_life(self) -> None:
        """Wait until every listed entity has a value."""
        await asyncio.gather(
            *(
                self.client.wait_for_value(unique_id)
                for kind in self.kinds.values()
                for unique_id in kind.live()
            )
        )

    async def stop(self) -> None:
        """Stop Home Assistant; close the client first, because it would wait for it."""
        await self.client.disconnect()
        await self.home_assistant.stop()

    async def kill(self) -> None:
        """Kill Home Assistant, as a power cut does."""
        await self.home_assistant.kill()
        await self.client.disconnect()

    async def restart(self) -> None:
        """Start Home Assistant again, after it was stopped or killed."""
        await self.home_assistant.start()
        await self._wait_for_answer()
        await self.client.wait_until_running()

    async def _wait_for_answer(self) -> None:
        async def answers() -> bool:
            self.home_assistant.check()
            return await self.client.answers()

        await eventually(answers, within=_ANSWER_LIMIT, what="Home Assistant's answer")


def merged(parts: Iterable[str]) -> str:
    """Return pieces of a configuration as one; several may have the same key."""
    blocks: dict[str, list[str]] = {}
    block = list[str]()
    for line in "\n".join(parts).splitlines():
        if line and not line[0].isspace():
            block = blocks.setdefault(line, [])
        elif line:
            block.append(line)
    return "".join("\n".join([key, *block, ""]) for key, block in blocks.items())
