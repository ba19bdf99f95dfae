"""What a device's message costs the event loop, beside Home Assistant's MQTT sensors.

Ours: one topic, one subscription for all devices. The reference: a topic for each
device and two MQTT sensors with a JSON value template on it. Both live in one Home
Assistant, receive from one publisher at one rate, in turns, and write the same
states. So does the smallest thing that can be done with a message: two states in the
state machine, without entities and rules.
"""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from demo.client import CommandError
from demo.fakes.mosquitto import Broker
from demo.waiting import eventually

from .bare_webhook.const import MESSAGES
from .figure import Figure, note, spread
from .home import Cpu, cpu, home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .home import Home

_DEVICES = 20
_RATE = 400.0
"""Messages a second; enough to stand out of what an idle Home Assistant does."""
_MESSAGES = 400
"""Of a round, so it takes a second."""
_ROUNDS = 20
_NET_GOAL = 0.95
_BURST = 8_000
_BURSTS = 3
_BURST_GOAL = 0.5
_BURST_LIMIT = 120
_MARK = 90.0
"""A temperature above all others, so that it shows the end of a burst."""
_SETTLE = 3.0
"""Seconds until new entities are written and recorded."""

TOPIC = "bench/estado"


def serial(number: int) -> str:
    """Return the serial number of a device."""
    return f"TMP0{number:08}"


def sensors(devices: int) -> str:
    """Return the reference as Home Assistant reads it."""
    lines = ["mqtt:", "  sensor:"]
    for number in range(devices):
        for name, kind, unit in (
            ("temperatura", "temperature", "°C"),
            ("humedad", "humidity", "%"),
        ):
            lines += [
                f"    - name: Core {number} {name}",
                f"      unique_id: core_{number}_{name}",
                f"      state_topic: bench/core/{number}",
                f"      device_class: {kind}",
                f'      unit_of_measurement: "{unit}"',
                "      state_class: measurement",
                f'      value_template: "{{{{ value_json.parametros.{name} }}}}"',
            ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, kw_only=True)
class Side:
    """The topic of a side, and whether its messages can be parsed."""

    name: str
    topic: str
    """With a place for a number, if there are several."""
    topics: int = 1
    readable: bool = True


OURS = Side(name="ours", topic=TOPIC)
CORE = Side(name="mqtt sensors", topic="bench/core/{}", topics=_DEVICES)
# A message that cannot be parsed costs the transport from the broker only.
WAY = Side(name="way", topic=TOPIC, readable=False)
LEAST = Side(name="least", topic="bench/least")
SIDES = (OURS, CORE, LEAST, WAY)


class Publisher:
    """All devices of a bench behind one connection."""

    def __init__(self, port: int, devices: int) -> None:
        """Connect."""
        self._devices = devices
        self._count = itertools.count()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, side: Side, messages: int) -> str:
        """Publish for the devices in turn, each value different; return the last."""
        said = ""
        for number in itertools.islice(self._count, messages):
            device = number % self._devices
            # A number of rounds that differs from message to message of a device.
            turn = number // self._devices
            temperature = round(15 + (turn * 7 + device) % 100 / 10, 1)
            said = json.dumps(
                {
                    "serial_number": serial(device),
                    "estado": "activo",
                    "parametros": {
                        "temperatura": temperature,
                        "humedad": 30 + (turn * 3 + device) % 40,
                    },
                }
            )
            self._client.publish(
                side.topic.format(device % side.topics),
                said if side.readable else said[:-1],
            )
        return said

    def publish(self, topic: str, said: Mapping[str, object]) -> None:
        """Publish one message."""
        self._client.publish(topic, json.dumps(said))

    def mark(self, side: Side, temperature: float) -> None:
        """Publish a temperature that occurs only once, for the first device."""
        parameters = {"temperatura": temperature, "humedad": 50}
        said = {"serial_number": serial(0), "estado": "activo"}
        self.publish(side.topic.format(0), said | {"parametros": parameters})

    async def say_evenly(self, side: Side, messages: int) -> None:
        """Publish at the rate of the benchmark."""
        due = time.monotonic()
        step = 10
        for _ in range(messages // step):
            self.say(side, step)
            due += step / _RATE
            await asyncio.sleep(max(due - time.monotonic(), 0))


async def add_entry(house: Home, topic: str = TOPIC) -> tuple[str, str]:
    """Make an entry that refuses nothing; return its id and its path."""
    client = house.client
    form = await client.start_flow("mqtt_devices")
    form = await client.answer_flow(form, {"name": "Bench", "topic": topic})
    url: str = form["description_placeholders"]["base_url"]
    done = await client.answer_flow(form, {})
    limits = {"message_limit": 100_000, "request_limit": 100_000, "discovery": False}
    entry_id: str = done["result"]["entry_id"]
    await client.set_options(entry_id, limits)
    return entry_id, url.removeprefix(house.home_assistant.base)


async def add_devices(house: Home, devices: int) -> str:
    """Make an entry, claim so many devices, return the base URL."""
    _, path = await add_entry(house)

    async def loaded() -> bool:
        try:
            await house.boards.get(f"{path}/dispositivos")
        except CommandError:
            return False  # The new options reload the entry.
        return True

    await eventually(loaded, within=10, what="the entry")
    for number in range(devices):
        claim = {"serial_number": serial(number), "configuracion": {"modo": "manual"}}
        await house.boards.post(f"{path}/dispositivos", claim)
        await house.boards.post(f"{path}/dispositivos/reclamar", claim)
    await asyncio.sleep(_SETTLE)
    return path


async def measure() -> list[Figure]:
    """Measure all sides in turns, then bursts."""
    async with Broker() as broker, home(configuration=sensors(_DEVICES)) as house:
        await house.start()
        await house.client.add_broker(broker.port)
        await add_devices(house, _DEVICES)
        await house.boards.post(f"/api/webhook/{MESSAGES}", {"topic": LEAST.topic})
        publisher = Publisher(broker.port, _DEVICES)
        try:
            task = await house.task()
            costs = await _rounds(publisher, task)
            bursts = await _bursts(house, publisher, task)
        finally:
            publisher.close()
    ours, core, least, way = (median(costs[side.name]) for side in SIDES)
    unit = "µs of the loop per message"
    burst_unit = f"s for {_BURST} messages"
    return [
        _figure("mqtt_ingest_cost", unit, ours, core),
        _figure("mqtt_ingest_cost_net", unit, ours - way, core - way, _NET_GOAL),
        _figure("mqtt_ingest_least", unit, least, core),
        _figure("mqtt_burst", burst_unit, bursts[OURS], bursts[CORE], _BURST_GOAL),
        _figure("mqtt_burst_least", burst_unit, bursts[WAY], bursts[CORE]),
    ]


def _figure(
    name: str, unit: str, ours: float, reference: float, goal: float | None = None
) -> Figure:
    return Figure(
        name=name,
        ours=ours,
        reference=reference,
        unit=unit,
        ratio=ours / reference,
        goal=goal,
        goal_is_ratio=True,
    )


async def _rounds(publisher: Publisher, task: Path) -> dict[str, list[float]]:
    """Measure the sides in turns, each round beginning with another."""
    for side in SIDES:
        await publisher.say_evenly(side, _MESSAGES)
    idle: list[Cpu] = []
    busy: dict[str, list[Cpu]] = {side.name: [] for side in SIDES}
    for number in range(_ROUNDS):
        idle.append(await cost(publisher, task, None))
        first = number % len(SIDES)
        order = (*SIDES[first:], *SIDES[:first])
        for side in order:
            busy[side.name].append(await cost(publisher, task, side))
    costs = {name: per_message(seen, idle) for name, seen in busy.items()}
    for name, seen in costs.items():
        note(f"{name}: loop {spread(seen, 'µs')}")
    return costs


def per_message(busy: list[Cpu], idle: list[Cpu]) -> list[float]:
    """Return what a message costs the loop in each busy round, in microseconds."""
    rest = median(used.loop for used in idle)
    return [(used.loop - rest) * 1e6 / _MESSAGES for used in busy]


async def cost(publisher: Publisher, task: Path, side: Side | None) -> Cpu:
    """Return what a round uses."""
    before, begun = cpu(task), time.monotonic()
    if side is not None:
        await publisher.say_evenly(side, _MESSAGES)
    # All rounds take equally long, and the last message is processed.
    end = begun + _MESSAGES / _RATE + 0.3
    await asyncio.sleep(max(end - time.monotonic(), 0))
    return cpu(task).since(before)


async def _bursts(house: Home, publisher: Publisher, task: Path) -> dict[Side, float]:
    """Return the median seconds of a burst, of ours, the reference and the way."""
    registered = await house.client.command("config/entity_registry/list")
    ends = {OURS: f"{serial(0)}_parameter_temperatura", CORE: "core_0_temperatura"}
    ids = {
        side: entity["entity_id"]
        for side, end in ends.items()
        for entity in registered
        if entity["unique_id"].endswith(end)
    }
    # No integration is faster than the transport; its end is shown by ours.
    ids[WAY] = ids[OURS]
    lasted: dict[Side, list[float]] = {side: [] for side in ids}
    marks = itertools.count(_MARK)
    for _ in range(_BURSTS):
        for side, entity_id in ids.items():
            path, before = f"/api/states/{entity_id}", cpu(task)
            lasted[side].append(await _burst(house, path, publisher, side, next(marks)))
            used = cpu(task).since(before)
            note(
                f"burst, {side.name}: {lasted[side][-1]:.2f} s; CPU of the loop "
                f"{used.loop:.2f} s, of the process {used.process:.2f} s"
            )
    return {side: median(seconds) for side, seconds in lasted.items()}


async def _burst(
    house: Home, path: str, publisher: Publisher, side: Side, mark: float
) -> float:
    """Return the seconds until all of a burst is received and its end is shown."""
    await asyncio.sleep(_SETTLE)

    async def is_shown() -> bool:
        state: str = (await house.client.get(path))["state"]
        return state == str(mark)

    begun = time.monotonic()
    await asyncio.to_thread(publisher.say, side, _BURST)
    publisher.mark(side, mark)
    await eventually(is_shown, within=_BURST_LIMIT, what="the end of a burst")
    return time.monotonic() - begun
