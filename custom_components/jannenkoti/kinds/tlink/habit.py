"""What is usual for one device: how often it speaks, and how far its clock is off."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ...lib.reading import Patience, Rhythm
from .lag import Lag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Push

# Many a tank is gauged once a day: before its interval is known it must not be called
# silent sooner, and once it is, three and a half days are not too long.
_PATIENCE: Final = Patience(default=timedelta(days=1), longest=timedelta(days=4))


class Habit:
    """Learned from what a device says, over restarts."""

    __slots__ = ("lag", "rhythm")

    def __init__(self, gaps: Iterable[float] = ()) -> None:
        """Begin with the gaps in seconds that were learned in an earlier life."""
        self.rhythm = Rhythm(gaps, _PATIENCE)
        self.lag = Lag()

    def heard(self, push: Push) -> None:
        """Take note of what a device has said just now."""
        self.rhythm.arrived(push.received)
        # What the cloud's list tells may be as old as it likes.
        if push.via == "push":
            measured = (sample.measured for sample in push.samples)
            self.lag.see(max(measured, default=None), push.received)
