"""Frames over real sockets to fast, slow and disconnected viewers."""

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from custom_components.jannenkoti.kinds.robocam.frames.mjpeg import MjpegStream
from custom_components.jannenkoti.lib.frame_hub import Frame, FrameHub
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("socket_enabled")

LIMIT = 60
# The size of a frame, and the size of the buffers to a viewer that does not read.
SIZE, ON_THE_WAY = 17_000, 4096
BOUNDARY = b"--frame\r\n"
HEAD = f"Content-Type: image/jpeg\r\nContent-Length: {SIZE}\r\n\r\n".encode()


def jpeg(number: int) -> bytes:
    """Return a frame that contains a number."""
    return b"\xff\xd8" + number.to_bytes(4) + bytes(SIZE - 8) + b"\xff\xd9"


def part(number: int) -> bytes:
    """Return the bytes of a frame as a viewer receives them."""
    return HEAD + jpeg(number) + b"\r\n" + BOUNDARY


def numbers(stream: bytes) -> list[int]:
    """Return the numbers of the frames in a stream."""
    assert stream.startswith(BOUNDARY)
    assert stream.endswith(BOUNDARY)
    found = [
        int.from_bytes(piece.removeprefix(HEAD)[2:6])
        for piece in stream.split(BOUNDARY)[1:-1]
    ]
    assert stream == BOUNDARY + b"".join(part(number) for number in found)
    return found


class House:
    """Serve the frames of a hub, like Home Assistant."""

    def __init__(self, patience: float, *, narrow: bool, cancels: bool) -> None:
        self._narrow = narrow
        self.hub = FrameHub()
        self.transports: list[asyncio.Transport] = []
        self._stream = MjpegStream(self.hub, patience)
        application = web.Application()
        application.router.add_get("/", self._answer)
        self.port = 0
        self.published = 0
        self._runner = web.AppRunner(application, handler_cancellation=cancels)

    async def open(self, tls: ssl.SSLContext | None) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        for way in self.transports:
            way.abort()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        self.transports.append(request.transport)
        if self._narrow:
            line = request.transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ON_THE_WAY)
        return await self._stream.async_respond(request)

    def publish(self) -> None:
        """Publish the next frame."""
        self.published += 1
        self.hub.publish(Frame(jpeg(self.published), float(self.published)))

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until a condition is true."""

        async def is_so() -> bool:
            return true()

        await eventually(is_so, within=LIMIT, what="the condition")


class Viewer:
    """A viewer with a socket of its own, which reads on request."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def at(
        cls, house: House, version: str = "1.0", trust: ssl.SSLContext | None = None
    ) -> Viewer:
        """Connect, and receive the head of the response."""
        before = house.hub.viewers
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ON_THE_WAY)
        line.setblocking(False)  # noqa: FBT003  # the socket's own way
        address = ("127.0.0.1", house.port)
        await asyncio.get_running_loop().sock_connect(line, address)
        reader, writer = await asyncio.open_connection(
            sock=line,
            limit=ON_THE_WAY,
            ssl=trust,
            server_hostname="localhost" if trust else None,
        )
        writer.write(f"GET / HTTP/{version}\r\nHost: localhost\r\n\r\n".encode())
        viewer = cls(reader, writer)
        await house.until(lambda: house.hub.viewers == before + 1)
        return viewer

    async def head(self) -> str:
        """Return the head of the answer."""
        async with asyncio.timeout(LIMIT):
            return (await self.reader.readuntil(b"\r\n\r\n")).decode()

    async def rest(self) -> bytes:
        """Return all that comes until the end."""
        async with asyncio.timeout(LIMIT):
            return await self.reader.read()

    async def read(self, expected: bytes) -> bool:
        """Say whether this is what comes next."""
        async with asyncio.timeout(LIMIT):
            return await self.reader.readexactly(len(expected)) == expected

    async def until(self, last: bytes) -> bytes:
        """Return all that comes until this has come."""
        come = b""
        async with asyncio.timeout(LIMIT):
            while not come.endswith(last):
                more = await self.reader.read(len(last))
                assert more
                come += more
        return come

    async def leave(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


@asynccontextmanager
async def serving(
    *,
    patience: float = 60,
    tls: ssl.SSLContext | None = None,
    narrow: bool = False,
    cancels: bool = True,
) -> AsyncIterator[House]:
    before = asyncio.all_tasks()
    house = House(patience, narrow=narrow, cancels=cancels)
    await house.open(tls)
    try:
        yield house
        house.hub.close()
        # No viewer is left before the server disconnects the rest.
        await house.until(lambda: house.hub.viewers == 0)
        await house.until(lambda: all(way.is_closing() for way in house.transports))
    finally:
        await house.close()
    await house.until(lambda: asyncio.all_tasks() <= before)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a key and a certificate that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(pem)
    )
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """Return what a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trust(certificate: Path) -> ssl.SSLContext:
    """Return what a viewer believes in."""
    return ssl.create_default_context(cafile=certificate)


@pytest.mark.parametrize("over_tls", [False, True])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_viewer_receives_each_frame_and_the_first_twice(
    tls: ssl.SSLContext, trust: ssl.SSLContext, version: str, *, over_tls: bool
) -> None:
    async with serving(tls=tls if over_tls else None) as house:
        viewer = await Viewer.at(house, version, trust if over_tls else None)
        head = await viewer.head()
        assert "multipart/x-mixed-replace; boundary=frame" in head
        assert ("chunked" in head) == (version == "1.1")
        for _ in range(2):
            house.publish()
        house.hub.close()
        stream = await viewer.rest()
        if version == "1.1":
            stream = unchunked(stream)
        assert numbers(stream) == [1, 1, 2]
        await viewer.leave()


def unchunked(stream: bytes) -> bytes:
    """Return what is in the chunks, each of which bears its length."""
    body = b""
    while True:
        size, _, stream = stream.partition(b"\r\n")
        length = int(size, 16)
        assert stream[length : length + 2] == b"\r\n"
        if not length:
            assert stream == b"\r\n"
            return body
        body, stream = body + stream[:length], stream[length + 2 :]


async def test_late_viewer_receives_the_current_frame() -> None:
    async with serving() as house, ClientSession() as session:
        house.publish()
        house.publish()
        async with session.get(f"http://127.0.0.1:{house.port}/") as stream:
            first = await stream.content.readexactly(len(BOUNDARY + part(2)))
        assert first == BOUNDARY + part(2)


@pytest.mark.parametrize("over_tls", [False, True])
async def test_slow_viewer_continues_with_the_newest_frame(
    tls: ssl.SSLContext, trust: ssl.SSLContext, *, over_tls: bool
) -> None:
    last = 80
    async with serving(tls=tls if over_tls else None, narrow=True) as house:
        slow = await Viewer.at(house, trust=trust if over_tls else None)
        quick = await Viewer.at(house, trust=trust if over_tls else None)
        await slow.head()
        await quick.head()
        house.publish()
        assert await quick.read(BOUNDARY + 2 * part(1))
        for number in range(2, last + 1):
            house.publish()
            assert await quick.read(part(number))
            assert house.transports[0].get_write_buffer_size() <= 2 * len(part(number))
        # It reads, and receives the newest frame without a further one.
        seen = numbers(await slow.until(part(last)))
        # TLS buffers some frames on either side.
        assert seen == [1, 1, last] if not over_tls else len(seen) < last / 2
        await slow.leave()
        await quick.leave()


async def test_slow_viewer_receives_the_placeholder_twice() -> None:
    """Chromium shows a frame when the next one arrives."""
    async with serving(narrow=True) as house:
        slow = await Viewer.at(house)
        await slow.head()
        for _ in range(3):
            house.publish()
        house.hub.show_placeholder(jpeg(77), 9)
        house.publish()
        assert numbers(await slow.until(2 * part(77))) == [1, 1, 77, 77]
        house.hub.resend(0)
        assert await slow.read(2 * part(77))
        await slow.leave()


async def test_viewer_that_stops_reading_is_disconnected() -> None:
    async with serving(patience=0.1, narrow=True) as house:
        gone = await Viewer.at(house)
        house.publish()
        await house.until(lambda: house.hub.viewers == 0)
        assert not (await gone.rest()).endswith(BOUNDARY)
        await gone.leave()


async def test_viewer_that_stops_reading_does_not_delay_closing() -> None:
    async with serving(patience=0.1, narrow=True) as house:
        gone = await Viewer.at(house)
        house.publish()
        house.hub.close()
        await house.until(lambda: house.hub.viewers == 0)
        await gone.leave()


async def test_disconnected_viewer_is_not_counted() -> None:
    async with serving(narrow=True) as house:
        quick, slow = await Viewer.at(house), await Viewer.at(house)
        await quick.head()
        house.publish()
        await quick.until(part(1))
        await quick.leave()
        await house.until(lambda: house.hub.viewers == 1)
        slow.writer.transport.abort()  # in the middle of a frame
        await house.until(lambda: house.hub.viewers == 0)


async def test_disconnected_viewer_is_detected_without_cancellation() -> None:
    async with serving(cancels=False) as house:
        viewer = await Viewer.at(house)
        await viewer.leave()
        await house.until(house.transports[0].is_closing)
        assert house.hub.viewers == 1
        house.publish()
        await house.until(lambda: house.hub.viewers == 0)


async def test_closing_transport_receives_no_frame() -> None:
    async with serving() as house:
        viewer = await Viewer.at(house)
        house.transports[0].close()
        house.publish()
        await house.until(lambda: house.hub.viewers == 0)
        assert (await viewer.rest()).endswith(b"\r\n\r\n" + BOUNDARY)
        await viewer.leave()
