"""The day of the demo in fast motion: its checks, and that they can fail."""

from datetime import date
from itertools import pairwise

import pytest

from custom_components.jannenkoti.kinds.heating.model import Mode
from demo import heating_day
from demo.heating_checks import check_day
from demo.heating_day import HeatingDay, slots_of


@pytest.mark.parametrize(
    ("day", "quarters"),
    [(date(2027, 3, 28), 92), (date(2026, 10, 25), 100), (date(2026, 6, 15), 96)],
)
def test_day_has_all_of_its_quarter_hours(day: date, quarters: int) -> None:
    slots = slots_of(day)
    assert len(slots) == quarters
    assert all(a.end == b.start for a, b in pairwise(slots))
    assert sum(slot.price < 0 for slot in slots) == 4


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
def test_day_on_which_clocks_change_keeps_all_promises(day: date) -> None:
    checks = check_day(day)
    assert len(checks) == 5
    assert [check for check in checks if not check.good] == []


def test_checks_fail_for_a_day_that_breaks_its_promises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = HeatingDay.run

    def frozen(day: HeatingDay) -> None:
        day.controller.set_mode(Mode.HOLIDAY)
        run(day)

    monkeypatch.setattr(HeatingDay, "run", frozen)
    monkeypatch.setattr(heating_day, "_PEAK", 0.0)
    first, negative, _floor, reasons, off = check_day(date(2026, 6, 15))
    assert not first.good
    assert not negative.good
    assert not reasons.good
    assert off.good
