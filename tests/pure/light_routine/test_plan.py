"""Which slot is in effect: weekdays, holidays, nights of daylight saving, the sun."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.light_routine.slots.plan import Plan
from custom_components.jannenkoti.kinds.light_routine.slots.preview import preview
from custom_components.jannenkoti.kinds.light_routine.slots.sun import Place
from custom_components.jannenkoti.kinds.light_routine.slots.table import (
    EVERY_DAY,
    PRESET,
    Anchor,
    Day,
    Slot,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
UTSJOKI = Place(latitude=69.9, longitude=27.0, elevation=100, zone=HELSINKI)
CITY = Place(latitude=60.17, longitude=24.94, elevation=10, zone=HELSINKI)


def plan(*table: Slot, place: Place = CITY, holidays: tuple[date, ...] = ()) -> Plan:
    """Return a plan in Finland."""
    return Plan(
        table=table or PRESET,
        zone=HELSINKI,
        sun=place.sun,
        holidays=frozenset(holidays),
    )


def local(text: str) -> datetime:
    """Return a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def name_at(of: Plan, text: str) -> str:
    """Return the slot that is in effect at a local time."""
    effective = of.at(local(text))
    assert effective is not None
    return effective.turn.slot.name


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2026-01-12 06:59:59", "night"),
        ("2026-01-12 07:00", "morning"),
        ("2026-01-12 16:59", "day"),
        ("2026-01-12 22:59", "late_evening"),
        ("2026-01-13 00:30", "night"),
    ],
)
def test_slot_lasts_until_the_next_one_starts(at: str, name: str) -> None:
    assert name_at(plan(), at) == name


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)))  # noqa: DTZ001
def test_there_is_always_one_slot_and_one_that_follows(at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    effective = plan().at(now)
    assert effective is not None
    assert effective.following is not None
    assert effective.turn.start <= now < effective.following.start
    assert effective.following.start - effective.turn.start <= timedelta(hours=9)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-01", 8)]
)
def test_nights_of_daylight_saving_are_an_hour_shorter_and_longer(
    day: str, hours: int
) -> None:
    effective = plan().at(local(f"{day} 23:30"))
    assert effective is not None
    assert effective.following is not None
    assert effective.following.start - effective.turn.start == timedelta(hours=hours)


def test_time_that_is_skipped_starts_at_the_end_of_the_gap_and_a_doubled_one_once() -> (
    None
):
    at_half_past_three = Slot(name="x", at=time(3, 30))
    turns = plan(at_half_past_three).turns(date(2026, 3, 29), 1)
    assert [turn.start for turn in turns] == [datetime(2026, 3, 29, 1, tzinfo=UTC)]
    turns = plan(at_half_past_three).turns(date(2026, 10, 25), 1)
    assert [turn.start for turn in turns] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_slot_of_one_weekday_lasts_until_another_starts() -> None:
    monday = Slot(name="m", at=time(8), days=frozenset({Day.MONDAY}))
    only = plan(monday)
    assert name_at(only, "2026-01-18 23:00") == "m"
    friday = Slot(name="f", at=time(8), days=frozenset({Day.FRIDAY}))
    assert name_at(plan(monday, friday), "2026-01-18 23:00") == "f"


def test_on_a_holiday_only_slots_for_holidays_start() -> None:
    late = Slot(name="late", at=time(11), days=frozenset({Day.HOLIDAY}))
    holiday = date(2026, 1, 6)
    both = plan(*PRESET, late, holidays=(holiday,))
    assert name_at(both, "2026-01-06 10:30") == "night"
    assert name_at(both, "2026-01-06 20:30") == "late"
    assert name_at(both, "2026-01-07 07:30") == "morning"
    assert name_at(plan(*PRESET, holidays=(holiday,)), "2026-01-06 10:30") == "day"


def test_table_for_holidays_only_has_no_slot_without_one() -> None:
    late = Slot(name="late", at=time(11), days=frozenset({Day.HOLIDAY}))
    assert plan(late).at(local("2026-01-12 12:00")) is None


def test_sun_anchor_follows_the_sun_with_its_offset() -> None:
    dusk = Slot(name="s", anchor=Anchor.SUNSET, at=time(18), offset=-30)
    summer = plan(dusk).turns(date(2026, 6, 20), 1)[0].start.astimezone(HELSINKI)
    winter = plan(dusk).turns(date(2026, 12, 20), 1)[0].start.astimezone(HELSINKI)
    assert summer.hour == 22
    assert winter.hour == 14


@pytest.mark.parametrize("anchor", [a for a in Anchor if a is not Anchor.TIME])
@pytest.mark.parametrize("day", [date(2026, 6, 21), date(2026, 12, 21)])
def test_day_without_that_sun_uses_the_time_of_the_row(
    anchor: Anchor, day: date
) -> None:
    slot = Slot(name="s", anchor=anchor, at=time(18), offset=-30)
    (turn,) = plan(slot, place=UTSJOKI).turns(day, 1)
    start = turn.start.astimezone(HELSINKI)
    never = UTSJOKI.sun(anchor, day) is None
    assert (start.time() == time(18)) is never
    if anchor in {Anchor.SUNRISE, Anchor.SUNSET}:
        assert never


def test_of_slots_that_start_together_the_last_row_counts() -> None:
    first = Slot(name="a", at=time(8))
    sun = Slot(name="b", anchor=Anchor.SUNSET, at=time(8))
    (turn,) = plan(first, sun, place=UTSJOKI).turns(date(2026, 6, 21), 1)
    assert turn.slot.name == "b"


def test_strange_place_has_a_sun_or_none() -> None:
    for latitude in (-90.0, 0.0, 90.0):
        place = Place(latitude=latitude, longitude=0, elevation=-400, zone=UTC)
        found = place.sun(Anchor.DAWN, date(2026, 6, 21))
        assert found is None or found.tzinfo is not None


def test_preview_shows_the_day_from_midnight_and_escapes_names() -> None:
    table = (
        Slot(name="<b>*", at=time(9), kelvin=3000, fade=90),
        Slot(name="n", at=time(22), brightness=0.4, xy=(0.5, 0.4)),
    )
    assert preview(plan(*table), local("2026-01-12 15:00")).splitlines() == [
        "- `00:00` **n** 0.4 % · xy 0.5, 0.4",
        "- `09:00` **\\<b\\>\\*** 100 % · 3000 K · ↗ 0:01:30",
        "- `22:00` **n** 0.4 % · xy 0.5, 0.4",
    ]
    late = Slot(name="late", at=time(11), days=frozenset({Day.HOLIDAY}))
    assert preview(plan(late), local("2026-01-12 15:00")) == ""
    assert EVERY_DAY
