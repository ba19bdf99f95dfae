"""A home whose lights are switched at random, and whose reports come late.

It counts how often the rules would have turned a light on that its user had turned off.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, override

from custom_components.jannenkoti.kinds.light_routine.lights.light import Light
from custom_components.jannenkoti.kinds.light_routine.lights.look import Look
from custom_components.jannenkoti.kinds.light_routine.lights.routine import (
    Parameters,
    Routine,
)
from custom_components.jannenkoti.kinds.light_routine.lights.states import (
    Phase,
    Report,
)
from custom_components.jannenkoti.kinds.light_routine.slots.plan import (
    Effective,
    Plan,
    Turn,
)
from custom_components.jannenkoti.kinds.light_routine.slots.table import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    type Step = tuple[str, int, int, int]
    """Action, lamp, seconds until then, and seconds until its report arrives."""

ACTIONS: Final = (
    "action_off",
    "action_on",
    "wall_off",
    "wall_on",
    "dim",
    "lose",
    "find",
    "stale",
    "restart",
    "wait",
)
LAMPS: Final = 3
LONGEST_WAIT: Final = 150
LONGEST_DELAY: Final = 29
"""Seconds that a report may be late."""

_BEGIN: Final = datetime(2026, 3, 1, tzinfo=UTC)
# A boundary every 100 seconds: as many as actions.
_SLOT_LASTS: Final = 100
_SLOTS: Final = (
    Slot(name="bright", at=time(0), brightness=100.0, fade=60),
    Slot(name="dim", at=time(1), brightness=30.0),
)


class _Boundaries(Plan):
    """Two slots in turns; a table cannot have that many."""

    @override
    def at(self, now: datetime) -> Effective | None:
        """Return the slot in effect."""
        number = int((now - _BEGIN).total_seconds()) // _SLOT_LASTS
        start, following = (
            Turn(
                slot=_SLOTS[at % 2],
                start=_BEGIN + timedelta(seconds=at * _SLOT_LASTS),
            )
            for at in (number, number + 1)
        )
        return Effective(turn=start, following=following)


_PLAN: Final = _Boundaries(table=_SLOTS, zone=UTC, sun=lambda _anchor, _day: None)


@dataclass(slots=True)
class Lamp:
    """A lamp, and its reports that are still under way."""

    on: bool = False
    reachable: bool = True
    brightness: int = 200
    off_by_action: bool = False
    """Whether Home Assistant itself was asked to turn it off."""
    reported_on: bool = False
    """What the last report that arrived says."""
    coming: list[tuple[datetime, Report]] = field(default_factory=list)


class LightHome:
    """Lamps, and the rules that follow them."""

    def __init__(self) -> None:
        """Initialize a home in which all lamps are off."""
        self.now = _BEGIN
        self.lamps = [Lamp() for _ in range(LAMPS)]
        self.routine = self._start()
        self.turned_on_by_us = 0
        self.commands = 0

    def run(self, steps: Sequence[Step]) -> None:
        """Do all steps, and let half a minute pass after the last."""
        for action, lamp, wait, delay in (*steps, ("wait", 0, 40, 0)):
            self._pass(wait)
            if action == "restart":
                self.routine = self._start()
            elif action != "wait":
                getattr(self, f"_{action}")(self.lamps[lamp], lamp, delay)

    def _start(self) -> Routine:
        """Return the rules after a start: they get the true states first."""
        routine = Routine(
            plan=_PLAN,
            parameters=Parameters(),
            lights={str(number): Light() for number in range(LAMPS)},
        )
        routine.advance(self.now)
        for number, lamp in enumerate(self.lamps):
            lamp.coming.clear()
            self._deliver(routine, number, self._true_report(lamp))
        return routine

    def _deliver(self, routine: Routine, number: int, report: Report) -> None:
        """Let a report arrive."""
        self.lamps[number].reported_on = report.phase is Phase.ON
        routine.report(str(number), report, self.now)

    def _true_report(self, lamp: Lamp) -> Report:
        """Return what a lamp reports."""
        if not lamp.reachable:
            return Report(phase=Phase.GONE)
        phase = Phase.ON if lamp.on else Phase.OFF
        return Report(phase=phase, look=Look(brightness=lamp.brightness))

    def _report(self, lamp: Lamp, delay: int) -> None:
        """Send a report; no report overtakes the one before."""
        earliest = lamp.coming[-1][0] if lamp.coming else self.now
        at = max(earliest, self.now + timedelta(seconds=delay))
        lamp.coming.append((at, self._true_report(lamp)))

    def _pass(self, seconds: int) -> None:
        """Let time pass: reports arrive, and the rules act."""
        end = self.now + timedelta(seconds=seconds)
        while True:
            self._arrive()
            self._act()
            coming = [lamp.coming[0][0] for lamp in self.lamps if lamp.coming]
            if (planned := self.routine.next_at()) is not None:
                coming.append(planned)
            following = [at for at in coming if at > self.now]
            if not following or min(following) > end:
                break
            self.now = min(following)
        self.now = end

    def _arrive(self) -> None:
        """Let the reports arrive that are due."""
        for number, lamp in enumerate(self.lamps):
            while lamp.coming and lamp.coming[0][0] <= self.now:
                self._deliver(self.routine, number, lamp.coming.pop(0)[1])

    def _act(self) -> None:
        """Carry out what the rules send."""
        self.routine.advance(self.now)
        for command in self.routine.commands(self.now):
            for light_id in self.routine.allowed(command.lights, self.now):
                lamp = self.lamps[int(light_id)]
                self.commands += 1
                # A switch on the wall whose report is still on its way is unknown to
                # all but the lamp.
                knew = lamp.off_by_action or not lamp.reported_on
                if not lamp.on and lamp.reachable and knew:
                    self.turned_on_by_us += 1
                if lamp.reachable:
                    lamp.on, lamp.off_by_action = True, False
                    lamp.brightness = command.look.brightness or lamp.brightness
                    self._report(lamp, 1)

    # The actions

    def _action_off(self, lamp: Lamp, number: int, delay: int) -> None:
        self.routine.lights[str(number)].off_requested(self.now)
        if lamp.reachable:
            lamp.on, lamp.off_by_action = False, True
            self._report(lamp, delay)

    def _action_on(self, lamp: Lamp, number: int, delay: int) -> None:
        self.routine.lights[str(number)].on_requested(self.now, explicit=delay % 2 == 0)
        if lamp.reachable:
            lamp.on, lamp.off_by_action = True, False
            self._report(lamp, delay)

    def _wall_off(self, lamp: Lamp, _number: int, delay: int) -> None:
        lamp.on, lamp.off_by_action = False, False
        self._report(lamp, delay)

    def _wall_on(self, lamp: Lamp, _number: int, delay: int) -> None:
        lamp.on, lamp.off_by_action = True, False
        self._report(lamp, delay)

    def _dim(self, lamp: Lamp, _number: int, delay: int) -> None:
        lamp.brightness = 1 + (lamp.brightness + 97) % 254
        self._report(lamp, delay)

    def _lose(self, lamp: Lamp, _number: int, delay: int) -> None:
        lamp.reachable = False
        self._report(lamp, delay)

    def _find(self, lamp: Lamp, _number: int, delay: int) -> None:
        lamp.reachable = True
        self._report(lamp, delay)

    def _stale(self, lamp: Lamp, _number: int, delay: int) -> None:
        """Repeat the state of now, late."""
        self._report(lamp, delay)
