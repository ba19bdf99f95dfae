"""The parts of the state of a light: its reports, commands, fades and pauses."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from .look import Look, mixed

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class Phase(StrEnum):
    """Whether a light is on, as last reported."""

    ON = "on"
    OFF = "off"
    GONE = "gone"
    """Unavailable, unknown or not there."""


class PauseEnd(StrEnum):
    """When a light that was changed by hand takes part again.

    Turning it off and on always ends a pause.
    """

    OFF_ON = "off_on"
    NEXT_SLOT = "next_slot"
    HOURS = "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a light can do."""

    dims: bool = True
    colors: bool = True
    fades: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A state of a light, and who caused it."""

    phase: Phase
    look: Look = field(default_factory=Look)
    abilities: Abilities = field(default_factory=Abilities)
    ours: bool = False
    """Whether it confirms one of our commands."""
    by_user: bool = False
    """Whether a user or an automation caused it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A light that was changed by hand, and is left alone."""

    since: datetime
    until: datetime | None
    """None is until it is turned off and on, or until the next slot."""
    look: Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The last command."""

    at: datetime
    until: datetime
    """When its fade ends."""
    start: Look
    target: Look
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """A fade in steps."""

    start: Look
    target: Look
    begin: datetime
    end: datetime
    step: timedelta

    def look_at(self, now: datetime) -> Look:
        """Return the step for a time."""
        part = (now - self.begin) / (self.end - self.begin)
        return mixed(self.start, self.target, min(max(part, 0.0), 1.0))
