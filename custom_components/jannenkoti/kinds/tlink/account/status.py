"""Counters of an account and its last push."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Counters of an account and its last push."""

    last_push: datetime | None
    age: timedelta | None
    duplicates: int
    rejected_signatures: int

    @classmethod
    def of(cls, account: Account, now: datetime) -> Status:
        """Return the status of an account."""
        last = account.last_push
        return cls(
            last_push=last,
            age=None if last is None else max(now - last, timedelta()),
            duplicates=account.duplicates,
            rejected_signatures=account.rejected_signatures,
        )
