"""Measure how long one callback keeps the event loop busy."""

import asyncio
import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 0.05
"""Longest that one input may keep the loop busy, in seconds of processor time."""


@dataclass
class LoopTime:
    """The longest callback since the last reset, in seconds."""

    longest: float = 0.0

    def reset(self) -> None:
        """Begin a new measurement."""
        self.longest = 0.0


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
