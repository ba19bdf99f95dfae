"""What a day of the heating in fast motion must show."""

from dataclasses import replace
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.heating.model import Mode, Reason

from .heating_day import FLOORS, HeatingDay
from .heating_physics import WaterTank
from .kind import Check

if TYPE_CHECKING:
    from datetime import date

_ASKED = frozenset(
    {
        *(Reason.SURPLUS, Reason.PLAN, Reason.NEGATIVE_PRICE, Reason.FLOOR),
        *(Reason.MINIMUM_ON, Reason.LEGIONELLA),
    }
)
"""Why a stage may be on in the automatic mode."""


def check_day(day: date) -> list[Check]:
    """Let a day pass and return what must hold for it."""
    heating = HeatingDay(day)
    heating.run()
    by_surplus = heating.energy[Reason.SURPLUS] / 1000
    bought = (heating.energy[Reason.PLAN] + heating.energy[Reason.FLOOR]) / 1000
    negative = heating.energy[Reason.NEGATIVE_PRICE] / 1000
    spare = min(a - b for a, b in zip(heating.coldest, FLOORS, strict=True))
    wrong = [x for x in heating.changes if x.on and x.reason not in _ASKED]
    return [
        Check(
            what=f"on {day} surplus heats first",
            good=by_surplus > bought,
            seen=f"{by_surplus:.1f} kWh of the sun, {bought:.1f} kWh bought",
        ),
        Check(
            what=f"on {day} the negative price is used",
            good=negative > 1,
            seen=f"{negative:.1f} kWh",
        ),
        Check(
            what=f"on {day} the comfort floor is never broken",
            good=spare >= 0,
            seen=f"{spare:.1f} °C above it at least",
        ),
        Check(
            what=f"on {day} every change has its reason",
            good=bool(heating.changes) and not wrong,
            seen=f"{len(heating.changes)} changes",
        ),
        Check(
            what=f"on {day} holiday and a tank too hot switch all off in one cycle",
            good=_holiday_switches_off(day) and _heat_switches_off(day),
        ),
    ]


def _begin(heating: HeatingDay) -> None:
    """Let the minimum off time pass, which begins with the day."""
    for _ in range(4):
        heating.step()


def _holiday_switches_off(day: date) -> bool:
    """Return whether one decision after the choice of Holiday everything is off."""
    heating = HeatingDay(day, tanks=[WaterTank(temperature=38.0)] * len(FLOORS))
    heating.controller.set_mode(Mode.FAST)
    _begin(heating)
    before = any(heating.on)
    heating.controller.set_mode(Mode.HOLIDAY)
    heating.decide()
    return before and not any(heating.on)


def _heat_switches_off(day: date) -> bool:
    """Return whether one decision at the limit everything is off, even in Manual."""
    limits = (tank.limit for tank in HeatingDay(day).controller.options.tanks)
    warm = [WaterTank(temperature=limit - 4) for limit in limits]
    heating = HeatingDay(day, tanks=warm)
    for stage in range(len(heating.on)):
        heating.controller.set_manual(stage, on=True)
    _begin(heating)
    before = all(heating.on)
    heating.tanks = [replace(tank, temperature=tank.temperature + 4) for tank in warm]
    heating.decide()
    return before and not any(heating.on)
