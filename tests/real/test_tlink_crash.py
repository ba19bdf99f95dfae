"""A real Home Assistant is killed again and again while ten thousand pushes are sent.

Every reading that was answered with 200 is stored afterwards, exactly once.
"""

import asyncio
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest

from demo.client import Client, User
from demo.home_assistant import HomeAssistant
from demo.waiting import eventually

from ..marks import REAL_HA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = REAL_HA

PUSHES = 10_000
KILLS = 2
SENDERS = 16
SENSORS = 10
ANSWER_LIMIT = 240
LIMIT = aiohttp.ClientTimeout(total=20)
OPTIONS = {"rate_limit": 1_000_000, "silence_minutes": 0, "time_zone": "Etc/UTC"}


class Home:
    """A Home Assistant with one account, and the senders that push to it."""

    def __init__(self, folder: Path) -> None:
        self.home_assistant = HomeAssistant(folder / "config")
        self.client = Client(self.home_assistant.base)
        self.begun = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=40)
        self.accepted: set[int] = set()
        self.repeated = 0
        self.chance = random.Random("tlink")  # noqa: S311 - no secret
        self.waiting = list(range(PUSHES))[::-1]
        self.entry_id = ""
        self.address = ""
        self.up = asyncio.Event()

    async def start(self) -> None:
        await self.home_assistant.start()

        async def answers() -> bool:
            self.home_assistant.check()
            return await self.client.answers()

        await eventually(answers, within=ANSWER_LIMIT, what="an answer")

    async def add_account(self) -> None:
        await self.client.onboard(User())
        await self.client.wait_until_running()
        form = await self.client.start_flow("tlink")
        account = {"time_zone": "Etc/UTC"}
        form = await self.client.answer_flow(
            form, account | {"sender": "platform", "use_cloud": False}
        )
        self.address = form["description_placeholders"]["address"]
        done = await self.client.answer_flow(form, {})
        self.entry_id = done["result"]["entry_id"]
        await self.client.set_options(self.entry_id, OPTIONS)

    def body(self, number: int) -> bytes:
        """Return a push whose reading no other push has."""
        at = self.begun + timedelta(seconds=number // SENSORS)
        reading = {
            "sensorsId": 1 + number % SENSORS,
            "sensorsTypeId": 1,
            "value": str(number),
            "times": f"{at:%H:%M:%S}",
        }
        reported = {"deviceId": 1, "deviceUserid": 2, "sensorsDates": [reading]}
        return json.dumps(reported | {"time": f"{at:%Y-%m-%d %H:%M:%S}"}).encode()

    async def send(self, session: aiohttp.ClientSession) -> None:
        """Push until nothing waits; what was not answered with 200 waits again."""
        while self.waiting:
            await self.up.wait()
            number = self.waiting.pop()
            try:
                async with session.post(self.address, data=self.body(number)) as answer:
                    good = answer.status == 200
            except aiohttp.ClientError, TimeoutError:
                good = False
            if not good:
                # It may have been stored all the same: then it is sent twice.
                self.repeated += 1
                self.waiting.append(number)
                continue
            self.accepted.add(number)

    async def kill_now_and_then(self) -> None:
        """Kill Home Assistant at random moments, and start it again."""
        for kill in range(KILLS):
            share = (kill + self.chance.uniform(0.3, 1)) / (KILLS + 1)

            async def far_enough(share: float = share) -> bool:
                return len(self.accepted) >= share * PUSHES

            await eventually(far_enough, within=ANSWER_LIMIT, what="enough pushes")
            await self.home_assistant.kill()
            self.up.clear()
            await self.client.disconnect()
            await self.start()
            self.up.set()

    async def stored(self) -> Counter[int]:
        """Return how often each reading is there, as the action returns it."""
        found: Counter[int] = Counter()
        path = "/api/services/jannenkoti/tlink_history?return_response"
        for sensor in range(1, SENSORS + 1):
            asked = {"sensor_id": str(sensor), "limit": 10_000}
            answer = await self.client.post(path, asked)
            history = answer["service_response"]["history"]
            found.update(int(reading["value"]) for reading in history)
        return found

    async def latest(self) -> set[int]:
        """Return the latest reading of each sensor; by now their device is silent."""
        path = "/api/services/jannenkoti/tlink_latest?return_response"
        answer = await self.client.post(path, {})
        sensors = answer["service_response"]["sensors"]
        return {int(sensor["latestValue"]) for sensor in sensors}

    async def close(self) -> None:
        await self.client.__aexit__(None, None, None)
        await self.home_assistant.stop()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    home = Home(tmp_path)
    try:
        await home.start()
        await home.add_account()
        yield home
    finally:
        await home.close()


async def test_every_reading_answered_with_200_is_stored_once(
    home: Home,
) -> None:
    home.up.set()
    async with aiohttp.ClientSession(timeout=LIMIT) as session:
        senders = [asyncio.create_task(home.send(session)) for _ in range(SENDERS)]
        await home.kill_now_and_then()
        await asyncio.gather(*senders)
    assert len(home.accepted) == PUSHES
    assert home.repeated, "no kill has hit anybody"

    await home.home_assistant.kill()
    await home.client.disconnect()
    await home.start()
    await home.client.wait_until_running()
    assert await home.stored() == Counter(dict.fromkeys(range(PUSHES), 1))
    # Each sensor shows its latest reading.
    assert await home.latest() == set(range(PUSHES - SENSORS, PUSHES))
    assert not home.home_assistant.complaints()
