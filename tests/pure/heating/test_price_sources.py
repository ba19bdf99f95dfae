"""What each price source really answers, as read in the code of the integration.

Core of Home Assistant 2026.10 and 2026.11: services.py of nordpool, tibber, energyzero
and easyenergy. HACS: sensor.py of custom-components/nordpool and mampfes/ha_epex_spot.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.inputs.prices import (
    PriceSource,
    of_area,
    read_prices,
    unit_factor,
)

BERLIN = ZoneInfo("Europe/Berlin")
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
MIDNIGHT = datetime(2027, 3, 28, tzinfo=BERLIN).astimezone(UTC)
"""The day has 23 hours."""


def times(step: timedelta, count: int) -> list[datetime]:
    """Return the starts of slots in local time."""
    return [(MIDNIGHT + n * step).astimezone(BERLIN) for n in range(count)]


NORDPOOL = {
    area: [
        {
            "start": (at := MIDNIGHT + n * QUARTER).isoformat(),
            "end": (at + QUARTER).isoformat(),
            "price": 1000 * price - n,
        }
        for n in range(92)
    ]
    for area, price in (("SE3", 0.1), ("SE4", 0.9))
}
TIBBER = {
    "prices": {
        home: [
            {"start_time": at.isoformat(timespec="milliseconds"), "price": price}
            for at in times(QUARTER, 92)
        ]
        for home, price in (("Home", 0.1), ("Cabin", 0.9))
    }
}
ENERGYZERO = {
    "prices": [
        {
            "price": 0.1,
            "timestamp": str(at),
            "start": str(at),
            "end": str((at.astimezone(UTC) + HOUR).astimezone(BERLIN)),
        }
        for at in times(HOUR, 23)
    ]
}
EASYENERGY = {"prices": [{"timestamp": str(x), "price": 0.1} for x in times(HOUR, 23)]}


@pytest.mark.parametrize(
    ("response", "factor", "count"),
    [
        (NORDPOOL, 0.001, 92),
        (TIBBER, 1, 92),
        (ENERGYZERO, 1, 23),
        (EASYENERGY, 1, 23),
    ],
)
def test_response_of_an_action_covers_the_short_day(
    response: dict[str, Any], factor: float, count: int
) -> None:
    slots = read_prices(of_area(response, ""), BERLIN, factor)
    assert len(slots) == count
    assert slots[0].start == MIDNIGHT
    assert slots[-1].end == MIDNIGHT + timedelta(hours=23)
    assert slots[0].price == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("response", "area", "price"),
    [
        (NORDPOOL, "", 0.1),
        (NORDPOOL, "se4 ", 0.9),
        (TIBBER, "", 0.1),
        (TIBBER, "CABIN", 0.9),
        (ENERGYZERO, "", 0.1),
    ],
)
def test_only_the_chosen_area_or_home_is_read(
    response: dict[str, Any], area: str, price: float
) -> None:
    factor = 0.001 if response is NORDPOOL else 1
    slots = read_prices(of_area(response, area), BERLIN, factor)
    assert slots[0].price == pytest.approx(price)
    assert len({slot.start for slot in slots}) == len(slots)


@pytest.mark.parametrize("response", [NORDPOOL, TIBBER])
def test_unknown_area_has_no_prices(response: dict[str, Any]) -> None:
    assert read_prices(of_area(response, "XX"), BERLIN) == []


@pytest.mark.parametrize(
    "response", [None, [], {}, {"prices": {}}, {"prices": None}, {"a": 5}, "text"]
)
def test_other_responses_have_no_prices(response: object) -> None:
    assert read_prices(of_area(response, ""), BERLIN) == []


HACS_NORDPOOL = {
    "average": 0.1,
    "unit": "kWh",
    "currency": "EUR",
    "today": [10.0] * 92,
    "tomorrow": [],
    "tomorrow_valid": False,
    "raw_today": [
        {
            "start": at,
            "end": (at.astimezone(UTC) + QUARTER).astimezone(BERLIN),
            # `_calc_price` gives None where Nord Pool has sent no number.
            "value": None if n == 5 else 10.0,
        }
        for n, at in enumerate(times(QUARTER, 92))
    ],
    "raw_tomorrow": [],
    "price_in_cents": True,
}
EPEX_SPOT = {
    "data": [
        {
            "start_time": at.isoformat(),
            "end_time": (at.astimezone(UTC) + HOUR).astimezone(BERLIN).isoformat(),
            "price_per_kwh": 0.1,
        }
        for at in times(HOUR, 23)
    ],
    "price_per_kwh": 0.1,
}
TEMPLATE = {"prices": [{"start": x.isoformat(), "value": 0.1} for x in times(HOUR, 23)]}


@pytest.mark.parametrize(
    ("attributes", "key", "unit", "count"),
    [
        (HACS_NORDPOOL, "raw_today", "c/kWh", 91),
        (EPEX_SPOT, "data", "€/kWh", 23),
        (TEMPLATE, "prices", "EUR/kWh", 23),
    ],
)
def test_attributes_of_an_entity_are_read(
    attributes: dict[str, Any], key: str, unit: str, count: int
) -> None:
    slots = read_prices([attributes[key]], BERLIN, unit_factor(unit))
    assert len(slots) == count
    assert {slot.price for slot in slots} == {0.1}
    assert slots[-1].end == MIDNIGHT + timedelta(hours=23)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        *(("Øre/kWh", 0.01), ("Öre/kWh", 0.01), ("p/kWh", 0.01), ("£/kWh", 1)),
        *(("EUR ct/kWh", 0.01), ("c€/kWh", 0.01), ("Eurocent/kWh", 0.01)),
        *(("€c / kWh", 0.01), ("EUR cent/kWh", 0.01), ("GBP/kWh", 1), ("$/MWh", 1e-3)),
        *(("Cent/kWh", 0.01), ("EUR/MWh", 1e-3), ("snt/kWh", 0.01), ("/kWh", 1)),
    ],
)
def test_units_of_hacs_integrations(unit: str, factor: float) -> None:
    assert unit_factor(unit) == pytest.approx(factor)


@given(
    response=st.recursive(
        st.one_of(st.none(), st.floats(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["prices", "SE3", "price"]), inner),
        ),
        max_leaves=10,
    ),
    area=st.sampled_from(["", "SE3"]),
)
def test_any_response_is_read_without_an_error(response: object, area: str) -> None:
    assert isinstance(read_prices(of_area(response, area), BERLIN), list)


def test_every_price_source_is_parsed_by_its_name() -> None:
    assert [PriceSource.parse(word) for word in PriceSource] == list(PriceSource)
    assert PriceSource.parse("x") is PriceSource.NONE
