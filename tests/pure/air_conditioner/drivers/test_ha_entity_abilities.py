"""What an entity offers, and its abilities that change or cannot be read."""

import math
from typing import Any

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    CommandRefused,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.ha_entity import Part
from custom_components.jannenkoti.kinds.air_conditioner.model import Change, HvacMode

from .test_ha_entity import Entity, heat_pump

COOL, HEAT, DRY = HvacMode.COOL, HvacMode.HEAT, HvacMode.DRY


def test_modes_listed_only_while_off_are_offered_while_it_runs() -> None:
    entity = heat_pump("off", hvac_modes=["off", "cool", "dry", "heat"])
    driver = entity.driver()
    assert list(driver.abilities.modes) == [COOL, DRY, HEAT]
    entity.state, entity.attributes["hvac_modes"] = "cool", ["off", "cool"]
    assert list(driver.abilities.modes) == [COOL, DRY, HEAT]
    entity.state, entity.attributes["hvac_modes"] = "off", ["off", "cool", "dry"]
    assert list(driver.abilities.modes) == [COOL, DRY]


@pytest.mark.parametrize("state", ["off", "cool", "heat"])
def test_mode_removed_in_the_same_state_is_no_longer_offered(state: str) -> None:
    entity = heat_pump("off")
    driver = entity.driver()
    assert HEAT in driver.abilities.modes
    entity.state = state
    assert HEAT in driver.abilities.modes
    entity.attributes["hvac_modes"] = ["off", "cool"]
    assert list(driver.abilities.modes) == [COOL]


def test_fan_speed_removed_in_the_same_state_is_no_longer_offered() -> None:
    entity = heat_pump("cool", fan_modes=["low", "high"])
    driver = entity.driver()
    assert list(driver.abilities.fans) == ["low", "high"]
    entity.state, entity.attributes["fan_modes"] = "dry", ["auto"]
    assert list(driver.abilities.fans) == ["low", "high", "auto"]
    entity.attributes["fan_modes"] = ["1", "2"]
    assert list(driver.abilities.fans) == ["1", "2"]


@pytest.mark.parametrize("words", [[], None])
def test_lists_that_are_empty_for_a_moment_change_nothing(words: Any) -> None:
    entity = heat_pump("cool", fan_modes=["low"])
    driver = entity.driver()
    before = driver.abilities
    entity.attributes |= {"hvac_modes": words, "fan_modes": words}
    assert driver.abilities == before


@pytest.mark.parametrize(
    "limits",
    [(0, 0), (30, 16), (None, None), (math.nan, 30), (16, math.inf), ("a", "b")],
)
@pytest.mark.parametrize("step", [0, -1, math.nan, None, True, "x"])
def test_unusable_limits_are_replaced_by_usual_ones(limits: Any, step: Any) -> None:
    entity = heat_pump(min_temp=limits[0], max_temp=limits[1], target_temp_step=step)
    abilities = entity.driver().abilities
    assert (abilities.minimum, abilities.maximum, abilities.step) == (16, 31, 1)
    assert abilities.fit(16.0) == 16.0


async def test_switch_that_refuses_is_tried_less_and_less_often() -> None:
    entity = Entity("off")
    driver = entity.driver(is_climate=False)
    entity.refuses = {"turn_on", "turn_off"}
    for change, most in ((Change(on=True), 7), (Change(on=False), 21)):
        entity.calls.clear()
        for _ in range(240):  # an hour of polls
            entity.seconds += 15
            with pytest.raises(CommandRefused):
                await driver.async_send(change)
            await driver.async_read()
        assert 2 <= len(entity.calls) <= most
        assert driver.refused == {Part.MODE}
        entity.state = "on"
    entity.refuses.clear()
    driver.allow_retry()
    await driver.async_send(Change(on=False))
    assert not driver.refused


async def test_switch_that_does_not_answer_in_time_is_tried_less_often() -> None:
    entity = Entity("off")
    driver = entity.driver(is_climate=False)
    entity.fails = {"turn_on"}
    results = []
    for _ in range(240):
        entity.seconds += 15
        with pytest.raises((Unreachable, CommandRefused)) as error:
            await driver.async_send(Change(on=True))
        results.append(error.type)
        await driver.async_read()
    # It may have been switched, so each call that failed counts as a lost connection.
    assert results.count(Unreachable) == len(entity.calls) <= 7
    # It was switched after all.
    entity.state = "on"
    await driver.async_read()
    assert not driver.refused


async def test_command_to_an_unavailable_entity_is_sent_at_once_when_it_is_back() -> (
    None
):
    entity = heat_pump()
    driver = entity.driver()
    await driver.async_read()
    start = Change(on=True, mode=COOL)
    entity.state, entity.fails = "unavailable", {"set_hvac_mode"}
    with pytest.raises(Unreachable):
        await driver.async_send(start)
    entity.state, entity.fails = "off", set()
    await driver.async_send(start)
    assert entity.calls[-1] == ("set_hvac_mode", {"hvac_mode": "cool"})
    assert not driver.refused


@pytest.mark.parametrize("action", ["set_temperature", "set_fan_mode"])
async def test_part_without_an_answer_after_the_start_is_refused_not_unreachable(
    action: str,
) -> None:
    entity = heat_pump()
    driver = entity.driver()
    entity.fails = {action}
    await driver.async_send(Change(on=True, mode=COOL, target=20.0, fan="low"))
    entity.state = "cool"
    state = await driver.async_read()
    assert state.on
    assert driver.refused == {Part.TARGET if action == "set_temperature" else Part.FAN}


async def test_mode_that_was_set_though_the_action_failed_is_not_refused() -> None:
    entity = heat_pump()
    driver = entity.driver()
    entity.refuses = {"set_hvac_mode"}
    with pytest.raises(CommandRefused):
        await driver.async_send(Change(on=True, mode=COOL))
    entity.state = "dry"
    await driver.async_read()
    assert driver.refused == {Part.MODE}
    entity.state = "cool"
    await driver.async_read()
    assert not driver.refused
