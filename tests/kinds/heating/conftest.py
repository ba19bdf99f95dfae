"""A heating system in Home Assistant, with a meter, a tank and relays."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.core import ServiceCall, State, callback
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

UNIQUE_ID = "heating1"
GRID, PV, TOP = "sensor.grid", "sensor.pv", "sensor.top"
STAGES = ("input_boolean.rod_1", "input_boolean.rod_2", "input_boolean.rod_3")

type Wait = Callable[..., Awaitable[None]]


def make_options(**changes: Any) -> dict[str, Any]:
    """Return options: a tank and three stages, without minimum times."""
    return {
        "grid_power": GRID,
        "pv_power": PV,
        "tanks": [{"name": "Boiler", "volume": 300, "control_sensor": TOP}],
        "stages": [{"entity": entity, "watts": 2000, "tank": 1} for entity in STAGES],
        "minimum_on": 0,
        "minimum_off": 0,
        "averaging": 0,
        **changes,
    }


def make_entry(options: dict[str, Any] | None = None) -> MockConfigEntry:
    """Return an entry that is not set up yet."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Boiler",
        unique_id=UNIQUE_ID,
        data={"kind": "heating", "kind_version": 1},
        options=make_options() if options is None else options,
        minor_version=99,
    )


class Relays:
    """Switches that obey, but for those in `deaf`; what was called is kept."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Register the actions of the domains."""
        self.hass = hass
        self.calls: list[tuple[str, str, Any]] = []
        self.deaf: set[str] = set()
        # Not those of switches: the platform of our own entities registers them.
        for action in ("turn_on", "turn_off"):
            hass.services.async_register("input_boolean", action, self._switch)
        for domain, action in (
            ("climate", "set_temperature"),
            ("water_heater", "set_temperature"),
            ("input_number", "set_value"),
        ):
            hass.services.async_register(domain, action, self._set)

    @callback
    def _switch(self, call: ServiceCall) -> None:
        """Switch one of them."""
        entity = call.data["entity_id"]
        self.calls.append((entity, call.service, None))
        if entity not in self.deaf:
            self.hass.states.async_set(entity, call.service.removeprefix("turn_"))

    @callback
    def _set(self, call: ServiceCall) -> None:
        """Change a set point."""
        entity, old = (
            call.data["entity_id"],
            self.hass.states.get(call.data["entity_id"]),
        )
        assert old is not None
        value = call.data.get("temperature", call.data.get("value"))
        self.calls.append((entity, call.service, value))
        if call.domain == "input_number":
            self.hass.states.async_set(entity, str(value), old.attributes)
        else:
            attributes = {**old.attributes, "temperature": value}
            self.hass.states.async_set(entity, old.state, attributes)


def report(
    hass: HomeAssistant,
    grid: float | str = 300,
    top: float | str = 47,
    pv: float | str = 0,
) -> None:
    """Let the sensors report."""
    watt = {"unit_of_measurement": "W", "device_class": "power"}
    degrees = {"unit_of_measurement": "°C", "device_class": "temperature"}
    hass.states.async_set(GRID, str(grid), watt)
    hass.states.async_set(PV, str(pv), watt)
    hass.states.async_set(TOP, str(top), degrees)


def entity_id_of(hass: HomeAssistant, platform: str, key: str) -> str:
    """Return an entity id by the unique id, for it follows the language."""
    found = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{UNIQUE_ID}_{key}"
    )
    assert found is not None
    return found


def state_of(hass: HomeAssistant, platform: str, key: str) -> State:
    """Return a state by the unique id."""
    state = hass.states.get(entity_id_of(hass, platform, key))
    assert state is not None
    return state


def is_on(hass: HomeAssistant) -> list[str]:
    """Return the states of the relays."""
    return [state.state for entity in STAGES if (state := hass.states.get(entity))]


@pytest.fixture
def relays(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Relays:
    """Return relays that are off, and sensors that report import.

    The time is frozen first: it changes both clocks. It is ten in the morning.
    """
    freezer.move_to("2026-11-20T18:07:00+00:00")
    for entity in STAGES:
        hass.states.async_set(entity, "off")
    report(hass)
    return Relays(hass)


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options; tests override it."""
    return make_options()


@pytest.fixture
async def entry(
    hass: HomeAssistant, relays: Relays, options: dict[str, Any]
) -> MockConfigEntry:
    """Return an entry that is set up."""
    entry = make_entry(options)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Wait:
    """Return a function that lets the time pass in steps of 16 s."""

    async def async_wait(seconds: float, **reported: Any) -> None:
        for _ in range(max(int(seconds / 15), 1)):
            freezer.tick(timedelta(seconds=16))
            report(hass, **reported)
            async_fire_time_changed(hass)
            await hass.async_block_till_done()

    return async_wait
