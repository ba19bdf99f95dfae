"""One camera, many viewers: each at its own pace, none at the cost of another."""

import asyncio
import gc
import random
import sys

import pytest

from custom_components.jannenkoti.kinds.robocam.hub import (
    Closed,
    FrameHub,
    Picture,
    Viewer,
)

JPEG = b"\xff\xd8\xff\xd9"


def picture(at: float) -> Picture:
    return Picture(JPEG, at)


async def step() -> None:
    """Let everybody who can do something do it."""
    for _ in range(3):
        await asyncio.sleep(0)


async def follow(viewer: Viewer, seen: list[float]) -> None:
    while True:
        seen.append((await viewer.async_next()).at)


async def test_everybody_sees_every_picture_in_time() -> None:
    hub = FrameHub()
    seen: list[list[float]] = [[], [], []]
    with hub.watch() as one, hub.watch() as two, hub.watch() as three:
        assert hub.viewers == 3
        tasks = [
            asyncio.create_task(follow(viewer, its))
            for viewer, its in zip((one, two, three), seen, strict=True)
        ]
        for at in range(5):
            hub.publish(picture(at))
            await step()
        for task in tasks:
            task.cancel()
    assert seen == [[0, 1, 2, 3, 4]] * 3
    assert hub.viewers == 0


async def test_a_late_joiner_gets_the_last_picture_at_once() -> None:
    hub = FrameHub()
    hub.publish(picture(1))
    hub.publish(picture(2))
    with hub.watch() as viewer:
        assert (await viewer.async_next()).at == 2


async def test_a_slow_viewer_misses_pictures_and_delays_nobody() -> None:
    hub = FrameHub()
    seen: list[float] = []
    with hub.watch() as slow, hub.watch() as quick:
        task = asyncio.create_task(follow(quick, seen))
        hub.publish(picture(0))
        await step()
        assert (await slow.async_next()).at == 0
        for at in range(1, 100):
            hub.publish(picture(at))
            await step()
        assert (await slow.async_next()).at == 99
        task.cancel()
    assert seen == list(range(100))


@pytest.mark.parametrize(
    ("interval", "expected"), [(0.0, 100), (0.2, 50), (0.25, 40), (1.0, 10)]
)
async def test_everybody_has_a_pace_of_its_own(interval: float, expected: int) -> None:
    hub = FrameHub()
    seen: list[float] = []
    with hub.watch(interval) as viewer:
        task = asyncio.create_task(follow(viewer, seen))
        for number in range(100):
            hub.publish(picture(number / 10))
            await step()
        task.cancel()
    assert abs(len(seen) - expected) <= 1


async def test_a_still_is_as_new_as_it_shall_be() -> None:
    wanted: list[bool] = []
    hub = FrameHub(lambda: wanted.append(hub.wanted))
    hub.publish(picture(1))
    assert (await hub.async_still(newer_than=1)).at == 1
    waiting = asyncio.create_task(hub.async_still(newer_than=2))
    await step()
    assert wanted == [True, False, True]
    hub.publish(picture(1.5))
    await step()
    assert not waiting.done()
    hub.publish(picture(2.5))
    assert (await waiting).at == 2.5
    assert wanted == [True, False, True, False]


async def test_nobody_sees_behind_the_curtain() -> None:
    wanted: list[bool] = []
    hub = FrameHub(lambda: wanted.append(hub.wanted))
    hub.publish(picture(1))
    with hub.watch() as viewer:
        await viewer.async_next()
        hub.draw_curtain(b"private", 2)
        assert (await viewer.async_next()).jpeg == b"private"
        hub.publish(picture(3))
        assert hub.latest is None
        assert (await hub.async_still(newer_than=9)).jpeg == b"private"
        hub.open_curtain()
        assert hub.shown is None
        hub.publish(picture(4))
        assert (await viewer.async_next()).at == 4
    # Behind the curtain a still is shown too, but nothing is wanted for it.
    assert wanted == [True, False, False, True, False]


async def test_an_old_picture_is_repeated() -> None:
    hub = FrameHub()
    hub.repeat(9)
    hub.publish(picture(1))
    with hub.watch() as viewer:
        first = await viewer.async_next()
        hub.repeat(1)
        assert hub.shown is first
        hub.repeat(9)
        again = await viewer.async_next()
        assert (again is not first, again.at) == (True, 1)
        hub.draw_curtain(b"private", 2)
        hidden = await viewer.async_next()
        hub.repeat(0)
        assert (await viewer.async_next()).jpeg == hidden.jpeg


async def test_a_closed_hub_sends_everybody_away() -> None:
    hub = FrameHub()
    with hub.watch() as viewer:
        waiting = asyncio.create_task(viewer.async_next())
        await step()
        hub.close()
        with pytest.raises(Closed):
            await waiting
        with pytest.raises(Closed):
            await hub.async_still(newer_than=0)


class Crowd:
    """A thousand people, about half of whom watch at any time."""

    def __init__(self, hub: FrameHub) -> None:
        self.hub = hub
        self.seen = 0
        self._chance = random.Random(4)  # noqa: S311  # Nothing is kept secret by it.
        self._watching: dict[int, asyncio.Task[None]] = {}

    async def live(self, seconds: range) -> None:
        """Come and go at random, with a picture each second."""
        for second in seconds:
            for _ in range(100):
                someone = self._chance.randrange(1000)
                if (task := self._watching.pop(someone, None)) is not None:
                    task.cancel()
                else:
                    interval = self._chance.choice((0.0, 2.0, 5.0))
                    watching = asyncio.create_task(self._watch(interval))
                    self._watching[someone] = watching
            self.hub.publish(Picture(bytes(50_000), float(second)))
            await step()
            assert self.hub.viewers == len(self._watching)

    async def _watch(self, interval: float) -> None:
        with self.hub.watch(interval) as viewer:
            while True:
                await viewer.async_next()
                self.seen += 1

    async def leave(self) -> None:
        for task in self._watching.values():
            task.cancel()
        await asyncio.gather(*self._watching.values(), return_exceptions=True)


def pictures_in_memory() -> int:
    gc.collect()
    return sum(isinstance(thing, Picture) for thing in gc.get_objects())


async def test_a_thousand_viewers_come_and_go_for_ten_minutes() -> None:
    # The harness lets the loop remember where each future was made; a hundred times
    # slower.
    asyncio.get_running_loop().set_debug(False)
    hub = FrameHub()
    crowd = Crowd(hub)
    try:
        await crowd.live(range(60))
        gc.collect()
        before = sys.getallocatedblocks()
        await crowd.live(range(60, 660))
        # Those who want a picture every five seconds still hold one of then.
        assert pictures_in_memory() <= 6
        # One thing kept for each viewer who came in that time would make 30,000.
        assert sys.getallocatedblocks() - before < 10_000
    finally:
        await crowd.leave()
    assert crowd.seen > 50_000
    assert (hub.viewers, len(hub._waiting)) == (0, 0)
    assert len(asyncio.all_tasks()) == 1
