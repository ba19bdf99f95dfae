"""The events of a print, found by comparing one status with the next."""

import re
from dataclasses import dataclass, replace
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


def _without(job: str | None, old: str | None) -> str | None:
    """Return an identification without the numbers of the job before."""
    if job is None or old is None:
        return job
    numbers = set(old.split("-"))
    return "-".join(each for each in job.split("-") if each not in numbers) or None


def _begins_again(state: JobState, layer: int, reported: int) -> bool:
    """Return whether the layers of the next object begin."""
    far_below = layer >= _LEAST_HEIGHT and 0 < reported * 2 < layer
    return state is JobState.RUNNING and far_below


def _stem(file: str) -> str:
    """Return the name of a print without folder and extensions."""
    return _EXTENSIONS.sub("", file.rpartition("/")[2].casefold())


type EventListener = Callable[[JobEvent, PrinterStatus], None]

_LONGEST_JOB: Final = 1000
_EXTENSIONS: Final = re.compile(r"(?:\.(?:3mf|gcode|gco|g|bgcode))+$")
# Layers; where objects are printed one after the other, they begin again at 1.
_LEAST_HEIGHT: Final = 10


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
    stale_job: str | None = None
    """Identifies the job before: a P1 reports what has changed in several messages."""
    stale_file: str | None = None
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
            "stale_job": self.stale_job,
            "stale_file": self.stale_file,
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
            stale_job=stored.text("stale_job", None, _LONGEST_JOB),
            stale_file=stored.text("stale_file", None, _LONGEST_JOB),
            number=stored.integer("number", 0, 0),
        )

    def next(
        self, status: PrinterStatus, *, fresh: bool = False
    ) -> tuple[Self, list[JobEvent]]:
        """Return the mark after a status, and what has happened since.

        `fresh`: it is the first one of a connection, so a job may have ended and
        another one begun. A status without a readable state changes nothing. A layer
        x
        """
        state = status.job_state
        if state is JobState.UNKNOWN:
            return self, []
        other = self._is_other(status, fresh=fresh)
        events = self._events(state, other=other)
        known = self._followed() if other else self
        layer, stale = known.layer, known.stale
        reported = 0 if status.layer == stale else status.layer or 0
        stale = stale if status.layer in {None, stale} else 0
        if _begins_again(state, layer, reported):
            layer = reported
        if reported > layer and self._may_print(state):
            # What was printed before the first status is no new layer.
            if self.state is not JobState.UNKNOWN:
                at = 0 if state is JobState.FINISHED else len(events)
                events.insert(at, JobEvent.LAYER)
            layer = reported
        job, file = known.named(status)
        # A partial report may have no identification yet.
        job, file = job or known.job, file or known.file
        return replace(
            known, state=state, job=job, file=file, layer=layer, stale=stale
        ), events

    def _followed(self) -> Self:
        """Return the mark of the job after this one, before anything is known of it."""
        return type(self)(
            stale=self.layer,
            stale_job=self.job or self.stale_job,
            stale_file=self.file or self.stale_file,
            number=self.number + 1,
        )

    def named(self, status: PrinterStatus) -> tuple[str | None, str | None]:
        """Return identification and file of a status, unless of the job before.

        Once a layer is printed, what is reported is of this job.
        """
        if self.layer:
            return status.job_id, status.file
        file = None if status.file == self.stale_file else status.file
        return _without(status.job_id, self.stale_job), file

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
        job, file = self.named(status)
        if job is not None and self.job is not None:
            return not _is_part_of(job, self.job)
        files = {_stem(each) for each in (file, self.file) if each is not None}
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
