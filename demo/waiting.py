"""Waiting that ends: for something to become true, but not for ever."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

# Small beside anything that is waited for, large beside what a look costs.
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
