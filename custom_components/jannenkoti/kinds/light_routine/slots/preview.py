"""A day of the table as text, without words of any language."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ....lib.plain_text import escaped

if TYPE_CHECKING:
    from .plan import Plan
    from .table import Slot


def described(slot: Slot) -> str:
    """Return brightness, color and fade of a slot."""
    parts = [f"{slot.brightness:g} %"]
    if slot.kelvin is not None:
        parts.append(f"{slot.kelvin} K")
    if slot.xy is not None:
        parts.append("xy {:g}, {:g}".format(*slot.xy))
    if slot.fade:
        parts.append(f"↗ {timedelta(seconds=slot.fade)}")
    return " · ".join(parts)


def preview(plan: Plan, now: datetime) -> str:
    """Return the slots of the local day as a list, first that of midnight."""
    local = now.astimezone(plan.zone)
    lines = []
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if (effective := plan.at(midnight)) is not None:
        lines.append((midnight, effective.turn.slot))
    for turn in plan.turns(local.date() - timedelta(days=1), 3):
        start = turn.start.astimezone(plan.zone)
        if start.date() == local.date() and start > midnight:
            lines.append((start, turn.slot))
    return "\n".join(
        f"- `{start:%H:%M}` **{escaped(slot.name)}** {described(slot)}"
        for start, slot in lines
    )
