"""Two tanks with four rods, solar modules, a meter, and prices by quarter hour."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, override

import aiohttp

from demo.client import CommandError
from demo.heating_checks import check_day
from demo.heating_physics import WaterTank, drawn, load, production
from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json

_RODS = ("heating_rod_1", "heating_rod_2", "heating_rod_3", "heating_rod_4")
_OF_TANK = (0, 0, 0, 1)
_WATTS = 1500.0
_TANKS = ("heating_boiler", "heating_buffer")
_TOO_HOT = 90.0
_BOILER, _BUFFER = 46.0, 36.0  # °C at the start
_DAYS = (date(2026, 6, 15), date(2027, 3, 28))
"""A usual day, and one of 23 hours."""
_PEAK = 7000.0
_CLOUDS = 0.4
_INTERVAL = 1.0
_FINEST = 60.0
_COMMAND_LIMIT = 90

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
    "heating_grid": ("Grid power", -50_000, 50_000, "W", -4000),
    "heating_pv": ("PV power", 0, 50_000, "W", 4500),
    "heating_boiler": ("Boiler temperature", 0, 100, "°C", _BOILER),
    "heating_buffer": ("Buffer temperature", 0, 100, "°C", _BUFFER),
}

_OPTIONS = {
    "inputs": {
        "grid_power": "input_number.heating_grid",
        "grid_inverted": False,
        "pv_power": "input_number.heating_pv",
    },
    "tanks": {
        "tanks": [
            {
                "name": "Boiler",
                "volume": 300,
                "control_sensor": "input_number.heating_boiler",
                "target": 50,
            },
            {
                "name": "Buffer",
                "volume": 500,
                "control_sensor": "input_number.heating_buffer",
                "floor": 30,
                "target": 40,
                "surplus_target": 55,
            },
        ]
    },
    "stages": {
        "stages": [
            {"entity": f"switch.{rod}", "watts": _WATTS, "tank": tank + 1}
            for rod, tank in zip(_RODS, _OF_TANK, strict=True)
        ]
    },
    "solar": {
        "modules": 18,
        "module_watts": 400,
        "tilt": 35,
        "orientation": "south",
        "pv_limit": _PEAK,
    },
    "prices": {
        "price_source": "attributes",
        "price_entity": "sensor.heating_prices",
        "price_fee": 0,
        "price_tax": 0,
        "feed_in": 0.06,
    },
    "control": _TIMES,
}

# Two peaks a day; below zero in one hour of each night, and now while the helper is on.
_PRICES = """\
template:
  - sensor:
      - unique_id: heating_prices
        default_entity_id: sensor.heating_prices
        name: Power price
        unit_of_measurement: EUR/kWh
        state: >
          {% set dip = is_state('input_boolean.heating_negative_price', 'on') %}
          {% set usual = 0.24 + 0.08 * sin((now().hour - 5) / 24 * 4 * pi) %}
          {{ -0.05 if dip or now().hour == 4 else usual | round(4) }}
        attributes:
          prices: >
            {% set start = today_at('00:00').timestamp() %}
            {% set dip = is_state('input_boolean.heating_negative_price', 'on') %}
            {% set hour = now().timestamp() // 3600 * 3600 %}
            {% set slots = namespace(rows=[]) %}
            {% for n in range(192) %}
            {% set at = start + 900 * n %}
            {% set local = as_local(as_datetime(at)) %}
            {% set usual = 0.24 + 0.08 * sin((local.hour - 5) / 24 * 4 * pi) %}
            {% set low = local.hour == 4 or (dip and hour <= at < hour + 7200) %}
            {% set price = -0.05 if low else usual | round(4) %}
            {% set row = {'start': local.isoformat(), 'value': price} %}
            {% set slots.rows = slots.rows + [row] %}
            {% endfor %}
            {{ slots.rows }}
input_boolean:
  heating_negative_price: {name: Negative price, icon: mdi:cash-minus}
"""


def _configuration() -> str:
    """Return the helpers that stand for sensors and relays of other integrations."""
    lines = ["input_number:"]
    rods = {rod: (f"Relay {rod[-1]}", 0, 1, '""', None) for rod in _RODS}
    for key, (name, low, high, unit, start) in {**_SENSORS, **rods}.items():
        initial = "" if start is None else f" initial: {start},"
        lines.append(
            f"  {key}: {{name: {name}, min: {low}, max: {high}, step: 0.1, mode: box,"
            f"{initial} unit_of_measurement: {unit}}}"
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
    return "\n".join(lines) + "\n" + _PRICES


class Demo(DemoKind):
    """The tanks; their sensors and relays are helpers that a task moves."""

    configuration: ClassVar[str] = _configuration()

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self._tanks = [
            WaterTank(temperature=_BOILER),
            WaterTank(volume=500.0, loss=2.8, temperature=_BUFFER),
        ]
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
        for step, answers in _OPTIONS.items():
            await self._set(step, answers)
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
        now = self.house.room.time
        heats = [0.0] * len(self._tanks)
        for place, heating in zip(_OF_TANK, on, strict=True):
            heats[place] += _WATTS * heating
        while self._at < now:
            part = min(now - self._at, _FINEST)
            water = drawn(self._at, part)
            self._tanks = [
                tank.step(part, heat, (1.0 - 0.6 * number) * water)
                for number, (tank, heat) in enumerate(
                    zip(self._tanks, heats, strict=True)
                )
            ]
            self._at += part
        pv = production(now, _PEAK, _CLOUDS)
        levels = zip(_TANKS, (tank.temperature for tank in self._tanks), strict=True)
        for key, value in (
            ("heating_grid", load(now) + sum(heats) - pv),
            ("heating_pv", pv),
            *levels,
        ):
            await self.client.post(
                "/api/services/input_number/set_value",
                {"entity_id": f"input_number.{key}", "value": round(value, 1)},
            )

    async def _rods(self) -> list[bool]:
        """Return which relays are on."""
        paths = [f"/api/states/input_number.{rod}" for rod in _RODS]
        return [float((await self.client.get(path))["state"]) > 0 for path in paths]

    async def _set(self, step: str, answers: Json) -> None:
        """Change a page of the options, as a user does."""
        path = "/api/config/config_entries/options/flow"
        menu = await self.client.post(path, {"handler": self.entry_id})
        path = f"{path}/{menu['flow_id']}"
        form = await self.client.post(path, {"next_step_id": f"heating_{step}"})
        folded: Json = {
            field["name"]: {}
            for field in form["data_schema"]
            if field.get("type") == "expandable"
        }
        done = await self.client.post(path, {**folded, **answers})
        if done["type"] != "create_entry":
            raise CommandError(step, done)

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
        negative = {"type": "tile", "entity": "input_boolean.heating_negative_price"}
        graph = self.graph([f"input_number.{key}" for key in (*_TANKS, "heating_grid")])
        chart = {
            "type": "custom:jannenkoti-plan",
            "entity": entity_ids[self.unique_id("reason")],
            "grid_options": {"columns": "full"},
        }
        plan = {
            "type": "calendar",
            "entities": [entity_ids[self.unique_id("plan")]],
            "initial_view": "listWeek",
            "grid_options": {"columns": "full"},
        }
        heading = self.heading("Heating", "mdi:water-boiler")
        return [heading, *tiles, negative, graph, chart, plan]

    @override
    def areas(self) -> Mapping[str, str]:
        return {self.unique_id("mode"): "Cellar"}

    @override
    def sights(self) -> list[str]:
        return [
            "solar surplus heats the tanks rod by rod; *Reason* says why",
            "turn on *Negative price* and all rods heat; the calendar shows the plan",
        ]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        days = [asyncio.create_task(asyncio.to_thread(check_day, day)) for day in _DAYS]
        yield await self._uses_negative_price()
        await self._choose("fast")
        yield await self._wait_for("fast mode switches the rods on", any)
        yield await self._too_hot()
        await self._wait_for("fast mode switches the rods on again", any)
        await self._choose("holiday")
        yield await self._wait_for(
            "holiday switches all rods off", lambda on: not any(on)
        )
        await self._choose("automatic")
        for day in days:
            for check in await day:
                yield check

    async def _too_hot(self) -> Check:
        """Make the tanks too hot for a moment."""
        before = self._tanks
        self._tanks = [replace(tank, temperature=_TOO_HOT) for tank in before]
        check = await self._wait_for(
            "tanks above their limit switch all rods off", lambda on: not any(on)
        )
        reason = await self.client.state(self.unique_id("reason"))
        self._tanks = before
        known = reason in {"over_temperature", "target_reached"}
        return replace(check, good=known, seen=reason or "")

    async def _uses_negative_price(self) -> Check:
        """Make the price of this hour negative."""
        await self._negative("turn_on")
        check = await self._wait_for("a negative price switches rods on", any)

        async def explained() -> bool:
            reason = await self.client.state(self.unique_id("reason"))
            return reason == "negative_price"

        await eventually(explained, within=_COMMAND_LIMIT, what="its reason")
        await self._negative("turn_off")
        return replace(check, seen="negative_price")

    async def _negative(self, action: str) -> None:
        """Turn the helper of the negative price on or off."""
        entity = {"entity_id": "input_boolean.heating_negative_price"}
        await self.client.post(f"/api/services/input_boolean/{action}", entity)

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
