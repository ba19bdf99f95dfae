"""Fetch the solar forecast and the weather; estimate where there is no forecast."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.loader import async_get_integration
from homeassistant.util import dt as dt_util

from ...calls import CallFailed, async_call, async_call_action
from ...const import LOGGER
from ...lib.reading import read_number
from .energy_dashboard_form import ENERGY, async_sources
from .inputs.sun import Sky, estimate, sky_of_yesterday
from .inputs.units import celsius

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from homeassistant.core import HomeAssistant

    from .inputs.solar_options import SolarOptions
    from .insight.energy import Energy

_HOUR: Final = timedelta(hours=1)
_AHEAD: Final = 48
"""Hours; a plan ends with tomorrow."""
_LONGEST: Final = 30.0
"""Seconds for a forecast, which an integration may have to download."""
_MOST_ROWS: Final = 400
_FULL: Final = 100.0  # %
_KILO: Final = 1000.0

# Where a forecast has no cloud coverage; conditions without one are left out.
_CLOUDS: Final[Mapping[str, float]] = {
    "sunny": 0.0,
    "clear-night": 0.0,
    "windy": 0.3,
    "partlycloudy": 0.5,
    "windy-variant": 0.7,
    "cloudy": 0.95,
    **dict.fromkeys(
        ("fog", "hail", "lightning", "lightning-rainy", "pouring", "rainy", "snowy"),
        1.0,
    ),
    "snowy-rainy": 1.0,
}


async def async_solar_forecast(
    hass: HomeAssistant, solar: SolarOptions, energy: Energy
) -> dict[datetime, float]:
    """Return the expected production, Wh by hour (UTC).

    It is the forecast of the Energy dashboard. Where that ends, or there is none, the
    production is estimated from the modules, the sun and the clouds.
    """
    known = await _async_of_dashboard(hass)
    if not solar.roofs:
        return known
    start = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    hours = [start + n * _HOUR for n in range(_AHEAD)]
    end = max(known, default=None)
    missing = [hour for hour in hours if end is None or hour > end]
    if not missing:
        return known
    place = solar.place or (hass.config.latitude, hass.config.longitude)
    measured = {
        hour.start: hour.production * _KILO
        for hour in energy.hours
        if hour.start < start
    }
    skies = await async_skies(hass, solar.weather)

    def work() -> dict[datetime, float]:
        """Estimate in a worker thread: it takes some milliseconds."""
        clear = estimate(solar.roofs, place, measured, {}, unknown=1.0)
        usual = sky_of_yesterday(measured, clear)
        return estimate(solar.roofs, place, missing, skies, usual)

    return {**await hass.async_add_executor_job(work), **known}


async def _async_of_dashboard(hass: HomeAssistant) -> dict[datetime, float]:
    """Return the forecast of all arrays of the Energy dashboard, Wh by hour (UTC)."""
    total: dict[datetime, float] = {}
    if ENERGY not in hass.config.components:
        return total
    for source in await async_sources(hass):
        for entry_id in source.get("config_entry_solar_forecast") or ():
            for text, energy in (await _async_hours(hass, entry_id)).items():
                at, number = dt_util.parse_datetime(str(text)), read_number(energy)
                if at is None or number is None:
                    continue
                hour = dt_util.as_utc(at).replace(minute=0, second=0, microsecond=0)
                total[hour] = total.get(hour, 0.0) + max(number, 0.0)
    return total


async def _async_hours(hass: HomeAssistant, entry_id: str) -> Mapping[str, Any]:
    """Return what the energy platform of an entry forecasts; nothing if it fails."""
    if (entry := hass.config_entries.async_get_entry(entry_id)) is None:
        return {}
    forecast = _async_forecast(hass, entry.domain, entry_id)
    try:
        return await async_call(
            hass, f"{entry.domain}.{ENERGY}", forecast, within=_LONGEST
        )
    except CallFailed as err:
        LOGGER.debug("No solar forecast: %s", err)
        return {}


async def _async_forecast(
    hass: HomeAssistant, domain: str, entry_id: str
) -> dict[str, Any]:
    integration = await async_get_integration(hass, domain)
    platform = await integration.async_get_platform(ENERGY)
    forecast = await platform.async_get_solar_forecast(hass, entry_id)
    return dict(forecast["wh_hours"]) if forecast else {}


async def async_skies(hass: HomeAssistant, entity: str) -> dict[datetime, Sky]:
    """Return the forecast of a weather entity by hour (UTC); nothing if it has none."""
    state = hass.states.get(entity) if entity else None
    if state is None:
        return {}
    unit = state.attributes.get("temperature_unit")
    for kind, length in (("hourly", 1), ("daily", 24)):
        rows = await _async_weather(hass, entity, kind)
        skies = dict[Any, Sky]()
        for row in rows[:_MOST_ROWS]:
            at, sky = dt_util.parse_datetime(str(row.get("datetime"))), _sky(row, unit)
            if at is None or sky is None:
                continue
            first = dt_util.as_utc(at).replace(minute=0, second=0, microsecond=0)
            skies |= dict.fromkeys((first + n * _HOUR for n in range(length)), sky)
        if skies:
            return skies
    return {}


async def _async_weather(
    hass: HomeAssistant, entity: str, kind: str
) -> list[Mapping[str, Any]]:
    """Return the rows of a forecast; none if the entity has no such forecast."""
    try:
        response = await async_call_action(
            hass,
            "weather",
            "get_forecasts",
            {"entity_id": entity, "type": kind},
            within=_LONGEST,
            return_response=True,
        )
    except CallFailed as err:
        LOGGER.debug("No %s forecast of %s: %s", kind, entity, err)
        return []
    found: Any = (response or {}).get(entity)
    rows = found.get("forecast") if isinstance(found, dict) else None
    return [row for row in rows or () if isinstance(row, dict)]


def _sky(row: Mapping[str, Any], unit: object) -> Sky | None:
    """Return the sky of a row, None if the row has no clouds."""
    percent = read_number(row.get("cloud_coverage"))
    clouds = _CLOUDS.get(str(row.get("condition")))
    if percent is not None:
        clouds = percent / _FULL
    if clouds is None:
        return None
    temperature = celsius(row.get("temperature"), unit)
    return Sky(clouds=min(max(clouds, 0.0), 1.0), temperature=temperature)
