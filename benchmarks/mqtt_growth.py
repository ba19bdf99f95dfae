"""What a message costs with 2,000 claimed devices, beside one with 20.

First of the event loop of a whole Home Assistant, then of the rules of an entry alone
(parse, budget, device, log, watch).
"""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim, to_data
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import (
    DeviceRegistry,
)
from custom_components.jannenkoti.kinds.mqtt_devices.const import DEVICE
from demo.fakes.mosquitto import Broker

from .figure import Figure, note, spread
from .home import home
from .mqtt_ingest_cost import Publisher, Side, add_entry, cost, per_message, serial

if TYPE_CHECKING:
    from pathlib import Path

    from .home import Cpu, Home

_FEW, _MANY = 20, 2_000
_GOAL = 1.2

_ENTRIES = 5
"""Of each home; Home Assistant takes at most 10,000 entities of an entry."""
_SHOWN = 2
"""Parameters of each device."""
_SIDE = Side(name="ours", topic="bench/estado/{}", topics=_ENTRIES)
_ROUNDS = 8
_SETTLE = 5.0
"""Seconds until the first reports are recorded."""

_RULES_MESSAGES = 20_000
_RULES_ROUNDS = 7
_INTERVAL = timedelta(seconds=10)
"""Of each device, however many there are; the templates' own."""
_NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def measure() -> list[Figure]:
    """Measure both figures."""
    return [
        _figure("mqtt_growth", "µs of the loop per message", await _homes()),
        _figure("mqtt_growth_rules", "µs per message", _rules()),
    ]


def _figure(name: str, unit: str, costs: dict[int, list[float]]) -> Figure:
    for devices, seen in costs.items():
        note(f"{name}, {devices} devices: {spread(seen, 'µs')}")
    ours, reference = median(costs[_MANY]), median(costs[_FEW])
    return Figure(
        name=name,
        ours=ours,
        reference=reference,
        unit=unit,
        ratio=ours / reference,
        goal=_GOAL,
        goal_is_ratio=True,
    )


# --- a whole Home Assistant ----------------------------------------------------------


async def _homes() -> dict[int, list[float]]:
    """Measure two homes in turns, which have a broker each."""
    async with AsyncExitStack() as stack:
        sides: dict[int, tuple[Publisher, Path]] = {}
        for devices in (_FEW, _MANY):
            broker = await stack.enter_async_context(Broker())
            house = await stack.enter_async_context(home())
            await _furnish(house, broker, devices)
            publisher = Publisher(broker.port, devices)
            stack.callback(publisher.close)
            # Each device reports, so that none is silent.
            await publisher.say_evenly(_SIDE, _MANY)
            await asyncio.sleep(_SETTLE)
            await _see_values(house, devices)
            sides[devices] = publisher, await house.task()
        return await _rounds(sides)


async def _see_values(house: Home, devices: int) -> None:
    """Raise unless all show their report, because too little would be measured."""
    states = await house.client.get("/api/states")
    shown = sum(
        state["attributes"].get("device_class") in {"temperature", "humidity"}
        and state["state"] not in {"unknown", "unavailable"}
        for state in states
    )
    if shown != _SHOWN * devices:
        text = f"{shown} values of {devices} devices in {len(states)} states"
        raise RuntimeError(text)


async def _furnish(house: Home, broker: Broker, devices: int) -> None:
    """Start with so many claims that are already stored."""
    await house.start()
    await house.client.add_broker(broker.port)
    topics = [_SIDE.topic.format(number) for number in range(_ENTRIES)]
    ids = [(await add_entry(house, topic))[0] for topic in topics]
    await house.stop()
    file = house.home_assistant.folder / ".storage" / "core.config_entries"
    stored = json.loads(file.read_text())
    for entry in stored["data"]["entries"]:
        if entry["entry_id"] in ids:
            first = ids.index(entry["entry_id"])
            numbers = range(first, devices, _ENTRIES)
            entry["subentries"] = [_subentry(number) for number in numbers]
    file.write_text(json.dumps(stored))
    note(f"with {devices} devices it is running after {await house.start():.1f} s")


def _subentry(number: int) -> dict[str, object]:
    """Return a claim as Home Assistant stores it."""
    claim = Claim(serial=serial(number), configuration={"modo": "manual"})
    return {
        "data": to_data(claim),
        "subentry_id": f"BENCH{number:021}",
        "subentry_type": DEVICE,
        "title": claim.serial,
        "unique_id": claim.serial,
    }


async def _rounds(
    sides: dict[int, tuple[Publisher, Path]],
) -> dict[int, list[float]]:
    """Measure the homes in turns, what they do without messages taken off."""
    idle: dict[int, list[Cpu]] = {devices: [] for devices in sides}
    busy: dict[int, list[Cpu]] = {devices: [] for devices in sides}
    for _ in range(_ROUNDS):
        for devices, (publisher, task) in sides.items():
            idle[devices].append(await cost(publisher, task, None))
            busy[devices].append(await cost(publisher, task, _SIDE))
    return {devices: per_message(busy[devices], idle[devices]) for devices in sides}


# --- the rules alone -----------------------------------------------------------------


def _rules() -> dict[int, list[float]]:
    """Measure the rules in turns."""
    entries = {devices: _Rules(devices) for devices in (_FEW, _MANY)}
    costs: dict[int, list[float]] = {devices: [] for devices in entries}
    for entry in entries.values():
        entry.receive_all()  # Logs are full, report intervals learned.
    for _ in range(_RULES_ROUNDS):
        for devices, entry in entries.items():
            costs[devices].append(entry.receive_all())
    return costs


class _Rules:
    """The rules with so many devices."""

    def __init__(self, devices: int) -> None:
        """Claim them."""
        self._hub = DeviceRegistry(UTC, per_minute=1_000_000)
        for number in range(devices):
            self._hub.claim(Claim(serial=serial(number)))
        self._hub.share_log()
        self._payloads = [
            b'{"serial_number":"%b","estado":"activo",'
            b'"parametros":{"temperatura":%d,"humedad":%d}}'
            % (serial(number).encode(), turn, 40 + turn)
            for turn in range(_RULES_MESSAGES // devices)
            for number in range(devices)
        ]
        self._now = _NOW
        self._step = _INTERVAL / devices

    def receive_all(self) -> float:
        """Return the CPU time of a message, in microseconds."""
        begun = time.thread_time()
        for payload in self._payloads:
            self._now += self._step
            self._hub.receive(payload, self._now)
        return (time.thread_time() - begun) * 1e6 / _RULES_MESSAGES
