"""The actions of the original `ac_control` server; each can return the state.

They exist for automations that used the server; entities and options do the same.
"""

from datetime import time
from typing import TYPE_CHECKING, Final

import voluptuous as vol
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.core import SupportsResponse, callback
from homeassistant.helpers import config_validation as cv

from . import options as opt
from .actions import ONE_LENGTH, length, refusal, register, within
from .climate import COLDEST, WARMEST
from .control.status import ORIGINAL_MODES
from .model import HvacMode
from .options import NumberOption
from .planning.sleep_schedule import BadRow, rows_of
from .underlying_entity import outputs_among

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant
    from homeassistant.exceptions import ServiceValidationError
    from homeassistant.helpers.typing import VolDictType

    from .actions import Data, Do
    from .coordinator import AirConditionerCoordinator

VALUE: Final = "value"
_SETPOINT = NumberOption(
    default=0, minimum=COLDEST, maximum=WARMEST, step=0.5, unit="°C"
)
_MODES = {**{mode.value: mode for mode in HvacMode}, **ORIGINAL_MODES}
_NUMBER = vol.Coerce(float)
_ONE_NUMBER = {vol.Required(VALUE): _NUMBER}
_SENSORS = cv.entities_domain(SENSOR)
_TIME = vol.Any(None, str)


def _unknown(value: str, values: Iterable[str]) -> ServiceValidationError:
    joined = ", ".join(values)
    return refusal("air_conditioner_unknown_value", value=value, values=joined)


def _sets_options(**keys: str) -> Do:
    """Return what sets options from the fields of the same meaning."""

    async def configure(unit: AirConditionerCoordinator, data: Data) -> None:
        changes = {
            key: within(opt.NUMBER_OPTIONS[key], data[field])
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
    target = within(_SETPOINT, data[VALUE])
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
        raise refusal("air_conditioner_bad_times") from err
    if times[0] == times[1]:
        raise refusal("air_conditioner_bad_times")
    await unit.async_set_options(
        {opt.SLEEP_START: times[0].isoformat(), opt.SLEEP_END: times[1].isoformat()}
    )


async def _set_sleep_schedule(unit: AirConditionerCoordinator, data: Data) -> None:
    try:
        rows = rows_of(data["schedule"])
    except BadRow as err:
        raise refusal("air_conditioner_bad_schedule") from err
    await unit.async_set_options({opt.SLEEP_DAYS: rows})


async def _set_room_sensors(unit: AirConditionerCoordinator, data: Data) -> None:
    for sensor in data["sensors"]:
        if unit.hass.states.get(sensor) is None:
            raise refusal("air_conditioner_unknown_sensor", sensor=sensor)
        if outputs_among(unit.hass, [sensor]):
            raise refusal("air_conditioner_own_sensor", sensor=sensor)
    entries, entry = unit.hass.config_entries, unit.config_entry
    changed = {**entry.options, opt.SENSORS: data["sensors"]}
    entries.async_update_entry(entry, options=changed)
    entries.async_schedule_reload(entry.entry_id)


async def _suspend_sleep(unit: AirConditionerCoordinator, data: Data) -> None:
    duration = length(data)
    await unit.async_override(
        lambda _planner, overrides, now: overrides.suspended(now, now + duration)
    )


ACTIONS: Final[dict[str, tuple[VolDictType, Do]]] = {
    "ac_control_power_on": ({}, _power(on=True)),
    "ac_control_power_off": ({}, _power(on=False)),
    "ac_control_thermostat_enable": ({}, _enable),
    "ac_control_thermostat_disable": ({}, _disable),
    "ac_control_set_mode": ({vol.Required(VALUE): cv.string}, _set_mode),
    "ac_control_set_fan_speed": ({vol.Required(VALUE): cv.string}, _set_fan),
    "ac_control_set_setpoint": (_ONE_NUMBER, _set_setpoint),
    "ac_control_set_hysteresis": (_ONE_NUMBER, _set_hysteresis),
    "ac_control_set_hysteresis_split": (
        {vol.Required("above"): _NUMBER, vol.Required("below"): _NUMBER},
        _sets_options(above=opt.ABOVE, below=opt.BELOW),
    ),
    "ac_control_set_minimum_times": (
        {vol.Optional("on_time"): _NUMBER, vol.Optional("off_time"): _NUMBER},
        _sets_options(on_time=opt.MINIMUM_ON, off_time=opt.MINIMUM_OFF),
    ),
    "ac_control_set_poll_interval": (
        _ONE_NUMBER,
        _sets_options(value=opt.POLL_INTERVAL),
    ),
    "ac_control_set_smoothing": (_ONE_NUMBER, _sets_options(value=opt.SMOOTHING)),
    "ac_control_set_stale_limit": (_ONE_NUMBER, _sets_options(value=opt.STALE_LIMIT)),
    "ac_control_set_room_sensors": (
        {
            vol.Required("sensors"): vol.All(
                cv.entities_domain(SENSOR), vol.Length(min=1)
            )
        },
        _set_room_sensors,
    ),
    "ac_control_set_sleep_enabled": (
        {vol.Required("enabled"): cv.boolean},
        lambda unit, data: unit.async_set_options({opt.SLEEP: data["enabled"]}),
    ),
    "ac_control_set_sleep_times": (
        {vol.Optional("start"): _TIME, vol.Optional("end"): _TIME},
        _set_sleep_times,
    ),
    "ac_control_set_sleep_schedule": (
        {vol.Required("schedule"): dict},
        _set_sleep_schedule,
    ),
    "ac_control_suspend_sleep": (ONE_LENGTH, _suspend_sleep),
}
"""Each action with its fields and what it does."""

STATUS: Final = "ac_control_status"


@callback
def register_ac_control(hass: HomeAssistant) -> None:
    """Register the actions; all can return the state, one does nothing else."""
    for name, (fields, do) in ACTIONS.items():
        register(hass, name, fields, do, SupportsResponse.OPTIONAL)
    register(hass, STATUS, {}, _nothing, SupportsResponse.ONLY)


async def _nothing(_unit: AirConditionerCoordinator, _data: Data) -> None:
    """Change nothing."""
