"""When the plug of the printer may be switched off. What is not known is not safe."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from ..job.nozzles import Nozzle

if TYPE_CHECKING:
    from ....lib.stored import Stored
    from ..job.status import PrinterStatus


class AutoOffReason(StrEnum):
    """Why the plug is on, or off."""

    OFF = "off"
    """The plug is off, or its state is not known."""
    NO_PRINT = "no_print"
    """No print has ended since the plug was switched on."""
    NOT_CONNECTED = "not_connected"
    PRINTING = "printing"
    """There is a job, or its state is not known."""
    UPDATING = "updating"
    """The firmware is being updated."""
    QUEUE = "queue"
    """G-code waits."""
    HOT = "hot"
    """The nozzle is above the limit, or its temperature is not known."""
    DELAY = "delay"
    """Everything is ready; a delay after the end of the print is not over."""
    READY = "ready"
    FAILED = "failed"
    """The plug did not switch off. It is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoOffLimits:
    """What the user has chosen."""

    nozzle: int
    """°C; the nozzle has to be below it."""
    delay: timedelta
    """Time after the end of the print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What counts at one moment."""

    plug_on: bool | None
    connected: bool
    status: PrinterStatus
    waiting: int
    """Items of G-code that wait or are being sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoOff:
    """Since when a print has ended; survives restarts."""

    ended: datetime | None = None

    @classmethod
    def parse(cls, stored: Stored) -> Self:
        """Read what was stored."""
        return cls(ended=stored.moment("ended", None))

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {"ended": None if self.ended is None else self.ended.isoformat()}

    def observe(self, now: Situation, at: datetime, *, has_ended: bool) -> Self:
        """Return this after an update; `has_ended`: a print ended in this moment."""
        if has_ended:
            return replace(self, ended=at)
        if now.plug_on is False or now.status.job_state.active:
            return replace(self, ended=None)
        if self.ended is not None and self.ended > at:  # The clock was set back.
            return replace(self, ended=at)
        return self

    def decide(
        self, now: Situation, limits: AutoOffLimits, at: datetime
    ) -> tuple[AutoOffReason, datetime | None]:
        """Return why the plug stays on, or READY; and when that changes, if known."""
        status = now.status
        for applies, reason in (
            (now.plug_on is not True, AutoOffReason.OFF),
            (not now.connected, AutoOffReason.NOT_CONNECTED),
            (not status.job_state.ended, AutoOffReason.PRINTING),
            (self.ended is None, AutoOffReason.NO_PRINT),
            (status.updating, AutoOffReason.UPDATING),
            (now.waiting > 0, AutoOffReason.QUEUE),
            (_is_hot(status, limits.nozzle), AutoOffReason.HOT),
        ):
            if applies:
                return reason, None
        due = (self.ended or at) + limits.delay
        return (AutoOffReason.READY, None) if at >= due else (AutoOffReason.DELAY, due)


def _is_hot(status: PrinterStatus, limit: int) -> bool:
    """Return whether a nozzle is or becomes hot; an unknown temperature is."""
    active = Nozzle(status.nozzle, status.nozzle_target)
    return any(
        nozzle.temperature is None
        or nozzle.temperature >= limit
        or (nozzle.target or 0) > 0
        for nozzle in (active, *status.nozzles)
    )


RETRY: Final = timedelta(minutes=5)
