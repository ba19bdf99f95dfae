"""Gaps that wait to be filled."""

import json

from custom_components.jannenkoti.kinds.tlink.account.gaps import Gaps

from ..helpers import HOUR, NOW


def test_gaps_survive_a_restart_and_are_bounded() -> None:
    gaps = Gaps()
    for number in range(Gaps.MOST + 1):
        gaps.add(str(number), NOW - HOUR, NOW)
    assert len(gaps) == Gaps.MOST
    assert gaps.first() == ("1", NOW - HOUR, NOW)
    again = Gaps(json.loads(json.dumps(gaps.to_store())))
    assert again.to_store() == gaps.to_store()
    assert again.first() == gaps.first()
