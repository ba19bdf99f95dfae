"""What the entities of an air conditioner show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ....lib.quorum import Quorum
    from ..insight.analytics import DayAnalytics
    from ..insight.daily_counters import DailyCounters
    from ..model import DeviceState, Request
    from ..planning.plan import Plan
    from .decide import Decision
    from .saved_state import SavedState


@dataclass(frozen=True, kw_only=True)
class AirConditionerData:
    """All that is known after a decision."""

    device: DeviceState | None
    """None while the air conditioner does not answer."""
    room: float | None
    """The room's temperature, °C; None while no sensor can be trusted."""
    quorum: Quorum
    """Which sensors that is from."""
    rejected: int
    """Readings that were too implausible to be believed, since the start."""
    saved: SavedState
    plan: Plan
    decision: Decision

    counters: DailyCounters
    """The counts of today."""
    insight: DayAnalytics
    """What can be told by looking on."""

    @property
    def request(self) -> Request:
        """Return what the user wants."""
        return self.saved.request
