"""The routine over all its lights: the slot in effect, and the commands it takes."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from .states import PauseEnd, Phase, Report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..slots.plan import Effective, Plan
    from ..slots.table import Slot
    from .light import Light
    from .look import Look


class Reason(StrEnum):
    """Why the lights are, or are not, set to the slot."""

    OFF = "off"
    NO_LIGHTS = "no_lights"
    AWAY = "away"
    NO_SLOT = "no_slot"
    RETRYING = "retrying"
    ALL_OFF = "all_off"
    ALL_PAUSED = "all_paused"
    FORCED = "forced"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What the user has chosen."""

    adapt_when_turned_on: bool = True
    pause_ends: PauseEnd = PauseEnd.OFF_ON
    pause_hours: float = 4.0

    @property
    def pause_lasts(self) -> timedelta | None:
        """Return how long a pause lasts; None for until another event."""
        if self.pause_ends is not PauseEnd.HOURS:
            return None
        return timedelta(hours=self.pause_hours)


@dataclass(frozen=True, slots=True)
class Command:
    """Lights that are sent the same."""

    lights: tuple[str, ...]
    look: Look
    transition: float
    """Seconds."""


@dataclass(slots=True, kw_only=True)
class Switches:
    """The switches of the user, and whether somebody is home."""

    enabled: bool = True
    forced: str | None = None
    """The name of the slot that is in effect whatever the time is."""
    away: bool = False


@dataclass(slots=True)
class Routine:
    """The lights and the slot that is in effect."""

    plan: Plan
    parameters: Parameters
    switches: Switches = field(default_factory=Switches)
    lights: dict[str, Light] = field(default_factory=dict)
    effective: Effective | None = None
    slot: Slot | None = None
    _began: tuple[Slot | None, datetime | None] = (None, None)
    """What the lights were last faded to, and when it began by the clock."""

    def report(self, light_id: str, report: Report, now: datetime) -> None:
        """Take a reported state of a light."""
        if (light := self.lights.get(light_id)) is not None:
            light.report(
                report,
                now,
                adapt=self.is_active and self.parameters.adapt_when_turned_on,
                lasts=self.parameters.pause_lasts,
            )

    @property
    def is_active(self) -> bool:
        """Return whether lights are sent anything."""
        return self.switches.enabled and not self.switches.away

    def advance(self, now: datetime) -> bool:
        """Bring the slot up to date; return whether it has changed.

        A clock that is set forward or back leads to the slot of the new time.
        """
        previous = self._began
        self.effective = self.plan.at(now)
        turn = None if self.effective is None else self.effective.turn
        forced = self._forced()
        self.slot = forced or (None if turn is None else turn.slot)
        self._began = self.slot, None if forced or turn is None else turn.start
        if self._began == previous:
            return False
        for light in self.lights.values():
            light.slot_began(now, self.parameters.pause_ends)
        return True

    def _forced(self) -> Slot | None:
        """Return the slot that the user has chosen; one that was deleted is dropped."""
        name = self.switches.forced
        found = next((slot for slot in self.plan.table if slot.name == name), None)
        if found is None:
            self.switches.forced = None
        return found

    def request_all(self, now: datetime, *, fade: bool = False) -> None:
        """Let all lights that are on and not paused have the slot."""
        for light in self.lights.values():
            light.request(now, fade=fade)

    def end_pauses(self) -> None:
        """End all pauses."""
        for light in self.lights.values():
            light.pause = None

    def commands(self, now: datetime) -> list[Command]:
        """Return what to send now, equal commands together; it is then sent."""
        slot = self.slot
        if slot is None or not self.is_active:
            for light in self.lights.values():
                light.drop()
            return []
        together: dict[tuple[Look, float], list[str]] = defaultdict(list)
        look, fade = slot.look, float(slot.fade)
        for light_id, light in self.lights.items():
            light.expire(now)
            light.check_answer(now)
            if (taken := light.take(now, look, fade)) is not None:
                together[taken].append(light_id)
        return [Command(tuple(ids), *sent) for sent, ids in together.items()]

    def allowed(self, lights: Iterable[str], now: datetime) -> list[str]:
        """Return those that may still be sent something, just before it is sent."""
        return [
            light_id
            for light_id in lights
            if self.is_active
            and (light := self.lights.get(light_id)) is not None
            and light.may_be_sent_to(now)
        ]

    def paused(self) -> list[str]:
        """Return the lights that were changed by hand."""
        return [at for at, light in self.lights.items() if light.pause is not None]

    def next_at(self) -> datetime | None:
        """Return when there is something to do."""
        times = [light.next_at() for light in self.lights.values()]
        if self.effective is not None and self.effective.following is not None:
            times.append(self.effective.following.start)
        return min((at for at in times if at is not None), default=None)

    @property
    def reason(self) -> Reason:
        """Return why the lights are, or are not, set to the slot."""
        lights = self.lights.values()
        on = [light for light in lights if light.phase is Phase.ON]
        cases = (
            (not self.switches.enabled, Reason.OFF),
            (not lights, Reason.NO_LIGHTS),
            (self.switches.away, Reason.AWAY),
            (self.slot is None, Reason.NO_SLOT),
            (any(light.is_retrying for light in on), Reason.RETRYING),
            (not on, Reason.ALL_OFF),
            (all(light.pause is not None for light in on), Reason.ALL_PAUSED),
            (self.switches.forced is not None, Reason.FORCED),
        )
        return next((reason for true, reason in cases if true), Reason.FOLLOWING)
