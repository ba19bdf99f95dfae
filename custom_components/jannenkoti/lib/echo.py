"""The state that a command is expected to cause, and the deadline for it.

Devices behind a cloud report their old state for a while after a command (Tuya up to
120 s). Taken at face value, that looks like a change by the remote control.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Verdict(StrEnum):
    """Whether the state of a device matches the last command."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class Echo[StateT]:
    """A command that is not confirmed by the state of the device yet."""

    expected: StateT
    """The state that the device reports once it has carried out the command."""
    deadline: datetime

    def judge(self, *, confirmed: bool, now: datetime) -> Verdict:
        """Return whether the command is confirmed, may still be, or has failed."""
        if confirmed:
            return Verdict.CONFIRMED
        return Verdict.PENDING if now < self.deadline else Verdict.MISSED
