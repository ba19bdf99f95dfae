"""Threads for tests: functions run at once."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once[*Ts, T](target: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
    """Run a function at once, return its result as a future."""
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    try:
        future.set_result(target(*args))
    except OSError as err:
        future.set_exception(err)
    return future
