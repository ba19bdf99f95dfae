"""The camera's client against a fake camera on real sockets."""

import asyncio
import time
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession

from custom_components.jannenkoti.kinds.robocam.client import Link, RoboCamClient
from custom_components.jannenkoti.kinds.robocam.connection import (
    Address,
    Timing,
    async_probe,
)
from custom_components.jannenkoti.kinds.robocam.errors import Problem, Unreachable
from custom_components.jannenkoti.kinds.robocam.hub import FrameHub, Picture
from custom_components.jannenkoti.kinds.robocam.motion import MOVE_INTERVAL, Motion
from custom_components.jannenkoti.kinds.robocam.protocol import Position
from custom_components.jannenkoti.kinds.robocam.talk import Talk
from demo.fakes.esp32_camera import MAX_CLIENTS, PATH, START, FakeCamera, Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Real sockets, but nobody has to wait for what takes seconds at home.
TIMING = Timing(
    connect=2,
    first_word=0.5,
    silence=0.6,
    heartbeat=0.6,
    linger=0.1,
    command=2,
    retry_first=timedelta(milliseconds=50),
    retry_longest=timedelta(milliseconds=100),
)


class Watched:
    """A client and all that it is made of."""

    def __init__(
        self, session: ClientSession, camera: FakeCamera, *, stay: bool = False
    ) -> None:
        self.camera = camera
        self.changed = asyncio.Event()
        self.links: list[Link] = []
        self.hub = FrameHub(self._wake)
        self.motion = Motion()
        self.talk = Talk(self.hub, self.motion, 20)
        self.client = RoboCamClient(
            session,
            address(camera),
            self.talk,
            stay=stay,
            timing=TIMING,
            changed=self._note,
        )

    def _wake(self) -> None:
        self.client.wake()

    def _note(self) -> None:
        self.links.append(self.client.link)
        self.changed.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so, for some seconds at most."""
        async with asyncio.timeout(8):
            while not true():
                self.changed.clear()
                waiting = asyncio.create_task(self.changed.wait())
                await asyncio.wait({waiting}, timeout=0.02)
                waiting.cancel()


def address(camera: FakeCamera, path: str = PATH) -> Address:
    return Address(host="127.0.0.1", port=camera.port, path=path)


@contextmanager
def eyes(world: Watched) -> Iterator[list[Picture]]:
    """Watch; return all pictures that come."""
    seen: list[Picture] = []

    def take(picture: Picture) -> bool:
        seen.append(picture)
        world.changed.set()
        return True

    with world.hub.watch(take):
        yield seen


@asynccontextmanager
async def watched(camera: FakeCamera) -> AsyncIterator[Watched]:
    async with ClientSession() as session:
        world = Watched(session, camera)
        running = asyncio.create_task(world.client.async_run())
        try:
            yield world
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_picture_comes_and_the_camera_is_left_alone_again() -> None:
    async with FakeCamera(pushes_every=None) as camera, watched(camera) as world:
        async with asyncio.timeout(5):
            picture = await world.hub.async_still(newer_than=0)
        assert picture.jpeg.startswith(b"\xff\xd8")
        await world.until(lambda: world.client.link is Link.ASLEEP)
        await world.until(lambda: camera.clients == 0)
        assert world.motion.measured == Position(*START)


async def test_ten_viewers_use_one_connection() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        with ExitStack() as stack:
            seen = [stack.enter_context(eyes(world)) for _ in range(10)]
            await world.until(lambda: all(len(pictures) >= 5 for pictures in seen))
            assert [pictures[:5] for pictures in seen] == [seen[0][:5]] * 10
        assert (camera.accepted, camera.most_clients) == (1, 1)


@pytest.mark.parametrize("pushes_every", [None, 0.05])
async def test_a_camera_that_pushes_is_hardly_asked(pushes_every: float | None) -> None:
    async with (
        FakeCamera(pushes_every=pushes_every) as camera,
        watched(camera) as world,
    ):
        with eyes(world) as seen:
            await world.until(lambda: len(seen) >= 12)
        asked = camera.heard.count("getframe")
        assert asked >= 10 if pushes_every is None else asked <= 4


async def test_a_move_wakes_the_camera_and_is_seen_to_arrive() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        await world.until(lambda: world.client.link is Link.ASLEEP)
        world.motion.aim(Position(120, 40))
        await world.client.async_deliver()
        await world.until(lambda: camera.goal == (120, 40))
        await world.until(lambda: not world.motion.moving)
        assert world.motion.target == Position(120, 40)
        assert world.motion.measured == Position(116, 40)  # as its firmware does


async def test_many_moves_become_few() -> None:
    async with FakeCamera(pushes_every=None) as camera, watched(camera) as world:
        await world.client.async_meet()
        began = time.monotonic()
        for x in range(60):
            world.motion.aim(Position(x, 40))
            world.client.wake()
            await asyncio.sleep(0)
        await world.client.async_deliver()
        await world.until(lambda: camera.goal == (59, 40))
        most = 2 + (time.monotonic() - began) / MOVE_INTERVAL
        assert len([text for text in camera.heard if text.startswith('{"x"')]) <= most


PROBLEMS = {
    Trouble.SILENT: Problem.SILENT,
    Trouble.FULL: Problem.FULL,
    Trouble.TRUNCATED: Problem.NO_PICTURE,
    Trouble.HUGE: Problem.TOO_LARGE,
    Trouble.ENDLESS: Problem.NO_PICTURE,
}


@pytest.mark.parametrize(("trouble", "problem"), PROBLEMS.items())
async def test_what_is_wrong_with_a_camera_is_told_and_then_over(
    trouble: Trouble, problem: Problem, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeCamera() as camera:
        camera.trouble = trouble
        async with watched(camera) as world:
            with eyes(world) as seen:
                await world.until(lambda: world.client.problem is problem)
                attempts = camera.accepted
                await world.until(lambda: camera.accepted > attempts + 1)
                assert world.client.link is Link.LOST
                assert not seen
                camera.trouble = None
                await world.until(lambda: bool(seen))
                assert world.client.problem is None
                assert world.client.reconnects == 1
    assert said(caplog) == [
        f"Lost the camera at 127.0.0.1: {problem}",
        "The camera at 127.0.0.1 is back",
    ]


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the integration wrote into the log."""
    ours = [record for record in caplog.records if "jannenkoti" in record.name]
    return [record.getMessage() for record in ours]


async def test_texts_that_are_no_json_are_counted_and_do_no_harm() -> None:
    async with FakeCamera() as camera:
        camera.trouble = Trouble.BABBLING
        async with watched(camera) as world:
            async with asyncio.timeout(5):
                await world.hub.async_still(newer_than=0)
            assert world.talk.dropped > 0
            assert world.client.link is Link.CONNECTED


async def test_a_sixth_client_is_closed_at_once() -> None:
    async with FakeCamera() as camera, ClientSession() as session:
        others = [await session.ws_connect(address(camera).url) for _ in range(5)]
        assert camera.clients == MAX_CLIENTS == len(others)
        with pytest.raises(Unreachable) as error:
            await async_probe(session, address(camera), TIMING)
        assert error.value.problem is Problem.FULL
        for other in others:
            await other.close()


async def test_a_wrong_path_is_told() -> None:
    async with FakeCamera() as camera, ClientSession() as session:
        with pytest.raises(Unreachable) as error:
            await async_probe(session, address(camera, "/stream"), TIMING)
        assert error.value.problem is Problem.WRONG_PATH


async def test_an_upgrade_that_never_ends_is_given_up() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs")
        await writer.drain()
        await stopped.wait()
        writer.close()

    stopped = asyncio.Event()
    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        slow = Address(host="127.0.0.1", port=port, path=PATH)
        async with ClientSession() as session:
            with pytest.raises(Unreachable) as error:
                await async_probe(session, slow, Timing(connect=0.2))
        stopped.set()
    assert error.value.problem is Problem.UNREACHABLE


async def test_nobody_there_is_told_and_a_command_fails_in_time() -> None:
    async with FakeCamera() as camera:
        pass
    async with watched(camera) as world:
        with pytest.raises(Unreachable):
            await world.client.async_meet()
        world.motion.aim(Position(10, 10))
        with pytest.raises(Unreachable):
            await world.client.async_deliver()


async def test_a_camera_that_reboots_is_found_again() -> None:
    async with FakeCamera(pushes_every=0.05) as camera, watched(camera) as world:
        with eyes(world) as seen:
            await world.until(lambda: bool(seen))
            await camera.stop()
            await world.until(lambda: world.client.link is Link.LOST)
            before = len(seen)
            assert world.hub.shown is seen[-1]
            await camera.start()
            await world.until(lambda: len(seen) > before)
        assert world.client.reconnects == 1


async def test_a_lamp_is_switched_and_again_after_a_reboot() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        world.talk.switch_light(on=False)
        await world.client.async_deliver()
        await world.until(lambda: not camera.lamp)
        await world.until(lambda: world.client.link is Link.ASLEEP)
        camera.lamp = True
        async with asyncio.timeout(5):
            await world.hub.async_still(newer_than=0)
        await world.until(lambda: not camera.lamp)


async def test_a_camera_that_sends_nothing_is_pinged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeCamera(pushes_every=None) as camera, ClientSession() as session:
        world = Watched(session, camera, stay=True)
        running = asyncio.create_task(world.client.async_run())
        await world.client.async_meet()
        await asyncio.sleep(TIMING.heartbeat * 2)
        assert world.client.link is Link.CONNECTED
        assert camera.accepted == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert not said(caplog)


async def test_a_board_without_power_is_missed() -> None:
    """It answers nothing any more, but nobody has closed the connection either."""
    async with FakeCamera(pushes_every=None) as camera, ClientSession() as session:
        world = Watched(session, camera, stay=True)
        running = asyncio.create_task(world.client.async_run())
        await world.client.async_meet()
        await world.until(lambda: not world.talk.pending)
        camera.freeze()
        await world.until(lambda: world.client.problem is Problem.SILENT)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
