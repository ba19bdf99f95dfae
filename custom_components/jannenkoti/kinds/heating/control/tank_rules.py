"""What a tank asks for: heat from any source, from surplus only, or none."""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from ..model import Mode, Reason

if TYPE_CHECKING:
    from ..options import TankOptions

# Differences (K) between off and on again, so that noise of a sensor never switches.
COOLED: Final = 2.0
"""Below its target, a tank that was heated to it may be heated again."""
COOLED_WHEN_FULL: Final = 0.5
"""Below its surplus target, surplus heats a tank again: the sun is free, and minimum
times protect the relays from the noise of the sensor."""
COOLED_FROM_LIMIT: Final = 5.0
"""Below its limit, a tank that was cut off may be heated again."""

RECOVERED: Final = 3.0
"""K above the start of heating for comfort, at which it ends."""


class Level(IntEnum):
    """What the stages of a tank may do."""

    FORBIDDEN = 0
    """Off at once: heat would be dangerous, or the user is away."""
    OFF = 1
    SURPLUS = 2
    FULL = 3
    """All stages, from the grid if need be."""
    MANUAL = 4
    """As the user has switched each stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TankState:
    """The state of a tank that hysteresis needs."""

    over: bool = False
    """It was above its limit and has not cooled since."""
    recovering: bool = False
    """It was at its floor and is being heated."""
    reached: bool = False
    """It has reached its target and has not cooled since."""
    full: bool = False
    """It has reached its surplus target and has not cooled since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a tank asks for, and why."""

    level: Level
    reason: Reason


def observe(
    state: TankState, tank: TankOptions, temperature: float | None, margin: float
) -> TankState:
    """Return the state after a temperature (°C); unknown ones change nothing.

    Below the comfort floor plus a margin (K) the tank recovers.
    """
    if temperature is None:
        return state
    recovered = min(tank.floor + margin + RECOVERED, tank.target)
    early = min(tank.floor + margin, recovered - COOLED / 2)
    return replace(
        state,
        over=_between(
            state.over, temperature, tank.limit - COOLED_FROM_LIMIT, tank.limit
        ),
        recovering=not _between(not state.recovering, temperature, early, recovered),
        reached=_between(state.reached, temperature, tank.target - COOLED, tank.target),
        full=_between(
            state.full,
            temperature,
            tank.surplus_target - COOLED_WHEN_FULL,
            tank.surplus_target,
        ),
    )


def _between(before: bool, value: float, low: float, high: float) -> bool:  # noqa: FBT001
    """Return True from `high` on, False below `low`, and what was before between."""
    return value >= high or (before and value >= low)


def demand(
    state: TankState,
    temperature: float | None,
    mode: Mode,
    *,
    boosted: bool,
    legionella: bool = False,
) -> Demand:
    """Return what a tank asks for, after `observe`.

    Safety comes first and in every mode: a tank that is too hot, or whose temperature
    is not known, is not heated.
    """
    if (forbidden := _forbidden(state, temperature, mode)) is not None:
        return Demand(level=Level.FORBIDDEN, reason=forbidden)
    if mode is Mode.MANUAL:
        return Demand(level=Level.MANUAL, reason=Reason.MANUAL)
    if (full := _full(state, mode, boosted=boosted)) is not None:
        return Demand(level=Level.FULL, reason=full)
    if legionella and mode is Mode.AUTOMATIC:
        return Demand(level=Level.FULL, reason=Reason.LEGIONELLA)
    if state.full or mode is Mode.FAST:
        return Demand(level=Level.OFF, reason=Reason.TARGET_REACHED)
    return Demand(level=Level.SURPLUS, reason=Reason.NO_SURPLUS)


def _forbidden(
    state: TankState, temperature: float | None, mode: Mode
) -> Reason | None:
    """Return why a tank must not be heated, if it must not."""
    if mode is Mode.HOLIDAY:
        return Reason.HOLIDAY
    if temperature is None:
        return Reason.NO_TEMPERATURE
    return Reason.OVER_TEMPERATURE if state.over else None


def _full(state: TankState, mode: Mode, *, boosted: bool) -> Reason | None:
    """Return why a tank is heated from any source, if it is."""
    if not state.reached:
        if boosted:
            return Reason.BOOST
        if mode is Mode.FAST:
            return Reason.FAST
    if state.recovering and mode is Mode.AUTOMATIC:
        return Reason.FLOOR
    return None


def as_planned(demand: Demand, reason: Reason | None) -> Demand:
    """Return the demand of a stage that the plan turns on."""
    waits = demand.level is Level.SURPLUS or demand.reason is Reason.WAITING
    if reason is None or not waits:
        return demand
    return Demand(level=Level.FULL, reason=reason)
