"""Who has switched the air conditioner on or off.

Only what the device has confirmed counts, and a source is named only where there can
be no other: what has changed in a silence, or obeys too late, is of unknown origin.
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
    """Who it was; each has a text in every language."""

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
    """A command of ours to switch on or off."""

    on: bool
    source: Source
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousState:
    """What was known before a decision that is needed to tell who switched."""

    power: bool | None = None
    """Whether the device surely was on; None while an echo is due."""
    remote: bool = False
    """Whether somebody else was found to have switched it."""
    pressed: bool = False
    """Whether a press of the user was waiting to be carried out."""
    commands: int = 0

    @classmethod
    def of(cls, device: TrackedDevice, request: Request) -> Self:
        """EntityState before the decision."""
        return cls(
            power=device.power,
            remote=device.remote_used,
            pressed=request.power is not None,
            commands=device.commands,
        )

    def command(self, decision: Decision, commands: int) -> PowerCommand | None:
        """Return the order that the decision has sent, if it has."""
        on = decision.change.on
        if on is None or commands == self.commands:
            return None
        source = _SOURCES.get(decision.reason, Source.THERMOSTAT)
        if self.pressed:
            source = Source.USER
        return PowerCommand(on=on, source=source, reason=decision.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The device has been switched."""

    on: bool
    at: datetime
    source: Source
    reason: Reason | None = None
    """Why, if it was ours."""


class TransitionDetector:
    """Tells each transition once, also across a restart."""

    def __init__(self, *, on: bool | None = None) -> None:
        """Go on from what the device was when it was last sure."""
        self.on = on
        """What it was then; None before it was ever seen."""
        self._command: PowerCommand | None = None

    def command(self, command: PowerCommand | None) -> None:
        """Take note of a command that is on its way."""
        self._command = command or self._command

    def see(self, now: datetime, *, on: bool, remote: bool) -> Transition | None:
        """Take what the device surely is; return the transition that shows in it.

        ``remote`` says that somebody else was seen to switch it.
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
        # Somebody's remote, or our own command that was given up and obeyed after all?
        sure = remote and not ours
        source = Source.REMOTE if sure else Source.UNKNOWN
        return Transition(on=on, at=now, source=source)
