"""When a time-lapse records, and when it ends with or without a video.

The rules are those of the original server: once the printer has reported printing, any
stage but a few ends the session with a video. If it was never seen, there is none.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from ..job.status import JobState

if TYPE_CHECKING:
    from datetime import datetime

    from ....lib.stored import Stored
    from ..job.status import PrinterStatus

CONTINUING_STAGES: Final = frozenset({"printing", "changing_filament", "m400_pause"})
_CONTINUING_STATES: Final = frozenset({JobState.RUNNING, JobState.PAUSED})
# A print that heats and calibrates before it begins.
_BEFORE: Final = frozenset(
    {JobState.PREPARING, JobState.SLICING, JobState.RUNNING, JobState.PAUSED}
)
_LONGEST: Final = 200


class Phase(StrEnum):
    """What a time-lapse does."""

    IDLE = "idle"
    WAITING = "waiting"
    """It was started, and the printer has not been seen printing."""
    RECORDING = "recording"
    ENCODING = "encoding"
    FAILED = "failed"
    """There is no video; the frames are kept."""


class Ending(StrEnum):
    """How a session ends."""

    VIDEO = "video"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One time-lapse; survives restarts."""

    id: str
    """Names the folder of its frames: digits and hyphens."""
    started: datetime
    file: str | None
    phase: Phase = Phase.WAITING
    number: int = 0
    """The number of its job."""

    def next(self, status: PrinterStatus) -> tuple[Self, Ending | None]:
        """Return the session after a status, and how it ends, if it does."""
        if status.job_state is JobState.UNKNOWN or self.phase not in {
            Phase.WAITING,
            Phase.RECORDING,
        }:
            return self, None
        if status.printing:
            return replace(self, phase=Phase.RECORDING), None
        if self.phase is Phase.RECORDING:
            goes_on = (
                status.job_state in _CONTINUING_STATES
                and status.stage in CONTINUING_STAGES
            )
            return self, None if goes_on else Ending.VIDEO
        return self, None if status.job_state in _BEFORE else Ending.NOTHING

    def with_frames(self, count: int) -> Self:
        """Return the session after a start that found frames of it.

        A frame is taken only while the printer prints, but a crash may come before
        that phase is stored.
        """
        if count and self.phase is Phase.WAITING:
            return replace(self, phase=Phase.RECORDING)
        return self

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "id": self.id,
            "started": self.started.isoformat(),
            "file": self.file,
            "phase": self.phase.value,
            "number": self.number,
        }

    @classmethod
    def parse(cls, stored: Stored) -> Self | None:
        """Read what was stored; None if there is no session."""
        session_id = stored.text("id", "", _LONGEST)
        started = stored.moment("started", None)
        if started is None or not is_session_id(session_id):
            return None
        return cls(
            id=session_id,
            started=started,
            file=stored.text("file", None, _LONGEST),
            phase=stored.choice("phase", Phase, Phase.ENCODING),
            number=stored.integer("number", 0, 0),
        )


@dataclass(kw_only=True)
class Starts:
    """Which jobs get a time-lapse without being asked; survives restarts.

    One for each job, and a further one when the job goes on after an interruption that
    has ended the one before, unless the user has ended it.
    """

    handled: int
    """The number of the job that has got one, or was not to get one."""
    goes_on: bool = False
    """Whether an interruption of that job has ended its time-lapse."""

    @classmethod
    def parse(cls, stored: Stored, job: int) -> Self:
        """Read what was stored; the present job is not started in the middle."""
        goes_on = stored.truth("goes_on", default=False)
        return cls(handled=stored.integer("handled", job, 0), goes_on=goes_on)

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {"handled": self.handled, "goes_on": self.goes_on}

    def is_due(self, job: int, status: PrinterStatus) -> bool:
        """Return whether a time-lapse starts now."""
        if not status.job_state.active:
            return False
        return job != self.handled or (self.goes_on and status.printing)

    def started(self, job: int) -> None:
        """Record that a job has got its time-lapse."""
        self.handled, self.goes_on = job, False

    def ended(self, job: int, status: PrinterStatus) -> None:
        """Record that an interruption or the end of the job has ended it."""
        self.goes_on = job == self.handled and status.job_state.active


def is_session_id(text: str) -> bool:
    """Return whether a text may name a folder."""
    return bool(text) and text.isascii() and text.replace("-", "").isdigit()


def session_id(now: datetime) -> str:
    """Return the id of a session that starts now; it also names the video."""
    return now.strftime("%Y-%m-%d-%H-%M-%S-%f")[:-3]


def may_capture(session: Session | None, status: PrinterStatus) -> bool:
    """Return whether a frame is kept now: only while the printer really prints."""
    return session is not None and session.phase is Phase.RECORDING and status.printing
