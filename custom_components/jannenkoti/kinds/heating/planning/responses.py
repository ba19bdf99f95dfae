"""The responses of the actions that return prices and the plan."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .carried_out import carried_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from .carried_out import CarriedOut, TankSituation
    from .curve import PriceCurve
    from .problem import Plan
    from .slot_reasons import Why


def energy_price(curve: PriceCurve, start: datetime, zone: tzinfo) -> dict[str, Any]:
    """Return the prices from a time on: per kWh, fee and tax included."""
    return {
        "prices": [
            {
                "startsAt": slot.start.astimezone(zone).isoformat(
                    timespec="milliseconds"
                ),
                "total": round(slot.price, 5),
            }
            for slot in curve.slots
            if slot.end > start
        ]
    }


def plan_response(
    plan: Plan | None,
    quality: str,
    tanks: Mapping[str, TankSituation],
    now: datetime,
    zone: tzinfo,
) -> dict[str, Any]:
    """Return the plan as it will be carried out, with a reason for each slot.

    ``tanks`` has the tanks of the plan by name, in its order.
    """
    if plan is None:
        return {"quality": quality, "slots": []}
    done = carried_out(plan, list(tanks.values()), now)
    return {
        "quality": quality,
        "method": plan.method.value,
        "gap": round(plan.gap, 5),
        "slots": [
            {
                "start": slot.start.astimezone(zone).isoformat(),
                "end": slot.end.astimezone(zone).isoformat(),
                "price": round(slot.price, 5),
                "surplus": round(slot.surplus),
                "reason": _reason(done.reasons[number], zone),
                "tanks": _tanks(done, [*tanks], number),
            }
            for number, slot in enumerate(plan.slots)
        ],
    }


def _tanks(
    done: CarriedOut, names: Sequence[str], number: int
) -> dict[str, dict[str, float]]:
    """Return power (W) and temperature (°C) of each tank in a slot."""
    return {
        name: {
            "power": round(done.watts[at][number]),
            "temperature": round(done.temperatures[at][number], 1),
        }
        for at, name in enumerate(names)
    }


def _reason(why: Why, zone: tzinfo) -> dict[str, Any]:
    """Return a reason: the key of its text, and the values in it."""
    return {
        "key": why.key.value,
        "placeholders": {
            name: value.astimezone(zone).isoformat()
            if isinstance(value, datetime)
            else value
            for name, value in why.values.items()
        },
    }
