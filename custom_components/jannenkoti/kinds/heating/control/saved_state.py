"""The state of the heating that is kept over a restart."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ....lib.guard import Phase
from ....lib.hold import Hold
from ..model import Boost, Mode
from .output import OutputState
from .sg_ready import LockBudget
from .tank_rules import TankState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from ....lib.stored import Stored
    from ..options import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """The user's requests and what protects the devices."""

    mode: Mode = Mode.AUTOMATIC
    manual: tuple[bool, ...] = ()
    """What the user has switched in manual mode, by stage."""
    boosts: tuple[Boost | None, ...] = ()
    """By tank."""
    outputs: tuple[OutputState, ...] = ()
    tanks: tuple[TankState, ...] = ()
    lock: LockBudget = field(default_factory=LockBudget)
    day: str = ""
    """The local date of the counter below."""
    switched: int = 0
    """Commands to outputs on that day."""

    def shifted(self, step: timedelta) -> SavedState:
        """Return this state after the clock was stepped: ages stay as they were."""
        return replace(
            self,
            outputs=tuple(_shifted(output, step) for output in self.outputs),
            lock=self.lock.shifted(step),
            boosts=tuple(
                boost and Boost(since=boost.since + step, until=boost.until + step)
                for boost in self.boosts
            ),
        )

    def as_dict(self, options: Options) -> dict[str, Any]:
        """Return what is stored; outputs by their entities, for stages may move."""
        return {
            "mode": self.mode.value,
            "lock": {
                "day": self.lock.day,
                "used": self.lock.used,
                "since": self.lock.since and self.lock.since.isoformat(),
            },
            "day": self.day,
            "switched": self.switched,
            "stages": {
                stage.entity: {"manual": manual, **_output_dict(output)}
                for stage, manual, output in zip(
                    options.stages, self.manual, self.outputs, strict=True
                )
            },
            "tanks": {
                tank.name: {
                    "over": state.over,
                    "recovering": state.recovering,
                    "reached": state.reached,
                    "full": state.full,
                    "boost": boost
                    and {
                        "since": boost.since.isoformat(),
                        "until": boost.until.isoformat(),
                    },
                }
                for tank, state, boost in zip(
                    options.tanks, self.tanks, self.boosts, strict=True
                )
            },
        }

    @classmethod
    def restore(cls, stored: Stored, options: Options, now: datetime) -> SavedState:
        """Return what was stored for the current stages and tanks."""
        stages = [stored.child("stages").child(at.entity) for at in options.stages]
        tanks = [stored.child("tanks").child(at.name) for at in options.tanks]
        lock = stored.child("lock")
        return cls(
            mode=stored.choice("mode", Mode, Mode.AUTOMATIC),
            manual=tuple(row.truth("manual", default=False) for row in stages),
            boosts=tuple(_boost(row.child("boost"), now) for row in tanks),
            outputs=tuple(_output(row, now) for row in stages),
            tanks=tuple(
                TankState(
                    over=row.truth("over", default=False),
                    recovering=row.truth("recovering", default=False),
                    reached=row.truth("reached", default=False),
                    full=row.truth("full", default=False),
                )
                for row in tanks
            ),
            lock=LockBudget(
                day=lock.text("day", "", 10),
                used=lock.number("used", 0.0, 0.0, 90_000),
                since=lock.moment("since", None),
            ),
            day=stored.text("day", "", 10),
            switched=stored.integer("switched", 0, 0, 1_000_000),
        )


def with_changed[ValueT](
    values: Sequence[ValueT], number: int, value: ValueT
) -> tuple[ValueT, ...]:
    """Return values of which one is replaced."""
    return tuple(value if at == number else old for at, old in enumerate(values))


def _shifted(output: OutputState, step: timedelta) -> OutputState:
    """Return an output after the clock was stepped."""
    return replace(
        output,
        phase=output.phase and output.phase.shifted(step),
        level_since=output.level_since and output.level_since + step,
        echo=output.echo and replace(output.echo, deadline=output.echo.deadline + step),
        retry_at=output.retry_at and output.retry_at + step,
        hold=output.hold and output.hold.shifted(step),
    )


def _output_dict(output: OutputState) -> dict[str, Any]:
    """Return what is stored of an output."""
    phase, hold = output.phase, output.hold
    return {
        "on": None if phase is None else phase.on,
        "since": None if phase is None else phase.since.isoformat(),
        "level": output.level,
        "level_since": output.level_since and output.level_since.isoformat(),
        "hold": hold
        and {"since": hold.since.isoformat(), "until": hold.until.isoformat()},
    }


def _output(stored: Stored, now: datetime) -> OutputState:
    """Return an output of the previous run.

    What it was commanded does not count: it was switched off when the run ended.
    """
    since, level_since = (
        stored.moment("since", None),
        stored.moment("level_since", None),
    )
    phase = None
    if since is not None and "on" in stored:
        phase = Phase(on=stored.truth("on", default=False), since=min(since, now))
    held = stored.child("hold")
    begin, until = held.moment("since", None), held.moment("until", None)
    hold = None
    if begin is not None and until is not None:
        hold = Hold(since=begin, until=until).begun_by(now)
    return OutputState(
        phase=phase,
        level=stored.integer("level", None, -1, 2),
        level_since=None if level_since is None else min(level_since, now),
        hold=hold if hold is not None and hold.holds(now) else None,
    )


def _boost(stored: Stored, now: datetime) -> Boost | None:
    """Return a boost that is not over; one from the future starts now."""
    since, until = stored.moment("since", None), stored.moment("until", None)
    if since is None or until is None or until <= since:
        return None
    if since > now:
        since, until = now, now + (until - since)
    return Boost(since=since, until=until) if until > now else None
