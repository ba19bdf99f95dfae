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
    from ..control.device import Device
    from ..model import Intent


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
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command of ours to switch on or off."""

    on: bool
    source: Source
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was known before a decision that is needed to tell who switched."""

    power: bool | None = None
    """Whether the device surely was on; None while an echo is due."""
    remote: bool = False
    """Whether somebody else was found to have switched it."""
    pressed: bool = False
    """Whether a press of the user was waiting to be carried out."""
    commands: int = 0

    @classmethod
    def of(cls, device: Device, intent: Intent) -> Self:
        """EntityState before the decision."""
        return cls(
            power=device.power,
            remote=device.remote_used,
            pressed=intent.power is not None,
            commands=device.commands,
        )

    def order(self, decision: Decision, commands: int) -> Order | None:
        """Return the order that the decision has sent, if it has."""
        on = decision.change.on
        if on is None or commands == self.commands:
            return None
        source = _SOURCES.get(decision.reason, Source.THERMOSTAT)
        if self.pressed:
            source = Source.USER
        return Order(on=on, source=source, reason=decision.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The device has been switched."""

    on: bool
    at: datetime
    source: Source
    reason: Reason | None = None
    """Why, if it was ours."""


class Watch:
    """Tells each transition once, also across a restart."""

    def __init__(self, *, on: bool | None = None) -> None:
        """Go on from what the device was when it was last sure."""
        self.on = on
        """What it was then; None before it was ever seen."""
        self._order: Order | None = None

    def order(self, order: Order | None) -> None:
        """Take note of a command that is on its way."""
        self._order = order or self._order

    def see(self, now: datetime, *, on: bool, remote: bool) -> Transition | None:
        """Take what the device surely is; return the transition that shows in it.

        ``remote`` says that somebody else was seen to switch it.
        """
        before, self.on = self.on, on
        if before is None or before is on:
            return None
        order, self._order = self._order, None
        ours = order is not None and order.on is on
        if ours and order is not None and not remote:
            return Transition(on=on, at=now, source=order.source, reason=order.reason)
        # Somebody's remote, or our own command that was given up and obeyed after all?
        sure = remote and not ours
        source = Source.REMOTE if sure else Source.UNKNOWN
        return Transition(on=on, at=now, source=source)
