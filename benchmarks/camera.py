"""The cost of ten viewers, the latency, and the traffic without viewers.

Ours and Home Assistant's own `mjpeg` show the same frames, in turns, in one Home
Assistant; what an idle one uses in the same time is taken off.
"""

import asyncio
import time
from contextlib import asynccontextmanager
from statistics import median, quantiles
from typing import TYPE_CHECKING, override

import aiohttp
from aiohttp import web

from demo.fakes.esp32_camera import PATH, FakeCamera
from demo.home_assistant import free_port
from demo.waiting import eventually

from .figure import Figure, note, spread
from .home import cpu, home

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from .home import Home

_VIEWERS = 10
_PUSHES_EVERY = 0.1
_SECONDS = 6.0
_ROUNDS = 3
_IDLE = 20.0
_SETTLE = 1.0
_SLEEP_LIMIT = 30
_NUMBER = b"NUMBER"
_COST_GOAL, _LATENCY_GOAL, _IDLE_GOAL = 0.5, 20.0, 0.01


class _NumberedCamera(FakeCamera):
    """A camera that writes a number into each frame and records when it was sent."""

    def __init__(self) -> None:
        super().__init__(pushes_every=_PUSHES_EVERY, draws=False, buffers=0)
        self.sent: dict[int, float] = {}

    @override
    def picture(self) -> bytes:
        number = len(self.sent)
        self.sent[number] = time.monotonic()
        comment = _NUMBER + f"{number:08d}".encode()
        head = b"\xff\xfe" + (len(comment) + 2).to_bytes(2)
        jpeg = super().picture()
        return jpeg[:2] + head + comment + jpeg[2:]


class _Viewers:
    """Ten viewers."""

    def __init__(self, base: str, path: str) -> None:
        self._url = base + path
        self.frames = 0
        self.settled = 0.0
        """Since when all of them watch."""
        self.came: dict[int, list[float]] = {}
        """When each frame arrived, by its number."""

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Let all watch meanwhile."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            watching = [
                asyncio.create_task(self._watch(session)) for _ in range(_VIEWERS)
            ]
            try:
                yield
            finally:
                for task in watching:
                    task.cancel()
                await asyncio.gather(*watching, return_exceptions=True)

    async def _watch(self, session: aiohttp.ClientSession) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with session.get(self._url, timeout=timeout) as stream:
            stream.raise_for_status()
            while line := await stream.content.readline():
                if line.lower().startswith(b"content-length:"):
                    await stream.content.readline()  # the empty line behind the head
                    jpeg = await stream.content.readexactly(int(line.split(b":")[1]))
                    self.frames += 1
                    at = jpeg.find(_NUMBER, 0, 64) + len(_NUMBER)
                    number = int(jpeg[at : at + 8])
                    self.came.setdefault(number, []).append(time.monotonic())


@asynccontextmanager
async def _mjpeg(camera: FakeCamera) -> AsyncIterator[str]:
    """Serve the camera's frames as HTTP cameras do; yield the address."""

    async def stream(request: web.Request) -> web.StreamResponse:
        kind = "multipart/x-mixed-replace; boundary=x"
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        due = time.monotonic()
        while request.transport is not None and not request.transport.is_closing():
            jpeg = camera.picture()
            head = f"--x\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n"
            await response.write(f"{head}\r\n".encode() + jpeg + b"\r\n")
            due += _PUSHES_EVERY
            await asyncio.sleep(due - time.monotonic())
        return response

    application = web.Application()
    application.router.add_get("/stream", stream)
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/stream"
    finally:
        await runner.cleanup()


class _Bench:
    """A Home Assistant with both cameras."""

    def __init__(self, house: Home, camera: _NumberedCamera) -> None:
        self._home = house
        self.camera = camera
        self._paths: dict[str, str] = {}

    async def add(self, url: str) -> Path:
        """Add both cameras; return where the kernel keeps its accounts."""
        client = self._home.client
        step = await client.start_flow("robocam")
        answers = {"host": "127.0.0.1", "path": PATH}
        await client.answer_flow(step, {**answers, "port": self.camera.port})
        step = await client.post(
            "/api/config/config_entries/flow", {"handler": "mjpeg"}
        )
        await client.answer_flow(step, {"name": "Core", "mjpeg_url": url})
        for state in await client.get("/api/states"):
            if state["entity_id"].startswith("camera."):
                core = state["attributes"]["friendly_name"] == "Core"
                name = "Core" if core else "Ours"
                self._paths[name] = f"/api/camera_proxy_stream/{state['entity_id']}"
        return await self._home.task()

    async def viewers(self, name: str) -> _Viewers:
        """Return viewers of one of them; what lets them in changes all the time."""
        entity_id = self._paths[name].rpartition("/")[2]
        state = await self._home.client.get(f"/api/states/{entity_id}")
        token = state["attributes"]["access_token"]
        base = self._home.home_assistant.base
        return _Viewers(base, f"{self._paths[name]}?token={token}")

    async def cost(self, task: Path, name: str, idle: float) -> tuple[float, _Viewers]:
        """Return the CPU seconds of the loop for each frame of a viewer."""
        viewers = await self.viewers(name)
        async with viewers.watching():
            await asyncio.sleep(_SETTLE)
            viewers.settled = time.monotonic()
            before, frames = cpu(task), viewers.frames
            begun = time.monotonic()
            await asyncio.sleep(_SECONDS)
            used = cpu(task).since(before).loop
            passed = time.monotonic() - begun
            frames = viewers.frames - frames
        return (used - idle * passed) / frames, viewers

    async def idle(self, task: Path) -> float:
        """Return the CPU seconds of the loop in each second of nothing."""
        await self.asleep()
        before = cpu(task)
        await asyncio.sleep(_SECONDS)
        return cpu(task).since(before).loop / _SECONDS

    async def asleep(self) -> None:
        """Wait until our camera is left alone."""

        async def left_alone() -> bool:
            return self.camera.clients == 0

        await eventually(left_alone, within=_SLEEP_LIMIT, what="the camera's sleep")


async def measure() -> list[Figure]:
    """Return the figures of the camera."""
    async with home() as house, _NumberedCamera() as camera, _mjpeg(camera) as url:
        await house.start()
        bench = _Bench(house, camera)
        task = await bench.add(url)
        costs: dict[str, list[float]] = {"Ours": [], "Core": []}
        late: list[float] = []
        rate = 0.0
        for _ in range(_ROUNDS):
            idle = await bench.idle(task)
            for name, of_name in costs.items():
                sent, begun = camera.sent_bytes, time.monotonic()
                cost, viewers = await bench.cost(task, name, idle)
                of_name.append(cost * 1e6)
                if name == "Ours":
                    rate = (camera.sent_bytes - sent) / (time.monotonic() - begun)
                    late += _lateness(camera, viewers)
        await bench.asleep()
        clients = camera.most_clients
        sent = camera.sent_bytes
        await asyncio.sleep(_IDLE)
        idle_rate = (camera.sent_bytes - sent) / _IDLE
    for name, of_name in costs.items():
        note(f"{name}: {spread(of_name, 'µs of the loop for a frame')}")
    note(f"connections to our camera at once: {clients}; {len(late)} frames received")
    return _figures(costs, late, (idle_rate, rate))


def _lateness(camera: _NumberedCamera, viewers: _Viewers) -> list[float]:
    """Return, in ms, how long after its sending the last viewer received each frame."""
    return [
        (max(came) - camera.sent[number]) * 1000
        for number, came in viewers.came.items()
        if len(came) == _VIEWERS and camera.sent[number] >= viewers.settled
    ]


def _figures(
    costs: dict[str, list[float]], late: list[float], rates: tuple[float, float]
) -> list[Figure]:
    ours, core = median(costs["Ours"]), median(costs["Core"])
    idle, watched = (rate * 60 for rate in rates)
    return [
        Figure(
            name="camera_fanout_cost",
            ours=ours,
            reference=core,
            unit="µs",
            ratio=ours / core,
            goal=_COST_GOAL,
            goal_is_ratio=True,
        ),
        Figure(
            name="camera_latency",
            ours=quantiles(late, n=100)[-1],
            reference=None,
            unit="ms",
            ratio=None,
            goal=_LATENCY_GOAL,
        ),
        Figure(
            name="camera_idle_traffic",
            ours=idle,
            reference=watched,
            unit="B/min",
            ratio=idle / watched,
            goal=_IDLE_GOAL,
            goal_is_ratio=True,
        ),
    ]
