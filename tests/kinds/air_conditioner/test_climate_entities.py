"""The entity driver over genuine climate entities, in homes of °C and of °F."""

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.climate import (
    ATTR_TEMPERATURE,
    DATA_COMPONENT,
    ClimateEntity,
    ClimateEntityFeature,
    HVACMode,
)
from homeassistant.const import UnitOfTemperature
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util.unit_system import METRIC_SYSTEM, US_CUSTOMARY_SYSTEM
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    CommandRefused,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.ha_entity import Part
from custom_components.jannenkoti.kinds.air_conditioner.model import Change, HvacMode
from custom_components.jannenkoti.kinds.air_conditioner.underlying_entity import (
    entity_driver,
)
from custom_components.jannenkoti.lib.temperature import TemperatureUnit, from_celsius

from ...failures import LibraryError
from .conftest import SENSOR, report_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

C, F = UnitOfTemperature.CELSIUS, UnitOfTemperature.FAHRENHEIT
LIMITS: dict[UnitOfTemperature, list[tuple[float, float]]] = {
    C: [(16, 30), (16, 31), (17, 30), (18, 30), (16.5, 29.5)],
    F: [(60, 86), (61, 88), (63, 86), (64, 87), (61, 84)],
}
STEPS = (0.1, 0.5, 1.0, 2.0)
ON_OFF = ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF


class Unit(ClimateEntity):
    """A climate entity as integrations write it."""

    _attr_should_poll = False

    def __init__(
        self,
        number: int = 0,
        *,
        unit: UnitOfTemperature = C,
        limits: tuple[float, float] = (16, 30),
        step: float | None = 1.0,
        features: ClimateEntityFeature = ON_OFF,
        modes: tuple[HVACMode, ...] = (HVACMode.OFF, HVACMode.COOL, HVACMode.DRY),
    ) -> None:
        self._attr_name = f"Unit {number}"
        self._attr_unique_id = f"unit_{number}"
        self._attr_temperature_unit = unit
        self._attr_min_temp, self._attr_max_temp = limits
        self._attr_target_temperature_step = step
        self._attr_hvac_modes = list(modes)
        self._attr_hvac_mode: HVACMode | None = modes[0]
        self._attr_target_temperature = limits[1]
        self._attr_fan_mode: str | None = "low"
        self._attr_supported_features = (
            ClimateEntityFeature.TARGET_TEMPERATURE
            | ClimateEntityFeature.FAN_MODE
            | features
        )
        self.refuses: set[str] = set()
        self.calls: list[str] = []
        self.sent: list[float] = []

    @property
    def fan_modes(self) -> list[str]:
        return ["auto"] if self.hvac_mode is HVACMode.DRY else ["low", "high"]

    def _take(self, action: str) -> None:
        self.calls.append(action)
        if action in self.refuses:
            raise HomeAssistantError(action)

    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        self._take("set_hvac_mode")
        self._attr_hvac_mode = hvac_mode
        if self.fan_mode not in self.fan_modes:
            self._attr_fan_mode = next(iter(self.fan_modes), None)
        self.async_write_ha_state()

    async def async_turn_on(self) -> None:
        self._take("turn_on")
        self._attr_hvac_mode = self.hvac_modes[-1]
        self.async_write_ha_state()

    async def async_turn_off(self) -> None:
        self._take("turn_off")
        self._attr_hvac_mode = HVACMode.OFF
        self.async_write_ha_state()

    async def async_set_temperature(self, **kwargs: Any) -> None:
        # As two thirds of the integrations: a mode here is ignored.
        self._take("set_temperature")
        if self.hvac_mode is HVACMode.OFF:
            msg = "off"
            raise HomeAssistantError(msg)
        target = kwargs[ATTR_TEMPERATURE]
        self.sent.append(target)
        step = self._attr_target_temperature_step or 1
        self._attr_target_temperature = round(round(target / step) * step, 2)
        self.async_write_ha_state()

    async def async_set_fan_mode(self, fan_mode: str) -> None:
        self._take("set_fan_mode")
        self._attr_fan_mode = fan_mode
        self.async_write_ha_state()


async def add(hass: HomeAssistant, *units: Unit) -> None:
    """Add units to the climate component."""
    assert await async_setup_component(hass, "climate", {})
    await hass.data[DATA_COMPONENT].async_add_entities(units)
    await hass.async_block_till_done()


def entry_of(unit: Unit, **options: Any) -> MockConfigEntry:
    return MockConfigEntry(
        domain=DOMAIN,
        title="Office",
        unique_id=unit.entity_id,
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "entity",
            "entity_id": unit.entity_id,
            "domain": "climate",
        },
        options={"temperature_sensors": [SENSOR], "minimum_off": 0, **options},
        minor_version=2,
    )


def combinations() -> Iterator[Unit]:
    """Yield units of all units of temperature, limits, steps and features."""
    number = 0
    for unit in (C, F):
        steps: tuple[float | None, ...] = (*STEPS, None)
        for limits, step, features in product(
            LIMITS[unit], steps, (ON_OFF, ClimateEntityFeature(0))
        ):
            number += 1
            yield Unit(number, unit=unit, limits=limits, step=step, features=features)


@pytest.mark.parametrize("home", [METRIC_SYSTEM, US_CUSTOMARY_SYSTEM], ids=["C", "F"])
async def test_start_is_accepted_by_every_unit_and_confirmed_by_its_echo(
    hass: HomeAssistant, home: Any
) -> None:
    hass.config.units = home
    units = list(combinations())
    await add(hass, *units)
    for unit in units:
        driver = entity_driver(hass, entry_of(unit))
        native = TemperatureUnit(unit.temperature_unit)
        step = unit.target_temperature_step or 1.0
        for target in (16.0, 24.5, 30.0):
            start = Change(
                on=True,
                mode=HvacMode.COOL,
                target=driver.abilities.fit(target),
                fan="high",
            )
            unit.calls.clear()
            await driver.async_send(start)
            where = (home, native, unit.min_temp, unit.max_temp, step, target)
            assert unit.calls == [
                "set_hvac_mode",
                "set_temperature",
                "set_fan_mode",
            ], where
            sent = unit.sent[-1]
            assert unit.min_temp <= sent <= unit.max_temp, where
            assert sent / step == pytest.approx(round(sent / step), abs=1e-6), where
            bounded = min(
                max(from_celsius(target, native), unit.min_temp), unit.max_temp
            )
            assert abs(sent - bounded) <= step, where
            state = await driver.async_read()
            assert not start.differing(state), where
            assert state.target == start.target, where
            await driver.async_send(Change(on=False))
            assert not (await driver.async_read()).on, where
        assert not driver.refused
        # After a restart the sent values are unknown.
        again = entity_driver(hass, entry_of(unit))
        assert again.abilities == driver.abilities


async def test_minimum_of_a_fahrenheit_unit_is_sent_as_it_is(
    hass: HomeAssistant,
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    for number, minimum in enumerate((61, 63, 65)):
        unit = Unit(number, unit=F, limits=(minimum, 88))
        await add(hass, unit)
        driver = entity_driver(hass, entry_of(unit))
        await driver.async_send(
            Change(on=True, mode=HvacMode.COOL, target=driver.abilities.fit(16.0))
        )
        assert unit.sent == [minimum]


@pytest.fixture
async def unit(hass: HomeAssistant) -> Unit:
    unit = Unit()
    await add(hass, unit)
    return unit


@pytest.fixture
async def entry(hass: HomeAssistant, unit: Unit) -> MockConfigEntry:
    report_room(hass, 26.0)
    entry = entry_of(unit)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def later(freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass, also for the retries of the driver."""
    freezer.tick(seconds)


async def test_start_is_mode_then_temperature_then_nothing_more(
    hass: HomeAssistant, entry: MockConfigEntry, unit: Unit
) -> None:
    assert unit.hvac_mode is HVACMode.COOL
    assert unit.target_temperature == 16
    for _ in range(5):
        await entry.runtime_data.async_refresh()
    assert unit.calls.count("set_hvac_mode") == 1
    assert unit.calls.count("set_temperature") == 1
    assert entry.runtime_data.data.decision.reason == "cooling"


@pytest.mark.parametrize(
    ("action", "part", "issue"),
    [
        ("set_temperature", Part.TARGET, "target"),
        ("set_fan_mode", Part.FAN, "fan"),
    ],
)
async def test_refused_part_raises_issue_is_retried_and_is_no_remote_change(
    hass: HomeAssistant,
    unit: Unit,
    freezer: FrozenDateTimeFactory,
    action: str,
    part: Part,
    issue: str,
) -> None:
    report_room(hass, 26.0)
    unit.refuses = {action}
    unit._attr_fan_mode = "high"
    unit.async_write_ha_state()
    entry = entry_of(unit)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    coordinator = entry.runtime_data
    if part is Part.FAN:
        (climate,) = set(hass.states.async_entity_ids("climate")) - {unit.entity_id}
        with_fan = {"entity_id": climate, "fan_mode": "low"}
        await hass.services.async_call("climate", "set_fan_mode", with_fan)
        await hass.async_block_till_done()
    assert unit.hvac_mode is HVACMode.COOL
    for poll in range(8 * 60):  # two hours of polls
        later(freezer, 15)
        report_room(hass, 26.0 + poll % 2 / 10)
        await coordinator.async_refresh()
    assert unit.calls.count(action) <= 8
    assert unit.calls.count("set_hvac_mode") == 1
    assert coordinator.data.device.on
    assert coordinator.data.decision.reason == "cooling"
    assert coordinator.thermostat.saved.hold is None
    key = f"air_conditioner_{issue}_refused_{entry.entry_id}"
    assert ir.async_get(hass).async_get_issue(DOMAIN, key)
    unit.refuses.clear()
    for _ in range(2):
        later(freezer, 3600)
        report_room(hass, 26.0)
        await coordinator.async_refresh()
    await coordinator.async_refresh()
    assert not ir.async_get(hass).async_get_issue(DOMAIN, key)
    if part is Part.TARGET:
        assert unit.target_temperature == 16
    # It is still stopped by the room temperature.
    for _ in range(20):
        later(freezer, 15)
        report_room(hass, 22.0)
        await coordinator.async_refresh()
    assert unit.state == HVACMode.OFF.value


async def test_refused_mode_raises_issue_and_is_retried_with_backoff(
    hass: HomeAssistant, unit: Unit, freezer: FrozenDateTimeFactory
) -> None:
    report_room(hass, 26.0)
    unit.refuses = {"set_hvac_mode"}
    entry = entry_of(unit)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    for _ in range(4 * 60):
        later(freezer, 15)
        report_room(hass, 26.0)
        await entry.runtime_data.async_refresh()
    assert unit.calls.count("set_hvac_mode") <= 7
    assert entry.runtime_data.data.decision.reason == "refused"
    key = f"air_conditioner_mode_refused_{entry.entry_id}"
    assert ir.async_get(hass).async_get_issue(DOMAIN, key)


async def test_unit_in_its_own_auto_gets_mode_and_temperature(
    hass: HomeAssistant,
) -> None:
    unit = Unit(modes=(HVACMode.OFF, HVACMode.AUTO, HVACMode.COOL, HVACMode.HEAT_COOL))
    unit._attr_hvac_mode = HVACMode.AUTO
    await add(hass, unit)
    report_room(hass, 26.0)
    entry = entry_of(unit)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await entry.runtime_data.async_refresh()
    assert unit.hvac_mode is HVACMode.COOL
    assert unit.target_temperature == 16


async def test_unit_of_unknown_state_can_be_switched_off_and_is_regulated(
    hass: HomeAssistant,
) -> None:
    unit = Unit()
    unit._attr_hvac_mode = None
    await add(hass, unit)
    state = hass.states.get(unit.entity_id)
    assert state is not None
    assert state.state == "unknown"
    report_room(hass, 26.0)
    entry = entry_of(unit)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert unit.hvac_mode is HVACMode.COOL
    unit._attr_hvac_mode = None
    unit.async_write_ha_state()
    await entry.runtime_data.async_request(lambda saved, _now: saved.powered(on=False))
    assert unit.state == HVACMode.OFF.value


@pytest.mark.parametrize(
    "error", [KeyError("x"), ValueError("x"), LibraryError("x"), TimeoutError]
)
async def test_any_error_of_the_other_integration_is_a_refusal(
    hass: HomeAssistant, unit: Unit, error: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_self: Unit, hvac_mode: HVACMode) -> None:
        raise error

    monkeypatch.setattr(Unit, "async_set_hvac_mode", fail)
    driver = entity_driver(hass, entry_of(unit))
    with pytest.raises(Unreachable if error is TimeoutError else CommandRefused):
        await driver.async_send(Change(on=True, mode=HvacMode.COOL))
