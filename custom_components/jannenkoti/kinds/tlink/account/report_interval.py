"""The usual report interval of one device, and the offset of its clock."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ....lib.reading import ReportInterval, SilenceLimits
from .clock_offset import ClockOffset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..model import Push

# Some tanks are measured once a day. Such a device must not become silent earlier while
# its interval is not learned yet; after that, 3.5 days are not too long.
_LIMIT: Final = SilenceLimits(default=timedelta(days=1), longest=timedelta(days=4))


class DeviceTiming:
    """Learned from the pushes of a device, across restarts."""

    __slots__ = ("clock_offset", "interval")

    def __init__(self, gaps: Iterable[float] = ()) -> None:
        """Initialize with the gaps in seconds that a previous run learned."""
        self.interval = ReportInterval(gaps, _LIMIT)
        self.clock_offset = ClockOffset()

    def received(self, push: Push) -> None:
        """Record a push that has just been received."""
        self.interval.arrived(push.received)
        # The values of the device list may be of any age.
        if push.via == "push":
            measured = (sample.measured for sample in push.samples)
            self.clock_offset.observe(max(measured, default=None), push.received)
