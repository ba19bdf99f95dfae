"""Wait for a condition, with a limit."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

# Short compared with the waits, long compared with the cost of a check.
_LOOK_EVERY = 0.2


async def eventually[T](
    look: Callable[[], Awaitable[T]], *, within: float, what: str
) -> T:
    """Return the first true answer; raises TimeoutError with what did not come."""
    try:
        async with asyncio.timeout(within):
            while True:
                if seen := await look():
                    return seen
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError as err:
        text = f"waited {within:.0f} s for {what}"
        raise TimeoutError(text) from err
