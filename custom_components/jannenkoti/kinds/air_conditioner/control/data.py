"""What the entities of an air conditioner show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ....lib.hold import Hold
    from ....lib.quorum import Quorum
    from ..insight.analytics import DayAnalytics
    from ..insight.daily_counters import DailyCounters
    from ..model import DeviceState, Request
    from ..planning.overrides import Overrides
    from ..planning.plan import Plan
    from .decide import Decision


@dataclass(frozen=True, kw_only=True)
class AirConditionerData:
    """The result of one decision."""

    device: DeviceState | None
    """None while the air conditioner does not respond."""
    room: float | None
    """Room temperature, °C; None while no sensor is trusted."""
    quorum: Quorum
    """The sensors that are trusted for it, and those that are not."""
    rejected: int
    """Implausible readings since the start."""
    request: Request
    """What the user asked for."""
    hold: Hold | None
    overrides: Overrides
    plan: Plan
    decision: Decision
    counters: DailyCounters
    """Commands and starts of today."""
    analytics: DayAnalytics
    dropped: tuple[str, ...] = ()
    """Settings that the device no longer offers; dropped since the last choice."""

    @property
    def target_in_force(self) -> float:
        """Return the temperature that is held now, °C."""
        return self.plan.target(self.request)
