"""An air conditioner behind another integration's entity."""

from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.ha_entity import (
    EntityDriver,
    EntityState,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Change,
    DeviceState,
    HvacMode,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Entity:
    """An entity that records what it is told."""

    def __init__(self, state: str | None, **attributes: Any) -> None:
        self.look = (
            None if state is None else EntityState(state=state, attributes=attributes)
        )
        self.told: list[tuple[str, Mapping[str, Any]]] = []

    async def act(self, action: str, data: Mapping[str, Any]) -> None:
        self.told.append((action, data))

    def driver(self, *, is_climate: bool = True) -> EntityDriver:
        return EntityDriver(is_climate=is_climate, look=lambda: self.look, act=self.act)


async def test_a_climate_entity_is_read() -> None:
    entity = Entity("cool", fan_mode="low", temperature=22.0, current_temperature=25.0)
    assert await entity.driver().async_read() == DeviceState(
        on=True, mode=HvacMode.COOL, fan="low", target=22.0, current=25.0
    )
    assert not (await Entity("off").driver().async_read()).on
    assert (await Entity("auto").driver().async_read()).mode is None


@pytest.mark.parametrize("state", [None, "unavailable", "unknown"])
async def test_a_lost_entity_is_unreachable(state: str | None) -> None:
    with pytest.raises(Unreachable):
        await Entity(state).driver().async_read()


def test_abilities_are_the_entitys() -> None:
    entity = Entity(
        "off",
        hvac_modes=["off", "cool", "auto", "heat"],
        fan_modes=["low"],
        min_temp=17,
        max_temp=30,
        target_temp_step=0.5,
    )
    abilities = entity.driver().abilities
    assert abilities.modes == (HvacMode.COOL, HvacMode.HEAT)
    assert abilities.fans == ("low",)
    assert (abilities.minimum, abilities.maximum, abilities.step) == (17, 30, 0.5)
    assert Entity(None).driver().abilities.offered == (HvacMode.COOL,)
    switch = Entity("off").driver(is_climate=False)
    assert switch.abilities.offered == (HvacMode.COOL, HvacMode.HEAT)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change(on=False), [("set_hvac_mode", {"hvac_mode": "off"})]),
        (Change(on=True), [("turn_on", {})]),
        (
            Change(on=True, mode=HvacMode.COOL, target=16.0),
            [("set_temperature", {"temperature": 16.0, "hvac_mode": "cool"})],
        ),
        (
            Change(on=True, target=16.0),
            [("turn_on", {}), ("set_temperature", {"temperature": 16.0})],
        ),
        (Change(on=True, mode=HvacMode.DRY), [("set_hvac_mode", {"hvac_mode": "dry"})]),
        (Change(fan="low"), [("set_fan_mode", {"fan_mode": "low"})]),
        (Change(target=20.0), [("set_temperature", {"temperature": 20.0})]),
    ],
)
async def test_few_actions_do(
    change: Change, told: list[tuple[str, dict[str, Any]]]
) -> None:
    entity = Entity("off")
    await entity.driver().async_send(change)
    assert entity.told == told


async def test_a_switch_knows_on_and_off_only() -> None:
    entity = Entity("off")
    driver = entity.driver(is_climate=False)
    await driver.async_send(Change(on=True, target=16.0))
    await driver.async_send(Change(fan="low"))
    await driver.async_send(Change(on=False))
    assert entity.told == [("turn_on", {}), ("turn_off", {})]
    await driver.async_close()
