"""The events of a print, found by comparing one status with the next."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from .status import JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....lib.stored import Stored
    from .status import PrinterStatus

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
    layer: int = 0
    """The highest layer so far."""

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {"state": self.state.value, "job": self.job, "layer": self.layer}

    @classmethod
    def parse(cls, stored: Stored) -> Self:
        """Read what was stored."""
        return cls(
            state=stored.choice("state", JobState, JobState.UNKNOWN),
            job=stored.text("job", None, _LONGEST_JOB),
            layer=stored.integer("layer", 0, 0),
        )

    def next(self, status: PrinterStatus) -> tuple[Self, list[JobEvent]]:
        """Return the mark after a status, and what has happened since.

        A status without a readable state changes nothing. A layer number that goes
        backwards within a job is no event.
        """
        state = status.job_state
        if state is JobState.UNKNOWN:
            return self, []
        job = status.job_id or status.file
        other = self._is_other(state, job)
        events = self._events(state, other=other)
        layer = 0 if other else self.layer
        if (reported := status.layer or 0) > layer and state in {
            JobState.RUNNING,
            JobState.PAUSED,
        }:
            # What was printed before the first status is no new layer.
            if self.state is not JobState.UNKNOWN:
                events.append(JobEvent.LAYER)
            layer = reported
        return type(self)(state=state, job=job, layer=layer), events

    def _is_other(self, state: JobState, job: str | None) -> bool:
        """Return whether this is another job than before."""
        if self.state is JobState.UNKNOWN:
            return False
        if self.state.ended:
            return state.active
        return state.active and None not in {job, self.job} and job != self.job

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
