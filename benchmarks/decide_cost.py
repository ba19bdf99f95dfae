"""What one decision of the thermostat costs, beside generic_thermostat's.

Both take the same temperatures, all within the band, and find that nothing is to do:
`decide()`, and the two methods that generic_thermostat calls when its sensor changes,
on a real but empty Home Assistant in this process, without writing its state.
"""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from statistics import median

from homeassistant.components.climate import HVACMode
from homeassistant.components.generic_thermostat.climate import GenericThermostat
from homeassistant.const import UnitOfTemperature
from homeassistant.core import HomeAssistant, State

from custom_components.jannenkoti.kinds.air_conditioner.control.decide import (
    Inputs,
    decide,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    Parameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    DeviceState,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.lib.guard import Phase

from .figure import Figure, note, spread

_DECISIONS = 20_000
_ROUNDS = 7
_GOAL = 50.0

_TARGET = 24.5
_BAND = 0.5
_TEMPERATURES = [24.1, 24.2, 24.3, 24.4, 24.5, 24.6, 24.7, 24.8, 24.9]
_SENSOR, _SWITCH = "sensor.room", "switch.unit"

_NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
_PHASE = Phase(on=True, since=_NOW - timedelta(hours=1))
_INTENT = Request(target=_TARGET, fan="low")
_TUNING = Parameters(above=_BAND, below=_BAND)
_ABILITIES = Abilities(modes=tuple(HvacMode), fans=("low", "high"))
_RUNNING = DeviceState(
    on=True, mode=HvacMode.COOL, fan="low", target=16.0, current=24.0
)
_STANDING = DeviceState(
    on=False, mode=HvacMode.FAN, fan="high", target=24.0, current=27.0
)


async def measure() -> list[Figure]:
    """Measure both in turns."""
    with tempfile.TemporaryDirectory(prefix="jannenkoti-bench-") as folder:
        hass = HomeAssistant(folder)
        try:
            thermostat = _generic_thermostat(hass)
            ours, reference = [], []
            for _ in range(_ROUNDS):
                ours.append(_decisions(_RUNNING, _TEMPERATURES))
                reference.append(await _evaluations(thermostat))
        finally:
            await hass.async_stop(force=True)
    starts = [_decisions(_STANDING, [27.0]) for _ in range(_ROUNDS)]
    note(f"decide: {spread(ours, 'µs')}")
    note(f"decide, a start that sets all: {spread(starts, 'µs')}")
    note(f"generic_thermostat: {spread(reference, 'µs')}")
    return [
        Figure(
            name="decide_cost",
            ours=median(ours),
            reference=median(reference),
            unit="µs",
            ratio=median(ours) / median(reference),
            goal=_GOAL,
        )
    ]


def _decisions(device: DeviceState, temperatures: list[float]) -> float:
    """Return the CPU time of one decision, in microseconds."""
    phase = _PHASE if device.compressor else None
    begun = time.thread_time()
    for room in islice(cycle(temperatures), _DECISIONS):
        decide(
            _INTENT,
            phase,
            Inputs(device=device, room=room),
            _NOW,
            parameters=_TUNING,
            abilities=_ABILITIES,
        )
    return (time.thread_time() - begun) * 1e6 / _DECISIONS


async def _evaluations(thermostat: GenericThermostat) -> float:
    """Return the CPU time of one evaluation, in microseconds."""
    states = [State(_SENSOR, str(temperature)) for temperature in _TEMPERATURES]
    begun = time.thread_time()
    for state in islice(cycle(states), _DECISIONS):
        thermostat._async_update_temp(state)  # noqa: SLF001 - there is no public method
        await thermostat._async_control_heating()  # noqa: SLF001
    return (time.thread_time() - begun) * 1e6 / _DECISIONS


def _generic_thermostat(hass: HomeAssistant) -> GenericThermostat:
    """Return one that cools, its switch turned on."""
    hass.states.async_set(_SWITCH, "on")
    thermostat = GenericThermostat(
        name="Reference",
        heater_entity_id=_SWITCH,
        sensor_entity_id=_SENSOR,
        min_temp=None,
        max_temp=None,
        target_temp=_TARGET,
        ac_mode=True,
        min_cycle_duration=timedelta(minutes=4),
        max_cycle_duration=None,
        cycle_cooldown=None,
        cold_tolerance=_BAND,
        hot_tolerance=_BAND,
        keep_alive=None,
        initial_hvac_mode=HVACMode.COOL,
        presets={},
        precision=None,
        target_temperature_step=None,
        unit=UnitOfTemperature.CELSIUS,
        unique_id=None,
    )
    thermostat.hass = hass
    return thermostat
