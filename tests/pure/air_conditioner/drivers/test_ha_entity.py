"""The driver for an entity of another integration."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    CommandRefused,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.entity_state import (
    EntityState,
    Limits,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.ha_entity import (
    EntityDriver,
    Part,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Change,
    DeviceState,
    HvacMode,
)
from custom_components.jannenkoti.lib.temperature import TemperatureUnit, convert

if TYPE_CHECKING:
    from collections.abc import Mapping


class Entity:
    """An entity set by the test; records the called actions."""

    def __init__(self, state: str | None, **attributes: Any) -> None:
        self.unit = TemperatureUnit.CELSIUS
        self.limits: Limits | None = None
        self.state, self.attributes = state, attributes
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.refuses: set[str] = set()
        self.fails: set[str] = set()
        """Actions that do not answer in time."""
        self.seconds = 0.0

    def read_state(self) -> EntityState | None:
        if self.state is None:
            return None
        return EntityState(
            state=self.state,
            attributes=self.attributes,
            unit=self.unit,
            limits=self.limits,
        )

    async def act(self, action: str, data: Mapping[str, Any]) -> None:
        self.calls.append((action, data))
        if action in self.refuses:
            raise CommandRefused
        if action in self.fails:
            raise Unreachable

    def driver(self, *, is_climate: bool = True) -> EntityDriver:
        return EntityDriver(
            is_climate=is_climate,
            read_state=self.read_state,
            act=self.act,
            ticks=lambda: self.seconds,
            random=lambda: 1.0,
        )


def heat_pump(state: str = "off", **more: Any) -> Entity:
    attributes = {
        "hvac_modes": ["off", "cool", "heat", "auto"],
        "fan_modes": ["low", "high"],
        "min_temp": 16,
        "max_temp": 30,
        "target_temp_step": 1,
    }
    return Entity(state, **{**attributes, **more})


async def test_state_of_a_climate_entity_is_read() -> None:
    entity = Entity("cool", fan_mode="low", temperature=22.0, current_temperature=25.0)
    assert await entity.driver().async_read() == DeviceState(
        on=True, mode=HvacMode.COOL, fan="low", target=22.0, current=25.0
    )
    assert not (await Entity("off").driver().async_read()).on


async def test_foreign_mode_deviates_from_any_requested_mode() -> None:
    state = await heat_pump("auto").driver().async_read()
    assert state == DeviceState(on=True, deviating=frozenset({"mode"}))
    wanted = Change(on=True, mode=HvacMode.COOL, target=16.0)
    assert wanted.differing(state).mode is HvacMode.COOL


@pytest.mark.parametrize("state", [None, "unavailable"])
async def test_unavailable_entity_is_unreachable(state: str | None) -> None:
    with pytest.raises(Unreachable):
        await Entity(state).driver().async_read()


@pytest.mark.parametrize(
    "attributes",
    [
        {"temperature": "22", "current_temperature": float("nan"), "fan_mode": 3},
        {"min_temp": None, "max_temp": "x", "hvac_modes": None, "fan_modes": 5},
        {"min_temp": 30, "max_temp": 16, "supported_features": None},
    ],
)
async def test_unreadable_attributes_are_ignored(attributes: dict[str, Any]) -> None:
    driver = Entity("cool", **attributes).driver()
    assert await driver.async_read() == DeviceState(on=True, mode=HvacMode.COOL)
    assert (driver.abilities.minimum, driver.abilities.maximum) == (16, 31)


def test_abilities_are_those_of_the_entity_also_while_it_is_unavailable() -> None:
    entity = heat_pump(min_temp=17, target_temp_step=0.5)
    driver = entity.driver()
    for state in ("off", "unavailable"):
        entity.state = state
        abilities = driver.abilities
        assert abilities.modes == (HvacMode.COOL, HvacMode.HEAT)
        assert abilities.fans == ("low", "high")
        assert (abilities.minimum, abilities.maximum, abilities.step) == (17, 30, 0.5)
        entity.attributes = {}
    assert Entity(None).driver().abilities.offered == (HvacMode.COOL,)
    switch = Entity("off").driver(is_climate=False)
    assert switch.abilities.offered == (HvacMode.COOL, HvacMode.HEAT)


@pytest.mark.parametrize(
    ("change", "expected_calls"),
    [
        (Change(on=False), [("set_hvac_mode", {"hvac_mode": "off"})]),
        (Change(on=True), [("turn_on", {})]),
        (
            Change(on=True, mode=HvacMode.COOL, target=16.0, fan="low"),
            [
                ("set_hvac_mode", {"hvac_mode": "cool"}),
                ("set_temperature", {"temperature": 16.0}),
                ("set_fan_mode", {"fan_mode": "low"}),
            ],
        ),
        (
            Change(on=True, target=16.0),
            [("turn_on", {}), ("set_temperature", {"temperature": 16.0})],
        ),
        (Change(fan="low"), [("set_fan_mode", {"fan_mode": "low"})]),
        (Change(target=20.0), [("set_temperature", {"temperature": 20.0})]),
        (Change(fan="turbo"), []),
    ],
)
async def test_each_part_is_a_separate_action_with_mode_first(
    change: Change, expected_calls: list[tuple[str, dict[str, Any]]]
) -> None:
    entity = heat_pump()
    await entity.driver().async_send(change)
    assert entity.calls == expected_calls


async def test_entity_without_a_mode_off_is_turned_off() -> None:
    entity = heat_pump("cool", hvac_modes=["cool"])
    await entity.driver().async_send(Change(on=False))
    assert entity.calls == [("turn_off", {})]


@pytest.mark.parametrize(
    ("modes", "features", "can"),
    [
        (["off", "cool"], 0, True),
        (["off", "heat_cool"], 1, False),
        (["off", "heat_cool"], 1 | 256, True),
        (["cool"], 1, False),
        (["cool"], 128, True),
        ([], 0, False),
    ],
)
def test_entity_can_be_switched(modes: list[str], features: int, *, can: bool) -> None:
    entity = heat_pump(hvac_modes=modes, supported_features=features)
    shown = entity.read_state()
    assert shown is not None
    assert shown.can_be_switched is can


async def test_refused_mode_raises_and_is_retried_with_growing_delay() -> None:
    entity = heat_pump()
    entity.refuses = {"set_hvac_mode"}
    driver = entity.driver()
    start = Change(on=True, mode=HvacMode.COOL, target=16.0)
    for _ in range(3600 // 15 * 4):
        with pytest.raises(CommandRefused):
            await driver.async_send(start)
        entity.seconds += 15
    assert len(entity.calls) == 8  # 2, 4, 8, 16, 32 minutes, then each hour
    assert driver.refused == {Part.MODE}
    driver.allow_retry()
    entity.refuses.clear()
    await driver.async_send(start)
    assert not driver.refused


@pytest.mark.parametrize(
    ("part", "action", "field"),
    [
        (Part.TARGET, "set_temperature", "target"),
        (Part.FAN, "set_fan_mode", "fan"),
    ],
)
async def test_refused_part_does_not_stop_others_and_is_due_later(
    part: Part, action: str, field: str
) -> None:
    entity = heat_pump(temperature=25.0, fan_mode="high")
    entity.refuses = {action}
    driver = entity.driver()
    start = Change(on=True, mode=HvacMode.COOL, target=16.0, fan="low")
    await driver.async_send(start)
    assert [name for name, _ in entity.calls] == [
        "set_hvac_mode",
        "set_temperature",
        "set_fan_mode",
    ]
    entity.state = "cool"
    state = await driver.async_read()
    assert driver.refused == {part}
    assert getattr(state, field) is None
    assert getattr(start.differing(state), field) is None  # It is not awaited.
    await driver.async_send(replace(start, mode=None))
    assert [name for name, _ in entity.calls].count(action) == 1
    entity.seconds += 121
    state = await driver.async_read()
    assert state.deviating == {field}
    due = start.differing(state)
    assert getattr(due, field) == getattr(start, field)
    entity.refuses.clear()
    await driver.async_send(Change(**{field: getattr(start, field)}))
    assert not driver.refused


async def test_refused_value_that_appears_later_counts_as_accepted() -> None:
    entity = heat_pump("cool", fan_mode="high")
    entity.refuses = {"set_fan_mode"}
    driver = entity.driver()
    await driver.async_send(Change(fan="low"))
    entity.attributes["fan_mode"] = "low"
    assert (await driver.async_read()).fan == "low"
    assert not driver.refused


async def test_fan_speed_not_offered_in_mode_is_not_awaited() -> None:
    entity = heat_pump("cool", fan_mode="low")
    driver = entity.driver()
    assert (await driver.async_read()).fan == "low"
    entity.state = "dry"
    entity.attributes |= {"fan_modes": ["auto"], "fan_mode": "auto"}
    await driver.async_send(Change(fan="low"))
    assert not entity.calls
    assert not Change(fan="low").differing(await driver.async_read())
    assert driver.abilities.fans == ("low", "high", "auto")


async def test_entity_of_unknown_state_is_as_it_was_last_commanded() -> None:
    entity = heat_pump("unknown")
    driver = entity.driver()
    unsure = await driver.async_read()
    assert unsure == DeviceState(on=False, deviating=frozenset({"on"}))
    start = Change(on=True, mode=HvacMode.COOL, target=16.0)
    assert start.differing(unsure) == start
    await driver.async_send(start)
    assert await driver.async_read() == DeviceState(
        on=True, mode=HvacMode.COOL, target=16.0
    )
    await driver.async_send(Change(on=False))
    assert not (await driver.async_read()).on


F, C = TemperatureUnit.FAHRENHEIT, TemperatureUnit.CELSIUS


@pytest.mark.parametrize(
    ("home", "limits", "sent"),
    [
        (F, Limits(unit=F, minimum=61, maximum=88, step=1), 61),
        (F, Limits(unit=C, minimum=16, maximum=31, step=1), 60.8),
        (F, Limits(unit=C, minimum=18, maximum=31, step=0.5), 64.4),
        (C, Limits(unit=F, minimum=63, maximum=86, step=1), 17.22),
        (C, Limits(unit=C, minimum=16, maximum=31, step=1), 16),
    ],
)
async def test_temperature_is_sent_so_that_the_entity_accepts_it(
    home: TemperatureUnit, limits: Limits, sent: float
) -> None:
    entity = heat_pump()
    entity.unit, entity.limits = home, limits
    driver = entity.driver()
    await driver.async_send(Change(target=driver.abilities.fit(16.0)))
    ((_, data),) = entity.calls
    assert data["temperature"] == pytest.approx(sent, abs=0.01)
    own = convert(data["temperature"], home, limits.unit)
    assert limits.minimum <= own <= limits.maximum


async def test_rounded_echo_is_what_was_sent_and_other_values_fit_the_grid() -> None:
    entity = heat_pump("cool", temperature=61)
    entity.unit = F
    entity.limits = Limits(unit=C, minimum=16, maximum=31, step=0.5, precision=1.0)
    driver = entity.driver()
    assert (await driver.async_read()).target == 16.0  # 61 °F are 16.1 °C
    await driver.async_send(Change(target=17.5))  # is shown as 64 °F, 17.8 °C
    entity.attributes["temperature"] = 64
    assert (await driver.async_read()).target == 17.5
    entity.attributes["temperature"] = 70
    assert (await driver.async_read()).target == pytest.approx(21.0, abs=0.3)


async def test_switch_has_only_on_and_off() -> None:
    entity = Entity("off")
    driver = entity.driver(is_climate=False)
    await driver.async_send(Change(on=True, target=16.0))
    await driver.async_send(Change(fan="low"))
    await driver.async_send(Change(on=False))
    assert entity.calls == [("turn_on", {}), ("turn_off", {})]
    await driver.async_close()
