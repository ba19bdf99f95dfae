"""Restoring an account from the journal."""

import json
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.tlink.journal.codec import encode
from custom_components.jannenkoti.kinds.tlink.journal.queries import samples_of
from custom_components.jannenkoti.kinds.tlink.journal.replay import replay
from custom_components.jannenkoti.lib.stored import Stored

from ..helpers import NOW, make_account, push, sample, write

if TYPE_CHECKING:
    from custom_components.jannenkoti.lib.journal import Journal


def test_damaged_line_does_not_affect_others(journal: Journal) -> None:
    write(journal, push(sample()))
    whole = json.loads(encode(push(sample())))
    damaged = [b'{"sensors": "55001', json.dumps(whole | {"device": {}}).encode()]
    journal.append((NOW.date(), line) for line in damaged)
    found = list(samples_of(journal, NOW.date(), NOW.date(), {"55001"}))
    assert found == [sample()]
    for stored in (None, {}, {"saved": "x"}, {"saved": 1e300}):
        account = make_account()
        replay(account, journal, Stored(stored), NOW)
        assert set(account.inventory.sensors) == {"55001"}
