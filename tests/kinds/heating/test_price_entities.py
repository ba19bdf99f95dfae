"""Entities of other integrations as price sources, with attributes as in their code."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.jannenkoti.kinds.heating.price_coordinator import (
    prices_of_entity,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

BERLIN = ZoneInfo("Europe/Berlin")
HALF, HOUR = timedelta(minutes=30), timedelta(hours=1)
MIDNIGHT = datetime(2027, 3, 28, tzinfo=BERLIN).astimezone(UTC)
"""The day has 23 hours."""


def times(step: timedelta, count: int) -> list[datetime]:
    """Return the starts of slots in local time."""
    return [(MIDNIGHT + n * step).astimezone(BERLIN) for n in range(count)]


# As `event.octopus_energy_…_current_day_rates` of Octopus Energy (HACS) has them.
OCTOPUS = {
    "event_types": ["octopus_energy_electricity_current_day_rates"],
    "rates": [
        {
            "start": at,
            "end": at + HALF,
            "value_inc_vat": 0.1,
            "is_capped": False,
            "is_intelligent_adjusted": False,
        }
        for at in times(HOUR, 23)
    ],
}
# As the forecast sensors of Amber Electric (core) have them.
AMBER = {
    "channel_type": "general",
    "forecasts": [
        {
            "duration": 30,
            "date": f"{at:%Y-%m-%d}",
            "nem_date": (at + HALF).isoformat(),
            "per_kwh": 0.1,
            "spot_per_kwh": 0.02,
            "start_time": at.isoformat(),
            "end_time": (at + HALF).isoformat(),
        }
        for at in times(HOUR, 23)
    ],
}
# As ENTSO-e (HACS): the same rows three times, without an end.
ENTSO_E = {
    key: [{"time": str(at), "price": 0.1} for at in times(HOUR, 23)]
    for key in ("prices_today", "prices_tomorrow", "prices")
}
# As Energi Data Service (HACS).
ENERGI_DATA = {
    "today": [0.1] * 23,
    "raw_today": [{"hour": at, "price": 0.1} for at in times(HOUR, 23)],
    "raw_tomorrow": None,
}
# As Frank Energie (HACS).
FRANK = {
    "prices": [{"from": at, "till": at + HOUR, "price": 0.1} for at in times(HOUR, 23)]
}
# As REST sensors that pass on what the API of aWATTar sends.
AWATTAR = {
    "object": "list",
    "hours": [
        {
            "start_timestamp": int(at.timestamp() * 1000),
            "end_timestamp": int((at + HOUR).timestamp() * 1000),
            "marketprice": 100.0,
            "unit": "Eur/MWh",
        }
        for at in times(HOUR, 23)
    ],
}


@pytest.mark.parametrize(
    "attributes",
    [OCTOPUS, AMBER, ENTSO_E, ENERGI_DATA, FRANK, AWATTAR],
    ids=["octopus", "amber", "entso-e", "energi data", "frank", "awattar"],
)
async def test_entities_of_other_integrations_give_their_prices(
    hass: HomeAssistant, attributes: dict[str, Any]
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    hass.states.async_set("sensor.prices", "0.1", attributes)
    slots = prices_of_entity(hass, "sensor.prices")
    assert len({slot.start for slot in slots}) == 23
    assert [slot.price for slot in slots] == pytest.approx([0.1] * len(slots))
