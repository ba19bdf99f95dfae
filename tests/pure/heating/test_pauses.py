"""A plan is made in pieces, between which the event loop runs."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from benchmarks.heating import big_problem
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from demo.heating_house import MIDNIGHT

if TYPE_CHECKING:
    from types import FrameType

PAUSE = "custom_components.jannenkoti.kinds.heating.planning.pause.sleep"


class Counter:
    """The calls of functions between two pauses."""

    def __init__(self) -> None:
        """Initialize before the first pause."""
        self.pieces = [0]
        self.pauses: list[float] = []

    def count(self, _frame: FrameType, event: str, _argument: Any) -> None:
        """Count a call; HiGHS lets other threads run while it solves."""
        self.pieces[-1] += event in {"call", "c_call"}

    def pause(self, seconds: float) -> None:
        """Begin a new piece."""
        self.pauses.append(seconds)
        self.pieces.append(0)


@pytest.mark.parametrize(
    ("limit", "most"), [(5.0, 16_000), (None, 22_000)], ids=["optimal", "rules"]
)
@pytest.mark.parametrize("again", [False, True])
def test_plan_of_two_days_pauses_after_each_few_thousand_calls(
    *, limit: float | None, most: int, again: bool
) -> None:
    outlook, tanks = big_problem()
    made = make_plan(outlook, tanks, MIDNIGHT, limit)
    if again:
        tanks = [replace(tanks[0], temperature=49.0), tanks[1]]
    counter = Counter()
    with patch(PAUSE, counter.pause):
        sys.setprofile(counter.count)
        try:
            make_plan(outlook, tanks, MIDNIGHT, limit, made.plan if again else None)
        finally:
            sys.setprofile(None)
    # 20,000 calls take 3 ms here; the event loop may be blocked for 5 ms.
    assert max(counter.pieces) <= most
    # A pause of 0 does not let another thread run for certain.
    assert counter.pauses
    assert min(counter.pauses) > 0
