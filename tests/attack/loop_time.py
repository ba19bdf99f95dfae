"""Measure how long one callback keeps the event loop busy."""

import asyncio
import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

LIMIT = 0.05
"""Longest that one input may keep the loop busy, in seconds of processor time."""


# The processor time of a callback also counts what a busy machine adds: caches that
# other processes have emptied, pages that have to be read again.
_TRIES = 3
_NO_DISTURBANCE = 10 * LIMIT


@dataclass
class LoopTime:
    """The longest callback since the last reset, in seconds."""

    longest: float = 0.0

    def reset(self) -> None:
        """Begin a new measurement."""
        self.longest = 0.0

    async def async_excess[ResultT](
        self, act: Callable[[], Awaitable[ResultT]]
    ) -> tuple[float, ResultT]:
        """Return the longest callback of an act if that is above the limit, else 0.

        An act above the limit is repeated, and the shortest of its tries counts, unless
        one was so long that no disturbance explains it. Also returns the last result.
        """
        self.reset()
        result = await act()
        shortest = self.longest
        for _ in range(_TRIES - 1):
            if not LIMIT < shortest <= _NO_DISTURBANCE:
                break
            self.reset()
            result = await act()
            shortest = min(shortest, self.longest)
        return (shortest if shortest > LIMIT else 0.0), result


@contextmanager
def measured_loop() -> Iterator[LoopTime]:
    """Measure every callback of the loop.

    The clock is the processor time of this thread, so that a busy machine changes
    nothing. Collections of garbage are left out, because they belong to no callback.
    """
    measured = LoopTime()
    original = asyncio.Handle._run

    def run(handle: asyncio.Handle) -> Any:
        begun = time.thread_time()
        try:
            return original(handle)
        finally:
            measured.longest = max(measured.longest, time.thread_time() - begun)

    gc.collect()
    gc.disable()
    try:
        with patch.object(asyncio.Handle, "_run", run):
            yield measured
    finally:
        gc.enable()
