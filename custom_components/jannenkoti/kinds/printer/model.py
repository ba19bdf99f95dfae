"""What is known about a printer at one moment."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .job.status import JobState, PrinterStatus
from .timelapse.session import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from .control.auto_off import AutoOffReason


KIND_NAME: Final = "printer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelapseData:
    """What a time-lapse shows."""

    phase: Phase = Phase.IDLE
    frames: int = 0
    progress: int | None = None
    """Percent of the video that is encoded."""
    video: str | None = None
    """The media content id of the latest video."""
    problem: str | None = None


class LinkState(StrEnum):
    """The state of the connection."""

    CONNECTING = "connecting"
    """No attempt has ended yet."""
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    """Lost a moment ago: what was reported still counts."""
    OFF = "off"
    """Not connected, and there was no job: the printer is switched off."""
    LOST = "lost"
    """Not connected although there was a job."""
    NO_SOURCE = "no_source"
    """The entity that had the state was removed or is disabled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterData:
    """The state of a printer at one moment."""

    link: LinkState
    status: PrinterStatus = field(default_factory=PrinterStatus)
    signature_refused: bool = False
    """Whether the printer has refused a command on this connection as not signed."""
    timelapse: TimelapseData = field(default_factory=TimelapseData)
    auto_off: AutoOffReason | None = None
    """Why the plug is not switched off; None without a plug."""
    completion: datetime | None = None
    """When the print will be completed, or was."""
    absent: frozenset[str] = frozenset()
    """Names of commands for which the printer has nothing."""

    @property
    def reachable(self) -> bool:
        """Return whether the status is current."""
        return self.link in {LinkState.CONNECTED, LinkState.RECONNECTING}

    @property
    def needs_signature(self) -> bool:
        """Return whether the firmware accepts only signed commands."""
        return self.status.needs_signature or self.signature_refused

    @property
    def controllable(self) -> bool:
        """Return whether commands can be sent."""
        return self.reachable and not self.needs_signature

    @property
    def shown_state(self) -> str | None:
        """Return the state that is shown; None if it is not known."""
        if self.link in {LinkState.OFF, LinkState.LOST, LinkState.NO_SOURCE}:
            return self.link.value
        state = self.status.job_state
        return None if state is JobState.UNKNOWN else state.value


def link_state(*, connected: bool, grace: bool, tried: bool, active: bool) -> LinkState:
    """Return the state of the connection.

    `grace`: it was lost a moment ago. `tried`: an attempt has ended. `active`: there
    was a job when the printer was last connected.
    """
    if connected:
        return LinkState.CONNECTED
    if grace:
        return LinkState.RECONNECTING
    if not tried:
        return LinkState.CONNECTING
    return LinkState.LOST if active else LinkState.OFF
