"""A million rows of ``esp32_temphum`` become statistics in a real Home Assistant.

Also a second run, and one whose Home Assistant is killed: all give the same statistics.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from demo.client import CommandError

from .bare_webhook.const import LAG
from .figure import Figure, note
from .home import home

if TYPE_CHECKING:
    from pathlib import Path

    from .home import Home

_ROWS = 1_000_000
_ROOMS = 5
_FEW = 333 * 60 * _ROOMS
"""Whole hours: an hour that is there is kept, also if only a part of it was known."""
_BEGUN = datetime(2025, 1, 1, tzinfo=UTC).timestamp()
_GOAL, _LAG_GOAL, _MEMORY_GOAL = 60.0, 0.05, 60.0
_POLL = 0.25
_KILLED_AFTER = 5_000
"""Hours that are written before Home Assistant is killed."""
_SCHEMA = """CREATE TABLE esp32_temphum (id INTEGER PRIMARY KEY AUTOINCREMENT,
location TEXT NOT NULL, timestamp TEXT NOT NULL, temperature REAL NOT NULL,
humidity REAL NOT NULL, ac_on BOOLEAN)"""
_INSERT = """INSERT INTO esp32_temphum
(location, timestamp, temperature, humidity, ac_on) VALUES (?, ?, ?, ?, ?)"""


def _make(path: Path, count: int) -> None:
    """Write a store in which five boards report each minute."""
    zone = ZoneInfo("Europe/Helsinki")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_SCHEMA)
        rows = (
            (
                f"Room {n % _ROOMS}",
                datetime.fromtimestamp(_BEGUN + n // _ROOMS * 60, zone).isoformat(),
                20 + n % 700 / 100,
                40 + n % 300 / 10,
                n % 2,
            )
            for n in range(count)
        )
        connection.executemany(_INSERT, rows)
        connection.commit()


async def _start_import(house: Home, name: str) -> str:
    """Answer the steps until statistics are written; return the id of the flow."""
    client = house.client
    step = await client.start_flow("import_history")
    step = await client.answer_flow(step, {"path": name})
    while step["type"] == "progress":
        await asyncio.sleep(_POLL)
        step = await client.get(f"/api/config/config_entries/flow/{step['flow_id']}")
    step = await client.answer_flow(step, {})
    step = await client.answer_flow(step, {})
    return str(step["flow_id"])


async def _import(house: Home, name: str) -> float:
    """Import a store; return how long that took."""
    begun = time.monotonic()
    flow_id = await _start_import(house, name)
    while True:
        try:
            await house.client.get(f"/api/config/config_entries/flow/{flow_id}")
        except CommandError:  # It has ended.
            return time.monotonic() - begun
        await asyncio.sleep(_POLL)


async def _statistics(house: Home) -> dict[str, Any]:
    """Return all statistics that were imported."""
    ids = [
        f"jannenkoti:esp32_temphum_room_{room}_{quantity}"
        for room in range(_ROOMS)
        for quantity in ("temperature", "humidity")
    ]
    found: dict[str, Any] = await house.client.command(
        "recorder/statistics_during_period",
        start_time="2024-12-01T00:00:00Z",
        statistic_ids=ids,
        period="hour",
        types=["mean", "min", "max"],
    )
    return found


def _memory(house: Home) -> float:
    """Return the most memory that the process has used, MiB."""
    path = f"/proc/{house.home_assistant.pid}/status"
    with open(path, encoding="ascii") as file:  # noqa: PTH123 - a file of the kernel
        line = next(line for line in file if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def measure() -> list[Figure]:
    """Import a few rows, then a million; again; and with a kill in between."""
    async with home() as house:
        folder = house.home_assistant.folder
        await asyncio.to_thread(_make, folder / "few.db", _FEW)
        await asyncio.to_thread(_make, folder / "many.db", _ROWS)
        await house.start()
        await _import(house, "few.db")
        before = _memory(house)
        await house.boards.post(f"/api/webhook/{LAG}", {})
        took = await _import(house, "many.db")
        lags = await house.boards.post(f"/api/webhook/{LAG}", {})
        grown = _memory(house) - before
        whole = await _statistics(house)
        again = await _import(house, "many.db")
        differs = float(await _statistics(house) != whole)
        note(f"second run {again:.1f} s; longest lags " + str(lags))
    killed = float(await _killed() != whole)
    hours = sum(map(len, whole.values()))
    note(f"{_ROWS} rows, {hours} hours of {len(whole)} series")
    return [
        _figure("import_rows", took, "s", _GOAL),
        _figure("import_rows_lag", lags["own"], "s", _LAG_GOAL),
        _figure("import_rows_memory", grown, "MiB", _MEMORY_GOAL),
        _figure("import_rows_repeat_differs", differs, "", 0),
        _figure("import_rows_killed_differs", killed, "", 0),
    ]


async def _killed() -> dict[str, Any]:
    """Kill Home Assistant during an import and start that again."""
    async with home() as house:
        name = "many.db"
        await asyncio.to_thread(_make, house.home_assistant.folder / name, _ROWS)
        await house.start()
        await _start_import(house, name)
        there = 0
        while there < _KILLED_AFTER:
            await asyncio.sleep(_POLL)
            there = sum(map(len, (await _statistics(house)).values()))
        await house.client.disconnect()
        await house.home_assistant.kill()
        note(f"killed with {there} hours written")
        await house.start()
        await _import(house, name)
        return await _statistics(house)


def _figure(name: str, ours: float, unit: str, goal: float) -> Figure:
    """Return a figure without a reference."""
    return Figure(
        name=name, ours=ours, reference=None, unit=unit, ratio=None, goal=goal
    )
