"""How often to poll the cloud: less while pushes arrive, more when they stop."""

from datetime import timedelta
from typing import Final

from ..options import SHORTEST_POLL

# With pushes a poll only brings names, and values that were lost.
_WITH_PUSH: Final = 5
_WITHOUT: Final = 0.5


def poll_interval(usual: timedelta, *, ever_pushed: bool, silent: bool) -> timedelta:
    """Return the time until the next poll."""
    if not ever_pushed:
        return usual
    shortest = timedelta(seconds=SHORTEST_POLL)
    return max(usual * (_WITHOUT if silent else _WITH_PUSH), shortest)
