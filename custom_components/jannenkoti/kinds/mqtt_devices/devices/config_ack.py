"""Whether a device may still speak from before its latest orders.

Firmware that sends its configuration with each message sends the old one until it has
asked for the new one, and would undo what the user has just done.
"""

from datetime import datetime, timedelta
from typing import Final

# The firmware looks every 3 s and speaks when its interval is over; twice the look,
# and a little for the network.
_ECHO: Final = timedelta(seconds=10)
_USUAL_INTERVAL: Final = 10.0  # s, the templates' own


def time_to_obey(interval: float | None) -> timedelta:
    """Return how long a device may take to show what it was sent."""
    return _ECHO + timedelta(seconds=interval or _USUAL_INTERVAL)


class ConfigAck:
    """The latest orders of a device, from when they were changed until it knows them."""

    __slots__ = ("_unknown", "_until")

    def __init__(self, *, unknown: bool) -> None:
        """Begin with orders that the device knows, or may not know yet."""
        self._unknown = unknown
        self._until: datetime | None = None

    def changed(self) -> None:
        """Take note of new orders."""
        self._unknown, self._until = True, None

    def acknowledged(self) -> None:
        """Take note that the device knows them."""
        self._unknown = False

    def may_be_unknown(self, now: datetime, interval: float | None) -> bool:
        """Say whether a device that contradicts them may have said so without them.

        Its time begins with its first word, for it may have slept until then.
        """
        if self._unknown:
            self._until = self._until or now + time_to_obey(interval)
            self._unknown = now < self._until
        return self._unknown
