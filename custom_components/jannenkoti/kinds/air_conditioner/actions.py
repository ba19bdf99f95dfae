"""Actions of an air conditioner: sleep now, boost, and the rates of a day."""

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
from homeassistant.helpers.service import remove_entity_service_fields
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...rights import async_register_entity_action
from .control.room_temperature import celsius
from .control.status import status
from .entity import AirConditionerEntity
from .insight.history import Day, RecordedDay, SensorState, as_response, rates_of
from .options import NumberOption, Options

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from homeassistant.core import HomeAssistant, ServiceCall, State
    from homeassistant.helpers.entity import Entity
    from homeassistant.helpers.typing import VolDictType

    from .coordinator import AirConditionerCoordinator
    from .insight.rates import Rates

    type Data = Mapping[str, Any]
    type Do = Callable[[AirConditionerCoordinator, Data], Awaitable[None]]

ATTR_DATE: Final = "date"
RATES: Final = "air_conditioner_get_rates"
_RECORDER = "recorder"
_COMPRESSOR = {STATE_ON: True, STATE_OFF: False}

MINUTES: Final = "minutes"
# No sleep, and no time without it, is longer than a day.
_LENGTH = NumberOption(default=0, minimum=1, maximum=1440, step=1, unit="min")

_NUMBER = vol.Coerce(float)
ONE_LENGTH: Final = {vol.Required(MINUTES): _NUMBER}


def refusal(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error that refuses an action, with a translated reason."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def within(quantity: NumberOption, value: float) -> float:
    """Return the number; raises ServiceValidationError if it is out of range."""
    if not quantity.minimum <= value <= quantity.maximum:  # so is "not a number"
        raise refusal(
            "air_conditioner_out_of_range",
            value=f"{value:g}",
            minimum=f"{quantity.minimum:g}",
            maximum=f"{quantity.maximum:g}",
            unit=quantity.unit,
        )
    return value


def length(data: Data) -> timedelta:
    """Return the minutes of an action; raises ServiceValidationError."""
    return timedelta(minutes=within(_LENGTH, data[MINUTES]))


async def _sleep_now(unit: AirConditionerCoordinator, data: Data) -> None:
    duration = length(data)
    await unit.async_override(
        lambda _planner, overrides, now: overrides.asleep(now, now + duration)
    )


async def _boost(unit: AirConditionerCoordinator, data: Data) -> None:
    planning = unit.options.planning
    duration = length(data) if MINUTES in data else planning.boost_length
    await unit.async_override(
        lambda _planner, overrides, now: overrides.boosted(now, duration)
    )


@callback
def register(
    hass: HomeAssistant,
    name: str,
    fields: VolDictType,
    do: Do,
    response: SupportsResponse,
) -> None:
    """Register an action on thermostats that can return their state."""

    async def async_run(entity: Entity, call: ServiceCall) -> dict[str, Any]:
        if not isinstance(entity, AirConditionerEntity):
            raise refusal("air_conditioner_only")
        coordinator = entity.coordinator
        await do(coordinator, remove_entity_service_fields(call))
        options = Options.parse(coordinator.config_entry.options)
        return status(coordinator.data, options, dt_util.get_default_time_zone())

    async_register_entity_action(
        hass,
        name,
        async_run,
        entity_domain=CLIMATE,
        schema=fields,
        supports_response=response,
    )


@callback
def register_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    optional = SupportsResponse.OPTIONAL
    boost_fields: VolDictType = {vol.Optional(MINUTES): _NUMBER}
    register(hass, "air_conditioner_sleep_now", ONE_LENGTH, _sleep_now, optional)
    register(hass, "air_conditioner_boost", boost_fields, _boost, optional)
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
        raise refusal("air_conditioner_only")
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
