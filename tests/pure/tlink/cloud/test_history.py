"""Pages of the cloud's history."""

import pytest

from custom_components.jannenkoti.kinds.tlink.cloud.history import parse_page

from ..helpers import HOUR, NOW, TIMES


def test_unreadable_rows_of_a_page_are_skipped() -> None:
    answer = {
        "dataList": [
            {"addTime": "2026-03-02 20:00:00", "val": "3", "switcher": ""},
            "no row",
            {"addTime": "never", "val": "4"},
            {"addTime": "2026-03-02 19:00:00", "val": "1", "switcher": "1"},
            {"addTime": "2026-03-02 18:00:00", "val": "5"},
        ],
        "nextPage": "more",
    }
    page = parse_page("55001", answer, TIMES, NOW, NOW)
    assert [s.value for s in page.samples] == ["3", "1", "5"]
    assert [s.switcher for s in page.samples] == [None, True, None]
    assert page.samples[0].measured == NOW - HOUR / 2
    assert page.next == "more"
    empty = parse_page("55001", {"dataList": None, "nextPage": None}, TIMES, NOW, NOW)
    assert (empty.samples, empty.next) == ((), "")


def test_switch_that_was_off_is_a_reading() -> None:
    at = {"addTime": "2026-03-02 20:00:00"}
    states = [0, 1, "0", "1", False, True, "", None]
    rows = [{**at, "val": "", "switcher": state} for state in states]
    page = parse_page("55001", {"dataList": rows}, TIMES, NOW, NOW)
    found = [sample.switcher for sample in page.samples]
    assert found == [False, True, False, True, False, True, None, None]


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"nextPage": "abc"}, "abc"),
        ({"nextPage": 2}, "2"),
        ({"nextPage": "", "pages": 1}, ""),
        ({"nextPage": None, "pages": "3"}, "page 2"),
        ({"nextPage": []}, ""),
        ({"rowCount": 5, "dataList": [{}, {}]}, "page 2"),
        ({"rowCount": 2, "dataList": [{}, {}]}, ""),
        ({"rowCount": 5, "pageSize": 0, "dataList": []}, ""),
        ({}, ""),
    ],
)
def test_next_page_is_found_by_cursor_or_count(
    answer: dict[str, object], cursor: str
) -> None:
    assert parse_page("55001", answer, TIMES, NOW, NOW).next == cursor
