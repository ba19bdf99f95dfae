"""The actions of the original `ac_control` server; each can return the state.

They exist for automations that used the server; entities and options do the same.
"""

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components.climate import DOMAIN as CLIMATE
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.core import SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import remove_entity_service_fields
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...rights import async_register_entity_action
from . import options as opt
from .climate import COLDEST, WARMEST
from .control.status import ORIGINAL_MODES, status
from .entity import AirConditionerEntity
from .model import HvacMode
from .options import NumberOption, Options
from .planning.sleep_schedule import BadRow, rows_of
from .underlying_entity import outputs_among

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from homeassistant.core import HomeAssistant, ServiceCall
    from homeassistant.helpers.entity import Entity
    from homeassistant.helpers.typing import VolDictType

    from .coordinator import AirConditionerCoordinator

    type Data = Mapping[str, Any]
    type Do = Callable[[AirConditionerCoordinator, Data], Awaitable[None]]

VALUE: Final = "value"
MINUTES: Final = "minutes"
_SETPOINT = NumberOption(
    default=0, minimum=COLDEST, maximum=WARMEST, step=0.5, unit="°C"
)
# No sleep, and no time without it, is longer than a day.
_LENGTH = NumberOption(default=0, minimum=1, maximum=1440, step=1, unit="min")

_MODES = {**{mode.value: mode for mode in HvacMode}, **ORIGINAL_MODES}
_NUMBER = vol.Coerce(float)
_ONE_NUMBER = {vol.Required(VALUE): _NUMBER}
_MINUTES = {vol.Required(MINUTES): _NUMBER}
_SENSORS = cv.entities_domain(SENSOR)
_TIME = vol.Any(None, str)


def _refusal(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def _unknown(value: str, values: Iterable[str]) -> ServiceValidationError:
    joined = ", ".join(values)
    return _refusal("air_conditioner_unknown_value", value=value, values=joined)


def _within(quantity: NumberOption, value: float) -> float:
    """Return the number; raises ServiceValidationError if it is out of range."""
    if not quantity.minimum <= value <= quantity.maximum:  # so is "not a number"
        raise _refusal(
            "air_conditioner_out_of_range",
            value=f"{value:g}",
            minimum=f"{quantity.minimum:g}",
            maximum=f"{quantity.maximum:g}",
            unit=quantity.unit,
        )
    return value


def _length(data: Data) -> timedelta:
    return timedelta(minutes=_within(_LENGTH, data[MINUTES]))


def _sets_options(**keys: str) -> Do:
    """Return what sets options from the fields of the same meaning."""

    async def configure(unit: AirConditionerCoordinator, data: Data) -> None:
        changes = {
            key: _within(opt.NUMBER_OPTIONS[key], data[field])
            for field, key in keys.items()
            if field in data
        }
        await unit.async_set_options(changes)

    return configure


def _power(*, on: bool) -> Do:
    """Return what switches the device."""

    async def switch(unit: AirConditionerCoordinator, _data: Data) -> None:
        await unit.async_request(lambda saved, _now: saved.powered(on=on))

    return switch


async def _enable(unit: AirConditionerCoordinator, _data: Data) -> None:
    await unit.async_request(lambda saved, now: saved.enabled(now))


async def _disable(unit: AirConditionerCoordinator, _data: Data) -> None:
    await unit.async_request(lambda saved, _now: saved.disabled())


async def _set_mode(unit: AirConditionerCoordinator, data: Data) -> None:
    mode, offered = _MODES.get(data[VALUE]), unit.abilities.offered
    if mode is None or mode not in offered:
        raise _unknown(data[VALUE], offered)
    if unit.data.request.regulate:
        await unit.async_regulate(mode)
    else:
        await unit.async_ask(mode=mode)


async def _set_fan(unit: AirConditionerCoordinator, data: Data) -> None:
    fan, offered = data[VALUE], unit.abilities.fans
    if fan not in offered:
        raise _unknown(fan, offered)
    await unit.async_ask(fan=fan)


async def _set_setpoint(unit: AirConditionerCoordinator, data: Data) -> None:
    target = _within(_SETPOINT, data[VALUE])
    await unit.async_ask(target=target)


async def _set_hysteresis(unit: AirConditionerCoordinator, data: Data) -> None:
    """Set the whole dead band: half of it above, half below."""
    half = data[VALUE] / 2
    await _sets_options(above=opt.ABOVE, below=opt.BELOW)(
        unit, {"above": half, "below": half}
    )


async def _set_sleep_times(unit: AirConditionerCoordinator, data: Data) -> None:
    """Move the common window; without times there is none, as in the original."""
    start, end = data.get("start"), data.get("end")
    if not start and not end:
        await unit.async_set_options({opt.SLEEP: False})
        return
    try:
        times = [time.fromisoformat(str(at)) for at in (start, end)]
    except ValueError as err:
        raise _refusal("air_conditioner_bad_times") from err
    if times[0] == times[1]:
        raise _refusal("air_conditioner_bad_times")
    await unit.async_set_options(
        {opt.SLEEP_START: times[0].isoformat(), opt.SLEEP_END: times[1].isoformat()}
    )


async def _set_sleep_schedule(unit: AirConditionerCoordinator, data: Data) -> None:
    try:
        rows = rows_of(data["schedule"])
    except BadRow as err:
        raise _refusal("air_conditioner_bad_schedule") from err
    await unit.async_set_options({opt.SLEEP_DAYS: rows})


async def _set_room_sensors(unit: AirConditionerCoordinator, data: Data) -> None:
    for sensor in data["sensors"]:
        if unit.hass.states.get(sensor) is None:
            raise _refusal("air_conditioner_unknown_sensor", sensor=sensor)
        if outputs_among(unit.hass, [sensor]):
            raise _refusal("air_conditioner_own_sensor", sensor=sensor)
    entries, entry = unit.hass.config_entries, unit.config_entry
    changed = {**entry.options, opt.SENSORS: data["sensors"]}
    entries.async_update_entry(entry, options=changed)
    entries.async_schedule_reload(entry.entry_id)


async def _suspend_sleep(unit: AirConditionerCoordinator, data: Data) -> None:
    length = _length(data)
    await unit.async_override(
        lambda _planner, overrides, now: overrides.suspended(now, now + length)
    )


async def _sleep_now(unit: AirConditionerCoordinator, data: Data) -> None:
    length = _length(data)
    await unit.async_override(
        lambda _planner, overrides, now: overrides.asleep(now, now + length)
    )


async def _end_hold(unit: AirConditionerCoordinator, _data: Data) -> None:
    await unit.async_request(lambda saved, _now: saved.without_hold())


async def _boost(unit: AirConditionerCoordinator, data: Data) -> None:
    planning = unit.options.planning
    length = _length(data) if MINUTES in data else planning.boost_length
    await unit.async_override(
        lambda _planner, overrides, now: overrides.boosted(now, length)
    )


ACTIONS: Final[dict[str, tuple[VolDictType, Do]]] = {
    "air_conditioner_power_on": ({}, _power(on=True)),
    "air_conditioner_power_off": ({}, _power(on=False)),
    "thermostat_enable": ({}, _enable),
    "thermostat_disable": ({}, _disable),
    "set_air_conditioner_mode": ({vol.Required(VALUE): cv.string}, _set_mode),
    "set_air_conditioner_fan_speed": ({vol.Required(VALUE): cv.string}, _set_fan),
    "set_setpoint": (_ONE_NUMBER, _set_setpoint),
    "set_hysteresis": (_ONE_NUMBER, _set_hysteresis),
    "set_hysteresis_split": (
        {vol.Required("above"): _NUMBER, vol.Required("below"): _NUMBER},
        _sets_options(above=opt.ABOVE, below=opt.BELOW),
    ),
    "set_minimum_times": (
        {vol.Optional("on_time"): _NUMBER, vol.Optional("off_time"): _NUMBER},
        _sets_options(on_time=opt.MINIMUM_ON, off_time=opt.MINIMUM_OFF),
    ),
    "set_thermostat_poll_interval": (
        _ONE_NUMBER,
        _sets_options(value=opt.POLL_INTERVAL),
    ),
    "set_thermostat_smoothing": (_ONE_NUMBER, _sets_options(value=opt.SMOOTHING)),
    "set_thermostat_stale_limit": (_ONE_NUMBER, _sets_options(value=opt.STALE_LIMIT)),
    "set_room_sensors": (
        {
            vol.Required("sensors"): vol.All(
                cv.entities_domain(SENSOR), vol.Length(min=1)
            )
        },
        _set_room_sensors,
    ),
    "set_sleep_enabled": (
        {vol.Required("enabled"): cv.boolean},
        lambda unit, data: unit.async_set_options({opt.SLEEP: data["enabled"]}),
    ),
    "set_sleep_times": (
        {vol.Optional("start"): _TIME, vol.Optional("end"): _TIME},
        _set_sleep_times,
    ),
    "set_sleep_schedule": ({vol.Required("schedule"): dict}, _set_sleep_schedule),
    "suspend_sleep": (_MINUTES, _suspend_sleep),
    "resume_sleep": (
        {},
        lambda unit, _: unit.async_override(
            lambda _planner, overrides, _now: overrides.resumed()
        ),
    ),
    "sleep_now": (_MINUTES, _sleep_now),
    "wake_up": (
        {},
        lambda unit, _: unit.async_override(
            lambda planner, overrides, now: planner.wake(overrides, now)
        ),
    ),
    "boost": ({vol.Optional(MINUTES): _NUMBER}, _boost),
    "end_hold": ({}, _end_hold),
}
"""Each action with its fields and what it does."""

STATUS: Final = "thermostat_status"


@callback
def register_ac_control(hass: HomeAssistant) -> None:
    """Register the actions; all can return the state, one does nothing else."""
    for name, (fields, do) in ACTIONS.items():
        _register(hass, name, fields, do, SupportsResponse.OPTIONAL)
    _register(hass, STATUS, {}, _nothing, SupportsResponse.ONLY)


async def _nothing(_unit: AirConditionerCoordinator, _data: Data) -> None:
    """Change nothing."""


def _register(
    hass: HomeAssistant,
    name: str,
    fields: VolDictType,
    do: Do,
    response: SupportsResponse,
) -> None:
    async def async_run(entity: Entity, call: ServiceCall) -> dict[str, Any]:
        if not isinstance(entity, AirConditionerEntity):
            raise _refusal("air_conditioner_only")
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
