"""The plan: what the thermostat should aim at now, and until when that holds.

Pure. Inputs are the schedule, overrides, occupancy and open windows. The plan is an
input of `decide.py`, which makes all decisions.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ....lib.weekly import Span
from ..model import HvacMode
from .occupancy import Delays
from .overrides import Overrides, Preset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ....lib.weekly import Moment
    from ..model import Request


class SleepMode(StrEnum):
    """What the sleep window means."""

    OFF = "off"
    """The thermostat switches the air conditioner off and does not start it."""
    CURVE = "curve"
    """The target is relaxed over the night and returns before its end."""


@dataclass(frozen=True, kw_only=True)
class PlanParameters:
    """Parameters of the plan; degrees are changes of the target, °C."""

    scheduled: bool = False
    """Whether the sleep windows are used."""
    sleep_mode: SleepMode = SleepMode.OFF
    curve: float = 1.5
    curve_rise: timedelta = timedelta(hours=3)
    """How long the curve takes to reach its height."""
    curve_return: timedelta = timedelta(hours=1)
    """How long before the end of the night it starts to return."""
    eco: float = 2.0
    away: float = 4.0
    boost: float = 2.0
    """How far beyond the target a boost aims."""
    boost_length: timedelta = timedelta(minutes=30)
    delays: Delays = field(default_factory=Delays)
    precool: timedelta = timedelta(0)
    """Longest early start, so that the room is ready in time; 0: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The target and restrictions at one time."""

    preset: Preset = Preset.NONE
    """The preset in force, chosen by hand or not."""
    asleep: bool = False
    """The thermostat keeps the air conditioner off."""
    relief: float = 0.0
    """How far the target is relaxed: warmer in cooling, colder in heating, °C."""
    window_open: bool = False
    """The compressor must rest because a window is open."""
    stuck: tuple[str, ...] = ()
    """Contacts that have been open for longer than the limit."""
    edge: datetime | None = None
    """When this changes by itself, except for the curve."""
    ready_at: datetime | None = None
    """When the night ends: then the room should be at the user's own target."""
    early: bool = False
    """Whether it started early, before that or before an arrival."""

    def target(self, request: Request) -> float:
        """Return the target in force, °C; the user's own target is not changed."""
        relief = -self.relief if request.mode is HvacMode.HEAT else self.relief
        return round(request.target + relief, 2)


PLAIN = Plan()


@dataclass(frozen=True, kw_only=True)
class PlanInputs:
    """The inputs of a plan."""

    now: datetime
    overrides: Overrides
    moment: Moment | None
    """Position in the schedule; None while it is disabled."""
    gone: bool = False
    """Whether all people have been away for the grace time."""

    @property
    def night(self) -> Span | None:
        """Return the current sleep from start to end, if any."""
        timed, window = self.overrides.sleep, None
        if self.moment is not None and (span := self.moment.open) is not None:
            window = Span(start=span.start, end=self.moment.changes_at or span.end)
        if timed is None or timed.until is None:
            return window
        if timed.preset is not Preset.SLEEP:
            return None
        own = Span(start=timed.since, end=timed.until)
        if window is None:
            return own
        return Span(start=min(own.start, window.start), end=max(own.end, window.end))

    def preset(self, night: Span | None) -> Preset:
        """Return the preset in force: the user's, else the automatic one."""
        asked = self.overrides.boost or self.overrides.chosen
        if asked is not None:
            return asked.preset
        if night is not None:
            return Preset.SLEEP
        return Preset.AWAY if self.gone else Preset.NONE

    def edges(self) -> Iterator[datetime | None]:
        """Yield when the preset may change by itself."""
        overrides = self.overrides
        if overrides.boost is not None:
            yield overrides.boost.until
            return
        if overrides.chosen is not None:
            yield overrides.chosen.until
        elif overrides.sleep is not None:
            yield overrides.sleep.until
        elif self.moment is not None:
            yield self.moment.changes_at


def make_plan(planning: PlanParameters, plan_inputs: PlanInputs) -> Plan:
    """Return the plan without regard to windows."""
    night = plan_inputs.night
    preset = plan_inputs.preset(night)
    plan = Plan(preset=preset, relief=_relief(planning, plan_inputs, preset, night))
    if preset is not Preset.SLEEP or night is None:
        return plan
    asleep = planning.sleep_mode is SleepMode.OFF
    return replace(plan, asleep=asleep, ready_at=night.end)


def _relief(
    planning: PlanParameters,
    plan_inputs: PlanInputs,
    preset: Preset,
    night: Span | None,
) -> float:
    """Return how far the target is relaxed, °C."""
    if preset is Preset.SLEEP and night is not None:
        curve = 0.0
        if planning.sleep_mode is SleepMode.CURVE:
            curve = _curve(planning, night, plan_inputs.now)
        # No one is home: the night continues, and the larger value is used.
        return max(curve, planning.away) if plan_inputs.gone else curve
    return {
        Preset.ECO: planning.eco,
        Preset.AWAY: planning.away,
        Preset.BOOST: -planning.boost,
    }.get(preset, 0.0)


def _curve(planning: PlanParameters, night: Span, now: datetime) -> float:
    """Return the height of the curve: up, along, and down to the end of the night."""
    parts = [1.0]
    for passed, length in (
        (now - night.start, planning.curve_rise),
        (night.end - now, planning.curve_return),
    ):
        if length:
            parts.append(max(passed / length, 0.0))
    # Rounded to a tenth, the resolution of sensors, so that the state changes rarely.
    return round(planning.curve * min(parts), 1)
