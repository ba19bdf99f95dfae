"""Attacks on a real Home Assistant that take minutes: `scripts/attack --long`."""

import asyncio
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from demo.demo_house import DemoHouse
from demo.waiting import eventually

from ..marks import REAL_HA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = REAL_HA

FLOOD = 10_000
RELOADS = 100
KILLS = 20
SENDERS = 8
# HA itself grows while it warms up; the leak of the first version was 100 MB.
MOST_GROWTH = 25.0  # MB
HEADERS = {"X-Filler": "x" * 3_000}


@pytest.fixture
async def demo() -> AsyncIterator[DemoHouse]:
    async with DemoHouse(speed=1) as demo:
        yield demo


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield session


def resident(demo: DemoHouse) -> float:
    """Return the resident memory of the process in MB."""
    status = Path(f"/proc/{demo.home_assistant.pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def flood(
    session: aiohttp.ClientSession, method: str, address: str, count: int
) -> None:
    """Send so many requests, some at a time."""

    async def send(number: int) -> None:
        for _ in range(number):
            async with session.request(method, address, headers=HEADERS) as response:
                await response.read()

    await asyncio.gather(*(send(count // SENDERS) for _ in range(SENDERS)))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/jannenkoti/dispositivos/wrong/dispositivos"),
        ("PUT", "/api/jannenkoti/dispositivos/wrong/dispositivos/1"),
        ("POST", "/api/jannenkoti/tlink/wrong"),
        ("POST", "/api/esp32_temphum"),
        ("GET", "/api/webhook/wrong"),
    ],
)
async def test_flood_of_refused_requests_leaves_memory_flat(
    demo: DemoHouse, session: aiohttp.ClientSession, method: str, path: str
) -> None:
    address = f"{demo.home_assistant.base}{path}"
    await flood(session, method, address, FLOOD // 5)
    before = resident(demo)
    await flood(session, method, address, FLOOD)
    assert resident(demo) - before < MOST_GROWTH
    assert not demo.home_assistant.complaints()


async def test_hundred_reloads_of_every_entry_leave_memory_flat(
    demo: DemoHouse,
) -> None:
    async def reload_all() -> None:
        for kind in demo.kinds.values():
            path = f"/api/config/config_entries/entry/{kind.entry_id}/reload"
            await demo.client.post(path, {})

    for _ in range(RELOADS // 5):
        await reload_all()
    before = resident(demo)
    for _ in range(RELOADS):
        await reload_all()
    assert resident(demo) - before < MOST_GROWTH
    entries = await demo.client.get("/api/config/config_entries/entry")
    states = {e["state"] for e in entries if e["domain"] == "jannenkoti"}
    assert states == {"loaded"}


async def test_configuration_that_was_answered_with_200_survives_every_kill(
    demo: DemoHouse, session: aiohttp.ClientSession
) -> None:
    """A device's configuration is on disk before its PUT is answered."""
    kind: Any = demo.kinds.get("mqtt_devices")
    if kind is None:
        pytest.skip("no mosquitto")
    device = kind.devices["LGT0"]
    chance = random.Random("kills")  # noqa: S311 - no secret
    answered = 0

    async def address() -> str:
        async with session.get(f"{device.base_url}/dispositivos") as response:
            devices = await response.json()
        number = next(d["id"] for d in devices if d["serial_number"] == device.serial)
        return f"{device.base_url}/dispositivos/{number}"

    async def put_until_killed(where: str) -> None:
        nonlocal answered
        number = answered
        while True:
            number += 1
            body = {"configuracion": {"marca": number}}
            try:
                async with session.put(where, json=body) as response:
                    if response.status == 200:
                        answered = number
            except aiohttp.ClientError, TimeoutError:
                return
            await asyncio.sleep(0.02)

    for _ in range(KILLS):
        sender = asyncio.create_task(put_until_killed(await address()))
        await asyncio.sleep(chance.uniform(0.5, 2))
        await demo.kill()
        await sender
        await demo.restart()

        async def there() -> bool:
            async with session.get(f"{device.base_url}/dispositivos") as response:
                return response.status == 200

        await eventually(there, within=60, what="the list of devices")
        async with session.get(await address()) as response:
            stored = (await response.json())["configuracion"]["marca"]
        assert stored >= answered
    assert answered > KILLS
