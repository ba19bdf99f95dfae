"""Schedules: both forms, all spellings of days, midnight, and back again."""

import time as time_module
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.devices.schedule import (
    MAX_WINDOWS,
    Schedule,
    ScheduleError,
    parse_schedule,
)
from custom_components.jannenkoti.lib.weekly import EVERY_DAY, Window

HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = datetime(2026, 6, 1, tzinfo=HELSINKI)

TIMES = st.times().map(lambda at: time(at.hour, at.minute))
WINDOWS = st.builds(
    Window,
    start=TIMES,
    end=TIMES,
    days=st.sets(st.integers(0, 6), min_size=1).map(frozenset),
)
SCHEDULES = st.lists(WINDOWS, max_size=5).map(lambda found: Schedule(tuple(found)))


def is_on(schedule: Schedule, day: int, at: str) -> bool:
    """Say whether a device is on at a time of the week."""
    hour, minute = map(int, at.split(":"))
    now = MONDAY + timedelta(days=day, hours=hour, minutes=minute)
    return schedule.at(now.astimezone(UTC), HELSINKI).open is not None


@given(SCHEDULES)
def test_schedule_written_and_parsed_is_the_same(schedule: Schedule) -> None:
    assert parse_schedule(schedule.as_list).windows == schedule.windows
    assert parse_schedule(schedule.as_text).windows == schedule.windows


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["dias", "inicio", "fin", "lunes", "diario", "x"]), inner
        )
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_json_returns_a_schedule_or_raises_schedule_error(value: object) -> None:
    try:
        schedule = parse_schedule(value)
    except ScheduleError:
        return
    assert len(schedule.windows) <= MAX_WINDOWS


@pytest.mark.parametrize(
    "days",
    [
        ["miércoles", "SABADO"],
        ["miercoles", "sábado"],
        ["Wednesday", "saturday"],
        ["mie", "sat"],
        [" mie\u0301rcoles ", "sab"],
    ],
)
def test_days_in_spanish_and_english_are_accepted(days: list[str]) -> None:
    (window,) = parse_schedule(
        [{"dias": days, "inicio": "6:00", "fin": "7:00"}]
    ).windows
    assert window.days == {2, 5}


@pytest.mark.parametrize(
    "days", [{}, {"dias": []}, {"dias": "todos"}, {"days": ["all"]}]
)
def test_window_without_days_is_for_every_day(days: dict[str, Any]) -> None:
    (window,) = parse_schedule([{**days, "start": "06:00", "end": "07:00"}]).windows
    assert window.days == EVERY_DAY


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (None, "None"),
        ([1], "1"),
        ([{"dias": 3}], "3"),
        ([{"dias": ["someday"], "inicio": "06:00", "fin": "07:00"}], "someday"),
        ([{"inicio": "24:00", "fin": "07:00"}], "24:00"),
        ([{"inicio": "06:60", "fin": "07:00"}], "06:60"),
        ([{"inicio": "06:00"}], "None"),
        ("mon 06:00", "mon 06:00"),
        ({"lunes": 3}, "3"),
        ({"lunes": [["07:00"]]}, "['07:00']"),
        ({"lunes": [["07:00", "maybe"]]}, "maybe"),
        ({"party": [["07:00", "on"]]}, "party"),
        ("; ".join(["06:00-07:00"] * 65), "> 64"),
        # Longer than a valid line: the pattern is not tried.
        (f"mon{' ' * 125}06:00-07:00", f"mon{' ' * 37}"),
    ],
)
def test_error_names_the_wrong_part(value: object, part: str) -> None:
    with pytest.raises(ScheduleError) as err:
        parse_schedule(value)
    assert str(err.value) == part


def test_window_across_midnight_belongs_to_its_first_day() -> None:
    schedule = parse_schedule("lun 22:00-06:00")
    assert is_on(schedule, 0, "23:00")
    assert is_on(schedule, 1, "05:59")
    assert not is_on(schedule, 1, "06:00")
    assert not is_on(schedule, 0, "05:00")


def test_equal_times_are_a_whole_day() -> None:
    for at in ("00:00", "09:00", "12:00"):
        schedule = parse_schedule(f"tue {at}-{at}")
        assert is_on(schedule, 1, at)
        assert is_on(schedule, 1, "23:59")
        hour, minute = map(int, at.split(":"))
        before = f"{(hour - 1) % 24:02}:{minute:02}"
        assert is_on(schedule, 2 if hour else 1, before)
        assert not is_on(schedule, 2, at)


@pytest.mark.parametrize(("name", "day"), [("sat", 5), ("sun", 6)])
def test_whole_day_continues_into_the_next_week(name: str, day: int) -> None:
    schedule = parse_schedule(f"{name} 13:00-13:00")
    after = (day + 1) % 7
    assert not is_on(schedule, day, "12:59")
    assert is_on(schedule, day, "23:59")
    assert is_on(schedule, after, "00:00")
    assert is_on(schedule, after, "12:59")
    assert not is_on(schedule, after, "13:00")


def test_always_on_has_no_next_change() -> None:
    schedule = parse_schedule("all 00:00-00:00")
    moment = schedule.at(MONDAY.astimezone(UTC), HELSINKI)
    assert moment.open is not None
    assert moment.changes_at is None


def test_edges_of_the_object_form() -> None:
    schedule = parse_schedule(
        {"lunes": [["07:00", "on"], ["23:00", "off"]], "diario": [["12:00", "OFF"]]}
    )
    assert schedule.as_text == "mon 07:00-12:00"
    # What is on over the end of the week, and for days.
    schedule = parse_schedule({"viernes": [["18:00", "on"]], "mon": [["06:00", "off"]]})
    for day, at, on in ((4, "17:59", False), (4, "18:00", True), (5, "12:00", True)):
        assert is_on(schedule, day, at) is on
    assert is_on(schedule, 6, "23:00")
    assert is_on(schedule, 0, "05:59")
    assert not is_on(schedule, 0, "06:00")


@pytest.mark.parametrize(
    ("edges", "text"),
    [
        ({}, ""),
        ({"lunes": [["07:00", "off"]]}, ""),
        ({"lunes": [["07:00", "on"]]}, "all 00:00-00:00"),
    ],
)
def test_edges_of_one_state_only_apply_all_week(
    edges: dict[str, Any], text: str
) -> None:
    assert parse_schedule(edges).as_text == text


@given(
    st.dictionaries(
        st.sampled_from(["lunes", "jueves", "domingo"]),
        st.lists(
            st.tuples(st.sampled_from(["00:00", "07:30", "23:59"]), st.booleans()).map(
                lambda edge: [edge[0], "on" if edge[1] else "off"]
            ),
            max_size=3,
        ),
        max_size=3,
    )
)
def test_last_edge_counts(value: dict[str, Any]) -> None:
    """Beside a table of the whole week, written without any cleverness."""
    schedule = parse_schedule(value)
    days = {"lunes": 0, "jueves": 3, "domingo": 6}
    said = {
        (days[name], at): to == "on"
        for name, edges in value.items()
        for at, to in edges
    }
    moments = [(day, at) for day in range(7) for at in ("00:00", "07:30", "23:59")]
    state = next((said[at] for at in reversed(moments) if at in said), False)
    for at in moments:
        state = said.get(at, state)
        assert is_on(schedule, *at) is state


def test_spans_are_joined_where_they_touch() -> None:
    schedule = parse_schedule("all 06:00-08:00; all 08:00-09:00; mon 20:00-20:00")
    start = MONDAY.astimezone(UTC)
    spans = schedule.spans(start, start + timedelta(days=1), HELSINKI)
    local = [(s.start.astimezone(HELSINKI), s.end.astimezone(HELSINKI)) for s in spans]
    assert [(f"{a:%a %H:%M}", f"{b:%a %H:%M}") for a, b in local] == [
        ("Mon 06:00", "Mon 09:00"),
        ("Mon 20:00", "Tue 20:00"),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("22:00-24:00", "all 22:00-00:00"),
        ("06:00:00-07:30:00", "all 06:00-07:30"),
        ("mon-fri 06:00-07:00", "mon tue wed thu fri 06:00-07:00"),
        ("mon - fri 06:00-07:00", "mon tue wed thu fri 06:00-07:00"),
        ("mon\u2013fri 06:00\u201307:00", "mon tue wed thu fri 06:00-07:00"),
        ("lunes a viernes 06:00-07:00", "mon tue wed thu fri 06:00-07:00"),
        ("lun-mié, dom 06:00-07:00", "mon tue wed sun 06:00-07:00"),
        ("weekdays 06:00-07:00", "mon tue wed thu fri 06:00-07:00"),
        ("finde 06:00-07:00", "sat sun 06:00-07:00"),
        (
            [{"dias": ["lunes a miércoles"], "inicio": "06:00", "fin": "07:00"}],
            "mon tue wed 06:00-07:00",
        ),
        ({"diario": [["18:00", "on"], ["24:00", "off"]]}, "all 18:00-00:00"),
        ({"domingo": [["18:00", "on"], ["24:00", "off"]]}, "sun 18:00-00:00"),
        ({"diario": [["00:00", "on"], ["24:00", "off"]]}, "all 00:00-00:00"),
        (
            {"lunes a martes": [["24:00", "off"], ["18:00", "on"]]},
            "mon tue 18:00-00:00",
        ),
        ("vie-lun 06:00-07:00", "mon fri sat sun 06:00-07:00"),
        ("lunes,martes 06:00 - 07:00", "mon tue 06:00-07:00"),
        (
            [{"dias": "lunes,martes", "inicio": "06:00", "fin": "24:00"}],
            "mon tue 06:00-00:00",
        ),
        (
            [{"dias": ["mon-wed"], "inicio": "00:00", "fin": "24:00"}],
            "mon tue wed 00:00-00:00",
        ),
        (
            {"diario": [["06:00:00", "encender"], ["07:00", "apagar"]]},
            "all 06:00-07:00",
        ),
    ],
)
def test_usual_spellings_are_accepted(value: object, text: str) -> None:
    assert parse_schedule(value).as_text == text


@pytest.mark.parametrize(
    "value",
    [
        "mon" * 100_000,
        "mon;" * 120_000,
        " " * 1_000_000 + "06:00-07:00",
        "1" * 127,
        "mon " * 31 + "06",
        ["2"] * 20_000,
        [{"dias": ["mon"] * 20_000, "inicio": "06:00", "fin": "07:00"}],
        [{"dias": "mon," * 20_000, "inicio": "06:00", "fin": "07:00"}],
        {str(number): 1 for number in range(20_000)},
        {"lunes": [["06:00", "on"]] * 20_000},
        {"lunes": [["06:00", 10**5000]]},
        [10**5000],
        {"x" * 1_000_000: []},
    ],
    ids=lambda value: (
        str(value)[:10] if isinstance(value, str) else type(value).__name__
    ),
)
def test_hostile_schedule_is_rejected_in_linear_time(value: object) -> None:
    begun = time_module.thread_time()
    with pytest.raises(ScheduleError) as err:
        parse_schedule(value)
    assert len(str(err.value)) <= 40
    assert time_module.thread_time() - begun < 0.05


def old_firmware_is_on(windows: list[Any], now: datetime) -> bool:
    """Apply a list as the first firmware does: today's name, both ends included."""
    return _firmware_is_on(windows, now, equal=True)


def new_firmware_is_on(windows: list[Any], now: datetime) -> bool:
    """Apply a list as the latest firmware does."""
    return _firmware_is_on(windows, now, equal=False)


def _firmware_is_on(windows: list[Any], now: datetime, *, equal: bool) -> bool:
    names = ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"]
    for window in windows:
        if not {"todos", names[now.weekday()]} & set(window["dias"]):
            continue
        start, end = (time.fromisoformat(window[key]) for key in ("inicio", "fin"))
        at = now.time()
        if start == end and equal:
            return True
        if start <= at <= end if start <= end else at >= start or at <= end:
            return True
    return False


@given(SCHEDULES, st.integers(0, 7 * 24 * 60 - 1))
def test_served_schedule_means_the_same_to_old_and_new_firmware(
    schedule: Schedule, minute: int
) -> None:
    """Half a minute past each minute, for the firmware includes the end itself."""
    now = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minute, seconds=30)
    expected = schedule.at(now, UTC).open is not None
    windows = schedule.served
    assert old_firmware_is_on(windows, now) is expected
    assert new_firmware_is_on(windows, now) is expected


@given(SCHEDULES, st.integers(0, 7 * 24 * 60 - 1))
def test_served_schedule_that_is_read_back_means_the_same(
    schedule: Schedule, minute: int
) -> None:
    again = parse_schedule(schedule.served)
    now = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minute, seconds=30)
    expected = schedule.at(now, UTC).open is not None
    assert (again.at(now, UTC).open is not None) is expected
    assert (again.joined.at(now, UTC).open is not None) is expected


def test_schedule_split_at_midnight_is_shown_as_one_window() -> None:
    schedule = parse_schedule("fri sat 18:00-06:00; mon 07:00-08:00")
    again = parse_schedule(schedule.served)
    assert len(again.windows) == 3
    assert again.joined.as_text == schedule.as_text
