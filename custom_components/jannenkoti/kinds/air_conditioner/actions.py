"""The action that returns the rates of a day."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.components.climate import DOMAIN as CLIMATE
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...rights import async_register_entity_action
from .ac_control_actions import register_ac_control
from .control.room_temperature import celsius
from .entity import AirConditionerEntity
from .insight.history import Day, RecordedDay, SensorState, as_response, rates_of

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant, ServiceCall, State
    from homeassistant.helpers.entity import Entity

    from .coordinator import AirConditionerCoordinator
    from .insight.rates import Rates
    from .options import Options

ATTR_DATE: Final = "date"
RATES: Final = "hvac_rates"
_RECORDER = "recorder"
_COMPRESSOR = {STATE_ON: True, STATE_OFF: False}


@callback
def register_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    register_ac_control(hass)
    async_register_entity_action(
        hass,
        RATES,
        _async_rates,
        entity_domain=CLIMATE,
        schema={vol.Optional(ATTR_DATE): cv.date},
        supports_response=SupportsResponse.ONLY,
    )


async def _async_rates(entity: Entity, call: ServiceCall) -> dict[str, Any]:
    """Return how fast the room cooled and warmed on a day."""
    if not isinstance(entity, AirConditionerEntity):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="air_conditioner_only"
        )
    hass, coordinator = entity.hass, entity.coordinator
    if _RECORDER not in hass.config.components:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="air_conditioner_no_recorder"
        )
    now, zone = dt_util.utcnow(), dt_util.get_default_time_zone()
    date = call.data.get(ATTR_DATE, now.astimezone(zone).date())
    day = Day.of(date, zone, now)
    recorder = get_instance(hass)
    oldest = recorder.states_manager.oldest_ts
    if day.begin >= now or oldest is None or day.end.timestamp() <= oldest:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="air_conditioner_no_history",
            translation_placeholders={"date": date.isoformat()},
        )
    compressor = _entity_id(hass, coordinator, BINARY_SENSOR, "compressor")
    rates = await recorder.async_add_executor_job(
        _rates, hass, coordinator.options, day, compressor, entity.entity_id
    )
    capacity = coordinator.data.analytics.capacity
    return as_response(coordinator.config_entry.title, day, rates, capacity)


def _entity_id(
    hass: HomeAssistant, coordinator: AirConditionerCoordinator, domain: str, key: str
) -> str:
    """Return the id of one of our entities; raises ServiceValidationError."""
    entry = coordinator.config_entry
    unique_id = f"{entry.unique_id or entry.entry_id}_{key}"
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(domain, DOMAIN, unique_id)
    registered = entity_id and registry.async_get(entity_id)
    if not registered or registered.disabled:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="air_conditioner_not_recorded"
        )
    return registered.entity_id


def _rates(
    hass: HomeAssistant, options: Options, day: Day, compressor: str, climate: str
) -> Rates:
    """Read the history and calculate the rates, in the recorder's thread pool."""
    sensor_states = [
        _word(hass, sensor, state)
        for sensor in options.sensors
        for state in _states(
            hass, sensor, day.begin - options.stale_after, day.end, values=True
        )
    ]
    record = RecordedDay(
        sensor_states=sensor_states,
        compressor=[
            (state.last_updated, _COMPRESSOR.get(state.state))
            for state in _states(hass, compressor, day.begin, day.end)
        ],
        modes=[
            (state.last_updated, state.state)
            for state in _states(hass, climate, day.begin, day.end)
            # The last known mode applies while it is unavailable.
            if state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        ],
    )
    return rates_of(day, record, options)


def _states(
    hass: HomeAssistant,
    entity_id: str,
    begin: datetime,
    end: datetime,
    *,
    values: bool = False,
) -> list[State]:
    """Return an entity's states; of sensors with their units, but no older ones."""
    # Loading it costs a home without a recorder what it has no use for.
    from homeassistant.components.recorder.history import (  # noqa: PLC0415
        state_changes_during_period,
    )

    states = state_changes_during_period(
        hass,
        begin - timedelta(microseconds=1),
        end,
        entity_id,
        no_attributes=not values,
        include_start_time_state=not values,
    )
    return states.get(entity_id.lower(), [])


def _word(hass: HomeAssistant, sensor: str, state: State) -> SensorState:
    """Return a state of a sensor with its first and last report."""
    now = hass.states.get(sensor)
    if now is not None and now.last_updated == state.last_updated:
        state = now  # the recorder writes the last repetition down with the next state
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    return SensorState(
        sensor=sensor,
        value=celsius(state.state, unit),
        first=state.last_updated,
        last=state.last_reported,
    )
