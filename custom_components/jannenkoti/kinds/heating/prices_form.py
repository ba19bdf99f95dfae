"""The form of the prices and the plan as data."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    SelectSelector,
    SelectSelectorMode,
    TextSelector,
)

from ...flow import Form, FormError
from . import options as opt
from .forms import check_inputs, number_selector
from .inputs.prices import PriceSource

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


def _prices_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the prices and the plan."""
    sources = SelectSelector(
        {
            "options": [source.value for source in PriceSource],
            "mode": SelectSelectorMode.DROPDOWN,
            "translation_key": "heating_price_source",
        }
    )
    more = vol.Schema(
        {
            vol.Optional(opt.PRICE_AREA): TextSelector(),
            vol.Required(opt.OPTIMAL, default=True): BooleanSelector(),
            vol.Required(opt.LOCK_EXPENSIVE, default=False): BooleanSelector(),
        }
    )
    return vol.Schema(
        {
            vol.Required(opt.PRICE_SOURCE, default=PriceSource.NONE.value): sources,
            vol.Optional(opt.PRICE): EntitySelector(
                {"filter": [{"domain": ["sensor", "input_number", "event"]}]}
            ),
            **{
                vol.Required(key, default=opt.NUMBERS[key].default): number_selector(
                    opt.NUMBERS[key]
                )
                for key in PLAN_NUMBERS
            },
            vol.Required(_MORE): section(more, {"collapsed": True}),
        }
    )


async def _async_check_prices(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the prices' options; raises FormError."""
    area = str(answers.get(opt.PRICE_AREA) or "").strip()
    answers = {opt.PRICE: None, **answers, opt.PRICE_AREA: area}
    source = answers[opt.PRICE_SOURCE]
    if source == PriceSource.ATTRIBUTES and not answers[opt.PRICE]:
        raise FormError("heating_price_entity_missing", opt.PRICE)
    if source not in {
        PriceSource.NONE,
        PriceSource.ATTRIBUTES,
    } and not hass.config_entries.async_entries(source):
        raise FormError("heating_price_source_missing", opt.PRICE_SOURCE)
    check_inputs(hass, (answers[opt.PRICE],), opt.PRICE)
    return answers


PLAN_NUMBERS: Final = (opt.FEE, opt.TAX, opt.FEED_IN)
_MORE: Final = "more"


PRICES_OPTIONS: Final = Form(schema=_prices_schema, async_check=_async_check_prices)
