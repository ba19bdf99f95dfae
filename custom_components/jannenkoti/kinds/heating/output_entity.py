"""The entities that a heating system switches: their levels, and the commands."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_TEMPERATURE,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_OFF,
    STATE_ON,
)

from ...calls import CallFailed, async_call_action
from ...const import LOGGER
from ...lib.reading import read_number
from ...lib.temperature import TemperatureUnit, from_celsius, read_temperature_unit
from .control.sg_ready import SgState, state_of, steps
from .inputs.units import celsius
from .options import OutputType

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .control.output import Command
    from .options import StageOptions

_LONGEST: Final = 10.0
"""Seconds for one action; the echo notices what comes later, or not at all."""

_ON: Final = {STATE_ON: True, STATE_OFF: False}
_SG_LEVELS: Final = {
    SgState.LOCK: -1,
    SgState.NORMAL: 0,
    SgState.RECOMMENDED: 1,
    SgState.FORCED: 2,
}
_SG_STATES: Final = {level: state for state, level in _SG_LEVELS.items()}
_CLIMATES: Final = frozenset({"climate", "water_heater"})


def read_level(hass: HomeAssistant, stage: StageOptions) -> int | None:
    """Return the level that the output of a stage reports, None if it is unavailable.

    A set point counts as on when it is nearer to that for heating.
    """
    if stage.type is OutputType.SG_READY:
        pair = _relay(hass, stage.entity), _relay(hass, stage.second_relay)
        state = state_of(*pair)
        return None if state is None else _SG_LEVELS[state]
    if stage.type is OutputType.SWITCH:
        on = _relay(hass, stage.entity)
        return None if on is None else int(on)
    value = _set_point(hass, stage.entity)
    if value is None:
        return None
    return int(abs(value - stage.boost) < abs(value - stage.normal))


async def async_send(
    hass: HomeAssistant, stage: StageOptions, command: Command
) -> None:
    """Give an output a level; a failure is logged and not confirmed."""
    if stage.type is OutputType.SET_POINT:
        value = stage.boost if command.level > 0 else stage.normal
        await _async_set_point(hass, stage.entity, value)
        return
    if stage.type is OutputType.SWITCH:
        await _async_switch(hass, stage.entity, on=command.level > 0)
        return
    before = None if command.before is None else _SG_STATES[command.before]
    for relay, on in steps(before, _SG_STATES[command.level]):
        entity = stage.second_relay if relay else stage.entity
        if not await _async_switch(hass, entity, on=on):
            return  # The order matters: the next relay would make another state.


def _relay(hass: HomeAssistant, entity: str) -> bool | None:
    """Return whether a switch is on, None if that is not known."""
    state = hass.states.get(entity)
    return None if state is None else _ON.get(state.state)


def _set_point(hass: HomeAssistant, entity: str) -> float | None:
    """Return a set point in °C, None if it is not known."""
    if (state := hass.states.get(entity)) is None:
        return None
    if entity.partition(".")[0] in _CLIMATES:
        if state.state == STATE_OFF:
            return None  # It heats at no set point until somebody turns it on.
        value = state.attributes.get(ATTR_TEMPERATURE)
        return celsius(value, hass.config.units.temperature_unit)
    value = read_number(state.state)
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    return celsius(value, unit) if read_temperature_unit(unit) else value


async def _async_set_point(hass: HomeAssistant, entity: str, value: float) -> bool:
    """Set a set point (°C) in the unit of its entity."""
    domain, state = entity.partition(".")[0], hass.states.get(entity)
    attributes = {} if state is None else state.attributes
    if domain in _CLIMATES:
        unit = TemperatureUnit(hass.config.units.temperature_unit)
        limits = attributes.get("min_temp"), attributes.get("max_temp")
        data = {ATTR_TEMPERATURE: _within(from_celsius(value, unit), *limits)}
        return await _async_act(hass, entity, "set_temperature", data)
    text = attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    unit = read_temperature_unit(text) or TemperatureUnit.CELSIUS
    limits = attributes.get("min"), attributes.get("max")
    data = {"value": _within(from_celsius(value, unit), *limits)}
    return await _async_act(hass, entity, "set_value", data)


def _within(value: float, low: object, high: object) -> float:
    """Return a set point within the limits of its entity, which refuses others."""
    least, most = read_number(low), read_number(high)
    if most is not None:
        value = min(value, most)
    if least is not None:
        value = max(value, least)
    return round(value, 1)


async def _async_switch(hass: HomeAssistant, entity: str, *, on: bool) -> bool:
    """Switch a relay; return whether the action succeeded."""
    return await _async_act(hass, entity, f"turn_{STATE_ON if on else STATE_OFF}", {})


async def _async_act(
    hass: HomeAssistant, entity: str, action: str, data: dict[str, Any]
) -> bool:
    """Call an action of an entity; return whether it succeeded."""
    domain = entity.partition(".")[0]
    target = {ATTR_ENTITY_ID: entity, **data}
    try:
        await async_call_action(hass, domain, action, target, within=_LONGEST)
    except CallFailed as err:
        LOGGER.debug("%s failed: %s", entity, err)
        return False
    return True
