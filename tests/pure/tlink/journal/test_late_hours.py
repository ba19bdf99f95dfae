"""Hours of late readings that wait to be calculated."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.tlink.journal.late_readings import (
    CLOSED_AFTER,
    LateReadings,
)
from custom_components.jannenkoti.lib.stored import Stored

from ..helpers import HOUR, NOW, sample

if TYPE_CHECKING:
    import pytest


def test_late_hours_survive_a_restart_and_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LateReadings, "MOST", 3)
    late = LateReadings()
    late.add(sample(at=NOW - hours * HOUR) for hours in range(5, 1, -1))
    late.add([sample(at=NOW - 2 * HOUR)])  # the same hour once more
    assert len(late) == 3
    again = LateReadings(Stored(json.loads(json.dumps(late.to_store()))))
    first = NOW.replace(minute=0) - 4 * HOUR
    assert again.due(NOW)["55001"][0] == first
    again.done("55001", [first])
    assert len(again) == 2


def test_hour_is_due_ten_minutes_after_its_end() -> None:
    late = LateReadings()
    late.add([sample(at=NOW), sample("2", NOW + HOUR), sample("3", NOW)])
    start = NOW.replace(minute=0)
    closed = start + HOUR + CLOSED_AFTER
    assert late.due(closed - timedelta(seconds=1)) == {}
    assert late.due(closed) == {"55001": [start], "3": [start]}
    assert set(late.due(closed + HOUR)) == {"55001", "2", "3"}
