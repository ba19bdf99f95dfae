"""The events of a print, found by comparing one status with the next."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from .status import JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....lib.stored import Stored
    from .status import PrinterStatus


def _is_part_of(one: str, other: str) -> bool:
    """Return whether two identifications of jobs agree; one may have more numbers."""
    numbers, others = set(one.split("-")), set(other.split("-"))
    return numbers <= others or others <= numbers


def _stem(file: str) -> str:
    """Return the name of a print without folder and extensions."""
    return file.rpartition("/")[2].partition(".")[0].casefold()


type EventListener = Callable[[JobEvent, PrinterStatus], None]

_LONGEST_JOB: Final = 1000


class JobEvent(StrEnum):
    """What happened to a print."""

    STARTED = "started"
    LAYER = "layer"
    PAUSED = "paused"
    RESUMED = "resumed"
    FINISHED = "finished"
    FAILED = "failed"
    LOST = "lost"
    """The connection was lost in the middle of a print."""


_EVENTS_OF_STATES: Final = {
    JobState.PAUSED: JobEvent.PAUSED,
    JobState.FINISHED: JobEvent.FINISHED,
    JobState.FAILED: JobEvent.FAILED,
    JobState.IDLE: JobEvent.FAILED,  # a job that was stopped ends in idle
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMark:
    """How far a job had come; survives restarts."""

    state: JobState = JobState.UNKNOWN
    job: str | None = None
    """Identifies the job."""
    file: str | None = None
    layer: int = 0
    """The highest layer so far."""
    stale: int = 0
    """The layer of the job before, which may be reported until the first layer."""
    number: int = 0
    """How many jobs were started since the entry was added."""

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "state": self.state.value,
            "job": self.job,
            "file": self.file,
            "layer": self.layer,
            "stale": self.stale,
            "number": self.number,
        }

    @classmethod
    def parse(cls, stored: Stored) -> Self:
        """Read what was stored."""
        return cls(
            state=stored.choice("state", JobState, JobState.UNKNOWN),
            job=stored.text("job", None, _LONGEST_JOB),
            file=stored.text("file", None, _LONGEST_JOB),
            layer=stored.integer("layer", 0, 0),
            stale=stored.integer("stale", 0, 0),
            number=stored.integer("number", 0, 0),
        )

    def next(
        self, status: PrinterStatus, *, fresh: bool = False
    ) -> tuple[Self, list[JobEvent]]:
        """Return the mark after a status, and what has happened since.

        `fresh`: it is the first one of a connection, so a job may have ended and
        another one begun. A status without a readable state changes nothing. A layer
        number that goes backwards within a job is no event.
        """
        state = status.job_state
        if state is JobState.UNKNOWN:
            return self, []
        other = self._is_other(status, fresh=fresh)
        events = self._events(state, other=other)
        layer, stale = (0, self.layer) if other else (self.layer, self.stale)
        reported = 0 if status.layer == stale else status.layer or 0
        stale = stale if status.layer in {None, stale} else 0
        if reported > layer and self._may_print(state):
            # What was printed before the first status is no new layer.
            if self.state is not JobState.UNKNOWN:
                at = 0 if state is JobState.FINISHED else len(events)
                events.insert(at, JobEvent.LAYER)
            layer = reported
        # A partial report may have no identification yet.
        known = type(self)() if other else self
        mark = type(self)(
            state=state,
            job=status.job_id or known.job,
            file=status.file or known.file,
            layer=layer,
            stale=stale,
            number=self.number + other,
        )
        return mark, events

    def _may_print(self, state: JobState) -> bool:
        """Return whether a layer may have been printed; the last one ends the job."""
        if state is JobState.FINISHED:
            return self.state.active
        return state in {JobState.RUNNING, JobState.PAUSED}

    def _is_other(self, status: PrinterStatus, *, fresh: bool) -> bool:
        """Return whether this is another job than before."""
        if self.state is JobState.UNKNOWN or not status.job_state.active:
            return False
        if self.state.ended:
            return True
        if status.job_id is not None and self.job is not None:
            return not _is_part_of(status.job_id, self.job)
        files = {_stem(file) for file in (status.file, self.file) if file is not None}
        if len(files) > 1:
            return True
        return fresh and status.layer is not None and status.layer < self.layer

    def _events(self, state: JobState, *, other: bool) -> list[JobEvent]:
        """Return the events of a change of state."""
        if self.state is JobState.UNKNOWN:
            return []
        paused = state is JobState.PAUSED
        if other:
            return [JobEvent.STARTED, *([JobEvent.PAUSED] if paused else [])]
        if state is self.state or self.state.ended:
            return []
        event = _EVENTS_OF_STATES.get(state)
        if event is None and self.state is JobState.PAUSED:
            event = JobEvent.RESUMED
        return [] if event is None else [event]
