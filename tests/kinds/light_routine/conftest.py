"""Lights that are states, and an action that sets them as an integration would."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.light import LightEntityFeature
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jannenkoti.const import DOMAIN

from ...failures import LibraryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import Context, HomeAssistant, ServiceCall, State

UNIQUE_ID = "routine"
LAMP, OTHER = "light.lamp", "light.other"


class Lights:
    """Lights whose states are set by `light.turn_on`, as an integration does."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Register the action."""
        self.hass = hass
        self.calls: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self.echoes = True
        for service in ("turn_on", "turn_off", "toggle"):
            hass.services.async_register("light", service, getattr(self, service))

    def set(
        self, light: str, state: str = "on", context: Context | None = None, **look: Any
    ) -> None:
        """Let a light report a state."""
        attributes = {
            "brightness": 200,
            "color_temp_kelvin": 3000,
            "xy_color": (0.43, 0.4),
            "supported_color_modes": ["color_temp", "xy"],
            "supported_features": LightEntityFeature.TRANSITION,
            **look,
        }
        if state != "on":
            attributes |= {"brightness": None, "color_temp_kelvin": None}
            attributes |= {"xy_color": None}
        self.hass.states.async_set(light, state, attributes, context=context)

    async def turn_on(self, call: ServiceCall) -> None:
        """Record what is asked for, and report it."""
        self.calls.append(dict(call.data))
        if self.error is not None:
            raise self.error
        look = {
            key: call.data[key]
            for key in ("brightness", "color_temp_kelvin", "xy_color")
            if key in call.data
        }
        if "xy_color" in look:
            look["color_temp_kelvin"] = None
        elif "color_temp_kelvin" in look:
            look["xy_color"] = None
        for light in self._named(call) if self.echoes else ():
            self.set(light, context=call.context, **look)

    async def turn_off(self, call: ServiceCall) -> None:
        """Report the lights as off."""
        for light in self._named(call) if self.echoes else ():
            self.set(light, "off", context=call.context)

    async def toggle(self, _call: ServiceCall) -> None:
        """Report nothing yet."""

    @staticmethod
    def _named(call: ServiceCall) -> list[str]:
        named = call.data.get("entity_id", [])
        return [named] if isinstance(named, str) else list(named)

    def refuse(self) -> None:
        """Let the next calls fail."""
        self.error = LibraryError("busy")


@pytest.fixture
def lights(hass: HomeAssistant) -> Lights:
    """Return lights that can be set."""
    return Lights(hass)


@pytest.fixture
async def noon(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """Return the clock, set to noon of a winter day in Helsinki."""
    await hass.config.async_set_time_zone("Europe/Helsinki")
    hass.config.latitude, hass.config.longitude = 60.17, 24.94
    clock = Clock(hass, freezer)
    await clock.set("2026-01-12T12:00:00+02:00")
    return clock


class Clock:
    """The clock of the home."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Initialize the clock."""
        self._hass = hass
        self._freezer = freezer

    async def set(self, moment: str) -> None:
        """Set the clock, and let timers run that are due."""
        self._freezer.move_to(datetime.fromisoformat(moment))
        async_fire_time_changed(self._hass, dt_util.utcnow())
        await self._hass.async_block_till_done()

    async def tick(self, seconds: float) -> None:
        """Let time pass."""
        moment = dt_util.utcnow() + timedelta(seconds=seconds)
        await self.set(moment.isoformat())


def make_entry(
    options: Mapping[str, Any] | None = None, lights: tuple[str, ...] = (LAMP, OTHER)
) -> MockConfigEntry:
    """Return an entry with the preset."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Living room",
        unique_id=UNIQUE_ID,
        data={"kind": "light_routine", "kind_version": 1},
        options={"targets": {"entity_id": list(lights)}, **(options or {})},
        minor_version=99,
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the entry up."""
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def entity_id(hass: HomeAssistant, platform: str, key: str) -> str:
    """Return the id of an entity."""
    registry = er.async_get(hass)
    found = registry.async_get_entity_id(platform, DOMAIN, f"{UNIQUE_ID}_{key}")
    assert found is not None
    return found


def state_of(hass: HomeAssistant, platform: str, key: str) -> State:
    """Return the state of an entity."""
    state = hass.states.get(entity_id(hass, platform, key))
    assert state is not None
    return state
