"""When a print will be completed, without the jitter of its remaining minutes."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .status import PrinterStatus

# The printer reports whole minutes, so an unchanged estimate moves by up to one.
_TOLERANCE: Final = timedelta(seconds=90)


def shown_completion(
    before: datetime | None, was: PrinterStatus, status: PrinterStatus, now: datetime
) -> datetime | None:
    """Return the time of completion of the job, or the end of the last one.

    A job that was stopped keeps its remaining minutes in the reports.
    """
    if status.job_state.active:
        return completion(before, status.remaining, now)
    if was.job_state.active and status.job_state.ended:
        return completion(before, 0, now)
    return before


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
