"""Actions: boost, set the mode, and return the energy of a day."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ...const import CONF_KIND, DOMAIN
from ...rights import async_register_action, control, entities_of_kind, read
from .const import KIND_NAME
from .control.situations import situations_of
from .insight.responses import energy_data
from .model import GERMAN, read_mode
from .planning.responses import energy_price, plan_response

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, ServiceCall

    from .coordinator import HeatingCoordinator

ATTR_ENTRY: Final = "config_entry_id"
ATTR_MODE: Final = "mode"
ATTR_TANK: Final = "tank"
ATTR_DURATION: Final = "duration"

_OURS: Final = entities_of_kind(KIND_NAME)
_LONGEST_BOOST: Final = 24 * 60  # min


@callback
def register_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    entry = {vol.Optional(ATTR_ENTRY): cv.string}
    minutes = vol.All(vol.Coerce(int), vol.Range(min=0, max=_LONGEST_BOOST))
    async_register_action(
        hass,
        "heating_boost",
        _async_boost,
        schema={
            **entry,
            vol.Optional(ATTR_TANK): vol.All(vol.Coerce(int), vol.Range(min=1)),
            vol.Required(ATTR_DURATION): minutes,
        },
        rule=control(_OURS),
    )
    async_register_action(
        hass,
        "heating_set_mode",
        _async_set_mode,
        schema={**entry, vol.Required(ATTR_MODE): cv.string},
        rule=control(_OURS),
        supports_response=SupportsResponse.OPTIONAL,
    )
    _register_reads(hass, entry)


def _register_reads(hass: HomeAssistant, entry: dict[vol.Marker, Any]) -> None:
    """Register the actions that return something."""
    for name, handler in (
        ("heating_get_energy_data", _async_get_energy_data),
        ("heating_get_energy_price", _async_get_energy_price),
        ("heating_get_plan", _async_get_plan),
    ):
        async_register_action(
            hass,
            name,
            handler,
            schema=entry,
            rule=read(_OURS),
            supports_response=SupportsResponse.ONLY,
        )


def loaded(call: ServiceCall) -> HeatingCoordinator:
    """Return the heating system that a call names, or the only one."""
    wanted = call.data.get(ATTR_ENTRY)
    found = [
        entry
        for entry in call.hass.config_entries.async_entries(DOMAIN)
        if entry.data.get(CONF_KIND) == KIND_NAME and wanted in {None, entry.entry_id}
    ]
    if len(found) != 1 or found[0].state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="heating_which_entry"
        )
    coordinator: HeatingCoordinator = found[0].runtime_data
    return coordinator


async def _async_boost(call: ServiceCall) -> None:
    """Heat one tank or all to the target now, for a time at most; 0 ends a boost."""
    coordinator = loaded(call)
    count = len(coordinator.options.tanks)
    tank = call.data.get(ATTR_TANK)
    if tank is not None and tank > count:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="heating_unknown_tank",
            translation_placeholders={"tank": str(tank), "count": str(count)},
        )
    tanks = tuple(range(count)) if tank is None else (tank - 1,)
    duration, now = timedelta(minutes=call.data[ATTR_DURATION]), dt_util.utcnow()
    await coordinator.async_request(
        lambda controller: controller.boost(tanks, duration, now)
    )


async def _async_set_mode(call: ServiceCall) -> dict[str, Any]:
    """Set the mode by its name or its German name."""
    coordinator = loaded(call)
    mode = read_mode(call.data[ATTR_MODE])
    if mode is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="heating_unknown_mode",
            translation_placeholders={"mode": call.data[ATTR_MODE][:40]},
        )
    await coordinator.async_request(lambda controller: controller.set_mode(mode))
    return {ATTR_MODE: GERMAN[mode]}


async def _async_get_energy_data(call: ServiceCall) -> dict[str, Any]:
    """Return production, consumption and heating of the last 24 hours."""
    coordinator = loaded(call)
    now, zone = dt_util.utcnow(), dt_util.get_default_time_zone()
    return energy_data(coordinator.controller.energy, now, zone)


async def _async_get_energy_price(call: ServiceCall) -> dict[str, Any]:
    """Return the known prices from today on."""
    coordinator = loaded(call)
    start, zone = dt_util.start_of_local_day(), dt_util.get_default_time_zone()
    return energy_price(coordinator.controller.curve, start, zone)


async def _async_get_plan(call: ServiceCall) -> dict[str, Any]:
    """Return the plan as it will be carried out."""
    coordinator = loaded(call)
    zone, now = dt_util.get_default_time_zone(), dt_util.utcnow()
    controller = coordinator.controller
    tanks = controller.options.tanks
    situations = situations_of(controller, coordinator.data, now)
    # In a thread: a plan of two days is too much for the event loop.
    return await call.hass.async_add_executor_job(
        plan_response,
        controller.follower.plan,
        coordinator.plan.quality.value,
        {tanks[number].name: situation for number, situation in situations.items()},
        now,
        zone,
    )
