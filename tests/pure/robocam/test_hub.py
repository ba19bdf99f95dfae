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
)

JPEG = b"\xff\xd8\xff\xd9"


def picture(at: float) -> Picture:
    return Picture(JPEG, at)


async def step() -> None:
    """Let everybody who can do something do it."""
    for _ in range(3):
        await asyncio.sleep(0)


class Person:
    """Takes pictures, for which there is room or not."""

    def __init__(self, *, room: bool = True) -> None:
        self.room = room
        self.seen: list[Picture] = []

    @property
    def times(self) -> list[float]:
        return [picture.at for picture in self.seen]

    def take(self, picture: Picture) -> bool:
        self.seen.append(picture)
        return self.room


def test_everybody_sees_every_picture_at_once() -> None:
    hub = FrameHub()
    one, two, three = Person(), Person(), Person()
    with hub.watch(one.take), hub.watch(two.take), hub.watch(three.take):
        assert hub.viewers == 3
        for at in range(5):
            hub.publish(picture(at))
            assert [one.times[-1], two.times[-1], three.times[-1]] == [at] * 3
    hub.publish(picture(5))
    assert hub.viewers == 0
    assert [one.times, two.times, three.times] == [[0, 1, 2, 3, 4]] * 3


def test_a_late_joiner_gets_the_last_picture_at_once() -> None:
    hub = FrameHub()
    hub.publish(picture(1))
    hub.publish(picture(2))
    late = Person()
    with hub.watch(late.take):
        assert late.times == [2]


async def test_a_slow_viewer_misses_pictures_and_delays_nobody() -> None:
    hub = FrameHub()
    slow, quick = Person(room=False), Person()
    with hub.watch(slow.take) as viewer, hub.watch(quick.take):
        waiting = asyncio.create_task(viewer.async_full())
        await step()
        assert not waiting.done()
        for at in range(100):
            hub.publish(picture(at))
        assert slow.times == [0]
        await waiting
        viewer.ready()
        assert slow.times == [0, 99]
        # It is full again, and there is nothing new for it.
        await viewer.async_full()
        viewer.ready()
        assert slow.times == [0, 99]
    assert quick.times == list(range(100))


@pytest.mark.parametrize(("every", "expected"), [(1, 100), (2, 50), (5, 20), (40, 3)])
def test_everybody_has_a_pace_of_its_own(every: int, expected: int) -> None:
    hub = FrameHub()
    person = Person(room=False)
    with hub.watch(person.take) as viewer:
        for number in range(100):
            hub.publish(picture(number))
            if number % every == 0:
                assert person.times[-1] <= number
                viewer.ready()
                assert person.times[-1] == number
    assert abs(len(person.seen) - expected) <= 1


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
    person, slow = Person(), Person(room=False)
    with hub.watch(person.take), hub.watch(slow.take) as viewer:
        hub.draw_curtain(b"private", 2)
        assert person.seen[-1].jpeg == b"private"
        hub.publish(picture(3))
        viewer.ready()
        assert [seen.jpeg for seen in slow.seen] == [JPEG, b"private"]
        assert hub.latest is None
        assert (await hub.async_still(newer_than=9)).jpeg == b"private"
        hub.open_curtain()
        assert hub.shown is None
        hub.publish(picture(4))
        assert person.times == [1, 2, 4]
    # Behind the curtain a still is shown too, but nothing is wanted for it.
    assert wanted == [True, True, False, False, True, True, False]


def test_an_old_picture_is_repeated() -> None:
    hub = FrameHub()
    hub.repeat(9)
    hub.publish(picture(1))
    person = Person()
    with hub.watch(person.take):
        hub.repeat(1)
        assert person.times == [1]
        hub.repeat(9)
        assert person.times == [1, 1]
        hub.draw_curtain(b"private", 2)
        hub.repeat(0)
        assert [seen.jpeg for seen in person.seen[2:]] == [b"private"] * 2


async def test_a_closed_hub_sends_everybody_away() -> None:
    hub = FrameHub()
    hub.publish(picture(1))
    person, slow = Person(), Person(room=False)
    with hub.watch(person.take) as viewer, hub.watch(slow.take) as other:
        waiting = asyncio.create_task(viewer.async_full())
        await step()
        hub.close()
        with pytest.raises(Closed):
            await waiting
        other.ready()
        with pytest.raises(Closed):
            await other.async_full()
        hub.publish(picture(2))
    with hub.watch(person.take) as late, pytest.raises(Closed):
        await late.async_full()
    assert (person.times, slow.times) == ([1], [1])
    with pytest.raises(Closed):
        await hub.async_still(newer_than=9)


async def test_who_waits_for_a_still_is_sent_away_too() -> None:
    hub = FrameHub()
    waiting = asyncio.create_task(hub.async_still(newer_than=0))
    await step()
    hub.close()
    with pytest.raises(Closed):
        await waiting


class Crowd:
    """A thousand people, about half of whom watch at any time."""

    def __init__(self, hub: FrameHub) -> None:
        self.hub = hub
        self.seen = 0
        self._chance = random.Random(4)  # noqa: S311  # Nothing is kept secret by it.
        self._watching: dict[int, asyncio.Task[None]] = {}
        self._bells = {interval: asyncio.Event() for interval in (2, 5)}

    async def live(self, seconds: range) -> None:
        """Come and go at random, with a picture each second."""
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
            self.hub.publish(Picture(bytes(50_000), float(second)))
            for interval, bell in self._bells.items():
                if second % interval == 0:
                    bell.set()
                    self._bells[interval] = asyncio.Event()
            await step()
            assert self.hub.viewers == len(self._watching)

    async def _watch(self, interval: int) -> None:
        """Watch all, or need so many seconds for a picture."""

        def take(_picture: Picture) -> bool:
            self.seen += 1
            return not interval

        with self.hub.watch(take) as viewer:
            while True:
                await viewer.async_full()
                await self._bells[interval].wait()
                viewer.ready()

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
