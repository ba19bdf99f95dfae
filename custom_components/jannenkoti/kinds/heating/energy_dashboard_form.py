"""Suggest inputs from the Energy dashboard."""

from typing import TYPE_CHECKING, Any

from . import options as opt

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
    """Return the power entities of the Energy dashboard by our options.

    It names statistics; only those that are entities now can be used.
    """
    found: dict[str, Any] = {}
    for source in await async_sources(hass):
        found = {**_of_source(source), **found}
    return {
        key: entity
        for key, entity in found.items()
        if isinstance(entity, bool) or hass.states.get(entity) is not None
    }


def _of_source(source: dict[str, Any]) -> dict[str, Any]:
    """Return what one source of the dashboard names."""
    config = source.get("power_config") or {}
    inverted = config.get("stat_rate_inverted")
    rate = inverted or source.get("stat_rate")
    match source.get("type"):
        case "grid":
            named = {opt.GRID: rate}
            flags = {opt.GRID_INVERTED: bool(inverted)}
        case "solar":
            named, flags = {opt.PV: rate}, {}
        case "battery":
            named = {opt.BATTERY: rate, opt.SOC: source.get("stat_soc")}
            flags = {opt.BATTERY_INVERTED: bool(inverted)}
        case _:
            named, flags = {}, {}
    return {key: entity for key, entity in named.items() if entity} | flags
