"""How often to ask the cloud: less while pushes come, more when they stop."""

from datetime import timedelta
from typing import Final

from ..options import SHORTEST_POLL

# With pushes a poll has only names to tell, and the values of what was lost.
_WITH_PUSH: Final = 5
_WITHOUT: Final = 0.5


def poll_interval(usual: timedelta, *, ever_pushed: bool, silent: bool) -> timedelta:
    """Return how long to wait for the next poll."""
    if not ever_pushed:
        return usual
    shortest = timedelta(seconds=SHORTEST_POLL)
    return max(usual * (_WITHOUT if silent else _WITH_PUSH), shortest)
