"""Response models and files."""

import csv
from copy import replace

import orjson
import pytest

from custom_components.jannenkoti.kinds.tlink.account.devices import (
    Device,
)
from custom_components.jannenkoti.kinds.tlink.journal import responses as shapes

from ..helpers import HUGE, sample


def test_cells_are_no_formulas_in_a_spreadsheet() -> None:
    values = ("=1+1", "+49", "-3.5", "@SUM", "-1+1", "\t=1", "open")
    lines = [shapes.line(sample(value=value), None, as_csv=True) for value in values]
    column = next(csv.reader([shapes.heading()])).index("value")
    shown = [row[column] for row in csv.reader(lines)]
    assert shown == ["'=1+1", "+49", "-3.5", "'@SUM", "'-1+1", "'\t=1", "open"]


@pytest.mark.parametrize(
    ("reported", "expected"),
    [("4711", 4711), ("S 1", "S 1"), ("9" * 15, 10**15 - 1), (HUGE, HUGE), ("٣", "٣")],
)
def test_id_is_a_number_if_json_can_hold_it(reported: str, expected: int | str) -> None:
    assert shapes.identity(reported) == expected
    assert orjson.dumps(shapes.identity(reported))


def test_filters_match_users_and_alarms() -> None:
    filters = shapes.Filters(user_id="310", online=True, alarm=False)
    device = Device(device_id="4711", parent_user_id="310", online=True)
    assert filters.match(device)
    assert not filters.match(replace(device, alarms=frozenset({"55001"})))
    assert not filters.match(replace(device, parent_user_id=None))
