"""A real Home Assistant to measure, with the bare webhook beside the integration."""

import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.client import Client, User
from demo.home_assistant import HomeAssistant
from demo.waiting import eventually

from .bare_webhook.const import ABOUT, DOMAIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from demo.fakes.tuya_air_conditioner import FakeAirConditioner

_BARE_WEBHOOK = Path(__file__).parent / DOMAIN
_CONFIGURATION = f"""\
{DOMAIN}:
sensor:
  - platform: {DOMAIN}
"""
_ANSWER_LIMIT = 90
_RUNNING_LIMIT = 60


@dataclass(frozen=True)
class Cpu:
    """CPU time that was used so far, in seconds."""

    loop: float
    """Of the thread of the event loop."""
    process: float

    def since(self, before: Cpu) -> Cpu:
        """Return what was used since then."""
        return Cpu(self.loop - before.loop, self.process - before.process)

    def __truediv__(self, seconds: float) -> Cpu:
        """Return what was used in each second."""
        return Cpu(self.loop / seconds, self.process / seconds)


class Home:
    """A Home Assistant in a folder that outlives its restarts."""

    def __init__(self, folder: Path, *, configuration: str = "") -> None:
        """Furnish the folder."""
        self.home_assistant = HomeAssistant(folder)
        # An installed Home Assistant has compiled its modules at an earlier start.
        self.home_assistant.environment |= {
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }
        self.client = Client(self.home_assistant.base)
        # Boards have no token, and a token costs time to check.
        self.boards = Client(self.home_assistant.base)
        self._user: User | None = None
        (folder / "custom_components" / DOMAIN).symlink_to(_BARE_WEBHOOK)
        with (folder / "configuration.yaml").open("a") as file:
            file.write(_CONFIGURATION + configuration)

    async def start(self, *, see_entries: bool = True) -> float:
        """Start it; return the seconds until it was running.

        Raises unless all entries are set up, if they are to be.
        """
        begun = time.monotonic()
        await self.home_assistant.start()
        await eventually(self._answers, within=_ANSWER_LIMIT, what="an answer")
        if self._user is None:
            self._user = User()
            await self.client.onboard(self._user)
        await self.client.wait_until_running()
        running_at = await eventually(
            self._running_at, within=_RUNNING_LIMIT, what="the end of the start"
        )
        if see_entries:
            await self._see_entries()
        return float(running_at - begun)

    async def _answers(self) -> bool:
        self.home_assistant.check()
        return await self.client.answers()

    async def _running_at(self) -> float:
        return float((await self._about())["running_at"] or 0)

    async def _see_entries(self) -> None:
        """Raise if an entry is not set up, for then there is nothing to measure."""
        path = "/api/config/config_entries/entry?domain=jannenkoti"
        lame = [e for e in await self.client.get(path) if e["state"] != "loaded"]
        if lame:
            text = f"not set up: {lame}"
            raise RuntimeError(text)

    async def stop(self) -> None:
        """Stop it in order; it would wait ten seconds for a client."""
        await self.client.disconnect()
        await self.home_assistant.stop()

    async def restart(self) -> None:
        """Stop it and start it again."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        """Stop it for good."""
        await self.stop()
        for client in (self.client, self.boards):
            await client.__aexit__(None, None, None)

    async def _about(self) -> dict[str, Any]:
        about: dict[str, Any] = await self.boards.post(f"/api/webhook/{ABOUT}", {})
        return about

    async def start_cpu(self) -> Cpu:
        """Return the CPU time of its start."""
        return Cpu(**(await self._about())["start_cpu"])

    async def modules(self) -> list[str]:
        """Return the names of all that it has imported."""
        return list((await self._about())["modules"])

    async def task(self) -> Path:
        """Return where the kernel keeps the accounts of its threads."""
        return Path(f"/proc/{(await self._about())['pid']}/task")

    # --- entries ---------------------------------------------------------------------

    async def add_receiver(self, options: dict[str, Any] | None = None) -> str:
        """Add a receiver for boards; return where they post to."""
        form = await self.client.start_flow("room_sensors")
        url: str = form["description_placeholders"]["webhook_url"]
        done = await self.client.answer_flow(form, {})
        if options:
            await self.client.set_options(done["result"]["entry_id"], options)
        return url

    async def add_tlink(self) -> str:
        """Add an account that anybody may push to; return where."""
        form = await self.client.start_flow("tlink")
        account = {"time_zone": "Etc/UTC"}
        form = await self.client.answer_flow(
            form, account | {"sender": "platform", "use_cloud": False}
        )
        url: str = form["description_placeholders"]["address"]
        done = await self.client.answer_flow(form, {})
        limit = {"rate_limit": 1_000_000}
        await self.client.set_options(done["result"]["entry_id"], limit)
        return url.removeprefix(self.home_assistant.base)

    async def add_tuya(self, unit: FakeAirConditioner) -> None:
        """Add an air conditioner on the local network."""
        answers = {
            "device_id": unit.device_id,
            "host": "127.0.0.1",
            "port": unit.port,
            "local_key": unit.local_key,
            "version": "auto",
        }
        await self._add_air_conditioner("tuya_lan", answers)

    async def add_switched(self, entity_id: str) -> None:
        """Add an air conditioner behind an entity of another integration."""
        await self._add_air_conditioner("entity", {"entity_id": entity_id})

    async def _add_air_conditioner(self, driver: str, answers: dict[str, Any]) -> None:
        step = await self.client.start_flow("air_conditioner")
        choice = {"next_step_id": f"air_conditioner_{driver}"}
        step = await self.client.answer_flow(step, choice)
        step = await self.client.answer_flow(step, answers)
        sensors = ["sensor.entities_board0_temperature"]
        await self.client.answer_flow(step, {"temperature_sensors": sensors})


@asynccontextmanager
async def home(*, configuration: str = "") -> AsyncIterator[Home]:
    """Yield a home that is not started yet; nothing of it stays."""
    with tempfile.TemporaryDirectory(
        prefix="jannenkoti-bench-", ignore_cleanup_errors=True
    ) as folder:
        built = Home(Path(folder) / "config", configuration=configuration)
        try:
            yield built
        finally:
            await built.close()


def cpu(task: Path) -> Cpu:
    """Return the CPU time of a Home Assistant: its first thread runs the loop."""
    used = {
        thread.name: int((thread / "schedstat").read_text().split()[0]) / 1e9
        for thread in task.iterdir()
    }
    return Cpu(loop=used[task.parent.name], process=sum(used.values()))
