"""What a device should answer to a command, and until when to wait for it.

Devices behind a cloud still tell their old state for a while after a command (Tuya up
to 120 s); who believes them sees ghosts at the remote control.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Verdict(StrEnum):
    """What a device's state says of the last command."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class Echo[StateT]:
    """A command that waits to be seen in the device's state."""

    expected: StateT
    """The state that the device will tell once it has obeyed."""
    deadline: datetime

    def judge(self, *, confirmed: bool, now: datetime) -> Verdict:
        """Return whether the device has obeyed, may still, or has not."""
        if confirmed:
            return Verdict.CONFIRMED
        return Verdict.PENDING if now < self.deadline else Verdict.MISSED
