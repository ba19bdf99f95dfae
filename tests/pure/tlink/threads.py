"""Threads for tests: functions run at once, and a disk that waits for the test."""

import asyncio
import threading
from functools import partial
from typing import TYPE_CHECKING, override

from custom_components.jannenkoti.lib.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from custom_components.jannenkoti.lib.journal import Line

LONGEST = 60.0
"""Seconds after which a test fails that would wait forever."""


def at_once[*Ts, T](target: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
    """Run a function at once, return its result as a future."""
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    try:
        future.set_result(target(*args))
    except OSError as err:
        future.set_exception(err)
    return future


class SlowJournal(Journal):
    """A journal whose writer waits for the test on request."""

    def __init__(self, folder: Path) -> None:
        """Initialize; the writer does not wait."""
        super().__init__(folder, days=90, most_bytes=1 << 20)
        self._may_write = threading.Event()
        self._may_write.set()
        self._error: OSError | None = None
        self._begun = asyncio.Event()
        self._begin: Callable[[], object] = self._begun.set

    def hold(self) -> None:
        """Let the next write wait."""
        loop, begun = asyncio.get_running_loop(), asyncio.Event()
        self._begun = begun
        self._begin = partial(loop.call_soon_threadsafe, begun.set)
        self._may_write.clear()

    async def until_writing(self) -> None:
        """Wait for the writer to have something to write."""
        async with asyncio.timeout(LONGEST):
            await self._begun.wait()

    def release(self, error: OSError | None = None) -> None:
        """Let the writer write, or fail once."""
        self._error = error
        self._may_write.set()

    @override
    def append(self, lines: Iterable[Line]) -> None:
        """Write when the test permits it."""
        self._begin()
        assert self._may_write.wait(LONGEST), "the test did not release the disk"
        error, self._error = self._error, None
        if error is not None:
            raise error
        super().append(lines)
