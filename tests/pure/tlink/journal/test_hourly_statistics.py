"""Values of hours from the journal."""

from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.kinds.tlink.journal.hourly_statistics import (
    series_of_hours,
)
from custom_components.jannenkoti.lib.hours import hour_in_series

from ..helpers import HOUR, NOW, push, sample, write

if TYPE_CHECKING:
    from custom_components.jannenkoti.lib.journal import Journal


def test_hour_begins_with_the_value_before_it(journal: Journal) -> None:
    start = NOW.replace(minute=0)
    write(
        journal,
        push(sample(at=start - 10 * HOUR, value="10")),
        push(sample(at=start + HOUR / 4, value="20"), at=start + HOUR / 4),
        push(sample(at=start + HOUR / 2, value="none at all"), at=start + HOUR / 2),
    )
    empty = start - 5 * HOUR
    found = series_of_hours(journal, {"55001": [start, empty], "1": [start]})
    assert not found["1"]
    hour = hour_in_series(found["55001"], start, 24 * HOUR)
    assert hour is not None
    assert hour_in_series(found["55001"], empty, 24 * HOUR) is None
    assert hour.start == start
    assert hour.mean == pytest.approx(0.25 * 10 + 0.75 * 20)
    assert hour.covered == 1


def test_reading_on_the_hour_belongs_to_the_hour_that_begins(
    journal: Journal,
) -> None:
    start = NOW.replace(minute=0)
    for at, value in ((start, "10"), (start + HOUR / 2, "20"), (start + HOUR, "99")):
        write(journal, push(sample(at=at, value=value), at=at))
    series = series_of_hours(journal, {"55001": [start]})["55001"]
    hour = hour_in_series(series, start, 24 * HOUR)
    assert hour is not None
    assert hour.mean == pytest.approx(15)
    assert (hour.lowest, hour.highest, hour.last, hour.covered) == (10, 20, 20, 1)
