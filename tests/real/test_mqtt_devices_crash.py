"""Kill a real Home Assistant while an app changes devices.

Every claim, name and configuration that was answered with 200 is there afterwards.
"""

import asyncio
import random
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from demo.client import Client, User
from demo.fakes.mosquitto import Broker
from demo.home_assistant import HomeAssistant
from demo.waiting import eventually

from ..marks import NEEDS_BROKER, REAL_HA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = [*REAL_HA, NEEDS_BROKER]

KILLS = 3
DEVICES = 5
INTERVAL = 0.1  # s, faster than a save that is postponed by each change
CHANGES = 6
"""Answered for each device before a kill, so that saves overlap changes."""
ANSWER_LIMIT = 240
LIMIT = aiohttp.ClientTimeout(total=10)


class Home:
    """A Home Assistant with devices, and what an app was answered about them."""

    def __init__(self, folder: Path) -> None:
        self.home_assistant = HomeAssistant(folder / "config")
        self.client = Client(self.home_assistant.base)
        self.base_url = ""
        self.ids: dict[int, int] = {}
        self.answered: dict[int, int] = {}
        self.requests = 0

    async def start(self) -> None:
        """Start Home Assistant and wait until it answers."""
        await self.home_assistant.start()

        async def answers() -> bool:
            self.home_assistant.check()
            return await self.client.answers()

        await eventually(answers, within=ANSWER_LIMIT, what="an answer")

    async def restart_after_a_kill(self) -> None:
        """Kill Home Assistant and start it again."""
        await self.home_assistant.kill()
        await self.client.disconnect()
        await self.home_assistant.start()
        await eventually(self.is_set_up, within=ANSWER_LIMIT, what="the entry")

    async def is_set_up(self) -> bool:
        """Return whether the devices are served, which needs no complete start."""
        self.home_assistant.check()
        try:
            async with aiohttp.request(
                "GET", f"{self.base_url}/dispositivos", timeout=LIMIT
            ) as response:
                return response.status == HTTPStatus.OK
        except aiohttp.ClientError, TimeoutError:
            return False

    async def has_stored_entry(self) -> bool:
        """Return whether Home Assistant has written the new entry to the disk."""
        file = self.home_assistant.folder / ".storage" / "core.config_entries"
        try:
            return "mqtt_devices" in await asyncio.to_thread(file.read_text)
        except FileNotFoundError:
            return False

    async def add_entry(self, broker: int) -> None:
        """Set up the broker and the entry."""
        await self.client.onboard(User())
        await self.client.wait_until_running()
        await self.client.add_broker(broker)
        form = await self.client.start_flow("mqtt_devices")
        answers = {"name": "Garden", "topic": "dispositivos/estado"}
        form = await self.client.answer_flow(form, answers)
        self.base_url = form["description_placeholders"]["base_url"]
        await self.client.answer_flow(form, {})

    async def request(
        self, session: aiohttp.ClientSession, method: str, path: str, **body: Any
    ) -> Any:
        """Return the body of a good answer, None if there was no answer."""
        url = f"{self.base_url}/dispositivos{path}"
        try:
            async with session.request(method, url, json=body or None) as response:
                assert response.status in {200, 201, 503}, await response.text()
                return None if response.status == 503 else await response.json()
        except aiohttp.ClientError, TimeoutError:
            return None

    async def changed(self, times: int) -> None:
        """Wait until each device was changed so many times."""
        before = dict(self.answered)

        async def is_changed() -> bool:
            return all(
                answered >= before[device] + times
                for device, answered in self.answered.items()
            )

        await eventually(is_changed, within=ANSWER_LIMIT, what="changes")

    async def change(self, session: aiohttp.ClientSession, device: int) -> None:
        """Change a device at an interval until the home is killed."""
        number = self.answered[device]
        while True:
            number += 1
            done = await self.request(
                session,
                "PUT",
                f"/{self.ids[device]}",
                configuracion={"n": number},
                nombre=f"Name {number}",
            )
            if done is None:
                return
            self.answered[device] = number
            self.requests += 1
            await asyncio.sleep(INTERVAL)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """Yield a home and delete it afterwards."""
    home = Home(tmp_path)
    async with Broker() as broker:
        try:
            await home.start()
            await home.add_entry(broker.port)
            await eventually(home.has_stored_entry, within=60, what="the stored entry")
            yield home
        finally:
            await home.client.__aexit__(None, None, None)
            await home.home_assistant.stop()


async def test_everything_answered_200_survives_sigkill(home: Home) -> None:
    chance = random.Random("mqtt")  # noqa: S311 - no secret
    async with aiohttp.ClientSession(timeout=LIMIT) as session:
        for device in range(DEVICES):
            fields = {"serial_number": f"LGT0{device:08}", "nombre": f"Lamp {device}"}
            made = await home.request(session, "POST", "", **fields)
            claimed = await home.request(session, "POST", "/reclamar", **fields)
            assert claimed["id"] == made["id"]
            home.ids[device] = made["id"]
            home.answered[device] = 0
        await home.restart_after_a_kill()
        for kill in range(KILLS):
            changes = [
                asyncio.create_task(home.change(session, device))
                for device in range(DEVICES)
            ]
            await home.changed(CHANGES)
            await asyncio.sleep(chance.uniform(0, 2 * INTERVAL))
            await home.restart_after_a_kill()
            await asyncio.gather(*changes)
            listed = await home.request(session, "GET", "")
            found = {one["id"]: one for one in listed}
            for device, answered in home.answered.items():
                after = found[home.ids[device]]
                assert after["reclamado"], kill
                assert after["configuracion"].get("n", 0) >= answered, kill
                assert int(after["nombre"].split()[-1]) >= answered, kill
    assert home.requests >= KILLS * DEVICES * CHANGES
