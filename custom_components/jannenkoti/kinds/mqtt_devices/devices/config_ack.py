"""Whether a device may still report a configuration older than the latest one.

Firmware that sends its configuration with each message sends the old one until it has
fetched the new one. Taking that over would undo what the user has just changed.
"""

from datetime import datetime, timedelta
from typing import Final

# The firmware fetches its configuration every 3 s and reports when its interval is
# over: twice the fetch, and a little for the network.
_ECHO: Final = timedelta(seconds=10)
_DEFAULT_INTERVAL: Final = 10.0  # s, that of the firmware's templates


def time_to_confirm(interval: float | None) -> timedelta:
    """Return how long a device may take to report a change."""
    return _ECHO + timedelta(seconds=interval or _DEFAULT_INTERVAL)


class ConfigAck:
    """Whether a device has taken over its latest configuration."""

    __slots__ = ("_until", "_waiting")

    def __init__(self, *, waiting: bool) -> None:
        """Initialize; ``waiting`` if the device may have an older configuration."""
        self._waiting = waiting
        self._until: datetime | None = None

    def changed(self) -> None:
        """Start waiting for a new configuration to be taken over."""
        self._waiting, self._until = True, None

    def acknowledged(self) -> None:
        """Stop waiting: the device has the latest configuration."""
        self._waiting = False

    def is_waiting(self, now: datetime, interval: float | None) -> bool:
        """Return whether a configuration that differs may be an older one.

        The wait starts with the first report after the change, because the device may
        have been asleep until then.
        """
        if self._waiting:
            self._until = self._until or now + time_to_confirm(interval)
            self._waiting = now < self._until
        return self._waiting
