"""Overrides of the plan for a limited time: a preset, sleep now, no sleep."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from ....lib.stored import Stored
    from ....lib.weekly import Moment


class Preset(StrEnum):
    """What the thermostat aims at; the names are those of Home Assistant."""

    NONE = "none"
    SLEEP = "sleep"
    ECO = "eco"
    BOOST = "boost"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedPreset:
    """A preset from when to when (UTC)."""

    preset: Preset
    since: datetime
    until: datetime | None
    """None: until another preset is chosen."""
    by_clock: bool = False
    """Whether the end is a time of the schedule instead of a duration."""

    def holds(self, now: datetime) -> bool:
        """Return whether it is active; a duration that starts later is not."""
        counted = self.until is not None and not self.by_clock
        return (self.until is None or now < self.until) and not (
            counted and now < self.since
        )

    def shifted(self, step: timedelta) -> Self:
        """Return this after a step of the clock; a duration keeps its rest."""
        until = self.until
        if until is not None and not self.by_clock:
            until += step
        return replace(self, since=self.since + step, until=until)

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "preset": self.preset.value,
            "since": self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "by_clock": self.by_clock,
        }

    @classmethod
    def read(cls, stored: Stored) -> Self | None:
        """Read what was stored; None if it is not a complete preset."""
        preset = stored.choice("preset", Preset, None)
        since, until = stored.moment("since", None), stored.moment("until", None)
        if preset is None or since is None:
            return None
        if until is None and preset in (Preset.BOOST, Preset.SLEEP):
            return None  # Only a chosen preset lasts until something else is chosen.
        by_clock = stored.truth("by_clock", default=False)
        return cls(preset=preset, since=since, until=until, by_clock=by_clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """All overrides; priority: boost, chosen preset, schedule."""

    chosen: TimedPreset | None = None
    """A preset that the user chose."""
    boost: TimedPreset | None = None
    sleep: TimedPreset | None = None
    """Sleep or no sleep, regardless of the schedule."""

    def at(self, now: datetime) -> Overrides:
        """Return those that are still active."""
        timed_presets = self._timed_presets()
        lasting = {name: timed for name, timed in timed_presets if timed.holds(now)}
        return self if len(lasting) == len(timed_presets) else Overrides(**lasting)

    def shifted(self, step: timedelta) -> Overrides:
        """Return these after the clock was stepped."""
        return Overrides(
            **{name: timed.shifted(step) for name, timed in self._timed_presets()}
        )

    def choose(self, preset: Preset, now: datetime, moment: Moment | None) -> Overrides:
        """Return these after the user chose a preset without a duration.

        It lasts until the schedule's next edge, or until a person comes or all leave;
        away only until a person comes.
        """
        edge = None if moment is None or preset is Preset.AWAY else moment.changes_at
        timed = TimedPreset(preset=preset, since=now, until=edge, by_clock=True)
        return replace(self._awake(), chosen=timed, boost=None)

    def boosted(self, now: datetime, length: timedelta) -> Overrides:
        """Return these with a boost; the others apply again after it."""
        timed = TimedPreset(preset=Preset.BOOST, since=now, until=now + length)
        return replace(self, boost=timed)

    def asleep(
        self, now: datetime, until: datetime, *, by_clock: bool = False
    ) -> Overrides:
        """Return these with sleep from now on, without any other."""
        timed = TimedPreset(
            preset=Preset.SLEEP, since=now, until=until, by_clock=by_clock
        )
        return Overrides(sleep=timed)

    def suspended(
        self, now: datetime, until: datetime, *, by_clock: bool = False
    ) -> Overrides:
        """Return these without any sleep until then."""
        timed = TimedPreset(
            preset=Preset.NONE, since=now, until=until, by_clock=by_clock
        )
        return replace(self, sleep=timed)

    def woken(self, now: datetime, moment: Moment | None) -> Overrides:
        """Return these after the current sleep was ended."""
        awake = self._awake()
        if moment is None or moment.open is None:
            return awake
        end = moment.changes_at or moment.open.end
        return awake.suspended(now, end, by_clock=True)

    def resumed(self) -> Overrides:
        """Return these with the schedule in force again."""
        return replace(self, sleep=None)

    def as_dict(self) -> dict[str, Any]:
        """Return these as JSON."""
        return {name: timed.as_dict() for name, timed in self._timed_presets()}

    @classmethod
    def read(cls, stored: Stored) -> Self:
        """Read what was stored; unreadable parts are left out."""
        return cls(
            chosen=TimedPreset.read(stored.child("chosen")),
            boost=TimedPreset.read(stored.child("boost")),
            sleep=_with_end(TimedPreset.read(stored.child("sleep"))),
        )

    def _awake(self) -> Overrides:
        """Return these without a requested sleep."""
        sleeps = self.sleep is not None and self.sleep.preset is Preset.SLEEP
        return self.resumed() if sleeps else self

    def _timed_presets(self) -> list[tuple[str, TimedPreset]]:
        """Return the existing ones by name."""
        named = (
            ("chosen", self.chosen),
            ("boost", self.boost),
            ("sleep", self.sleep),
        )
        return [(name, timed) for name, timed in named if timed is not None]


NO_OVERRIDES = Overrides()


def _with_end(timed: TimedPreset | None) -> TimedPreset | None:
    """Return a preset that has an end, or None."""
    return None if timed is None or timed.until is None else timed
