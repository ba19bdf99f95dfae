"""What the entities of an air conditioner show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .decide import Decision
    from .model import DeviceState, Intent


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All that is known after a decision."""

    device: DeviceState | None
    """None while the air conditioner does not answer."""
    room: float | None
    """The room's temperature, °C; None while no sensor can be trusted."""
    intent: Intent
    decision: Decision
