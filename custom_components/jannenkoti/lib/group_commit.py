"""Write what many callers give together: one trip to the disk for all that wait.

The writer is a thread of its own. An executor would cost the event loop twice as much
for each write: its queue, two futures, and their callbacks.
"""

import asyncio
import contextlib
import errno
import os
from queue import Empty, SimpleQueue
from threading import Thread, current_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

type _Order[ItemT] = tuple[asyncio.Future[None], ItemT]


class WriterFull(Exception):
    """Too many items wait for the disk."""


class GroupCommit[ItemT]:
    """Writes the items of many callers: many callers, one write.

    Items that arrive during a write are part of the next one. The event loop is woken
    once for each write. The thread starts with the first item, and `close` ends it.
    """

    def __init__(
        self, write: Callable[[list[ItemT]], None], most: int, name: str
    ) -> None:
        """Initialize with a function for the thread, and how many items may wait.

        The function writes all items or none, and raises OSError.
        """
        self._write = write
        self._most = most
        self._name = name
        self._waiting = 0
        self._queue: SimpleQueue[_Order[ItemT] | None] = SimpleQueue()
        self._thread: Thread | None = None

    def put(self, item: ItemT) -> asyncio.Future[None]:
        """Return a future that is done when the item is on the disk.

        It fails with OSError. Raises WriterFull if too many items wait.
        """
        if self._waiting >= self._most:
            raise WriterFull
        self._waiting += 1
        loop = asyncio.get_running_loop()
        # Each caller has its own future, so one that is canceled affects no other.
        stored = loop.create_future()
        self._queue.put((stored, item))
        if self._thread is None:
            self._start(loop)
        return stored

    def close(self) -> None:
        """Write what waits, and end the thread. Blocking."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the thread: a daemon, because what was not confirmed may be lost."""
        self._thread = Thread(
            target=self._run, args=(loop,), name=self._name, daemon=True
        )
        self._thread.start()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write what the queue has, until it is closed."""
        try:
            while (first := self._queue.get()) is not None:
                orders = [first]
                with contextlib.suppress(Empty):
                    while (order := self._queue.get_nowait()) is not None:
                        orders.append(order)
                    self._queue.put(None)  # After these orders.
                self._write_all(orders, loop)
        finally:
            with contextlib.suppress(RuntimeError):  # The loop is closed.
                loop.call_soon_threadsafe(self._ended, loop, current_thread())

    def _ended(self, loop: asyncio.AbstractEventLoop, thread: Thread) -> None:
        """Start again if the thread has ended without being closed."""
        if self._thread is not thread:
            return
        self._thread = None
        if self._waiting:
            self._start(loop)

    def _write_all(
        self, orders: list[_Order[ItemT]], loop: asyncio.AbstractEventLoop
    ) -> None:
        """Write orders, and wake the event loop once."""
        error: OSError | None = OSError(errno.EIO, os.strerror(errno.EIO))
        try:
            self._write([item for _, item in orders])
            error = None
        except OSError as err:
            error = err
        finally:
            # The callers of a write that ends in any other way must not wait forever.
            with contextlib.suppress(RuntimeError):  # The loop is closed.
                loop.call_soon_threadsafe(self._written, orders, error)

    def _written(self, orders: list[_Order[ItemT]], error: OSError | None) -> None:
        """Report the result to the callers."""
        self._waiting -= len(orders)
        for stored, _ in orders:
            if stored.done():  # It was canceled.
                continue
            if error is None:
                stored.set_result(None)
            else:
                stored.set_exception(error)
