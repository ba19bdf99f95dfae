"""Restoring an account from the journal."""

from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.tlink.journal.queries import samples_of
from custom_components.jannenkoti.kinds.tlink.journal.replay import replay

from ..helpers import NOW, make_account, push, sample, write

if TYPE_CHECKING:
    from custom_components.jannenkoti.lib.journal import Journal


def test_damaged_line_does_not_affect_others(journal: Journal) -> None:
    write(journal, push(sample()))
    journal.append([(NOW.date(), b'{"sensors": "55001')])
    found = list(samples_of(journal, NOW.date(), NOW.date(), {"55001"}))
    assert found == [sample()]
    for stored in (None, {}, {"saved": "x"}, {"saved": 1e300}):
        account = make_account()
        replay(account, journal, stored, NOW)
        assert set(account.inventory.sensors) == {"55001"}
