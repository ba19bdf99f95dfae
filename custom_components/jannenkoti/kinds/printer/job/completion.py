"""When a print will be completed, without the jitter of its remaining minutes."""

from datetime import datetime, timedelta
from typing import Final

# The printer reports whole minutes, so an unchanged estimate moves by up to one.
_TOLERANCE: Final = timedelta(seconds=90)


def completion(
    before: datetime | None, remaining: int | None, now: datetime
) -> datetime | None:
    """Return the time of completion; the previous one while it is still right."""
    if remaining is None:
        return None
    due = (now + timedelta(minutes=remaining)).replace(second=0, microsecond=0)
    if before is not None and abs(due - before) < _TOLERANCE:
        return before
    return due
