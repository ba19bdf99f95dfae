"""Gaps that wait to be filled."""

import json

from custom_components.jannenkoti.kinds.tlink.account.gaps import Gaps
from custom_components.jannenkoti.lib.stored import Stored

from ..helpers import HOUR, NOW


def test_gaps_survive_a_restart_and_are_bounded() -> None:
    gaps = Gaps()
    for number in range(Gaps.MOST + 1):
        gaps.add(str(number), NOW - HOUR, NOW)
    assert len(gaps) == Gaps.MOST
    assert gaps.first() == ("1", NOW - HOUR, NOW)
    again = Gaps(Stored({"gaps": json.loads(json.dumps(gaps.to_store()))}))
    assert again.to_store() == gaps.to_store()
    assert again.first() == gaps.first()


def test_unreadable_gaps_are_left_out_and_named() -> None:
    good = ["1", 0, 1]
    stored = Stored(
        {"gaps": [7, ["1"], ["1", "x", 1], [1, 0, 1], ["1", 0, 1e300], good]}
    )
    assert Gaps(stored).to_store() == [("1", 0.0, 1.0)]
    assert stored.rejected == [f"gaps[{number}]" for number in range(5)]
