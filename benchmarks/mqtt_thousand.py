"""How a home with 1,000 claimed devices is set up, and how late it shows messages.

The entry is disabled when Home Assistant starts. Once it is enabled, all devices and
entities are registered; then the entry is reloaded with them. After that the devices
send 200 messages a second; each is followed from the publisher to the state.
"""

import asyncio
import json
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import (
    Claim,
    Identity,
    to_data,
)
from custom_components.jannenkoti.kinds.mqtt_devices.const import DEVICE
from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    ACTUATOR_TYPE,
    DEVICE_TYPES,
    SENSOR_TYPE,
)
from demo.fakes.mosquitto import Broker

from .bare_webhook.const import COLLECTIONS, LAG, TIMES
from .figure import Figure, note
from .home import cpu, home
from .mqtt_ingest_cost import TOPIC, Publisher, add_entry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from .home import Home

_DEVICES = 1_000
_SETUP_GOAL = 10.0  # s
_BLOCK_GOAL = 0.2  # s
_LAG_GOAL = 250.0  # ms
_RATE = 200.0  # messages a second
_LASTS = 30  # s
_SETTLE = 10.0
"""Seconds until new states are recorded and the registries are saved."""


async def measure() -> list[Figure]:
    """Set up the devices twice, then let them report."""
    async with Broker() as broker, home() as house:
        await _furnish(house, broker)
        task = await house.task()
        # Subscribed before the entry, so that a message is noted when it arrives.
        await house.boards.post(f"/api/webhook/{TIMES}", {"topic": TOPIC})
        first = await _set_up(house, task, _enable, "registered and set up")
        again = await _set_up(house, task, _reload, "reloaded")
        publisher = Numbered(broker.port, len(serials()))
        try:
            lags = await _lags(house, publisher, task)
        finally:
            publisher.close()
    wall = max(first["wall"], again["wall"])
    block = max(first["cpu"], again["cpu"])
    return [
        _figure("mqtt_setup_1000", wall, "s", _SETUP_GOAL),
        _figure("mqtt_setup_1000_block", block, "s of CPU", _BLOCK_GOAL),
        _figure("mqtt_lag_1000", _p99(lags["all"]), "ms", _LAG_GOAL, _p99(lags["way"])),
    ]


def _figure(
    name: str, ours: float, unit: str, goal: float, reference: float | None = None
) -> Figure:
    return Figure(
        name=name,
        ours=ours,
        reference=reference,
        unit=unit,
        ratio=None if reference is None else ours / reference,
        goal=goal,
    )


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[-1]


def serials() -> list[str]:
    """Return the serial numbers of devices of all types."""
    prefixes = [*DEVICE_TYPES]
    return [
        f"{prefixes[number % len(prefixes)]}{number:08}" for number in range(_DEVICES)
    ]


# --- setup ---------------------------------------------------------------------------


async def _furnish(house: Home, broker: Broker) -> None:
    """Start with so many claims in a disabled entry."""
    await house.start()
    await house.client.add_broker(broker.port)
    entry_id, _ = await add_entry(house)
    await house.stop()
    file = house.home_assistant.folder / ".storage" / "core.config_entries"
    stored = json.loads(file.read_text())
    for entry in stored["data"]["entries"]:
        if entry["entry_id"] == entry_id:
            entry["subentries"] = [
                _subentry(number, serial) for number, serial in enumerate(serials())
            ]
            entry["disabled_by"] = "user"
    file.write_text(json.dumps(stored))
    await house.start(see_entries=False)


def _subentry(number: int, serial: str) -> dict[str, object]:
    """Return a claim as Home Assistant stores it."""
    acts = DEVICE_TYPES[serial[:4]].acts
    claim = Claim(
        serial=serial,
        identity=Identity(
            name=f"Device {number}", type=ACTUATOR_TYPE if acts else SENSOR_TYPE
        ),
        configuration={"modo": "manual", "encendido": True},
    )
    return {
        "data": to_data(claim),
        "subentry_id": f"BENCH{number:021}",
        "subentry_type": DEVICE,
        "title": claim.identity.name,
        "unique_id": serial,
    }


async def _enable(house: Home, entry_id: str) -> None:
    """Enable the entry."""
    await house.client.command(
        "config_entries/disable", entry_id=entry_id, disabled_by=None
    )


async def _reload(house: Home, entry_id: str) -> None:
    """Reload the entry."""
    await house.client.post(f"/api/config/config_entries/entry/{entry_id}/reload", {})


async def _set_up(
    house: Home,
    task: Path,
    act: Callable[[Home, str], Awaitable[None]],
    what: str,
) -> dict[str, float]:
    """Return what a setup takes; raises RuntimeError if it fails."""
    path = "/api/config/config_entries/entry?domain=jannenkoti"
    (entry,) = await house.client.get(path)
    await asyncio.sleep(_SETTLE)
    await house.boards.post(f"/api/webhook/{LAG}", {})
    before, begun = cpu(task), time.monotonic()
    await act(house, entry["entry_id"])
    wall = time.monotonic() - begun
    used = cpu(task).since(before)
    lags: dict[str, float] = await house.boards.post(f"/api/webhook/{LAG}", {})
    (entry,) = await house.client.get(path)
    if entry["state"] != "loaded":
        text = f"the entry is {entry['state']}"
        raise RuntimeError(text)
    states = await house.client.get("/api/states")
    note(
        f"{_DEVICES} devices, {len(states)} states, {what}: {wall:.2f} s; CPU of the "
        f"loop {used.loop:.2f} s, of the process {used.process:.2f} s; longest lags "
        + ", ".join(f"{name} {seconds * 1e3:.0f} ms" for name, seconds in lags.items())
    )
    return {"wall": wall, **lags}


# --- messages ------------------------------------------------------------------------


class Numbered(Publisher):
    """All devices, with a temperature in each message that occurs only once."""

    def __init__(self, port: int, devices: int) -> None:
        """Connect."""
        super().__init__(port, devices)
        self.sent: dict[str, float] = {}

    async def send(self, seconds: float, first: int) -> None:
        """Publish at the rate of this benchmark."""
        names, begun = serials(), time.monotonic()
        for number in range(int(seconds * _RATE)):
            await asyncio.sleep(begun + number / _RATE - time.monotonic())
            temperature = round((first + number) / 1_000, 3)
            said = {
                "serial_number": names[number % len(names)],
                "estado": "activo",
                "parametros": {"temperatura": temperature, "humedad": 30 + number % 40},
            }
            self.sent[str(temperature)] = time.monotonic()
            self.publish(TOPIC, said)


async def _lags(house: Home, publisher: Numbered, task: Path) -> dict[str, list[float]]:
    """Return the milliseconds of each message: all, ours, and the way to us."""
    times = f"/api/webhook/{TIMES}"
    # The first round adds the entities of parameters that are new.
    await publisher.send(_DEVICES / _RATE + 1, 1)
    await asyncio.sleep(_SETTLE)
    await house.boards.post(times, {})
    publisher.sent.clear()
    await house.boards.post(f"/api/webhook/{LAG}", {})
    await house.boards.post(f"/api/webhook/{COLLECTIONS}", {})
    before = cpu(task)
    await publisher.send(_LASTS, 2 * _DEVICES)
    await asyncio.sleep(1)
    used = cpu(task).since(before)
    lags = await house.boards.post(f"/api/webhook/{LAG}", {})
    full = await house.boards.post(f"/api/webhook/{COLLECTIONS}", {})
    noted: dict[str, dict[str, float]] = await house.boards.post(times, {})
    arrived, shown = noted["arrived"], noted["shown"]
    found = [one for one in publisher.sent if one in arrived and one in shown]
    if len(found) < len(publisher.sent):
        missing = len(publisher.sent) - len(found)
        text = f"{missing} of {len(publisher.sent)} messages are not shown"
        raise RuntimeError(text)
    result = {
        "all": [(shown[one] - publisher.sent[one]) * 1e3 for one in found],
        "ours": [(shown[one] - arrived[one]) * 1e3 for one in found],
        "way": [(arrived[one] - publisher.sent[one]) * 1e3 for one in found],
    }
    for name, values in result.items():
        note(f"lag, {name}: median {median(values):.2f} ms, p99 {_p99(values):.1f} ms")
    note(
        f"CPU of the loop {used.loop / _LASTS:.2f} s a second; "
        f"full collections {full}; longest lags "
        + ", ".join(f"{name} {seconds * 1e3:.0f} ms" for name, seconds in lags.items())
    )
    return result
