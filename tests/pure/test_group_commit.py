"""Many callers share one write, and each gets its result."""

import asyncio
import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.lib.group_commit import GroupCommit, WriterFull

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LONGEST = 60.0


class Disk:
    """Writes when the test permits it, and fails as it says."""

    def __init__(self) -> None:
        self.trips: list[list[int]] = []
        self.threads: set[str] = set()
        self.errors: list[BaseException] = []
        self.loop = asyncio.get_running_loop()
        self.begun: asyncio.Queue[int] = asyncio.Queue()
        self.may_write = threading.Semaphore(0)
        self.commit: GroupCommit[int] = GroupCommit(self.write, 4, "test writer")

    def write(self, items: list[int]) -> None:
        self.threads.add(threading.current_thread().name)
        self.trips.append(items)
        self.loop.call_soon_threadsafe(self.begun.put_nowait, len(items))
        assert self.may_write.acquire(timeout=LONGEST)
        if self.errors:
            raise self.errors.pop()

    async def until_writing(self) -> None:
        """Wait for the writer to begin a trip."""
        async with asyncio.timeout(LONGEST):
            await self.begun.get()

    async def close(self) -> None:
        for _ in range(10):
            self.may_write.release()
        self.commit.close()
        await asyncio.sleep(0)


def writers() -> list[threading.Thread]:
    """Return the threads that write for a test."""
    return [each for each in threading.enumerate() if each.name == "test writer"]


@pytest.fixture
async def disk() -> AsyncIterator[Disk]:
    disk = Disk()
    yield disk
    await disk.close()


async def test_items_during_a_write_are_part_of_the_next(disk: Disk) -> None:
    first = disk.commit.put(0)
    await disk.until_writing()
    others = [disk.commit.put(number) for number in (1, 2, 3)]
    disk.may_write.release()
    await first
    await disk.until_writing()
    assert disk.trips == [[0], [1, 2, 3]]
    assert not any(each.done() for each in others)
    disk.may_write.release()
    await asyncio.gather(*others)
    assert disk.threads == {"test writer"}


async def test_error_is_reported_to_each_caller_of_the_write_only(disk: Disk) -> None:
    first = disk.commit.put(0)
    await disk.until_writing()
    failing = [disk.commit.put(number) for number in (1, 2)]
    disk.may_write.release()
    await first
    await disk.until_writing()
    disk.errors.append(OSError("full"))
    disk.may_write.release()
    for each in failing:
        with pytest.raises(OSError, match="full"):
            await each
    again = disk.commit.put(3)
    disk.may_write.release()
    await again


async def test_canceled_caller_affects_no_other(disk: Disk) -> None:
    first = disk.commit.put(0)
    await disk.until_writing()
    canceled, other = disk.commit.put(1), disk.commit.put(2)
    canceled.cancel()
    disk.may_write.release(2)
    await asyncio.gather(first, other)
    assert canceled.cancelled()
    assert disk.trips == [[0], [1, 2]]


async def test_full_queue_rejects_items_until_a_write_ends(disk: Disk) -> None:
    waiting = [disk.commit.put(number) for number in range(4)]
    with pytest.raises(WriterFull):
        disk.commit.put(4)
    disk.may_write.release(4)
    await asyncio.gather(*waiting)
    await disk.commit.put(4)
    assert [item for trip in disk.trips for item in trip] == [0, 1, 2, 3, 4]


async def test_close_writes_what_waits_and_ends_the_thread(disk: Disk) -> None:
    waiting = [disk.commit.put(number) for number in range(3)]
    disk.may_write.release(3)
    disk.commit.close()
    assert not writers()
    await asyncio.gather(*waiting)
    disk.commit.close()  # Again, without effect.
    later = disk.commit.put(3)
    disk.may_write.release(1)
    await later


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_writer_that_dies_leaves_no_caller_waiting(disk: Disk) -> None:
    failing = disk.commit.put(0)
    await disk.until_writing()
    waiting = disk.commit.put(1)
    disk.errors.append(MemoryError())
    disk.may_write.release(2)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        await failing
    async with asyncio.timeout(LONGEST):
        await waiting
    assert disk.trips == [[0], [1]]


def test_closed_event_loop_does_not_keep_the_writer() -> None:
    async def put() -> Disk:
        disk = Disk()
        disk.commit.put(0)
        await disk.until_writing()
        return disk

    disk = asyncio.run(put())
    disk.may_write.release()
    disk.commit.close()
    assert disk.trips == [[0]]
