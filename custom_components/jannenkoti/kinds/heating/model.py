"""What the heating is asked for and what it decides."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from .planning.runs import Run


class Mode(StrEnum):
    """The modes; the original calls them by the German names below."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    FAST = "fast"
    HOLIDAY = "holiday"


GERMAN: Final = {
    Mode.AUTOMATIC: "Automatik",
    Mode.MANUAL: "Manuell",
    Mode.FAST: "Schnell heizen",
    Mode.HOLIDAY: "Urlaub",
}
"""The names of the modes in the original's interface."""


def read_mode(text: str) -> Mode | None:
    """Return a mode by its name or its German name, in any case."""
    word = text.strip().casefold()
    names = {mode.value: mode for mode in Mode}
    names |= {name.casefold(): mode for mode, name in GERMAN.items()}
    return names.get(word)


class Reason(StrEnum):
    """Why a stage is on or off."""

    BOOST = "boost"
    EXPENSIVE = "expensive"
    FAST = "fast"
    FLOOR = "floor"
    HOLD = "hold"
    HOLIDAY = "holiday"
    LEGIONELLA = "legionella"
    MANUAL = "manual"
    MINIMUM_OFF = "minimum_off"
    MINIMUM_ON = "minimum_on"
    NEGATIVE_PRICE = "negative_price"
    NO_POWER = "no_power"
    NO_SURPLUS = "no_surplus"
    NO_TEMPERATURE = "no_temperature"
    NOT_FOLLOWING = "not_following"
    OVER_TEMPERATURE = "over_temperature"
    PLAN = "plan"
    SETTLING = "settling"
    SURPLUS = "surplus"
    TARGET_REACHED = "target_reached"
    UNAVAILABLE = "unavailable"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """Heat a tank to its target now, until a time at the latest."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDecision:
    """What a stage is to do now."""

    on: bool
    reason: Reason
    urgent: bool = False
    """Whether safety requires it: neither minimum times nor holds delay it."""
    free_at: datetime | None = None
    """When its minimum time is over, if that delays it."""
    forced: bool = False
    """Whether it heats for another reason than surplus; SG-Ready state 4."""
    locked: bool = False
    """Whether its heat pump must not run; SG-Ready state 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TankView:
    """What is known of a tank now."""

    temperature: float | None
    """°C at the control sensor; None if it is unknown or too old."""
    reason: Reason
    boost_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatingData:
    """What the entities show."""

    mode: Mode
    stages: tuple[StageDecision, ...]
    observed: tuple[bool | None, ...]
    """Whether each output is on; None if that is not known."""
    tanks: tuple[TankView, ...]
    reason: Reason
    next_by_control: datetime | None
    """When a minimum time, a boost, a hold or an attempt ends next."""
    surplus: float | None
    """The averaged power (W) that heating could use."""
    surplus_used: float
    """The part of it (W) that heating uses now."""
    heated: float
    """kWh since the entry was added."""
    switched_today: int
    cost_today: float | None = None
    """None while no price is known."""
    saved: float = 0.0
    """What a plain thermostat would have cost more, since the entry was added."""
    self_consumption: float | None = None
    """% of today's production that was not exported."""
    runs: tuple[Run, ...] = ()
    """The current and the later runs of the plan, as they will be carried out."""
    next_by_plan: datetime | None = None
    """When a run starts or ends next."""
    plan_quality: str = "none"
    holds: tuple[datetime | None, ...] = field(default=())
    """Until when each stage stays as somebody else has switched it."""

    @property
    def next_start(self) -> datetime | None:
        """Return when the plan heats next, or since when it heats now."""
        return self.runs[0].start if self.runs else None

    @property
    def next_change(self) -> datetime | None:
        """Return when something may change by itself, at the earliest."""
        times = (self.next_by_control, self.next_by_plan)
        return min((time for time in times if time is not None), default=None)
