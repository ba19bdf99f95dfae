"""A boiler with three heating rods, solar modules on the roof, and a meter."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, override

import aiohttp

from demo.client import CommandError
from demo.heating_physics import WaterTank, drawn, load, production
from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json

_RODS = ("heating_rod_1", "heating_rod_2", "heating_rod_3")
_WATTS = 1500.0
_PEAK = 7000.0
_CLOUDS = 0.4
_INTERVAL = 1.0
_FINEST = 60.0
_COMMAND_LIMIT = 30

_TIMES = {
    "buffer": 100,
    "averaging": 30,
    "minimum_on": 10,
    "minimum_off": 10,
    "stale": 300,
    "stale_temperature": 30,
    "hold": 30,
}

_SENSORS = {
    "heating_grid": ("Grid power", -50_000, 50_000, "W"),
    "heating_pv": ("PV power", 0, 50_000, "W"),
    "heating_boiler": ("Boiler temperature", 0, 100, "°C"),
}


def _configuration() -> str:
    """Return the helpers that stand for sensors and relays of other integrations."""
    lines = ["input_number:"]
    rods = {rod: (f"Relay {rod[-1]}", 0, 1, '""') for rod in _RODS}
    for key, (name, low, high, unit) in {**_SENSORS, **rods}.items():
        lines.append(
            f"  {key}: {{name: {name}, min: {low}, max: {high}, step: 0.1, mode: box,"
            f" unit_of_measurement: {unit}}}"
        )
    lines += ["template:", "  - switch:"]
    for rod in _RODS:
        target = f"target: {{entity_id: input_number.{rod}}}"
        action = f"action: input_number.set_value, {target}"
        lines += [
            f"      - unique_id: {rod}",
            f"        default_entity_id: switch.{rod}",
            f"        name: Rod {rod[-1]}",
            f"        state: \"{{{{ states('input_number.{rod}') | float(0) > 0 }}}}\"",
            f"        turn_on: {{{action}, data: {{value: 1}}}}",
            f"        turn_off: {{{action}, data: {{value: 0}}}}",
        ]
    return "\n".join(lines) + "\n"


class Demo(DemoKind):
    """The boiler; its sensors and relays are helpers that a task moves."""

    configuration: ClassVar[str] = _configuration()

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self._tank = WaterTank(temperature=46.0)
        self._at = self.house.room.time
        await self._report([False] * len(_RODS))
        form = await self.client.start_flow("heating")
        done = await self.client.answer_flow(
            form,
            {
                "name": "Boiler",
                "grid_power": "input_number.heating_grid",
                "control_sensor": "input_number.heating_boiler",
                "volume": 300,
                "target": 50,
                "switches": [f"switch.{rod}" for rod in _RODS],
                "watts": _WATTS,
            },
        )
        self.entry_id = done["result"]["entry_id"]
        await self._shorten_times()
        self._device_key = next(
            unique_id.removesuffix("_mode")
            for unique_id, entity in (await self.client.entities()).items()
            if entity["config_entry_id"] == self.entry_id
            and unique_id.endswith("_mode")
        )
        task = asyncio.create_task(self._live(), name="boiler of the demo house")

        async def stop() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        stack.push_async_callback(stop)

    async def _live(self) -> None:
        """Let the sun shine and the water cool, and report both."""
        while True:
            await asyncio.sleep(_INTERVAL)
            # Home Assistant stops before the fakes, and may be restarted.
            with suppress(aiohttp.ClientError, CommandError):
                await self._report(await self._rods())

    async def _report(self, on: list[bool]) -> None:
        """Advance the tank to now and set the helpers."""
        now, heat = self.house.room.time, _WATTS * sum(on)
        while self._at < now:
            part = min(now - self._at, _FINEST)
            self._tank = self._tank.step(part, heat, drawn(self._at, part))
            self._at += part
        pv = production(now, _PEAK, _CLOUDS)
        for key, value in (
            ("heating_grid", load(now) + heat - pv),
            ("heating_pv", pv),
            ("heating_boiler", self._tank.temperature),
        ):
            await self.client.post(
                "/api/services/input_number/set_value",
                {"entity_id": f"input_number.{key}", "value": round(value, 1)},
            )

    async def _rods(self) -> list[bool]:
        """Return which relays are on."""
        paths = [f"/api/states/input_number.{rod}" for rod in _RODS]
        return [float((await self.client.get(path))["state"]) > 0 for path in paths]

    async def _shorten_times(self) -> None:
        """Let a visitor see the stages switch; a real relay needs longer times."""
        path = "/api/config/config_entries/options/flow"
        menu = await self.client.post(path, {"handler": self.entry_id})
        path = f"{path}/{menu['flow_id']}"
        await self.client.post(path, {"next_step_id": "heating_control"})
        await self.client.post(path, _TIMES)

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self._device_key}_{key}"

    @override
    def live(self) -> list[str]:
        return [self.unique_id(key) for key in ("mode", "reason", "energy_heated")]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        keys = ("mode", "reason", "surplus_used", "target_1", "stage_1", "stage_2")
        tiles = [
            {
                "type": "tile",
                "entity": entity_ids[self.unique_id(key)],
                "name": {"type": "entity"},
            }
            for key in keys
        ]
        graph = self.graph(["input_number.heating_boiler", "input_number.heating_grid"])
        return [self.heading("Heating", "mdi:water-boiler"), *tiles, graph]

    @override
    def areas(self) -> Mapping[str, str]:
        return {self.unique_id("mode"): "Cellar"}

    @override
    def sights(self) -> list[str]:
        return ["solar surplus heats the boiler rod by rod; *Reason* says why"]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        await self._choose("fast")
        yield await self._wait_for("fast mode switches the rods on", any)
        await self._choose("holiday")
        yield await self._wait_for(
            "holiday switches all rods off", lambda on: not any(on)
        )
        await self._choose("automatic")

    async def _choose(self, mode: str) -> None:
        """Choose a mode."""
        await self.client.call(
            "select.select_option", self.unique_id("mode"), option=mode
        )

    async def _wait_for(self, what: str, good: Callable[[list[bool]], bool]) -> Check:
        """Wait until the rods are as they should be."""

        async def reached() -> bool:
            return good(await self._rods())

        await eventually(reached, within=_COMMAND_LIMIT, what=what)
        return Check(what=what, good=True)
