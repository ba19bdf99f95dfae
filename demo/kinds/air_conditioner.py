"""A Tuya air conditioner in the living room, ruled by the boards' temperatures.

It is reached in the local network, and through Tuya's cloud when that is lost.
"""

import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, override
from zoneinfo import ZoneInfo

from demo.fakes.tuya_air_conditioner import POWER, FakeAirConditioner
from demo.fakes.tuya_cloud import FakeTuyaCloud
from demo.kind import Check, DemoKind
from demo.physics import Fan, Unit
from demo.waiting import eventually

from .room_sensors import BEDROOM, LIVING_ROOM, temperature_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

TARGET = 24.5
_BAND = 0.5  # above and below; the integration's own default
# Between a turn of the temperature and the unit's answer lie the board's interval, the
# smoothing, and a poll of the unit, which at this speed are minutes of the house.
_OVERSHOOT = 0.8
_MINIMUM = 240.0  # s, the integration's own default, on as well as off
_SMOOTHING = 60.0
_POLL = 15.0
_ECHO = 6.0  # of our time, as the driver's

_SPENT = 0.67
_PLENTY = 26_000  # the integration's own default

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SETTLE_LIMIT = 90
_CYCLE_LIMIT = 90
_COMMAND_LIMIT = 20

_OF_TODAY = ("switched", "cooling_rate", "run_time_today", "time_to_target")


class Demo(DemoKind):
    """The unit and its thermostat."""

    after: ClassVar[tuple[str, ...]] = ("room_sensors",)

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self.house.set_unit(Unit(fan=Fan.AUTO, target=24))
        self.unit = await stack.enter_async_context(FakeAirConditioner(self.house))
        self.cloud = await stack.enter_async_context(FakeTuyaCloud(self.house))
        sensors = [temperature_of(LIVING_ROOM), temperature_of(BEDROOM)]
        for sensor in sensors:
            await self.client.wait_for_value(sensor)
        step = await self.client.start_flow("air_conditioner")
        step = await self.client.answer_flow(
            step, {"next_step_id": "air_conditioner_tuya_lan"}
        )
        step = await self.client.answer_flow(
            step,
            {
                "name": "Air conditioner",
                "device_id": self.unit.device_id,
                "host": "127.0.0.1",
                "port": self.unit.port,
                "local_key": self.unit.local_key,
                "version": "auto",
            },
        )
        room = [await self.client.entity_id(sensor) for sensor in sensors]
        done = await self.client.answer_flow(step, {"temperature_sensors": room})
        self.entry_id = done["result"]["entry_id"]
        await self.client.set_options(self.entry_id, self.options())
        await self._add_cloud()
        await self.client.wait_for_value(self.unique_id("climate"))
        await self.client.call(
            "climate.set_temperature", self.unique_id("climate"), temperature=TARGET
        )

    async def _add_cloud(self) -> None:
        """Make the cloud the second way to the same unit."""
        step = await self.client.start_reconfigure(self.entry_id)
        step = await self.client.answer_flow(
            step, {"next_step_id": "air_conditioner_reconfigure_cloud"}
        )
        await self.client.answer_flow(
            step,
            {
                "region": self.cloud.url,
                "access_id": self.cloud.access_id,
                "access_secret": self.cloud.access_secret,
                "app": "smartlife",
            },
        )

    def options(self) -> dict[str, Json]:
        """Return tunables that suit the speed of the house."""
        today = datetime.now(ZoneInfo("Europe/Helsinki")).weekday()
        near = [_DAYS[(today + day) % 7] for day in (-1, 0, 1)]
        return {
            # Nights for the calendar, but none while a visitor looks.
            "sleep": True,
            "sleep_days": [{"days": near}],
            "hysteresis_above": _BAND,
            "hysteresis_below": _BAND,
            "minimum_on": round(self.scaled(_MINIMUM, 2)),
            "minimum_off": round(self.scaled(_MINIMUM, 2)),
            "smoothing": round(self.scaled(_SMOOTHING, 1)),
            "poll_interval": round(self.scaled(_POLL, 1)),
        }

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self.unit.device_id}_{key}"

    @override
    def live(self) -> list[str]:
        keys = ("climate", "power", "thermostat", "reason", "room_temperature")
        more = ("compressor", "sensor_silent", "active_path", "cloud_calls")
        return [self.unique_id(key) for key in (*keys, *more)]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        def tile(key: str) -> Json:
            return {
                "type": "tile",
                "entity": entity_ids[self.unique_id(key)],
                "name": {"type": "entity"},
            }

        climate = entity_ids[self.unique_id("climate")]
        keys = ("reason", "next_change", "compressor", "sensor_silent", "active_path")
        return [
            {
                "type": "thermostat",
                "entity": climate,
                "features": [
                    {"type": "climate-hvac-modes"},
                    {"type": "climate-preset-modes", "style": "icons"},
                ],
            },
            *(tile(key) for key in (*keys, "room_temperature", "thermostat")),
            *(tile(key) for key in _OF_TODAY),
            self.graph([climate]),
            {
                "type": "calendar",
                "entities": [entity_ids[self.unique_id("sleep_calendar")]],
                "initial_view": "listWeek",
                "grid_options": {"columns": "full"},
            },
        ]

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        async def press_remote() -> None:
            self.unit.press_remote(power=not self.house.unit.power)

        async def lose() -> None:
            self.cloud.online = False
            await self.unit.stop()

        async def find() -> None:
            self.cloud.online = True
            await self.unit.start()

        async def expire() -> None:
            self.cloud.expired = not self.cloud.expired

        return {
            "press_the_remote": press_remote,
            "lose_the_air_conditioner": lose,
            "find_the_air_conditioner": find,
            "lose_its_local_network": self.unit.stop,
            "find_its_local_network": self.unit.start,
            "spend_the_cloud_quota": self._spend,
            "expire_or_renew_the_cloud": expire,
        }

    async def _spend(self) -> None:
        """Let the month's calls be so few that most of them are gone already."""
        calls = int(await self.client.wait_for_value(self.unique_id("cloud_calls")))
        few = max(calls + 1, math.ceil(calls / _SPENT))
        # A month that began today should still have nearly all of them.
        options = {"monthly_calls": few, "renewal_day": min(datetime.now(UTC).day, 28)}
        await self.client.set_options(self.entry_id, options)

    @override
    def sights(self) -> list[str]:
        return [
            f"the thermostat cools the room to {TARGET} °C and then keeps it there",
            "why it runs or waits, and until when, stands on the tiles beside it",
            "choose a preset, or use sleep_now: the target in force follows",
            "press the remote control: the event tells who has switched the unit",
            "lose its local network: within a minute Tuya's cloud takes over",
        ]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        yield await self._settles()
        yield await self._moves_the_target()
        yield await self._sleeps_and_wakes()
        yield await self._tells_rates()
        yield await self._respects_remote()
        await self.client.call("switch.turn_off", self.unique_id("thermostat"))
        before = self.house.unit.power
        yield await self._switches(on=not before)
        yield await self._switches(on=before)
        yield await self._takes_the_other_way()
        yield await self._tells_of_the_quota()
        await self.client.call("switch.turn_on", self.unique_id("thermostat"))

    async def _settles(self) -> Check:
        """See the room come into the band and stay there for a whole cycle."""
        started = time.monotonic()
        low, high = TARGET - _BAND, TARGET + _BAND

        async def cool() -> bool:
            return self.house.room.temperature <= high

        await eventually(cool, within=_SETTLE_LIMIT, what=f"a room below {high} °C")
        took = time.monotonic() - started
        seen: list[float] = []

        def starts() -> int:
            return sum(switched.on for switched in self.unit.compressor)

        async def started_again() -> bool:
            seen.append(self.house.room.temperature)
            return starts() > 1

        await eventually(started_again, within=_CYCLE_LIMIT, what="a second start")
        return Check(
            what=f"the room settles between {low} and {high} °C",
            good=low - _OVERSHOOT <= min(seen) and max(seen) <= high + _OVERSHOOT,
            seen=f"after {took:.0f} s: {min(seen):.1f} to {max(seen):.1f} °C, "
            f"compressor starts: {starts()}, "
            f"minimum times: {self.options()['minimum_on']} s",
        )

    async def _moves_the_target(self) -> Check:
        """Choose a preset; the target in force has to follow, the user's own not."""
        climate, target = self.unique_id("climate"), self.unique_id("effective_target")
        await self.client.call("climate.set_preset_mode", climate, preset_mode="eco")
        in_force = float(await self.client.wait_for_value(target))
        await self.client.call("climate.set_preset_mode", climate, preset_mode="none")
        back = float(await self.client.wait_for_value(target))
        return Check(
            what="the preset eco moves the target in force",
            good=in_force > back == TARGET,
            seen=f"{in_force} °C, then {back} °C",
        )

    async def _sleeps_and_wakes(self) -> Check:
        """Send it to sleep by an action, which has to answer, and wake it up."""
        climate = self.unique_id("climate")
        asleep = await self.client.answer("jannenkoti.sleep_now", climate, minutes=5)
        awake = await self.client.answer("jannenkoti.wake_up", climate)
        presets = [told["plan"]["preset"] for told in (asleep, awake)]
        return Check(
            what="jannenkoti.sleep_now and wake_up answer with the state",
            good=presets == ["sleep", "none"],
            seen=f"until {asleep['plan']['sleep_until']}",
        )

    async def _tells_rates(self) -> Check:
        """Ask how fast the room has cooled and warmed; the house's clock may run."""
        rates = await self.client.answer(
            "jannenkoti.hvac_rates", self.unique_id("climate")
        )
        cooling, heating = (
            rates[f"{what}_rate_c_per_h"] / self.house.clock.speed
            for what in ("cooling", "heating")
        )
        return Check(
            what="the room cools while the compressor runs and warms while it rests",
            good=cooling < 0 < heating,
            seen=f"{cooling:.1f} and {heating:+.1f} °C/h of the house's time",
        )

    async def _respects_remote(self) -> Check:
        """Press the remote control; the thermostat has to leave the unit like that."""

        async def settled() -> bool:
            return time.time() - self.unit.commands[-1].at > _ECHO

        # A press while a command is under way cannot be told from its late echo.
        await eventually(settled, within=_CYCLE_LIMIT, what="a calm unit")
        await self.client.let_happen("air_conditioner/press_the_remote")
        pressed = self.house.unit.power

        async def held() -> bool:
            return await self.client.state(self.unique_id("reason")) == "held"

        await eventually(held, within=_COMMAND_LIMIT, what="a hold")
        respected = self.house.unit.power is pressed
        told = await self.client.entity_id(self.unique_id("switched"))
        source = (await self.client.get(f"/api/states/{told}"))["attributes"]["source"]
        await self.client.call("button.press", self.unique_id("end_hold"))
        return Check(
            what="a press of the remote control is respected, and told as such",
            good=respected and source == "remote",
            seen=f"switched by: {source}",
        )

    async def _switches(self, *, on: bool) -> Check:
        """Press the power switch in Home Assistant and look at the unit itself."""
        before = len(self.unit.commands)
        action = "switch.turn_on" if on else "switch.turn_off"
        await self.client.call(action, self.unique_id("power"))

        async def arrived() -> bool:
            return any(c.dps.get(POWER) is on for c in self.unit.commands[before:])

        await eventually(arrived, within=_COMMAND_LIMIT, what="the power command")
        return Check(
            what=f"{action} reaches the unit",
            good=self.house.unit.power is on,
            seen=f"{len(self.unit.commands)} commands in all",
        )

    async def _takes_the_other_way(self) -> Check:
        """Cut the local network off; a press has to arrive through the cloud."""
        await self.client.let_happen("air_conditioner/lose_its_local_network")

        async def by_cloud() -> bool:
            return await self.client.state(self.unique_id("active_path")) == "cloud"

        await eventually(by_cloud, within=_CYCLE_LIMIT, what="the cloud's turn")
        on = not self.house.unit.power
        action = "switch.turn_on" if on else "switch.turn_off"
        await self.client.call(action, self.unique_id("power"))

        async def arrived() -> bool:
            return any(values.get("switch") is on for values in self.cloud.commands)

        await eventually(arrived, within=_COMMAND_LIMIT, what="the power command")
        await self.client.let_happen("air_conditioner/find_its_local_network")
        return Check(
            what="without the local network the cloud takes over",
            good=self.house.unit.power is on,
            seen=f"{len(self.cloud.calls)} calls to the cloud",
        )

    async def _tells_of_the_quota(self) -> Check:
        """Use up most of the cloud's calls; a repair note has to say so."""
        await self.client.let_happen("air_conditioner/spend_the_cloud_quota")

        async def noted() -> bool:
            notes = await self.client.command("repairs/list_issues")
            keys = [str(note["translation_key"]) for note in notes["issues"]]
            return any(key.startswith("air_conditioner_quota") for key in keys)

        await eventually(noted, within=_COMMAND_LIMIT, what="a note about the quota")
        plenty = {"monthly_calls": _PLENTY, "renewal_day": 1}
        await self.client.set_options(self.entry_id, plenty)

        async def closed() -> bool:
            return not await noted()

        await eventually(closed, within=_COMMAND_LIMIT, what="the end of the note")
        return Check(
            what="a quota that goes fast is told, and the end of it", good=True
        )
