"""The reasons in the response of the plan follow modes, requests and faults."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.util import dt as dt_util

from custom_components.jannenkoti.const import DOMAIN

from .conftest import STAGES, TOP, Relays, Wait
from .test_prices_and_plan import ask, set_prices, set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


async def planned(hass: HomeAssistant, **changes: Any) -> MockConfigEntry:
    """Set up an entry whose tank needs no heat, at a constant price."""
    set_prices(hass, cheap=-1)
    return await set_up(hass, optimal=False, **changes)


async def slots_from_now(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the slots of the plan that have not ended."""
    now = dt_util.utcnow()
    response = await ask(hass, "heating_get_plan")
    return [
        slot
        for slot in response["slots"]
        if dt_util.parse_datetime(slot["end"], raise_on_error=True) > now
    ]


def keys(slots: list[dict[str, Any]]) -> list[str]:
    """Return the keys of the reasons."""
    return [slot["reason"]["key"] for slot in slots]


def powers(slots: list[dict[str, Any]]) -> list[int]:
    """Return the powers of the tank."""
    return [slot["tanks"]["Boiler"]["power"] for slot in slots]


async def set_mode(hass: HomeAssistant, mode: str) -> None:
    """Set a mode."""
    await hass.services.async_call(
        DOMAIN, "heating_set_mode", {"mode": mode}, blocking=True
    )


@pytest.mark.usefixtures("relays")
async def test_holiday_is_the_reason_of_all_slots_and_none_heats(
    hass: HomeAssistant,
) -> None:
    set_prices(hass, cheap=4)
    await set_up(hass, optimal=False)
    assert max(powers(await slots_from_now(hass))) > 0
    await set_mode(hass, "holiday")
    slots = await slots_from_now(hass)
    assert set(keys(slots)) == {"holiday"}
    assert not any(powers(slots))
    assert (
        slots[0]["tanks"]["Boiler"]["temperature"]
        > (slots[-1]["tanks"]["Boiler"]["temperature"])
    )


@pytest.mark.usefixtures("relays")
async def test_fast_heats_to_the_target_now(hass: HomeAssistant) -> None:
    await planned(hass)
    await set_mode(hass, "fast")
    slots = await slots_from_now(hass)
    assert slots[0]["reason"]["key"] == "fast"
    assert slots[0]["reason"]["placeholders"]["temperature"] == 50
    assert max(slot["tanks"]["Boiler"]["temperature"] for slot in slots) <= 50


@pytest.mark.usefixtures("relays")
async def test_boost_names_its_end(hass: HomeAssistant) -> None:
    await planned(hass)
    await hass.services.async_call(
        DOMAIN, "heating_boost", {"duration": 60}, blocking=True
    )
    slots = await slots_from_now(hass)
    assert keys(slots)[0] == "boost"
    assert "boost" not in keys(slots)[5:]
    assert slots[0]["reason"]["placeholders"]["temperature"] == 50
    until = dt_util.parse_datetime(slots[0]["reason"]["placeholders"]["time"])
    assert until == dt_util.utcnow() + timedelta(hours=1)


@pytest.mark.usefixtures("relays")
async def test_manual_mode_has_the_power_of_what_is_switched_on(
    hass: HomeAssistant,
) -> None:
    entry = await planned(hass)
    await set_mode(hass, "manual")
    await entry.runtime_data.async_request(
        lambda controller: controller.set_manual(1, on=True)
    )
    slots = await slots_from_now(hass)
    assert set(keys(slots)) == {"manual"}
    assert powers(slots)[0] == 2000
    assert max(slot["tanks"]["Boiler"]["temperature"] for slot in slots) <= 75


async def test_relay_that_is_switched_by_hand_is_the_reason_until_the_hold_ends(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    await planned(hass, hold=60)
    await wait(30)
    hass.states.async_set(STAGES[0], "on")
    await hass.async_block_till_done()
    await wait(15)
    slots = await slots_from_now(hass)
    held = keys(slots).count("hold")
    assert held in {4, 5}
    assert keys(slots)[:held] == ["hold"] * held
    assert powers(slots)[1] == 2000


async def test_output_that_is_unavailable_is_the_reason_of_the_current_slot(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    await planned(hass)
    for entity in STAGES:
        hass.states.async_set(entity, "unavailable")
    await wait(30)
    slots = await slots_from_now(hass)
    assert keys(slots).count("unavailable") == 1
    assert keys(slots)[0] == "unavailable"
    assert powers(slots)[0] == 0


async def test_tank_above_its_limit_is_too_hot_until_it_has_cooled(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    await planned(hass)
    await wait(60, top=76)
    slots = await slots_from_now(hass)
    assert slots[0]["reason"] == {
        "key": "over_temperature",
        "placeholders": {
            "temperature": 75,
            "time": slots[0]["reason"]["placeholders"]["time"],
        },
    }
    assert powers(slots)[0] == 0


async def test_tank_without_a_temperature_has_that_reason_until_the_next_plan(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    await planned(hass, stale_temperature=1)
    await wait(90, top="unavailable")
    slots = await slots_from_now(hass)
    assert keys(slots)[0] == "no_temperature"
    assert powers(slots)[0] == 0


async def test_minimum_off_time_names_its_end(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    set_prices(hass, cheap=8)
    await set_up(hass, optimal=False, minimum_off=1800)
    await set_mode(hass, "manual")
    for action in ("turn_on", "turn_off"):
        for entity in STAGES:
            await hass.services.async_call(
                "input_boolean", action, {"entity_id": entity}, blocking=True
            )
        await wait(30)
    await set_mode(hass, "automatic")
    slots = await slots_from_now(hass)
    reason = slots[0]["reason"]
    assert reason["key"] == "minimum_off"
    until = dt_util.parse_datetime(reason["placeholders"]["time"], raise_on_error=True)
    left = until - dt_util.utcnow()
    assert timedelta(minutes=25) < left <= timedelta(minutes=30)
    assert powers(slots)[0] == 0
    assert "negative_price" in keys(slots)


async def test_tank_at_its_floor_is_heated_now(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    await planned(hass)
    await wait(60, top=40.5)
    slots = await slots_from_now(hass)
    assert keys(slots)[0] == "floor"
    assert slots[0]["reason"]["placeholders"]["temperature"] == 40
    assert powers(slots)[0] > 0


async def test_run_against_legionella_is_in_the_plan(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    tank = {
        "name": "Boiler",
        "volume": 300,
        "control_sensor": TOP,
        "legionella_days": 2,
    }
    entry = await planned(hass, tanks=[tank])
    assert "legionella" not in keys(await slots_from_now(hass))
    memory = entry.runtime_data.controller.memories[0]
    memory.ledger = memory.ledger.shifted(timedelta(hours=-24))
    slots = await slots_from_now(hass)
    assert "legionella" in keys(slots)
    assert max(slot["tanks"]["Boiler"]["temperature"] for slot in slots) == 61
