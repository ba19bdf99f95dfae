"""The form of a new heating system as data: one tank and equal stages."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    TextSelector,
)

from ...flow import Form, FormError
from . import options as opt
from .equipment_form import HEATER, models, prefilled
from .forms import (
    POWER_SENSOR,
    RELAYS,
    TEMPERATURE_SENSOR,
    check_inputs,
    check_outputs,
    number_selector,
)
from .inputs.equipment import Catalogue, ItemType

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

SWITCHES: Final = "switches"


def setup_form(catalogue: Catalogue) -> Form:
    """Return the form of a new heating system.

    A chosen model gives the power and volume that the user left at their defaults.
    """

    async def async_check(
        hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        checked = await _async_check_setup(hass, answers)
        item = catalogue.items.get(str(answers.get(HEATER)))
        if item is None:
            return checked
        found = prefilled(checked, {ItemType.HEATER: item}, 0)
        if answers[opt.WATTS] != opt.POWERS.default:
            del found[opt.STAGES]
        if answers[opt.VOLUME] != opt.VOLUMES.default:
            found.pop(opt.TANKS, None)
        return {**checked, HEATER: item.name, **found}

    return Form(schema=lambda _hass: _setup_schema(catalogue), async_check=async_check)


def _setup_schema(catalogue: Catalogue) -> vol.Schema:
    """Return the fields of a new heating system: one tank, equal stages."""
    numbers = opt.TANK_NUMBERS
    model = {vol.Optional(HEATER): models(catalogue, ItemType.HEATER)}
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(opt.GRID): POWER_SENSOR,
            vol.Required(opt.GRID_INVERTED, default=False): BooleanSelector(),
            vol.Required(opt.CONTROL_SENSOR): TEMPERATURE_SENSOR,
            vol.Required(opt.VOLUME, default=opt.VOLUMES.default): number_selector(
                opt.VOLUMES
            ),
            vol.Required(
                opt.TARGET, default=numbers[opt.TARGET].default
            ): number_selector(numbers[opt.TARGET]),
            vol.Required(SWITCHES): EntitySelector(
                {"multiple": True, "filter": [{"domain": RELAYS}]}
            ),
            vol.Required(opt.WATTS, default=opt.POWERS.default): number_selector(
                opt.POWERS
            ),
            vol.Optional("equipment"): section(vol.Schema(model), {"collapsed": True}),
        }
    )


async def _async_check_setup(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return name and options; raises FormError."""
    if not (name := answers[CONF_NAME].strip()):
        raise FormError("heating_name_missing", CONF_NAME)
    switches = answers[SWITCHES]
    if not 0 < len(switches) <= opt.MOST_STAGES:
        raise FormError("heating_stage_count", SWITCHES)
    check_outputs(hass, switches, SWITCHES)
    check_inputs(hass, (answers[opt.GRID], answers[opt.CONTROL_SENSOR]), opt.GRID)
    tank = {
        opt.NAME: name,
        opt.VOLUME: answers[opt.VOLUME],
        opt.CONTROL_SENSOR: answers[opt.CONTROL_SENSOR],
        opt.SENSORS: [answers[opt.CONTROL_SENSOR]],
        opt.TARGET: answers[opt.TARGET],
    }
    stages = [
        {opt.ENTITY: entity, opt.WATTS: answers[opt.WATTS], opt.TANK: 1}
        for entity in switches
    ]
    return {
        CONF_NAME: name,
        opt.GRID: answers[opt.GRID],
        opt.GRID_INVERTED: answers[opt.GRID_INVERTED],
        opt.TANKS: [tank],
        opt.STAGES: stages,
    }
