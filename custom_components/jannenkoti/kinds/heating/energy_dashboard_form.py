"""Suggest inputs from the Energy dashboard."""

from typing import TYPE_CHECKING, Any

from homeassistant.helpers import entity_registry as er

from ...lib.reading import read_number
from . import options as opt
from .inputs.prices import PriceSource

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

ENERGY = "energy"


async def async_sources(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the sources of the Energy dashboard; none without it."""
    if ENERGY not in hass.config.components:
        return []
    # A home without the dashboard need not load it.
    from homeassistant.components.energy.data import (  # noqa: PLC0415
        async_get_manager,
    )

    manager = await async_get_manager(hass)
    sources = manager.data["energy_sources"] if manager.data else []
    return [dict(source) for source in sources]


async def async_suggested(hass: HomeAssistant) -> dict[str, Any]:
    """Return the powers, prices and sizes of the Energy dashboard by our options.

    It names statistics; only those that are entities now can be used. Of several
    sources of a kind the first one with a power counts.
    """
    found: dict[str, Any] = {}
    for source in await async_sources(hass):
        found = {**_of_source(hass, source), **found}
    return found


def _of_source(hass: HomeAssistant, source: dict[str, Any]) -> dict[str, Any]:
    """Return what one source of the dashboard names."""
    config = source.get("power_config") or {}
    inverted = config.get("stat_rate_inverted")
    rate = _entity(hass, inverted or source.get("stat_rate"))
    match source.get("type"):
        case "grid":
            named = {opt.GRID: rate, opt.GRID_INVERTED: bool(inverted)} if rate else {}
            return {**named, **_prices(hass, source)}
        case "solar":
            return {opt.PV: rate} if rate else {}
        case "home":  # since Home Assistant 2026.11
            return {opt.LOAD: rate} if rate else {}
        case "battery":
            named = {opt.BATTERY: rate, opt.BATTERY_INVERTED: bool(inverted)}
            more = {
                opt.SOC: _entity(hass, source.get("stat_soc")),
                opt.BATTERY_CAPACITY: read_number(source.get("capacity")),
            }
            known = {key: value for key, value in more.items() if value}
            return {**(named if rate else {}), **known}
    return {}


def _entity(hass: HomeAssistant, statistic: object) -> str | None:
    """Return a statistic that is an entity now, else None."""
    text = statistic if isinstance(statistic, str) else ""
    return text if text and hass.states.get(text) is not None else None


def _prices(hass: HomeAssistant, source: dict[str, Any]) -> dict[str, Any]:
    """Return the prices of a grid connection.

    An entity of an integration whose action returns prices names that integration; a
    fixed price is a fee without a price source.
    """
    found: dict[str, Any] = {}
    export = read_number(source.get("number_energy_price_export"))
    if export is not None and export >= 0:
        found[opt.FEED_IN] = export
    fixed = read_number(source.get("number_energy_price"))
    if (entity := _entity(hass, source.get("entity_energy_price"))) is not None:
        registered = er.async_get(hass).async_get(entity)
        named = PriceSource.parse(registered.platform if registered else "")
        if named is PriceSource.NONE:
            found |= {opt.PRICE_SOURCE: PriceSource.ATTRIBUTES.value, opt.PRICE: entity}
        else:
            found[opt.PRICE_SOURCE] = named.value
    elif fixed is not None:
        found[opt.FEE] = fixed
    return found
