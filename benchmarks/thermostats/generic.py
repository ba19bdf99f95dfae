"""Home Assistant's own generic_thermostat: its entity in a real Home Assistant core.

The clocks are frozen and set forward, as Home Assistant's tests do it, so its timers
run as they would. It has what a careful user would give it: the same band, the minimum
run time and the cooldown, a helper that takes the mean of several sensors, and an
automation that switches it off for the night.
"""

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.climate import HVACMode
from homeassistant.components.generic_thermostat.climate import GenericThermostat
from homeassistant.const import UnitOfTemperature
from homeassistant.helpers.entity_component import EntityComponent
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_test_home_assistant

from custom_components.jannenkoti.kinds.air_conditioner.model import Change

from .world import BAND, BEGIN, MINIMUM, STEP, TARGET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import Context, HomeAssistant, ServiceCall

    from .world import Unit

_SENSOR, _SWITCH = "sensor.room", "switch.unit"

# Turns of the event loop until a timer that is due has woken whom it should.
_TURNS = 3


class Generic:
    """The reference with its helpers."""

    def __init__(
        self, hass: HomeAssistant, frozen: FrozenDateTimeFactory, unit: Unit
    ) -> None:
        """Make the switch that reaches the unit."""
        self._hass = hass
        self._frozen = frozen
        self._unit = unit
        self._component = EntityComponent[GenericThermostat](
            logging.getLogger(__name__), "climate", hass
        )
        self._thermostat = _generic_thermostat()
        self._said: dict[int, float | None] = {}
        self._shown: bool | None = None
        self._context: Context | None = None
        hass.services.async_register("switch", "turn_on", self._turn_on)
        hass.services.async_register("switch", "turn_off", self._turn_off)

    @classmethod
    @asynccontextmanager
    async def running(cls, unit: Unit) -> AsyncIterator[Generic]:
        """Yield one in a Home Assistant of its own."""
        with freeze_time(BEGIN) as frozen:
            if not isinstance(frozen, FrozenDateTimeFactory):
                raise TypeError
            async with async_test_home_assistant() as hass:
                await async_setup_component(hass, "homeassistant", {})
                made = cls(hass, frozen, unit)
                await made.start()
                await made.edit(TARGET)
                await made.sleep(asleep=False)
                yield made
                await hass.async_stop(force=True)

    async def _turn_on(self, call: ServiceCall) -> None:
        self._context = call.context
        self._unit.receive(Change(on=True))

    async def _turn_off(self, call: ServiceCall) -> None:
        self._context = call.context
        self._unit.receive(Change(on=False))

    async def start(self) -> None:
        """Start; its switch is known a moment after it, which restarts its times."""
        self._thermostat = _generic_thermostat()
        await self._component.async_add_entities([self._thermostat])
        self._shown = None
        await self._settle()

    async def stop(self) -> None:
        """Stop as Home Assistant stops."""
        await self._thermostat.async_remove()
        for entity_id in (_SENSOR, _SWITCH):
            self._hass.states.async_set(entity_id, "unavailable")
        self._said.clear()
        await self._settle()

    def trusts(self, _now: int) -> bool:
        """Return that it learns nothing."""
        return False

    async def receive(self, _now: int, sensor: int, value: float | None) -> None:
        """Let the helper show the mean of the available sensors."""
        self._said[sensor] = value
        there = [value for value in self._said.values() if value is not None]
        word = str(round(fmean(there), 2)) if there else "unavailable"
        self._hass.states.async_set(_SENSOR, word)
        await self._settle()

    async def edit(self, target: float) -> None:
        """Take another target."""
        await self._thermostat.async_set_temperature(temperature=target)
        await self._settle()

    async def sleep(self, *, asleep: bool) -> None:
        """Do what the automation for the night does."""
        mode = HVACMode.OFF if asleep else HVACMode.COOL
        await self._thermostat.async_set_hvac_mode(mode)
        await self._settle()

    async def pass_step(self) -> None:
        """Let the clocks go on."""
        self._frozen.tick(timedelta(seconds=STEP))

    async def tick(self, _now: int) -> None:
        """Let the timers go on, and the switch follow the unit."""
        on = self._unit.report().on
        if on is not self._shown:
            self._shown = on
            self._hass.states.async_set(
                _SWITCH, "on" if on else "off", context=self._context
            )
            self._context = None
        await self._settle()

    async def _settle(self) -> None:
        """Let it do what it has begun, also what a timer has."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await self._hass.async_block_till_done()


def _generic_thermostat() -> GenericThermostat:
    return GenericThermostat(
        name="Reference",
        heater_entity_id=_SWITCH,
        sensor_entity_id=_SENSOR,
        min_temp=None,
        max_temp=None,
        target_temp=None,
        ac_mode=True,
        min_cycle_duration=timedelta(seconds=MINIMUM),
        max_cycle_duration=None,
        cycle_cooldown=timedelta(seconds=MINIMUM),
        cold_tolerance=BAND,
        hot_tolerance=BAND,
        keep_alive=None,
        initial_hvac_mode=None,
        presets={},
        precision=None,
        target_temperature_step=None,
        unit=UnitOfTemperature.CELSIUS,
        unique_id=None,
    )
