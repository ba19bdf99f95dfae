"""A real Home Assistant is killed while it imports an old store, and goes on later.

Its statistics are those that the values of the old store have by a plain calculation.
"""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from demo.client import Client, User
from demo.home_assistant import HomeAssistant
from demo.waiting import eventually

from ..marks import REAL_HA
from ..pure.import_history.stores import JANNENKOTI

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from demo.client import Json

pytestmark = REAL_HA

NAME = "old.db"
ROOMS = 4
HOURS = 2_000
KILLED_BETWEEN = (500, 2 * ROOMS * HOURS - 2_000)
"""Hours: something was written, and enough is left to be written."""
ANSWER_LIMIT = 240
HOUR = 3600
BEGUN = datetime(2025, 3, 1, tzinfo=UTC)
MINUTES = (5, 15, 45)
"""When a board reports in an hour; a value counts until the next one."""
IDS = {
    (room, quantity): f"jannenkoti:esp32_temphum_room_{room}_{quantity}"
    for room in range(ROOMS)
    for quantity in ("temperature", "humidity")
}
ACTION = "/api/services/jannenkoti/import_history?return_response"
FULL = {"path": NAME, "dry_run": False}

type Hours = dict[str, list[tuple[int, float, float, float]]]
"""Start (s), mean, lowest and highest value of each hour, by statistic."""


def value(room: int, quantity: str, number: int) -> float:
    """Return what a board reports; with quarters and halves nothing is rounded."""
    base = 16 if quantity == "temperature" else 40
    return base + room + (number * 7 + room * 3) % 64 / 4


def make(path: Path) -> None:
    """Write a store of some boards."""
    rows = (
        (
            f"Room {room}",
            (BEGUN + timedelta(hours=hour, minutes=minute)).isoformat(),
            value(room, "temperature", hour * len(MINUTES) + place),
            value(room, "humidity", hour * len(MINUTES) + place),
        )
        for hour in range(HOURS)
        for place, minute in enumerate(MINUTES)
        for room in range(ROOMS)
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(JANNENKOTI)
        connection.executemany(
            "INSERT INTO esp32_temphum (location, timestamp, temperature, humidity)"
            " VALUES (?, ?, ?, ?)",
            rows,
        )
        connection.commit()


def calculated() -> Hours:
    """Return what the statistics must be."""
    return {
        statistic_id: [hour_of(room, quantity, hour) for hour in range(HOURS)]
        for (room, quantity), statistic_id in IDS.items()
    }


def hour_of(room: int, quantity: str, hour: int) -> tuple[int, float, float, float]:
    """Return an hour; the last value of the hour before counts until the first."""
    first = hour * len(MINUTES)
    held = [value(room, quantity, first + n) for n in range(-1, len(MINUTES))]
    lasts = [b - a for a, b in pairwise((0, *MINUTES, 60))]
    if not hour:  # Nothing is known of the time before.
        held, lasts = held[1:], lasts[1:]
    mean = sum(x * last for x, last in zip(held, lasts, strict=True)) / sum(lasts)
    return int(BEGUN.timestamp()) + hour * HOUR, mean, min(held), max(held)


class Home:
    """A Home Assistant with an old store in its folder."""

    def __init__(self, folder: Path) -> None:
        self.home_assistant = HomeAssistant(folder / "config")
        self.client = Client(self.home_assistant.base)
        self.store = self.home_assistant.folder / NAME

    async def start(self) -> None:
        await self.home_assistant.start()

        async def answers() -> bool:
            self.home_assistant.check()
            return await self.client.answers()

        await eventually(answers, within=ANSWER_LIMIT, what="an answer")

    async def import_all(self) -> Json:
        """Perform the action and return its report."""
        answer = await self.client.post(ACTION, FULL)
        return answer["service_response"]

    async def restart(self) -> None:
        """Kill it as a power cut does, and start it again."""
        await self.client.disconnect()
        await self.home_assistant.kill()
        await self.start()
        await self.client.wait_until_running()

    async def statistics(self) -> Hours:
        """Return the hours that the recorder has."""
        found: dict[str, list[dict[str, Any]]] = await self.client.command(
            "recorder/statistics_during_period",
            start_time="2025-01-01T00:00:00Z",
            statistic_ids=[*IDS.values()],
            period="hour",
            types=["mean", "min", "max"],
        )
        return {
            statistic_id: [
                (row["start"] // 1000, row["mean"], row["min"], row["max"])
                for row in rows
            ]
            for statistic_id, rows in found.items()
        }

    async def close(self) -> None:
        await self.client.__aexit__(None, None, None)
        await self.home_assistant.stop()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    home = Home(tmp_path)
    await asyncio.to_thread(make, home.store)
    try:
        await home.start()
        await home.client.onboard(User())
        await home.client.wait_until_running()
        await add_account(home)
        yield home
    finally:
        await home.close()


async def add_account(home: Home) -> None:
    """Add any entry: the actions exist from then on, also after a kill."""
    form = await home.client.start_flow("tlink")
    account = {"time_zone": "Etc/UTC", "sender": "platform", "use_cloud": False}
    form = await home.client.answer_flow(form, account)
    done = await home.client.answer_flow(form, {})
    entries = home.home_assistant.folder / ".storage" / "core.config_entries"

    async def stored() -> bool:
        """Home Assistant stores a new entry about a second later."""
        try:
            text = await asyncio.to_thread(entries.read_text)
        except FileNotFoundError:
            return False
        return done["result"]["entry_id"] in text

    await eventually(stored, within=ANSWER_LIMIT, what="the stored entry")


async def killed_in_the_middle(home: Home) -> int:
    """Kill Home Assistant during an import; return how many hours there are."""
    running = asyncio.create_task(home.import_all())

    async def begun() -> bool:
        assert not running.done(), "the import ended before Home Assistant was killed"
        there = sum(map(len, (await home.statistics()).values()))
        return there >= KILLED_BETWEEN[0]

    await eventually(begun, within=ANSWER_LIMIT, what="the first hours")
    await home.restart()
    with pytest.raises(aiohttp.ClientError):
        await running
    return sum(map(len, (await home.statistics()).values()))


async def test_import_that_was_killed_goes_on_to_the_calculated_statistics(
    home: Home,
) -> None:
    before = await asyncio.to_thread(home.store.read_bytes)
    there = await killed_in_the_middle(home)
    assert KILLED_BETWEEN[0] <= there <= KILLED_BETWEEN[1]

    report = (await home.import_all())["series"].values()
    assert sum(each["hours_present"] for each in report) == there
    assert sum(each["hours_written"] for each in report) == len(IDS) * HOURS - there
    statistics, wanted = await home.statistics(), calculated()
    assert statistics.keys() == wanted.keys()
    for statistic_id, rows in wanted.items():
        assert [*chain(*statistics[statistic_id])] == pytest.approx(
            [*chain(*rows)], rel=0, abs=1e-9
        ), statistic_id

    report = (await home.import_all())["series"].values()
    assert sum(each["hours_written"] for each in report) == 0
    assert await home.statistics() == statistics
    assert await asyncio.to_thread(home.store.read_bytes) == before
    assert [*home.store.parent.glob(f"{NAME}*")] == [home.store]
    assert not home.home_assistant.complaints()
