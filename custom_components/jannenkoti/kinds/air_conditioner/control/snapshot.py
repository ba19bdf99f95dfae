"""What the entities of an air conditioner show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ....lib.quorum import Quorum
    from ..insight.analytics import Insight
    from ..insight.daily_counters import Tally
    from ..model import DeviceState, Intent
    from ..planning.plan import Plan
    from .decide import Decision
    from .saved_state import Memory


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All that is known after a decision."""

    device: DeviceState | None
    """None while the air conditioner does not answer."""
    room: float | None
    """The room's temperature, °C; None while no sensor can be trusted."""
    quorum: Quorum
    """Which sensors that is from."""
    rejected: int
    """Readings that were too implausible to be believed, since the start."""
    memory: Memory
    plan: Plan
    decision: Decision

    tally: Tally
    """The counts of today."""
    insight: Insight
    """What can be told by looking on."""

    @property
    def intent(self) -> Intent:
        """Return what the user wants."""
        return self.memory.intent
