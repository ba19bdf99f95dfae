"""Detect who switched the air conditioner on or off.

Only confirmed changes count, and a source is named only if no other is possible. A
change during a lost connection, or a late effect of a command, has source unknown.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from ..control.decide import Reason

if TYPE_CHECKING:
    from datetime import datetime

    from ..control.decide import Decision
    from ..control.device import TrackedDevice
    from ..model import Request


class Source(StrEnum):
    """Source of a transition; each has a text in every language."""

    THERMOSTAT = "thermostat"
    SCHEDULE = "schedule"
    USER = "user"
    REMOTE = "remote"
    SAFETY = "safety"
    UNKNOWN = "unknown"


_SOURCES = {
    Reason.SLEEPING: Source.SCHEDULE,
    Reason.SENSOR_SILENT: Source.SAFETY,
    Reason.SENSOR_FROZEN: Source.SAFETY,
    Reason.HOLD_LIMIT: Source.SAFETY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCommand:
    """A command of the thermostat to switch on or off."""

    on: bool
    source: Source
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousState:
    """The state before a decision that determines who switched."""

    power: bool | None = None
    """Whether the device was on; None while an echo is due."""
    remote: bool = False
    """Whether another source has switched it."""
    pressed: bool = False
    """Whether a request of the user was pending."""
    commands: int = 0

    @classmethod
    def of(cls, device: TrackedDevice, request: Request) -> Self:
        """Return the state before the decision."""
        return cls(
            power=device.power,
            remote=device.remote_used,
            pressed=request.power is not None,
            commands=device.commands,
        )

    def command(self, decision: Decision, commands: int) -> PowerCommand | None:
        """Return the power command that the decision has sent, if any."""
        on = decision.change.on
        if on is None or commands == self.commands:
            return None
        source = _SOURCES.get(decision.reason, Source.THERMOSTAT)
        if self.pressed:
            source = Source.USER
        return PowerCommand(on=on, source=source, reason=decision.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The device was switched."""

    on: bool
    at: datetime
    source: Source
    reason: Reason | None = None
    """Reason, if the thermostat switched it."""


class TransitionDetector:
    """Reports each transition once, also across a restart."""

    def __init__(self, *, on: bool | None = None) -> None:
        """Initialize with the last confirmed state."""
        self.on = on
        """The last confirmed state; None before the first."""
        self._command: PowerCommand | None = None

    def command(self, command: PowerCommand | None) -> None:
        """Record a command that was sent."""
        self._command = command or self._command

    def update(self, now: datetime, *, on: bool, remote: bool) -> Transition | None:
        """Update with the confirmed state; return the transition, if any.

        ``remote``: another source has switched it.
        """
        before, self.on = self.on, on
        if before is None or before is on:
            return None
        command, self._command = self._command, None
        ours = command is not None and command.on is on
        if ours and command is not None and not remote:
            return Transition(
                on=on, at=now, source=command.source, reason=command.reason
            )
        # Remote control, or a late effect of an unconfirmed command?
        sure = remote and not ours
        source = Source.REMOTE if sure else Source.UNKNOWN
        return Transition(on=on, at=now, source=source)
