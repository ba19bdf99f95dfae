"""Hours that wait for their statistics survive a restart and any JSON."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.jannenkoti.kinds.tlink.journal.late_readings import LateReadings
from custom_components.jannenkoti.kinds.tlink.model import Sample
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
START = NOW.replace(minute=0) - 5 * HOUR
MEANS = (1.0, 0.0, 2.0)


def sample(at: datetime, sensor_id: str = "1") -> Sample:
    return Sample(sensor_id=sensor_id, measured=at, recorded=at, sensor_time="")


def test_due_hours_are_of_two_days_the_oldest_first() -> None:
    late = LateReadings()
    late.add([sample(NOW - n * HOUR) for n in (3, 90, 91)])
    assert late.due(NOW) == {
        "1": [NOW.replace(minute=0) - n * HOUR for n in (91, 90)],
    }


def test_due_hours_are_of_a_bounded_number_of_sensors() -> None:
    late = LateReadings()
    late.add(sample(START, str(number)) for number in range(60))
    assert len(late.due(NOW)) == 50


def test_original_means_are_kept_once_and_survive_a_restart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = LateReadings()
    late.keep("1", {START: MEANS})
    late.keep("1", {START: (9.0, 9.0, 9.0)})
    again = LateReadings(Stored(json.loads(json.dumps(late.to_store()))))
    assert again.originals("1", [START, START + HOUR]) == {START: MEANS}
    monkeypatch.setattr(LateReadings, "MOST_ORIGINALS", 1)
    again.keep("1", {START + HOUR: MEANS})
    assert again.originals("1", [START]) == {}


@pytest.mark.parametrize(
    "rows", [None, 7, [7], [[]], [["1"]], [["1", "x"]], [["1", 1e300]], [[1, 2]]]
)
def test_unreadable_rows_are_left_out(rows: Any) -> None:
    good = ["1", START.timestamp()]
    stored = {
        "hours": [*rows, good] if isinstance(rows, list) else rows,
        "originals": rows,
    }
    assert len(LateReadings(Stored(stored))) == isinstance(rows, list)
