"""The form of the prices and the plan as data."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    SelectSelector,
    SelectSelectorMode,
)

from ...flow import Form, FormError
from . import options as opt
from .forms import check_inputs, number_selector

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


def _prices_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the prices and the plan."""
    sources = SelectSelector(
        {
            "options": [source.value for source in opt.PriceSource],
            "mode": SelectSelectorMode.DROPDOWN,
            "translation_key": "heating_price_source",
        }
    )
    return vol.Schema(
        {
            vol.Required(opt.PRICE_SOURCE, default=opt.PriceSource.NONE.value): sources,
            vol.Optional(opt.PRICE): EntitySelector(
                {"filter": [{"domain": ["sensor", "input_number"]}]}
            ),
            **{
                vol.Required(key, default=opt.NUMBERS[key].default): number_selector(
                    opt.NUMBERS[key]
                )
                for key in PLAN_NUMBERS
            },
            vol.Required(opt.OPTIMAL, default=True): BooleanSelector(),
        }
    )


async def _async_check_prices(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the prices' options; raises FormError."""
    answers = {opt.PRICE: None, **answers}
    source = answers[opt.PRICE_SOURCE]
    if source == opt.PriceSource.ATTRIBUTES and not answers[opt.PRICE]:
        raise FormError("heating_price_entity_missing", opt.PRICE)
    if source not in {
        opt.PriceSource.NONE,
        opt.PriceSource.ATTRIBUTES,
    } and not hass.config_entries.async_entries(source):
        raise FormError("heating_price_source_missing", opt.PRICE_SOURCE)
    check_inputs(hass, (answers[opt.PRICE],), opt.PRICE)
    return answers


PLAN_NUMBERS: Final = (
    *(opt.FEE, opt.TAX, opt.FEED_IN),
    *(opt.PV_LIMIT, opt.BATTERY_CAPACITY),
)


PRICES_OPTIONS: Final = Form(schema=_prices_schema, async_check=_async_check_prices)
