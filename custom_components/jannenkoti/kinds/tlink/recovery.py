"""After a restart: what an earlier life has stored, and the journal since then."""

from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING, Any, Final

from .records import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from ...lib.journal import Journal
    from .account import Account
    from .model import Push

# A push that was on its way to the disk while the rest was stored.
_SLACK: Final = timedelta(minutes=5)

# Where nothing usable was stored, all devices that live are heard within these.
_DAYS_WITHOUT: Final = 7


def recover(
    account: Account, journal: Journal, stored: Mapping[str, Any] | None, now: datetime
) -> None:
    """Let an account know again what it knew; for a thread."""
    since = now - timedelta(days=_DAYS_WITHOUT)
    if stored is not None:
        account.restore(stored)
        since = datetime.fromtimestamp(stored["saved"], UTC) - _SLACK
    days = journal.written_since(since.timestamp())
    # In the order in which they came, for the earlier tells which of them was late.
    pushes = merge(
        *(_pushes(journal, day, since) for day in days),
        key=lambda push: push.received,
    )
    for push in pushes:
        account.replay(push)


def _pushes(journal: Journal, day: date, since: datetime) -> Iterator[Push]:
    """Yield what came since then and stands on one day."""
    for line in journal.read(day, day):
        push = decode(line)
        if push is not None and push.received >= since:
            yield push
