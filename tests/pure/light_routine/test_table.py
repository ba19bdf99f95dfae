"""The table: what it accepts, and which fault it names."""

from contextlib import suppress
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.light_routine.options import Options
from custom_components.jannenkoti.kinds.light_routine.slots.table import (
    EVERY_DAY,
    MOST_SLOTS,
    PRESET,
    Anchor,
    Day,
    Fault,
    TableError,
    read_table,
)

ROW: dict[str, Any] = {"name": "Day", "time": "10:00"}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KEYS = (
    "name",
    "anchor",
    "time",
    "offset",
    "days",
    "brightness",
    "kelvin",
    "x",
    "y",
    "fade",
)


def test_preset_is_the_table_of_the_original_server() -> None:
    assert read_table([slot.as_row() for slot in PRESET]) == PRESET
    looks = [(slot.at.hour, slot.look.brightness) for slot in PRESET]
    assert looks == [(7, 255), (10, 255), (17, 255), (20, 144), (23, 1)]
    assert PRESET[-1].look.xy == (0.561, 0.4042)


def test_row_with_name_and_time_is_enough() -> None:
    (slot,) = read_table([ROW])
    assert (slot.anchor, slot.at, slot.days) == (Anchor.TIME, time(10), EVERY_DAY)
    assert (slot.look.brightness, slot.look.kelvin, slot.look.xy) == (255, None, None)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": ""}, Fault.NAME),
        ({"name": "auto"}, Fault.NAME),
        ({"name": "x" * 41}, Fault.NAME),
        ({"name": "a\nb"}, Fault.NAME),
        ({"name": None}, Fault.NAME),
        ({"time": "25:00"}, Fault.START),
        ({"time": None}, Fault.START),
        ({"time": "10:00+02:00"}, Fault.START),
        ({"anchor": "moon"}, Fault.START),
        ({"anchor": []}, Fault.START),
        ({"offset": 721}, Fault.START),
        ({"offset": float("nan")}, Fault.START),
        ({"days": []}, Fault.DAYS),
        ({"days": ["someday"]}, Fault.DAYS),
        ({"days": "mon"}, Fault.DAYS),
        ({"days": [{}]}, Fault.DAYS),
        ({"brightness": 0}, Fault.BRIGHTNESS),
        ({"brightness": 101}, Fault.BRIGHTNESS),
        ({"brightness": True}, Fault.BRIGHTNESS),
        ({"kelvin": 900}, Fault.COLOR),
        ({"kelvin": 3000, "x": 0.3, "y": 0.3}, Fault.COLOR),
        ({"x": 0.3}, Fault.COLOR),
        ({"x": 0.7, "y": 0.5}, Fault.COLOR),
        ({"x": 0.3, "y": 0}, Fault.COLOR),
        ({"fade": -1}, Fault.FADE),
        ({"fade": 6001}, Fault.FADE),
    ],
)
def test_row_at_fault_is_named(change: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(TableError) as raised:
        read_table([ROW | change])
    assert raised.value.fault is fault


@pytest.mark.parametrize("rows", [None, [], {}, "x"])
def test_table_without_rows_is_refused(rows: object) -> None:
    with pytest.raises(TableError, match="empty"):
        read_table(rows)


def test_too_many_rows_and_rows_of_other_types_are_refused() -> None:
    with pytest.raises(TableError, match="too_many"):
        read_table([ROW] * (MOST_SLOTS + 1))
    with pytest.raises(TableError, match="name 2"):
        read_table([ROW, None])


def test_two_slots_cannot_have_one_name_or_start_together() -> None:
    with pytest.raises(TableError, match="name_twice Day"):
        read_table([ROW, ROW | {"time": "11:00"}])
    with pytest.raises(TableError, match="same_start B"):
        read_table([ROW, ROW | {"name": "B", "days": ["sun", "holiday"]}])
    weekend = {"name": "B", "days": ["sat", "sun"]}
    weekdays = {"days": ["mon", "tue", "wed", "thu", "fri"]}
    assert len(read_table([ROW | weekdays, ROW | weekend])) == 2


def test_offset_counts_with_the_sun_only() -> None:
    slots = read_table(
        [ROW | {"offset": 5}, {**ROW, "name": "S", "anchor": "sunset", "offset": -5}]
    )
    assert [slot.offset for slot in slots] == [0, -5]


@given(
    st.lists(st.dictionaries(st.sampled_from(KEYS), ANY_JSON) | ANY_JSON, max_size=5)
)
def test_any_rows_are_a_table_that_reads_the_same_again_or_a_fault(
    rows: list[Any],
) -> None:
    with suppress(TableError):
        table = read_table(rows)
        assert read_table([slot.as_row() for slot in table]) == table


@given(
    st.dictionaries(st.text(), ANY_JSON)
    | st.fixed_dictionaries({"slots": ANY_JSON, "targets": ANY_JSON})
)
def test_any_options_are_options(options: dict[str, Any]) -> None:
    assert Options.parse(options).table


def test_stored_table_is_read_without_its_bad_rows() -> None:
    rows = [ROW, {"name": "bad"}, ROW | {"time": "12:00"}]
    table = Options.parse({"slots": rows}).table
    assert [(slot.name, slot.at) for slot in table] == [("Day", time(10))]
    assert Options.parse({"slots": 5}).table == PRESET


def test_targets_are_read_in_one_form() -> None:
    options = Options.parse(
        {"targets": {"entity_id": "light.a", "area_id": ["x", "x", 1], "floor_id": {}}}
    )
    assert options.targets == {"entity_id": ["light.a"], "area_id": ["x"]}


def test_holiday_is_no_weekday() -> None:
    assert Day.HOLIDAY not in EVERY_DAY
