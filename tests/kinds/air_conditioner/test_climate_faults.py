"""Climate entities and switches that report odd values, fail late or refuse."""

import math
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.climate import HVACMode
from homeassistant.components.switch import DATA_COMPONENT as SWITCHES
from homeassistant.components.switch import SwitchEntity
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import Change, HvacMode
from custom_components.jannenkoti.kinds.air_conditioner.underlying_entity import (
    entity_driver,
)

from .conftest import report_room
from .test_climate_entities import Unit, add, entry_of

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

POLL = 15.0  # s


async def pass_polls(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    count: int,
    room: float,
) -> None:
    """Poll again and again, with a room sensor that moves a little."""
    for poll in range(count):
        freezer.tick(POLL)
        report_room(hass, room + poll % 2 / 10)
        await entry.runtime_data.async_refresh()


async def set_up(hass: HomeAssistant, unit: Unit, **options: Any) -> MockConfigEntry:
    report_room(hass, 28.0)
    entry = entry_of(unit, gather=0, **options)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def issue_of(hass: HomeAssistant, entry: MockConfigEntry, part: str) -> object:
    key = f"air_conditioner_{part}_refused_{entry.entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, key)


@pytest.mark.parametrize("limits", [(0, 0), (30, 16), (None, None), (16, math.inf)])
async def test_unit_of_unusable_limits_never_gets_an_impossible_temperature(
    hass: HomeAssistant, limits: Any
) -> None:
    unit = Unit(limits=(16, 30))
    unit._attr_min_temp, unit._attr_max_temp = limits
    await add(hass, unit)
    driver = entity_driver(hass, entry_of(unit))
    target = driver.abilities.fit(16.0)
    assert target == 16.0
    await driver.async_send(Change(on=True, mode=HvacMode.COOL, target=target))
    assert unit.hvac_mode is HVACMode.COOL
    assert set(unit.sent) <= {16.0}


@pytest.mark.parametrize("step", ["1", 0, -1, math.nan, "x"])
async def test_unit_of_an_unusable_step_is_read_and_regulated(
    hass: HomeAssistant, step: Any
) -> None:
    unit = Unit(step=step)
    await add(hass, unit)
    driver = entity_driver(hass, entry_of(unit))
    assert driver.abilities.step == 1.0
    assert driver.abilities.fit(16.4) == 16.0
    assert (await driver.async_read()).target == 30.0


async def test_unit_that_lists_only_the_mode_in_use_can_be_set_to_any_of_its_modes(
    hass: HomeAssistant,
) -> None:
    class Narrow(Unit):
        @property
        def hvac_modes(self) -> list[HVACMode]:
            mode = self.hvac_mode
            if mode in (None, HVACMode.OFF):
                return self._attr_hvac_modes
            return [HVACMode.OFF, mode]

    unit = Narrow(modes=(HVACMode.OFF, HVACMode.COOL, HVACMode.HEAT))
    await add(hass, unit)
    entry = await set_up(hass, unit, minimum_on=0)
    assert unit.hvac_mode is HVACMode.COOL
    coordinator = entry.runtime_data
    assert list(coordinator.abilities.modes) == [HvacMode.COOL, HvacMode.HEAT]
    await coordinator.async_regulate(HvacMode.HEAT, target=20.0)
    assert coordinator.data.request.mode is HvacMode.HEAT
    assert unit.state == HVACMode.OFF.value
    assert not coordinator.data.dropped


async def test_modes_that_are_missing_for_a_moment_keep_the_request(
    hass: HomeAssistant,
) -> None:
    unit = Unit(modes=(HVACMode.OFF, HVACMode.COOL, HVACMode.HEAT))
    await add(hass, unit)
    entry = await set_up(hass, unit)
    coordinator = entry.runtime_data
    await coordinator.async_regulate(HvacMode.HEAT, target=20.0)
    unit._attr_hvac_modes = []
    unit.async_write_ha_state()
    await coordinator.async_refresh()
    assert coordinator.data.request.mode is HvacMode.HEAT
    assert coordinator.data.request.regulate


async def test_temperature_that_times_out_after_the_start_is_a_refused_part(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []

    async def late(_self: Unit, **kwargs: Any) -> None:
        calls.append(kwargs)
        raise TimeoutError

    monkeypatch.setattr(Unit, "async_set_temperature", late)
    unit = Unit()
    await add(hass, unit)
    entry = await set_up(hass, unit)
    await pass_polls(hass, freezer, entry, 240, 28.0)
    assert unit.hvac_mode is HVACMode.COOL
    assert len(calls) <= 7
    assert entry.runtime_data.data.decision.reason == "cooling"
    assert entry.runtime_data.thermostat.saved.hold is None
    assert issue_of(hass, entry, "target")
    await pass_polls(hass, freezer, entry, 20, 20.0)
    assert unit.state == HVACMode.OFF.value


async def test_error_of_an_entity_that_became_unavailable_is_no_refusal(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: Unit, hvac_mode: HVACMode) -> None:
        self._attr_available = False
        self.async_write_ha_state()
        raise HomeAssistantError

    monkeypatch.setattr(Unit, "async_set_hvac_mode", fail)
    unit = Unit()
    await add(hass, unit)
    driver = entity_driver(hass, entry_of(unit))
    with pytest.raises(Unreachable):
        await driver.async_send(Change(on=True, mode=HvacMode.COOL))
    assert not driver.refused


class Relay(SwitchEntity):
    """A switch that powers the unit."""

    _attr_should_poll = False
    _attr_name = "Relay"
    _attr_unique_id = "relay"
    _attr_is_on = False

    def __init__(self) -> None:
        self.calls = 0
        self.error: Exception | None = None

    async def _set(self, *, on: bool) -> None:
        self.calls += 1
        if self.error is not None:
            raise self.error
        self._attr_is_on = on
        self.async_write_ha_state()

    async def async_turn_on(self, **_kwargs: Any) -> None:
        await self._set(on=True)

    async def async_turn_off(self, **_kwargs: Any) -> None:
        await self._set(on=False)


@pytest.mark.parametrize("error", [HomeAssistantError("no"), TimeoutError()])
async def test_relay_that_fails_is_tried_less_often_and_raises_an_issue(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, error: Exception
) -> None:
    assert await async_setup_component(hass, "switch", {})
    relay = Relay()
    await hass.data[SWITCHES].async_add_entities([relay])
    report_room(hass, 20.0)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Office",
        unique_id=relay.entity_id,
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "entity",
            "entity_id": relay.entity_id,
            "domain": "switch",
        },
        options={"temperature_sensors": ["sensor.bedroom_temperature"], "gather": 0},
        minor_version=2,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await pass_polls(hass, freezer, entry, 20, 20.0)
    relay.error = error
    await pass_polls(hass, freezer, entry, 240, 28.0)
    assert 2 <= relay.calls <= 7
    assert issue_of(hass, entry, "mode")
    relay.error = None
    await pass_polls(hass, freezer, entry, 250, 28.0)
    assert relay.is_on
    assert not issue_of(hass, entry, "mode")
    assert entry.runtime_data.thermostat.saved.hold is None


@pytest.mark.parametrize("error", [HomeAssistantError("no"), TimeoutError()])
@pytest.mark.parametrize("delay", [0, 2, 6])
async def test_unit_that_obeys_though_the_action_fails_is_not_switched_by_the_remote(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    delay: int,
) -> None:
    unit = Unit()
    await add(hass, unit)
    entry = await set_up(hass, unit, minimum_on=0)
    await pass_polls(hass, freezer, entry, 20, 20.0)
    assert unit.state == HVACMode.OFF.value
    unit._attr_target_temperature = 30
    unit.async_write_ha_state()
    tried: list[HVACMode] = []

    async def fail(_self: Unit, hvac_mode: HVACMode) -> None:
        tried.append(hvac_mode)
        if not delay:
            show(hvac_mode)
        raise error

    def show(hvac_mode: HVACMode) -> None:
        unit._attr_hvac_mode = hvac_mode
        unit.async_write_ha_state()

    monkeypatch.setattr(Unit, "async_set_hvac_mode", fail)
    while not tried:
        await pass_polls(hass, freezer, entry, 1, 28.0)
    await pass_polls(hass, freezer, entry, delay, 28.0)
    show(HVACMode.COOL)
    await pass_polls(hass, freezer, entry, 3, 28.0)
    coordinator = entry.runtime_data
    assert tried.count(HVACMode.COOL) <= 2  # It is tried again after a minute.
    assert coordinator.thermostat.saved.hold is None
    assert coordinator.data.decision.reason == "cooling"
    assert unit.target_temperature == 16
    assert not issue_of(hass, entry, "mode")
