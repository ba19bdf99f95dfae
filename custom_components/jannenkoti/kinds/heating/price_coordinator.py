"""Fetch prices from other integrations."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.util import dt as dt_util

from ...calls import CallFailed, async_call_action
from ...const import LOGGER
from .inputs.prices import PriceSlot, PriceSource, of_area, read_prices, unit_factor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from homeassistant.core import HomeAssistant

    from .options import Options

_PER_MWH: Final = 0.001
_SLOT: Final = timedelta(minutes=15)
_DAYS: Final = 2

_LONGEST: Final = 30.0
"""Seconds for the prices of a day, which an integration may have to download."""

# The lists of forecasts in the attributes of custom integrations.
_LISTS: Final = (
    *("raw_today", "raw_tomorrow", "data", "prices", "today", "tomorrow"),
    *("prices_today", "prices_tomorrow", "forecast"),
)


def _of_nordpool(entry_id: str, day: datetime) -> dict[str, Any]:
    return {"config_entry": entry_id, "date": day.date().isoformat()}


def _of_tibber(_entry_id: str, day: datetime) -> dict[str, Any]:
    after = day + timedelta(days=1)
    return {"start": day.isoformat(), "end": after.isoformat()}


def _with_tax(entry_id: str, day: datetime) -> dict[str, Any]:
    return {
        "config_entry": entry_id,
        "incl_vat": True,
        "start": day.isoformat(),
        "end": (day + timedelta(hours=23, minutes=59)).isoformat(),
    }


type Arguments = Callable[[str, datetime], dict[str, Any]]

# The action, its arguments, and the factor to a price per kWh.
_ACTIONS: Final[Mapping[PriceSource, tuple[str, Arguments, float]]] = {
    PriceSource.NORDPOOL: ("get_prices_for_date", _of_nordpool, _PER_MWH),
    PriceSource.TIBBER: ("get_prices", _of_tibber, 1.0),
    PriceSource.ENERGYZERO: ("get_energy_prices", _with_tax, 1.0),
    PriceSource.EASYENERGY: ("get_energy_usage_prices", _with_tax, 1.0),
}


async def async_prices(hass: HomeAssistant, options: Options) -> list[PriceSlot]:
    """Return the prices of today and tomorrow, as far as they are known."""
    if options.price_source is PriceSource.ATTRIBUTES:
        return prices_of_entity(hass, options.price_entity)
    if options.price_source not in _ACTIONS:
        return []
    slots: list[PriceSlot] = []
    for number in range(_DAYS):
        day = dt_util.start_of_local_day(dt_util.now().date() + timedelta(days=number))
        slots += await _async_day(hass, options, day)
    return slots


async def _async_day(
    hass: HomeAssistant, options: Options, day: datetime
) -> list[PriceSlot]:
    """Return the prices of a day; none if the action fails."""
    source = options.price_source
    action, arguments, factor = _ACTIONS[source]
    loaded = [
        entry.entry_id
        for entry in hass.config_entries.async_entries(source.value)
        if entry.state is ConfigEntryState.LOADED
    ]
    if not loaded:
        return []
    try:
        response = await async_call_action(
            hass,
            source.value,
            action,
            arguments(loaded[0], day),
            within=_LONGEST,
            return_response=True,
        )
    except CallFailed as err:
        # Tomorrow's prices are published at noon; before, some actions fail.
        LOGGER.debug("No prices of %s for %s: %s", source, day.date(), err)
        return []
    rows = of_area(response, options.price_area)
    return read_prices(rows, dt_util.get_default_time_zone(), factor)


def prices_of_entity(hass: HomeAssistant, entity_id: str) -> list[PriceSlot]:
    """Return the prices in the attributes of an entity, and its current one."""
    if (state := hass.states.get(entity_id)) is None:
        return []
    zone = dt_util.get_default_time_zone()
    factor = unit_factor(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
    lists = [state.attributes.get(key) for key in _LISTS]
    others = [x for x in state.attributes.values() if isinstance(x, list | tuple)]
    slots = read_prices(lists, zone, factor) or read_prices(others, zone, factor)
    if slots:
        return slots
    now = dt_util.utcnow()
    start = now - timedelta(seconds=now.timestamp() % _SLOT.total_seconds())
    present = {"start": start, "end": start + _SLOT, "price": state.state}
    return read_prices(present, zone, factor)
