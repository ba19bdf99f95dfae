"""Checks of the thermostat: commands, reasons, the remote control."""

import time
from typing import TYPE_CHECKING

from demo.fakes.tuya_air_conditioner import POWER
from demo.kind import Check
from demo.waiting import eventually

from .tunables import BAND, TARGET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .demo import Demo

# Between a turn of the temperature and the unit's answer lie the board's interval, the
# smoothing, and a poll of the unit, which at this speed are minutes of the house.
_OVERSHOOT = 0.8
_ECHO = 6.0  # of our time, as the driver's

_SETTLE_LIMIT = 90
_CYCLE_LIMIT = 90
_COMMAND_LIMIT = 20


async def works(demo: Demo) -> AsyncIterator[Check]:
    """Yield the checks of cooling and of overrides."""
    yield await _settles(demo)
    yield await _moves_the_target(demo)
    yield await _sleeps_and_wakes(demo)
    yield await _returns_rates(demo)


async def obeys_hands(demo: Demo) -> AsyncIterator[Check]:
    """Yield what comes of the remote control and of the power switch."""
    yield await _respects_remote(demo)
    await demo.client.call("switch.turn_off", demo.unique_id("thermostat"))
    before = demo.house.unit.power
    yield await _switches(demo, on=not before)
    yield await _switches(demo, on=before)
    await demo.client.call("switch.turn_on", demo.unique_id("thermostat"))


async def _settles(demo: Demo) -> Check:
    """See the room come into the band and stay there for a whole cycle."""
    started = time.monotonic()
    low, high = TARGET - BAND, TARGET + BAND

    async def cool() -> bool:
        return demo.house.room.temperature <= high

    await eventually(cool, within=_SETTLE_LIMIT, what=f"a room below {high} °C")
    took = time.monotonic() - started
    seen: list[float] = []

    def starts() -> int:
        return sum(switched.on for switched in demo.unit.compressor)

    async def started_again() -> bool:
        seen.append(demo.house.room.temperature)
        return starts() > 1

    await eventually(started_again, within=_CYCLE_LIMIT, what="a second start")
    return Check(
        what=f"the room settles between {low} and {high} °C",
        good=low - _OVERSHOOT <= min(seen) and max(seen) <= high + _OVERSHOOT,
        seen=f"after {took:.0f} s: {min(seen):.1f} to {max(seen):.1f} °C, "
        f"compressor starts: {starts()}, "
        f"minimum times: {demo.options()['minimum_on']} s",
    )


async def _moves_the_target(demo: Demo) -> Check:
    """Choose a preset; the target in force has to follow, the user's own not."""
    climate, target = demo.unique_id("climate"), demo.unique_id("effective_target")
    await demo.client.call("climate.set_preset_mode", climate, preset_mode="eco")
    in_force = float(await demo.client.wait_for_value(target))
    await demo.client.call("climate.set_preset_mode", climate, preset_mode="none")
    back = float(await demo.client.wait_for_value(target))
    return Check(
        what="the preset eco moves the target in force",
        good=in_force > back == TARGET,
        seen=f"{in_force} °C, then {back} °C",
    )


async def _sleeps_and_wakes(demo: Demo) -> Check:
    """Send it to sleep by an action, which has to answer, and wake it up."""
    climate = demo.unique_id("climate")
    asleep = await demo.client.answer(
        "jannenkoti.air_conditioner_sleep_now", climate, minutes=5
    )
    await demo.client.call("button.press", demo.unique_id("wake_up"))
    awake = await demo.client.answer("jannenkoti.ac_control_status", climate)
    presets = [each["plan"]["preset"] for each in (asleep, awake)]
    return Check(
        what="the action sleep_now answers with the state, the button wakes it up",
        good=presets == ["sleep", "none"],
        seen=f"until {asleep['plan']['sleep_until']}",
    )


async def _returns_rates(demo: Demo) -> Check:
    """Ask how fast the room has cooled and warmed; the house's clock may run."""
    rates = await demo.client.answer(
        "jannenkoti.air_conditioner_get_rates", demo.unique_id("climate")
    )
    cooling, heating = (
        rates[f"{what}_rate_c_per_h"] / demo.house.clock.speed
        for what in ("cooling", "heating")
    )
    return Check(
        what="the room cools while the compressor runs and warms while it rests",
        good=cooling < 0 < heating,
        seen=f"{cooling:.1f} and {heating:+.1f} °C/h of the house's time",
    )


async def _respects_remote(demo: Demo) -> Check:
    """Press the remote control; the thermostat has to leave the unit like that."""

    async def settled() -> bool:
        return time.time() - demo.unit.commands[-1].at > _ECHO

    # A press during a pending command cannot be distinguished from its late echo.
    await eventually(settled, within=_CYCLE_LIMIT, what="a calm unit")
    await demo.client.let_happen("air_conditioner/press_the_remote")
    pressed = demo.house.unit.power

    async def held() -> bool:
        return await demo.client.state(demo.unique_id("reason")) == "held"

    await eventually(held, within=_COMMAND_LIMIT, what="a hold")
    respected = demo.house.unit.power is pressed
    event = await demo.client.entity_id(demo.unique_id("switched"))
    source = (await demo.client.get(f"/api/states/{event}"))["attributes"]["source"]
    await demo.client.call("button.press", demo.unique_id("end_hold"))
    return Check(
        what="a press of the remote control is respected and shown as such",
        good=respected and source == "remote",
        seen=f"switched by: {source}",
    )


async def _switches(demo: Demo, *, on: bool) -> Check:
    """Press the power switch in Home Assistant and check the unit itself."""
    before = len(demo.unit.commands)
    action = "switch.turn_on" if on else "switch.turn_off"
    await demo.client.call(action, demo.unique_id("power"))

    async def arrived() -> bool:
        return any(c.dps.get(POWER) is on for c in demo.unit.commands[before:])

    await eventually(arrived, within=_COMMAND_LIMIT, what="the power command")
    return Check(
        what=f"{action} reaches the unit",
        good=demo.house.unit.power is on,
        seen=f"{len(demo.unit.commands)} commands in all",
    )
