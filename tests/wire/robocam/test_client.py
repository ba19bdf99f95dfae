"""The camera's client against a fake camera on real sockets."""

import asyncio
import time
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, override

import pytest
from aiohttp import ClientSession

from custom_components.jannenkoti.kinds.robocam.model import Position
from custom_components.jannenkoti.kinds.robocam.motion.motion import (
    MOVE_INTERVAL,
    Motion,
)
from custom_components.jannenkoti.kinds.robocam.wire.client import (
    LinkState,
    RoboCamClient,
)
from custom_components.jannenkoti.kinds.robocam.wire.connection import (
    Address,
    Timing,
    async_probe,
)
from custom_components.jannenkoti.kinds.robocam.wire.errors import (
    ConnectionProblem,
    Unreachable,
)
from custom_components.jannenkoti.kinds.robocam.wire.session import Session
from custom_components.jannenkoti.lib.frame_hub import Frame, FrameHub
from demo.fakes.camera_servos import START
from demo.fakes.esp32_camera import MAX_CLIENTS, PATH, FakeCamera, Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Real sockets with short timeouts, so that tests are fast.
TIMING = Timing(
    connect=2,
    first_message=1.0,
    silence=1.2,
    heartbeat=1.2,
    linger=0.1,
    command=2,
    retry_first=timedelta(milliseconds=50),
    retry_longest=timedelta(milliseconds=100),
    stable=0.1,
)


HOUR = timedelta(hours=1)


class Watched:
    """A client with all its parts."""

    def __init__(
        self,
        session: ClientSession,
        camera: FakeCamera,
        *,
        stay: bool = False,
        timing: Timing = TIMING,
    ) -> None:
        self.camera = camera
        self.changed = asyncio.Event()
        self.links: list[LinkState] = []
        self.problems: list[ConnectionProblem | None] = []
        self.hub = FrameHub(self._wake)
        self.motion = Motion()
        self.session = Session(self.hub, self.motion, 20)
        self.client = RoboCamClient(
            session,
            address(camera),
            self.session,
            stay=stay,
            timing=timing,
            changed=self._note,
        )

    def _wake(self) -> None:
        self.client.wake()

    def _note(self) -> None:
        if self.links and self.links[-1] is self.client.link:
            self.problems.append(self.client.problem)
            self.changed.set()
            return
        self.links.append(self.client.link)
        self.problems.append(self.client.problem)
        self.changed.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until a condition is true, for some seconds at most."""
        async with asyncio.timeout(60):
            while not true():
                self.changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), 0.02)


def address(camera: FakeCamera, path: str = PATH) -> Address:
    return Address(host="127.0.0.1", port=camera.port, path=path)


@contextmanager
def watching(world: Watched) -> Iterator[list[Frame]]:
    """Watch; return all frames that arrive."""
    seen: list[Frame] = []

    def take(frame: Frame) -> bool:
        seen.append(frame)
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


async def test_still_wakes_the_camera_which_becomes_idle_again() -> None:
    async with FakeCamera(pushes_every=None) as camera, watched(camera) as world:
        async with asyncio.timeout(60):
            frame = await world.hub.async_still()
        assert frame.jpeg.startswith(b"\xff\xd8")
        await world.until(lambda: world.client.link is LinkState.IDLE)
        await world.until(lambda: camera.clients == 0)
        assert world.motion.measured == Position(*START)


async def test_ten_viewers_share_one_connection() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        with ExitStack() as stack:
            seen = [stack.enter_context(watching(world)) for _ in range(10)]
            await world.until(lambda: all(len(frames) >= 5 for frames in seen))
            assert [frames[:5] for frames in seen] == [seen[0][:5]] * 10
        assert (camera.accepted, camera.most_clients) == (1, 1)


@pytest.mark.parametrize("pushes_every", [None, 0.05])
async def test_pushing_camera_is_hardly_asked(pushes_every: float | None) -> None:
    async with (
        FakeCamera(pushes_every=pushes_every) as camera,
        watched(camera) as world,
    ):
        with watching(world) as seen:
            await world.until(lambda: len(seen) >= 12)
        asked = camera.received.count("getframe")
        assert asked >= 10 if pushes_every is None else asked <= 4


async def test_move_wakes_the_camera_and_is_tracked_to_its_end() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        await world.until(lambda: world.client.link is LinkState.IDLE)
        world.motion.move(Position(120, 40))
        await world.client.async_deliver()
        await world.until(lambda: camera.goal == (120, 40))
        await world.until(lambda: not world.motion.moving)
        assert world.motion.target == Position(120, 40)
        assert world.motion.measured == Position(116, 40)  # as its firmware does


async def test_many_moves_are_reduced_to_few() -> None:
    async with FakeCamera(pushes_every=None) as camera, watched(camera) as world:
        await world.client.async_wait_connected()
        began = time.monotonic()
        for x in range(60):
            world.motion.move(Position(x, 40))
            world.client.wake()
            await asyncio.sleep(0)
        await world.client.async_deliver()
        await world.until(lambda: camera.goal == (59, 40))
        most = 2 + (time.monotonic() - began) / MOVE_INTERVAL
        assert (
            len([text for text in camera.received if text.startswith('{"x"')]) <= most
        )


class TimedCamera(FakeCamera):
    """A camera that writes the time of capture into each frame."""

    @override
    def picture(self) -> bytes:
        comment = f"{time.monotonic():015.6f}".encode()
        head = b"\xff\xfe" + (len(comment) + 2).to_bytes(2)
        jpeg = super().picture()
        return jpeg[:2] + head + comment + jpeg[2:]


def captured_at(frame: Frame) -> float:
    """Return the time of capture that a frame contains."""
    return float(frame.jpeg[6:21])


@pytest.mark.parametrize("pushes_every", [None, 0.05, 0.15])
@pytest.mark.parametrize("buffers", [0, 1, 2, 4])
@pytest.mark.parametrize("sleeps", [False, True])
async def test_still_is_captured_after_the_request(
    pushes_every: float | None, buffers: int, *, sleeps: bool
) -> None:
    async with (
        TimedCamera(pushes_every=pushes_every, buffers=buffers) as camera,
        watched(camera) as world,
    ):
        async with asyncio.timeout(60):
            await world.hub.async_still()
        if sleeps:
            await world.until(lambda: camera.clients == 0)
            await asyncio.sleep(0.3)
        requested_at = time.monotonic()
        on_the_way = world.client.link is LinkState.CONNECTED
        async with asyncio.timeout(60):
            frame = await world.hub.async_still(skip=buffers + on_the_way)
        assert captured_at(frame) >= requested_at


async def test_first_frame_after_sleep_is_old_with_two_buffers() -> None:
    """The fake has the fault that the skipped frames are for."""
    async with TimedCamera(pushes_every=None) as camera, watched(camera) as world:
        await world.hub.async_still()
        await world.until(lambda: camera.clients == 0)
        requested_at = time.monotonic()
        frame = await world.hub.async_still()
        assert captured_at(frame) < requested_at


async def test_padding_after_frames_is_removed() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        camera.trouble = Trouble.PADDED
        async with asyncio.timeout(60):
            frame = await world.hub.async_still()
        assert frame.jpeg.endswith(b"\xff\xd9")
        assert world.session.dropped == 0


async def test_lost_response_costs_one_timeout() -> None:
    async with FakeCamera(pushes_every=None) as camera, watched(camera) as world:
        with watching(world) as seen:
            await world.until(lambda: len(seen) >= 5)
            camera.lost_responses = 1
            began, before = time.monotonic(), len(seen)
            await world.until(lambda: len(seen) >= before + 5)
        # The camera responds at once: the request is lost after one second.
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("trouble", [Trouble.RESETTING, Trouble.BROWN_OUT])
async def test_resetting_camera_is_tried_with_growing_delays(
    trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeCamera(pushes_every=None) as camera, ClientSession() as session:
        world = Watched(session, camera, timing=replace(TIMING, retry_longest=HOUR))
        camera.trouble = trouble
        running = asyncio.create_task(world.client.async_run())
        times: list[float] = []
        with watching(world) as seen:
            while len(times) < 6:
                await world.until(lambda: camera.accepted > len(times))
                times.append(time.monotonic())
            await world.until(lambda: world.client.link is LinkState.LOST)
            assert not seen
            assert set(world.problems) <= {None, ConnectionProblem.UNREACHABLE}
            assert world.links.count(LinkState.CONNECTED) <= 1
            waits = [after - before for before, after in pairwise(times)]
            assert waits[-1] > 4 * TIMING.retry_first.total_seconds()
            camera.trouble = None
            await world.until(lambda: bool(seen))
            await asyncio.sleep(TIMING.stable)
            await world.until(lambda: len(logged(caplog)) == 2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert logged(caplog) == [
        "Lost the camera at 127.0.0.1: unreachable",
        "The camera at 127.0.0.1 is back",
    ]


async def test_move_of_a_full_camera_raises_full() -> None:
    async with FakeCamera() as camera:
        camera.trouble = Trouble.FULL
        async with watched(camera) as world:
            world.motion.move(Position(10, 10))
            with pytest.raises(Unreachable) as error:
                await world.client.async_deliver()
    assert error.value.problem is ConnectionProblem.FULL
    assert error.value.key == "robocam_full"


async def test_refused_client_changes_the_count_of_the_others() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        with watching(world) as seen:
            await world.until(lambda: bool(seen))
            async with ClientSession() as session:
                url = address(camera).url
                others = [await session.ws_connect(url) for _ in range(4)]
                await world.until(lambda: world.session.clients == MAX_CLIENTS)
                with pytest.raises(Unreachable):
                    await async_probe(session, address(camera), TIMING)
                assert world.client.link is LinkState.CONNECTED
                for other in others:
                    await other.close()
                await world.until(lambda: world.session.clients == 1)


async def test_center_of_a_camera_that_leaves_the_start_position_brings_it_back() -> (
    None
):
    async with FakeCamera() as camera, watched(camera) as world:
        await world.client.async_wait_connected()
        await world.until(lambda: camera.position == START)
        world.motion.move(Position(100, 45))
        await world.client.async_deliver()
        world.motion.center()
        await world.client.async_deliver()
        await world.until(lambda: not world.motion.moving)
        assert camera.goal == START
        assert world.motion.target == Position(*START)


PROBLEMS = {
    Trouble.SILENT: ConnectionProblem.SILENT,
    Trouble.FULL: ConnectionProblem.FULL,
    Trouble.TRUNCATED: ConnectionProblem.NO_FRAME,
    Trouble.HUGE: ConnectionProblem.TOO_LARGE,
    Trouble.ENDLESS: ConnectionProblem.NO_FRAME,
}


@pytest.mark.parametrize(("trouble", "problem"), PROBLEMS.items())
async def test_fault_is_reported_once_and_ends_with_a_frame(
    trouble: Trouble, problem: ConnectionProblem, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeCamera() as camera:
        camera.trouble = trouble
        async with watched(camera) as world:
            with watching(world) as seen:
                await world.until(lambda: world.client.problem is problem)
                attempts = camera.accepted
                await world.until(lambda: camera.accepted > attempts + 1)
                assert world.client.link is LinkState.LOST
                assert not seen
                camera.trouble = None
                await world.until(lambda: bool(seen))
                assert world.client.problem is None
                assert world.client.reconnects == 1
                await world.until(lambda: len(logged(caplog)) == 2)
    assert logged(caplog) == [
        f"Lost the camera at 127.0.0.1: {problem}",
        "The camera at 127.0.0.1 is back",
    ]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the log lines of the integration."""
    ours = [record for record in caplog.records if "jannenkoti" in record.name]
    return [record.getMessage() for record in ours]


async def test_texts_that_are_not_json_are_counted() -> None:
    async with FakeCamera() as camera:
        camera.trouble = Trouble.BABBLING
        async with watched(camera) as world:
            async with asyncio.timeout(60):
                await world.hub.async_still()
            assert world.session.dropped > 0
            assert world.client.link is LinkState.CONNECTED


async def test_sixth_client_raises_full() -> None:
    async with FakeCamera() as camera, ClientSession() as session:
        others = [await session.ws_connect(address(camera).url) for _ in range(5)]
        assert camera.clients == MAX_CLIENTS == len(others)
        with pytest.raises(Unreachable) as error:
            await async_probe(session, address(camera), TIMING)
        assert error.value.problem is ConnectionProblem.FULL
        for other in others:
            await other.close()


async def test_wrong_path_raises_wrong_path() -> None:
    async with FakeCamera() as camera, ClientSession() as session:
        with pytest.raises(Unreachable) as error:
            await async_probe(session, address(camera, "/stream"), TIMING)
        assert error.value.problem is ConnectionProblem.WRONG_PATH


async def test_endless_upgrade_raises_unreachable() -> None:
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
    assert error.value.problem is ConnectionProblem.UNREACHABLE


async def test_absent_camera_raises_unreachable_for_connection_and_command() -> None:
    async with FakeCamera() as camera:
        pass
    async with watched(camera) as world:
        with pytest.raises(Unreachable):
            await world.client.async_wait_connected()
        world.motion.move(Position(10, 10))
        with pytest.raises(Unreachable):
            await world.client.async_deliver()


async def test_camera_reconnects_after_reboot() -> None:
    async with FakeCamera(pushes_every=0.05) as camera, watched(camera) as world:
        with watching(world) as seen:
            await world.until(lambda: bool(seen))
            await camera.stop()
            await world.until(lambda: world.client.link is LinkState.LOST)
            before = len(seen)
            assert world.hub.current is seen[-1]
            await camera.start()
            await world.until(lambda: len(seen) > before)
        assert world.client.reconnects == 1


async def test_lamp_is_switched_again_after_reboot() -> None:
    async with FakeCamera() as camera, watched(camera) as world:
        world.session.switch_lamp(on=False)
        await world.client.async_deliver()
        await world.until(lambda: not camera.lamp)
        await world.until(lambda: world.client.link is LinkState.IDLE)
        camera.lamp = True
        async with asyncio.timeout(60):
            await world.hub.async_still()
        await world.until(lambda: not camera.lamp)


async def test_silent_healthy_camera_stays_connected(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeCamera(pushes_every=None) as camera, ClientSession() as session:
        world = Watched(session, camera, stay=True)
        running = asyncio.create_task(world.client.async_run())
        await world.client.async_wait_connected()
        await asyncio.sleep(TIMING.heartbeat * 2)
        assert world.client.link is LinkState.CONNECTED
        assert camera.accepted == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert not logged(caplog)


async def test_camera_that_only_answers_frame_requests_is_connected() -> None:
    """The first firmware sends no greeting, and no answer to questions."""
    async with FakeCamera(pushes_every=None) as camera, watched(camera) as world:
        camera.trouble = Trouble.QUIET
        await world.client.async_wait_connected()
        async with asyncio.timeout(60):
            await world.hub.async_still()
        world.motion.move(Position(120, 40))
        await world.client.async_deliver()
        await world.until(lambda: '{"x":120,"y":40}' in camera.received)
        await world.until(lambda: world.client.link is LinkState.IDLE)
        assert world.client.problem is None
        assert world.problems == [None] * len(world.problems)


async def test_board_without_power_raises_silent() -> None:
    """It does not respond, but the connection is not closed."""
    async with FakeCamera(pushes_every=None) as camera, ClientSession() as session:
        world = Watched(session, camera, stay=True)
        running = asyncio.create_task(world.client.async_run())
        await world.client.async_wait_connected()
        await world.until(lambda: not world.session.needs_connection)
        camera.freeze()
        await world.until(lambda: world.client.problem is ConnectionProblem.SILENT)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
