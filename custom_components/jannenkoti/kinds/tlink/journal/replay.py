"""Restore an account after a restart: the saved state, then the journal since then."""

from datetime import datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING, Final

from ..push.clock_check import RELEASED
from .codec import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ....lib.journal import Journal
    from ....lib.stored import Stored
    from ..account.account import Account
    from ..model import Push

# A push may be written while the rest is saved.
_SLACK: Final = timedelta(minutes=5)

# Without a saved state, all devices that are alive have reported within this time.
_DAYS_WITHOUT: Final = 7


def replay(account: Account, journal: Journal, stored: Stored, now: datetime) -> None:
    """Restore an account; for a thread.

    Raises OSError if the journal is unreadable; then the saved state alone is restored.
    """
    account.restore(stored)
    saved = stored.timestamp("saved", None)
    since = now - timedelta(days=_DAYS_WITHOUT) if saved is None else saved - _SLACK
    days = journal.written_since(since.timestamp(), released=RELEASED.timestamp())
    # In the order of receipt, because it decides which of them are late.
    pushes = merge(
        *(_pushes(journal, day, since) for day in days),
        key=lambda push: push.received,
    )
    for push in pushes:
        account.replay(push)


def _pushes(journal: Journal, day: date, since: datetime) -> Iterator[Push]:
    """Yield what was received since then and is filed on one day."""
    for line in journal.read(day, day):
        push = decode(line)
        if push is not None and push.received >= since:
            yield push
