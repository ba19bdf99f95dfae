"""Price lists of all shapes, days of 23 to 25 hours, gaps, and the usual week."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.inputs.prices import (
    PriceSlot,
    Tariff,
    local_day,
    read_prices,
    unit_factor,
)
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PlanQuality,
    PriceCurve,
    TypicalWeek,
)
from custom_components.jannenkoti.kinds.heating.planning.responses import energy_price
from custom_components.jannenkoti.lib.stored import Stored

HELSINKI = ZoneInfo("Europe/Helsinki")
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
DAYS = [
    (date(2026, 6, 15), 24),
    (date(2026, 3, 29), 23),
    (date(2026, 10, 25), 25),
]


def rows_of(day: date, step: timedelta) -> list[dict[str, Any]]:
    """Return the slots of a local day as HACS Nord Pool has them."""
    start, end = local_day(day, HELSINKI)
    rows: list[dict[str, Any]] = []
    while start < end:
        rows.append(
            {
                "start": start.astimezone(HELSINKI).isoformat(),
                "end": (start + step).astimezone(HELSINKI).isoformat(),
                "value": len(rows) / 100,
            }
        )
        start += step
    return rows


@pytest.mark.parametrize("step", [QUARTER, HOUR])
@pytest.mark.parametrize(("day", "hours"), DAYS)
def test_day_of_any_length_is_read_and_covered(
    day: date, hours: int, step: timedelta
) -> None:
    rows = rows_of(day, step)
    assert len(rows) == hours * (HOUR / step)
    curve = PriceCurve(read_prices(rows, HELSINKI))
    start, end = local_day(day, HELSINKI)
    assert len(curve.slots) == len(rows)
    assert curve.covers(start, end)
    assert not curve.covers(start, end + QUARTER)
    assert curve.at(end - step / 2) == (len(rows) - 1) / 100
    assert curve.at(end) is None
    assert curve.at(start - step) is None


@pytest.mark.parametrize(
    ("raw", "factor"),
    [
        ({"FI": [{"start": "2026-06-15T00:00:00+00:00", "price": 50.0}]}, 0.001),
        (
            {"prices": {"Home": [{"start_time": "2026-06-15T00:00Z", "price": 0.05}]}},
            1,
        ),
        ({"prices": [{"timestamp": "2026-06-15 00:00:00+00:00", "price": 0.05}]}, 1),
        ([[{"start": datetime(2026, 6, 15, tzinfo=UTC), "value": "0,05"}]], 1),
        ([{"start_time": "2026-06-15T03:00:00+03:00", "price_per_kwh": 0.05}], 1),
        ([{"start_time": "2026-06-15T03:00:00", "price_ct_per_kwh": 5}], 1),
        ({"startsAt": "2026-06-15T02:00:00.000+02:00", "total": 0.05}, 1),
    ],
)
def test_every_known_shape_gives_the_same_slot(raw: object, factor: float) -> None:
    (slot,) = read_prices(raw, HELSINKI, factor)
    start = datetime(2026, 6, 15, tzinfo=UTC)
    assert (slot.start, slot.end) == (start, start + HOUR)
    assert slot.price == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("EUR/kWh", 1),
        ("EUR/MWh", 0.001),
        ("ct/kWh", 0.01),
        ("öre/kWh", 0.01),
        ("c/MWh", 0.00001),
        ("EUR / kWh", 1),
        ("SEK/Wh", 1000),
        ("EUR", 1),
        (None, 1),
    ],
)
def test_unit_of_a_price(unit: object, factor: float) -> None:
    assert unit_factor(unit) == pytest.approx(factor)


def test_duplicates_and_mixed_lengths_leave_no_overlap() -> None:
    start = datetime(2026, 6, 15, tzinfo=UTC)
    hour = PriceSlot(start, start + HOUR, 0.4)
    quarter = PriceSlot(start + QUARTER, start + 2 * QUARTER, 0.1)
    curve = PriceCurve()
    for order in ([hour, quarter], [quarter, hour], [hour, quarter, hour, quarter]):
        curve = PriceCurve(order)
        assert curve.at(start) == 0.4
        assert curve.at(start + QUARTER) == 0.1
        assert curve.at(start + 2 * QUARTER) == 0.4
        assert curve.mean(start, start + HOUR) == pytest.approx(0.325)
    assert not curve.add([quarter])
    assert curve.add([PriceSlot(start, start + HOUR, 0.5)])
    assert curve.at(start + QUARTER) == 0.5


_MOMENTS = st.datetimes(
    datetime(2026, 3, 28, tzinfo=None),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2026, 3, 31, tzinfo=None),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(
    st.lists(
        st.tuples(
            _MOMENTS, st.sampled_from([15, 30, 60, 0, -15]), st.floats(-500, 500)
        ),
        max_size=60,
    )
)
def test_curve_of_any_slots_is_ordered_and_keeps_gaps(
    raw: list[tuple[datetime, int, float]],
) -> None:
    slots = [PriceSlot(at, at + timedelta(minutes=m), price) for at, m, price in raw]
    curve = PriceCurve(slots)
    for before, after in zip(curve.slots, curve.slots[1:], strict=False):
        assert before.start < before.end <= after.start
    for slot in curve.slots:
        assert curve.at(slot.start) == slot.price
        assert any(x.start <= slot.start and slot.end <= x.end for x in slots)
    again = PriceCurve.restore(
        Stored({"slots": curve.as_list()}).children("slots"),
        datetime(2026, 3, 29, tzinfo=UTC),
    )
    assert len(again.slots) == len(curve.slots)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=30) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["start", "end", "price", "value", "startsAt", "total"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(_JSON)
def test_any_response_is_read_without_an_error(raw: object) -> None:
    for slot in read_prices(raw, HELSINKI):
        assert slot.start < slot.end
    PriceCurve.restore(
        Stored({"s": raw}).children("s"), datetime(2026, 6, 15, tzinfo=UTC)
    )
    TypicalWeek.restore(Stored(raw))


def test_tariff_adds_fee_and_tax() -> None:
    start = datetime(2026, 6, 15, tzinfo=UTC)
    tariff = Tariff(fee=0.05, tax=24)
    assert tariff.total(PriceSlot(start, start, 0.10)).price == pytest.approx(0.186)
    assert tariff.total(PriceSlot(start, start, -0.10)).price == pytest.approx(-0.062)


@pytest.mark.parametrize(("day", "hours"), DAYS)
def test_quality_shows_how_far_prices_are_known(day: date, hours: int) -> None:
    now = local_day(day, HELSINKI)[0] + 10 * HOUR
    curve = PriceCurve(read_prices(rows_of(day, QUARTER), HELSINKI))
    assert curve.quality(now, HELSINKI) is PlanQuality.TODAY
    tomorrow = rows_of(day + timedelta(days=1), HOUR)
    curve.add(read_prices(tomorrow, HELSINKI))
    assert curve.quality(now, HELSINKI) is PlanQuality.FULL
    gap = [slot for slot in curve.slots if slot.start != curve.slots[-20].start]
    assert PriceCurve(gap).quality(now, HELSINKI) is not PlanQuality.FULL
    assert PriceCurve().quality(now, HELSINKI) is PlanQuality.NONE
    assert hours in {23, 24, 25}


def test_usual_week_is_learned_once_a_day_and_survives() -> None:
    week = TypicalWeek()
    now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    assert week.at(now, HELSINKI) is None
    curve = PriceCurve(read_prices(rows_of(date(2026, 6, 15), HOUR), HELSINKI))
    for _ in range(2):
        week.learn(curve, now, HELSINKI)
    assert week.at(now, HELSINKI) == pytest.approx(0.15)
    # Another weekday has the same hours until it is known itself.
    assert week.at(now + timedelta(days=3), HELSINKI) == pytest.approx(0.15)
    later = now + timedelta(days=7)
    dear = [
        PriceSlot(s.start + timedelta(days=7), s.end + timedelta(days=7), 1.15)
        for s in curve.slots
    ]
    week.learn(PriceCurve(dear[:-1]), later, HELSINKI)
    assert week.at(later, HELSINKI) == pytest.approx(0.15)
    week.learn(PriceCurve(dear), later, HELSINKI)
    assert week.at(later, HELSINKI) == pytest.approx(0.45)
    again = TypicalWeek.restore(Stored(week.as_dict()))
    assert again.as_dict() == week.as_dict()


def test_response_has_prices_in_local_time_from_a_moment_on() -> None:
    curve = PriceCurve(read_prices(rows_of(date(2026, 6, 15), HOUR), HELSINKI))
    start = local_day(date(2026, 6, 15), HELSINKI)[0] + 22 * HOUR
    assert energy_price(curve, start, HELSINKI) == {
        "prices": [
            {"startsAt": "2026-06-15T22:00:00.000+03:00", "total": 0.22},
            {"startsAt": "2026-06-15T23:00:00.000+03:00", "total": 0.23},
        ]
    }


def test_old_slots_are_forgotten() -> None:
    curve = PriceCurve(read_prices(rows_of(date(2026, 6, 15), HOUR), HELSINKI))
    curve.forget_before(local_day(date(2026, 6, 15), HELSINKI)[0] + 20 * HOUR)
    assert len(curve.slots) == 4
