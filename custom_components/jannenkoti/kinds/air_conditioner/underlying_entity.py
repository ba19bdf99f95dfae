"""The entities of others that a thermostat uses: the unit, and not its own outputs."""

import random
import time
from typing import TYPE_CHECKING, Any, Final, Self, cast, override

from homeassistant.components.climate import DOMAIN as CLIMATE
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.components.switch import DOMAIN as SWITCH
from homeassistant.const import CONF_DOMAIN, CONF_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import split_entity_id
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.helpers.selector import EntitySelector

from ...calls import CallFailed, CallTimedOut, async_call_action
from ...const import CONF_KIND, DOMAIN
from ...lib.reading import read_number
from ...lib.temperature import TemperatureUnit
from .const import KIND_NAME
from .drivers.driver import CommandRefused, Unreachable
from .drivers.entity_state import EntityState, Limits, positive
from .drivers.ha_entity import EntityDriver
from .helper_entity import with_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.selector import EntitySelectorConfig

# An action that takes longer is given up; a cloud may need some seconds.
_LONGEST_ACTION: Final = 30.0  # s

UNIT_DOMAINS: Final = (CLIMATE, SWITCH)
"""The domains of the entities that can be the air conditioner."""

# The unit's own sensor is measured, not made by the thermostat.
_MEASURED: Final = "_device_temperature"


def entity_driver(hass: HomeAssistant, entry: ConfigEntry) -> EntityDriver:
    """Return the driver of an entity; it follows when the user renames the entity."""
    domain = entry.data[CONF_DOMAIN]

    def entity_id() -> str:
        registry = er.async_get(hass)
        stored = entry.data[CONF_ENTITY_ID]
        return er.async_resolve_entity_id(registry, stored) or ""

    async def async_act(action: str, data: Mapping[str, Any]) -> None:
        await _async_act(hass, entity_id(), domain, action, data)

    return EntityDriver(
        is_climate=domain == CLIMATE,
        read_state=lambda: state_of(hass, entity_id()),
        act=async_act,
        ticks=time.monotonic,
        random=random.random,
    )


def state_of(hass: HomeAssistant, entity_id: str) -> EntityState | None:
    """Return the state of an entity; None if there is none."""
    if (state := hass.states.get(entity_id)) is None:
        return None
    return EntityState(
        state=state.state,
        attributes=state.attributes,
        unit=TemperatureUnit(hass.config.units.temperature_unit),
        limits=_limits(hass, entity_id),
    )


def _limits(hass: HomeAssistant, entity_id: str) -> Limits | None:
    """Return the limits of a climate entity in its own unit.

    The state shows them converted and rounded, and Home Assistant compares a set
    temperature with the exact ones. None where the entity cannot be asked.
    """
    component = hass.data.get(DATA_INSTANCES, {}).get(CLIMATE)
    entity = None if component is None else component.get_entity(entity_id)
    # The first is the name from 2026.11 on.
    names = ("native_temperature_unit", "temperature_unit")
    try:
        found = [u for n in names if (u := getattr(entity, n, None)) is not None]
        unit = TemperatureUnit(found[0])
        lowest, highest, step, precision = (
            getattr(entity, name, None)
            for name in ("min_temp", "max_temp", "target_temperature_step", "precision")
        )
    except AttributeError, LookupError, TypeError, ValueError:
        return None
    minimum, maximum = read_number(lowest), read_number(highest)
    # Some are not known until the integration has reached its device.
    if minimum is None or maximum is None or minimum >= maximum:
        return None
    return Limits(
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        step=positive(step),
        precision=positive(precision),
    )


async def _async_act(
    hass: HomeAssistant,
    entity_id: str,
    domain: str,
    action: str,
    data: Mapping[str, Any],
) -> None:
    """Call an action of the entity; raises DriverError."""
    target = {**data, CONF_ENTITY_ID: entity_id}
    try:
        await async_call_action(hass, domain, action, target, within=_LONGEST_ACTION)
    except CallTimedOut as err:
        raise Unreachable from err
    except CallFailed as err:
        state = hass.states.get(entity_id)
        if state is None or state.state == STATE_UNAVAILABLE:
            raise Unreachable from err
        raise CommandRefused from err


class OthersSelector(EntitySelector):
    """Offers entities without our own outputs.

    An output that is sent all the same is refused by the form with a reason; the
    selector's own error would end the flow.
    """

    @classmethod
    def of(cls, hass: HomeAssistant, config: EntitySelectorConfig) -> Self:
        """Return the selector."""
        return cls({**config, "exclude_entities": all_outputs(hass)})

    @override
    def __call__(self, data: Any) -> str | list[str]:
        offered = cast("EntitySelectorConfig", dict(self.config))
        offered.pop("exclude_entities", None)
        return EntitySelector(offered)(data)


def is_thermostat_of_ours(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity belongs to an air conditioner of this integration."""
    registered = er.async_get(hass).async_get(entity_id)
    if registered is None or registered.platform != DOMAIN:
        return False
    entry = hass.config_entries.async_get_entry(registered.config_entry_id or "")
    return entry is not None and entry.data.get(CONF_KIND) == KIND_NAME


def outputs_among(hass: HomeAssistant, entity_ids: Iterable[str]) -> list[str]:
    """Return those entities that are outputs of a thermostat.

    As a room sensor such an output feeds the thermostat with its own result, and the
    silence of all real sensors is never noticed. So it is behind a template or a group.
    """
    return [
        entity_id
        for entity_id in entity_ids
        if _is_output(hass, entity_id)
        or any(
            _is_output(hass, source) and _is_temperature(hass, source)
            for source in with_sources(hass, entity_id)
        )
    ]


def is_ours_behind(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity switches an air conditioner of this integration.

    It does if it belongs to it, or if it is a group or another helper for such an one.
    """
    return any(is_thermostat_of_ours(hass, unit) for unit in units_of(hass, entity_id))


def units_of(hass: HomeAssistant, entity_id: str) -> set[str]:
    """Return all entities that are switched with an entity, and itself."""
    return {
        unit
        for unit in with_sources(hass, entity_id)
        if split_entity_id(unit)[0] in UNIT_DOMAINS
    }


def all_outputs(hass: HomeAssistant) -> list[str]:
    """Return all outputs of thermostats, so that forms do not offer them."""
    return [
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.platform == DOMAIN and _is_output(hass, entity.entity_id)
    ]


def _is_output(hass: HomeAssistant, entity_id: str) -> bool:
    registered = er.async_get(hass).async_get(entity_id)
    return (
        registered is not None
        and is_thermostat_of_ours(hass, entity_id)
        and not registered.unique_id.endswith(_MEASURED)
    )


def _is_temperature(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity shows a temperature."""
    registered = er.async_get(hass).async_get(entity_id)
    if registered is None or registered.domain == CLIMATE:
        return registered is not None
    return registered.original_device_class == SensorDeviceClass.TEMPERATURE
