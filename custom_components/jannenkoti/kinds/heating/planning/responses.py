"""The responses of the actions that return prices and the plan."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from .curve import PriceCurve
    from .problem import Plan


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
    plan: Plan | None, quality: str, names: Sequence[str], zone: tzinfo
) -> dict[str, Any]:
    """Return the plan: how good it is, and each slot with powers and temperatures."""
    if plan is None:
        return {"quality": quality, "slots": []}
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
                "tanks": {
                    name: {
                        "power": round(plan.watts[at][number]),
                        "temperature": round(plan.temperatures[at][number], 1),
                    }
                    for at, name in enumerate(names)
                },
            }
            for number, slot in enumerate(plan.slots)
        ],
    }
