"""The status of a printer, read from the states of entities."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ....lib.reading import read_number
from ....lib.temperature import read_temperature_unit, to_celsius
from ..job.status import JobState, PrinterStatus
from .roles import Role
from .words import Meaning, stage_of, word_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST_NAME: Final = 200
_MOST_LAYERS: Final = 1_000_000
_MOST_MINUTES: Final = 60 * 24 * 60
_PERCENT: Final = 100
_NEARLY_DONE: Final = 99.5
_HALF: Final = 50
_TEMPERATURES: Final = (-100.0, 1000.0)
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
_CLOCK: Final = re.compile(r"(\d{1,4}):([0-5]\d)(?::[0-5]\d)?")
_MINUTES: Final = {
    "s": 1 / 60,
    "min": 1.0,
    "h": 60.0,
    "d": 1440.0,
    "w": 10080.0,
    "ms": 1 / 60_000,
}
_UNAVAILABLE: Final = "unavailable"
_NOT_SHOWN: Final = frozenset({"", _UNAVAILABLE, "unknown", "none"})
_PRINTS: Final = frozenset({JobState.RUNNING, JobState.PREPARING, JobState.SLICING})


@dataclass(frozen=True, slots=True)
class Shown:
    """What an entity shows."""

    state: str
    unit: str = ""

    @property
    def known(self) -> bool:
        """Return whether it shows anything."""
        return self.state.strip().casefold() not in _NOT_SHOWN


type States = Mapping[Role, Sequence[Shown]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the entities of a printer show together."""

    status: PrinterStatus
    connected: bool
    """Whether its integration has a connection."""
    ambiguous: bool = False
    """Whether another entity may still say how the print has ended."""


def read(
    platform: str, states: States, before: PrinterStatus, now: datetime
) -> Observation:
    """Return the status; `before` is the previous one. Never raises.

    Some integrations show nothing or zero for a print that is paused or has ended; what
    was shown before is kept until the next one.
    """
    state = next(iter(states.get(Role.STATE, ())), None)
    if state is None or state.state == _UNAVAILABLE:
        return Observation(status=before, connected=False)
    word = word_of(platform, state.state)
    if word is Meaning.OFFLINE:
        return Observation(status=before, connected=False)
    progress = _progress(_first(states, Role.PROGRESS), before)
    job_state = _job_state(word, progress, before)
    nozzle, nozzle_target = _nozzle(states)
    status = PrinterStatus(
        job_state=job_state,
        stage=_stage(job_state, _first(states, Role.STAGE)),
        progress=progress,
        remaining=_remaining(states, now) if job_state.active else None,
        layer=_count(_first(states, Role.LAYER)),
        total_layers=_count(_first(states, Role.TOTAL_LAYERS)) or None,
        file=_name(_first(states, Role.FILE)),
        nozzle=nozzle,
        nozzle_target=nozzle_target,
        bed=_hottest(states.get(Role.BED, ())),
    )
    if job_state not in _PRINTS:
        status = _kept(status, before)
    if job_state is JobState.FINISHED and progress is not None:
        status = replace(status, progress=_PERCENT)
    ended = word is Meaning.NO_JOB and before.job_state.active
    return Observation(status=status, connected=True, ambiguous=ended)


def _kept(status: PrinterStatus, before: PrinterStatus) -> PrinterStatus:
    """Return a status with what was shown before of its print."""
    return replace(
        status,
        progress=status.progress or before.progress,
        layer=status.layer or before.layer,
        total_layers=status.total_layers or before.total_layers,
        file=status.file or before.file,
    )


def _job_state(
    word: JobState | Meaning, progress: int | None, before: PrinterStatus
) -> JobState:
    """Return the state of the job; an ambiguous word is unknown."""
    if isinstance(word, JobState):
        return word
    if word is Meaning.ATTENTION and before.job_state.active:
        return JobState.PAUSED
    if word is not Meaning.NO_JOB:
        return JobState.UNKNOWN
    at = before.progress if progress is None else progress
    done = at is not None and at >= _NEARLY_DONE
    # Without any progress there is no sign that the print was canceled.
    silent = at is None and before.job_state.active
    kept = before.job_state is JobState.FINISHED and progress != 0
    return JobState.FINISHED if done or silent or kept else JobState.IDLE


def _stage(state: JobState, shown: Shown | None) -> str:
    """Return the stage; without an entity for it a running print prints."""
    if state is JobState.PAUSED:
        return "paused_by_user" if shown is None else stage_of(shown.state)
    if state is not JobState.RUNNING:
        return "idle"
    return "printing" if shown is None else stage_of(shown.state)


def _first(states: States, role: Role) -> Shown | None:
    """Return what an entity shows; None without one, or if it shows nothing."""
    return next((each for each in states.get(role, ()) if each.known), None)


def _number(
    shown: Shown | None, lowest: float = 0, highest: float = _MOST_LAYERS
) -> float | None:
    if shown is None:
        return None
    text = shown.state.strip().removesuffix("%").strip()
    number = read_number(text)
    return number if number is not None and lowest <= number <= highest else None


def _count(shown: Shown | None) -> int | None:
    """Return a number of layers; "12/300" and "12 / 300" are 12."""
    if shown is not None and "/" in shown.state:
        shown = Shown(shown.state.partition("/")[0])
    number = _number(shown)
    return None if number is None else int(number)


def _progress(shown: Shown | None, before: PrinterStatus) -> int | None:
    """Return the progress in percent; without a unit it may be a share of 1."""
    number = _number(shown, 0, _PERCENT)
    if number is None or shown is None:
        return None
    if shown.unit == "" and "%" not in shown.state and number <= 1:
        share = not number.is_integer()
        share = share or (number == 1 and (before.progress or 0) >= _HALF)
        number = number * _PERCENT if share else number
    return int(number) if number < _NEARLY_DONE else _PERCENT


def _remaining(states: States, now: datetime) -> int | None:
    """Return the minutes that are left, by a duration or by the time of the end."""
    if (shown := _first(states, Role.REMAINING)) is not None:
        if clock := _CLOCK.fullmatch(shown.state.strip()):
            return int(clock[1]) * 60 + int(clock[2])
        number = _number(shown, 0, _MOST_MINUTES * 60_000)
        factor = _MINUTES.get(shown.unit)
        if number is not None and factor is not None:
            return _minutes(number * factor)
    if (shown := _first(states, Role.FINISH)) is None:
        return None
    try:
        finish = datetime.fromisoformat(shown.state)
    except ValueError:
        return None
    if finish.tzinfo is None:
        return None
    return _minutes((finish - now).total_seconds() / 60)


def _minutes(minutes: float) -> int | None:
    return round(minutes) if 0 <= minutes <= _MOST_MINUTES else None


def _name(shown: Shown | None) -> str | None:
    """Return a text without control characters; None if there is none."""
    if shown is None:
        return None
    return _CONTROLS.sub("", shown.state[:_LONGEST_NAME]).strip() or None


def _nozzle(states: States) -> tuple[float | None, float | None]:
    """Return the temperature of the nozzle and its target.

    If the target is unknown, the nozzle may become hot at any moment: then its
    temperature has no meaning.
    """
    targets = states.get(Role.NOZZLE_TARGET, ())
    nozzle, target = _hottest(states.get(Role.NOZZLE, ())), _hottest(targets)
    return (None if targets and target is None else nozzle), target


def _hottest(temperatures: Sequence[Shown]) -> float | None:
    """Return the highest temperature in °C; None if one of them is unknown."""
    celsius = [_celsius(each) for each in temperatures]
    known = [each for each in celsius if each is not None]
    return max(known) if known and len(known) == len(celsius) else None


def _celsius(shown: Shown) -> float | None:
    unit = read_temperature_unit(shown.unit)
    number = _number(shown, -1000, 10_000)
    if unit is None or number is None:
        return None
    celsius = to_celsius(number, unit)
    return celsius if _TEMPERATURES[0] <= celsius <= _TEMPERATURES[1] else None
