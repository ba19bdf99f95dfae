"""One upstream, many viewers, each at its own rate."""

import asyncio
import gc
import random
import sys

import pytest

from custom_components.jannenkoti.lib.frame_hub import (
    Frame,
    FrameHub,
    HubClosed,
)

JPEG = b"\xff\xd8\xff\xd9"


def frame(at: float) -> Frame:
    return Frame(JPEG, at)


async def step() -> None:
    """Run all tasks that can continue."""
    for _ in range(3):
        await asyncio.sleep(0)


class Recorder:
    """A viewer that can receive further frames at once, or not."""

    def __init__(self, *, room: bool = True) -> None:
        self.room = room
        self.seen: list[Frame] = []

    @property
    def times(self) -> list[float]:
        return [frame.at for frame in self.seen]

    def take(self, frame: Frame) -> bool:
        self.seen.append(frame)
        return self.room


def test_each_viewer_receives_each_frame_at_once() -> None:
    hub = FrameHub()
    one, two, three = Recorder(), Recorder(), Recorder()
    with hub.watch(one.take), hub.watch(two.take), hub.watch(three.take):
        assert hub.viewers == 3
        for at in range(5):
            hub.publish(frame(at))
            assert [one.times[-1], two.times[-1], three.times[-1]] == [at] * 3
    hub.publish(frame(5))
    assert hub.viewers == 0
    assert [one.times, two.times, three.times] == [[0, 1, 2, 3, 4]] * 3


def test_new_viewer_receives_the_current_frame() -> None:
    hub = FrameHub()
    hub.publish(frame(1))
    hub.publish(frame(2))
    late = Recorder()
    with hub.watch(late.take):
        assert late.times == [2]


async def test_slow_viewer_skips_frames_and_delays_no_other() -> None:
    hub = FrameHub()
    slow, quick = Recorder(room=False), Recorder()
    with hub.watch(slow.take) as viewer, hub.watch(quick.take):
        waiting = asyncio.create_task(viewer.async_wait_busy())
        await step()
        assert not waiting.done()
        for at in range(100):
            hub.publish(frame(at))
        assert slow.times == [0]
        await waiting
        viewer.ready()
        assert slow.times == [0, 99]
        # It is full again, and there is nothing new for it.
        await viewer.async_wait_busy()
        viewer.ready()
        assert slow.times == [0, 99]
    assert quick.times == list(range(100))


@pytest.mark.parametrize(("every", "expected"), [(1, 100), (2, 50), (5, 20), (40, 3)])
def test_viewer_receives_frames_at_its_own_rate(every: int, expected: int) -> None:
    hub = FrameHub()
    person = Recorder(room=False)
    with hub.watch(person.take) as viewer:
        for number in range(100):
            hub.publish(frame(number))
            if number % every == 0:
                assert person.times[-1] <= number
                viewer.ready()
                assert person.times[-1] == number
    assert abs(len(person.seen) - expected) <= 1


async def test_still_is_published_after_the_request() -> None:
    demand: list[bool] = []
    hub = FrameHub(lambda: demand.append(hub.needs_frames))
    hub.publish(frame(1))
    waiting = asyncio.create_task(hub.async_still())
    await step()
    assert not waiting.done()
    assert demand == [True]
    hub.publish(frame(2))
    assert (await waiting).at == 2
    assert demand == [True, False]


@pytest.mark.parametrize("skip", [0, 1, 2, 5])
@pytest.mark.parametrize("at_once", [1, 2, 7])
async def test_still_skips_the_frames_of_the_buffers(skip: int, at_once: int) -> None:
    hub = FrameHub()
    for number in range(10):
        hub.publish(frame(number))
    waiting = asyncio.create_task(hub.async_still(skip=skip))
    await step()
    number = 10
    while not waiting.done():
        for _ in range(at_once):
            hub.publish(frame(number))
            number += 1
        await step()
    assert 10 + skip <= (await waiting).at < 10 + skip + at_once


async def test_placeholder_hides_all_frames() -> None:
    demand: list[bool] = []
    hub = FrameHub(lambda: demand.append(hub.needs_frames))
    hub.publish(frame(1))
    person, slow = Recorder(), Recorder(room=False)
    with hub.watch(person.take), hub.watch(slow.take) as viewer:
        hub.show_placeholder(b"private", 2)
        assert person.seen[-1].jpeg == b"private"
        hub.publish(frame(3))
        viewer.ready()
        assert [seen.jpeg for seen in slow.seen] == [JPEG, b"private"]
        assert hub.latest is None
        assert (await hub.async_still()).jpeg == b"private"
        hub.remove_placeholder()
        assert hub.current is None
        hub.publish(frame(4))
        assert person.times == [1, 2, 4]
    # A still of the placeholder needs no frame of the upstream.
    assert demand == [True, True, False, False, True, True, False]


def test_old_frame_is_sent_again() -> None:
    hub = FrameHub()
    hub.resend(9)
    hub.publish(frame(1))
    person = Recorder()
    with hub.watch(person.take):
        hub.resend(1)
        assert person.times == [1]
        hub.resend(9)
        assert person.times == [1, 1]
        hub.show_placeholder(b"private", 2)
        hub.resend(0)
        assert [seen.jpeg for seen in person.seen[2:]] == [b"private"] * 2


async def test_closed_hub_disconnects_viewers() -> None:
    hub = FrameHub()
    hub.publish(frame(1))
    person, slow = Recorder(), Recorder(room=False)
    with hub.watch(person.take) as viewer, hub.watch(slow.take) as other:
        waiting = asyncio.create_task(viewer.async_wait_busy())
        await step()
        hub.close()
        with pytest.raises(HubClosed):
            await waiting
        other.ready()
        with pytest.raises(HubClosed):
            await other.async_wait_busy()
        hub.publish(frame(2))
    with hub.watch(person.take) as late, pytest.raises(HubClosed):
        await late.async_wait_busy()
    assert (person.times, slow.times) == ([1], [1])
    with pytest.raises(HubClosed):
        await hub.async_still()


async def test_closed_hub_ends_still_requests() -> None:
    hub = FrameHub()
    waiting = asyncio.create_task(hub.async_still())
    await step()
    hub.close()
    with pytest.raises(HubClosed):
        await waiting


class Crowd:
    """A thousand viewers, about half of which watch at any time."""

    def __init__(self, hub: FrameHub) -> None:
        self.hub = hub
        self.seen = 0
        self._chance = random.Random(4)  # noqa: S311  # Nothing is kept secret by it.
        self._watching: dict[int, asyncio.Task[None]] = {}
        self._bells = {interval: asyncio.Event() for interval in (2, 5)}

    async def live(self, seconds: range) -> None:
        """Join and leave at random, with a frame each second."""
        for second in seconds:
            for _ in range(100):
                someone = self._chance.randrange(1000)
                if (task := self._watching.pop(someone, None)) is not None:
                    task.cancel()
                else:
                    need = self._chance.choice((0, 2, 5))
                    watching = asyncio.create_task(self._watch(need))
                    self._watching[someone] = watching
            await step()
            self.hub.publish(Frame(bytes(50_000), float(second)))
            for interval, bell in self._bells.items():
                if second % interval == 0:
                    bell.set()
                    self._bells[interval] = asyncio.Event()
            await step()
            assert self.hub.viewers == len(self._watching)

    async def _watch(self, interval: int) -> None:
        """Receive all frames, or one in so many seconds."""

        def take(_picture: Frame) -> bool:
            self.seen += 1
            return not interval

        with self.hub.watch(take) as viewer:
            while True:
                await viewer.async_wait_busy()
                await self._bells[interval].wait()
                viewer.ready()

    async def leave(self) -> None:
        for task in self._watching.values():
            task.cancel()
        await asyncio.gather(*self._watching.values(), return_exceptions=True)


def frames_in_memory() -> int:
    gc.collect()
    return sum(isinstance(thing, Frame) for thing in gc.get_objects())


async def test_thousand_viewers_in_ten_minutes_leave_memory_flat() -> None:
    # The harness lets the loop record where each future was made; a hundred times
    # slower.
    asyncio.get_running_loop().set_debug(False)
    hub = FrameHub()
    crowd = Crowd(hub)
    try:
        await crowd.live(range(60))
        gc.collect()
        before = sys.getallocatedblocks()
        await crowd.live(range(60, 660))
        # Viewers that receive a frame every five seconds still hold an old one.
        assert frames_in_memory() <= 6
        # One object kept for each viewer of that time would be 30,000.
        assert sys.getallocatedblocks() - before < 10_000
    finally:
        await crowd.leave()
    assert crowd.seen > 50_000
    assert (hub.viewers, len(hub._waiting)) == (0, 0)
    assert len(asyncio.all_tasks()) == 1
