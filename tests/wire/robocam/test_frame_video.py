"""Frames as H.264: a real encoder, over a real socket."""

import asyncio
import io
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession, ClientTimeout
from PIL import Image, ImageDraw
from yarl import URL

from custom_components.jannenkoti.lib.frame_hub import Frame, FrameHub
from custom_components.jannenkoti.lib.frame_video import MOST_CLIENTS, FrameVideo
from demo.waiting import eventually

from ...marks import NEEDS_FFMPEG

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from aiohttp import ClientResponse

pytestmark = [NEEDS_FFMPEG, pytest.mark.usefixtures("socket_enabled")]

LIMIT = 60
FFMPEG = "ffmpeg"


def picture(number: int, size: tuple[int, int] = (320, 240)) -> bytes:
    """Return a JPEG with a bar that is further right for a larger number."""
    image = Image.new("RGB", size, "white")
    left = size[0] * (number % 10) // 10
    ImageDraw.Draw(image).rectangle((left, 0, left + 20, size[1]), fill="black")
    output = io.BytesIO()
    image.save(output, "jpeg")
    return output.getvalue()


class Upstream:
    """A hub whose frames come from here."""

    def __init__(self) -> None:
        self.hub = FrameHub()
        self.size = (320, 240)
        self.jpeg: bytes | None = None
        """The same frame each time."""
        self._number = 0

    def publish(self, jpeg: bytes | None = None) -> None:
        self._number += 1
        jpeg = picture(self._number, self.size) if jpeg is None else jpeg
        self.hub.publish(Frame(jpeg, float(self._number)))

    async def run(self) -> None:
        while True:
            self.publish(self.jpeg)
            await asyncio.sleep(0.05)

    async def until_viewers(self, count: int) -> None:
        await until(lambda: self.hub.viewers == count)


async def until(true: Callable[[], bool]) -> None:
    async def is_so() -> bool:
        return true()

    await eventually(is_so, within=LIMIT, what="the condition")


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    """Return an upstream that sends twenty frames a second."""
    source = Upstream()
    running = asyncio.create_task(source.run())
    yield source
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return an HTTP client."""
    async with ClientSession(timeout=ClientTimeout(LIMIT)) as client:
        yield client


@pytest.fixture
async def video(upstream: Upstream) -> AsyncIterator[FrameVideo]:
    """Return the stream of the upstream."""
    served = FrameVideo(upstream.hub)
    yield served
    upstream.hub.close()
    await served.async_close()


async def read(response: ClientResponse, size: int) -> bytes:
    """Return the next bytes of a stream."""
    return await response.content.readexactly(size)


def probe(stream: bytes, tmp_path: Path) -> dict[str, str]:
    """Return what ffprobe reports of a stream: codec, size, number of frames."""
    file = tmp_path / "stream.ts"
    file.write_bytes(stream)
    done = subprocess.run(  # noqa: S603 - what the test wrote
        [
            *("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v"),
            *("-show_entries", "stream=codec_name,pix_fmt,width,height,nb_read_frames"),
            *("-of", "default=noprint_wrappers=1", str(file)),
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    return dict(line.split("=") for line in done.stdout.splitlines())


async def test_frames_are_served_as_h264(
    upstream: Upstream, video: FrameVideo, session: ClientSession, tmp_path: Path
) -> None:
    async with session.get(await video.async_url(FFMPEG)) as response:
        assert response.status == 200
        assert response.content_type == "video/mp2t"
        stream = await read(response, 10_000)
        assert (upstream.hub.viewers, video.clients) == (1, 1)
    found = await asyncio.to_thread(probe, stream, tmp_path)
    assert int(found.pop("nb_read_frames")) >= 5
    assert found == {
        "codec_name": "h264",
        "pix_fmt": "yuv420p",
        "width": "320",
        "height": "240",
    }
    await upstream.until_viewers(0)
    await until(lambda: video.clients == 0)


async def test_odd_size_and_change_of_size_keep_the_stream(
    upstream: Upstream, video: FrameVideo, session: ClientSession, tmp_path: Path
) -> None:
    upstream.size = (321, 241)
    await asyncio.sleep(0)
    upstream.publish()
    async with session.get(await video.async_url(FFMPEG)) as response:
        stream = await read(response, 5_000)
        # The placeholder of a private camera has another size.
        upstream.hub.show_placeholder(picture(3, (640, 480)), 0)
        stream += await read(response, 3_000)
    found = await asyncio.to_thread(probe, stream, tmp_path)
    assert (found["width"], found["height"]) == ("320", "240")


async def test_unreadable_frames_do_not_end_the_stream(
    upstream: Upstream, video: FrameVideo, session: ClientSession
) -> None:
    async with session.get(await video.async_url(FFMPEG)) as response:
        await read(response, 3_000)
        for bad in (b"", b"\xff\xd8\xff\xd9", picture(1)[:900], bytes(5000)):
            upstream.publish(bad)
            await asyncio.sleep(0.01)
        # More than what was on its way.
        await read(response, 15_000)


async def test_last_frame_is_repeated_after_a_pause(
    session: ClientSession, tmp_path: Path
) -> None:
    upstream = Upstream()
    video = FrameVideo(upstream.hub)
    upstream.publish()
    try:
        async with session.get(await video.async_url(FFMPEG)) as response:
            stream = b""
            async with asyncio.timeout(LIMIT):
                while stream.count(b"\x47\x41") < 3:
                    stream += await response.content.readany()
        found = await asyncio.to_thread(probe, stream, tmp_path)
        assert int(found["nb_read_frames"]) >= 2
    finally:
        upstream.hub.close()
        await video.async_close()


@pytest.mark.parametrize("path", ["/", "/x.ts", "/%00.ts", "/é.ts"])
async def test_wrong_path_gets_no_video(
    video: FrameVideo, session: ClientSession, path: str
) -> None:
    url = await video.async_url(FFMPEG)
    async with session.get(url[: url.rindex("/")] + path) as response:
        assert response.status == 404
    assert video.clients == 0


async def test_address_stays_and_is_on_loopback(video: FrameVideo) -> None:
    urls = await asyncio.gather(*(video.async_url(FFMPEG) for _ in range(3)))
    assert len(set(urls)) == 1
    assert urls[0].startswith("http://127.0.0.1:")
    assert len(urls[0].rpartition("/")[2]) > 40


async def test_too_many_clients_are_refused(
    video: FrameVideo, session: ClientSession
) -> None:
    url = await video.async_url(FFMPEG)
    responses = [await session.get(url) for _ in range(MOST_CLIENTS)]
    assert [response.status for response in responses] == [200] * MOST_CLIENTS
    async with session.get(url) as refused:
        assert refused.status == 503
    responses[0].close()
    await until(lambda: video.clients < MOST_CLIENTS)
    async with session.get(url) as accepted:
        assert accepted.status == 200
    for response in responses:
        response.close()


async def test_client_that_leaves_before_the_first_frame_ends_its_encoder(
    session: ClientSession,
) -> None:
    upstream = Upstream()
    video = FrameVideo(upstream.hub)
    url = await video.async_url(FFMPEG)
    try:
        request = asyncio.create_task(session.get(url))
        await upstream.until_viewers(1)
        request.cancel()
        await upstream.until_viewers(0)
        await until(lambda: video.clients == 0)
    finally:
        upstream.hub.close()
        await video.async_close()


async def test_closed_hub_ends_the_stream(
    upstream: Upstream, video: FrameVideo, session: ClientSession
) -> None:
    url = await video.async_url(FFMPEG)
    async with session.get(url) as response:
        await read(response, 1000)
        upstream.hub.close()
        await response.content.read()
    async with session.get(url) as refused:
        assert refused.status == 503


@pytest.mark.parametrize("program", ["/nonexistent/ffmpeg", "/bin/false"])
async def test_failing_encoder_returns_502(
    video: FrameVideo, session: ClientSession, program: str
) -> None:
    async with session.get(await video.async_url(program)) as response:
        assert response.status == 502


async def test_encoder_that_hangs_is_ended(
    upstream: Upstream, session: ClientSession, tmp_path: Path
) -> None:
    hanging = tmp_path / "ffmpeg"
    # It never ends by itself; the test waits for its end, not for a time.
    hanging.write_text(f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
    hanging.chmod(0o755)
    # Larger than a pipe, so that the encoder has to read.
    upstream.size = (4000, 3000)
    video = FrameVideo(upstream.hub, stalled=0.2)
    try:
        async with session.get(await video.async_url(str(hanging))) as response:
            assert response.status == 502
        assert upstream.hub.viewers == 0
    finally:
        await video.async_close()


async def test_client_that_stops_reading_ends_its_encoder(upstream: Upstream) -> None:
    noise = Image.effect_noise((1600, 1200), 200).convert("RGB")
    output = io.BytesIO()
    noise.save(output, "jpeg")
    upstream.jpeg = output.getvalue()
    video = FrameVideo(upstream.hub, stalled=0.5)
    url = URL(await video.async_url(FFMPEG))
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)  # noqa: FBT003  # the socket's own way
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(line, (url.host, url.port))
        await loop.sock_sendall(line, f"GET {url.path} HTTP/1.0\r\n\r\n".encode())
        await upstream.until_viewers(1)
        await upstream.until_viewers(0)
        await until(lambda: video.clients == 0)
    finally:
        line.close()
        await video.async_close()
