"""What is known about an account itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is known about the account itself."""

    last_push: datetime | None
    age: timedelta | None
    duplicates: int
    rejected_signatures: int

    @classmethod
    def of(cls, account: Account, now: datetime) -> Status:
        """Return how an account does now."""
        last = account.last_push
        return cls(
            last_push=last,
            age=None if last is None else max(now - last, timedelta()),
            duplicates=account.duplicates,
            rejected_signatures=account.rejected_signatures,
        )
