"""Pages of the cloud's history."""

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
