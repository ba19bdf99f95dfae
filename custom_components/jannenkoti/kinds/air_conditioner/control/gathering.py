"""How long a start waits for further requests of the user."""

from datetime import timedelta
from typing import Final

_NO_TIME: Final = timedelta(0)

_LONGEST: Final = timedelta(seconds=10)
"""For how long further requests can delay a start in all."""


class Gathering:
    """Bounds the wait of a start for requests that follow each other without end."""

    def __init__(self) -> None:
        """Initialize without a start that waits."""
        self._since = 0.0

    def wait(self, gather: timedelta, ticks: float, *, waits: bool) -> timedelta:
        """Return how long a start waits after a request.

        ``gather`` is the wait after one request, ``ticks`` a monotonic clock in s,
        and ``waits`` whether a start waits already.
        """
        if not waits:
            self._since = ticks
        waited = timedelta(seconds=ticks - self._since)
        return gather if waited < max(_LONGEST, 3 * gather) else _NO_TIME
