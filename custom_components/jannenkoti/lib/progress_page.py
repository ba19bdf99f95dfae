"""The page that shows the progress of some work in a dialog."""

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable

SHOWN_AFTER: Final = 2.0
"""Seconds until the page shows the progress, also on a slow phone; an assumption.

It subscribes to the end of the work only then. A sooner end is lost, and the page waits
forever.
"""


async def async_shown[T](work: Awaitable[T]) -> T:
    """Return what some work returns, or raise what it raises, once it was shown."""
    result, _ = await asyncio.gather(
        work, asyncio.sleep(SHOWN_AFTER), return_exceptions=True
    )
    if isinstance(result, BaseException):
        raise result
    return result
