"""Rows of the sleep schedule's option that cannot be read."""

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.planning.sleep_schedule import (
    readable_rows,
)


@pytest.mark.parametrize(
    "row", ["text", 7, None, [], {}, {"days": [["mon"]], "start": "x", "end": "y"}]
)
def test_unreadable_row_is_left_out(row: object) -> None:
    assert readable_rows([row]) == ()


@pytest.mark.parametrize("raw", [None, 7, "rows", {"days": []}])
def test_option_that_is_no_list_has_no_rows(raw: object) -> None:
    assert readable_rows(raw) == ()
