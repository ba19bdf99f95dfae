"""The form of the solar modules as data: what their production is estimated from."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    EntitySelector,
    LocationSelector,
    SelectSelector,
    SelectSelectorMode,
)

from ...flow import Form, FormError
from . import options as opt
from .forms import number_selector
from .inputs import solar_options as solar

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


def _solar_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields; a second roof and another place are folded."""
    first, second = (_roof(ending) for ending in solar.ROOFS)
    limit = opt.NUMBERS[opt.PV_LIMIT]
    place = {vol.Optional(solar.LOCATION): LocationSelector()}
    return vol.Schema(
        {
            **first,
            vol.Required(opt.PV_LIMIT, default=limit.default): number_selector(limit),
            vol.Optional(solar.WEATHER): EntitySelector(
                {"filter": [{"domain": "weather"}]}
            ),
            vol.Required("second_roof"): section(
                vol.Schema(second), {"collapsed": True}
            ),
            vol.Required("place"): section(vol.Schema(place), {"collapsed": True}),
        }
    )


def _roof(ending: str) -> dict[vol.Marker, Any]:
    """Return the fields of one roof."""
    orientation = SelectSelector(
        {
            "options": list(solar.AZIMUTHS),
            "mode": SelectSelectorMode.DROPDOWN,
            "translation_key": "heating_orientation",
        }
    )
    fields: dict[vol.Marker, Any] = {
        vol.Required(f"{key}{ending}", default=option.default): number_selector(option)
        for key, option in solar.SOLAR_NUMBERS.items()
    }
    key = f"{solar.ORIENTATION}{ending}"
    fields[vol.Required(key, default=solar.SOUTH)] = orientation
    return fields


async def _async_check_solar(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options of the modules; raises FormError."""
    answers = {solar.WEATHER: None, **answers}
    weather = answers[solar.WEATHER]
    if weather and hass.states.get(weather) is None:
        raise FormError("heating_weather_missing", solar.WEATHER)
    return answers


SOLAR_OPTIONS: Final = Form(schema=_solar_schema, async_check=_async_check_solar)
