"""The camera of a printer over a real socket."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock, MagicMock

import pytest
from bambulabs_api.camera_client import PrinterCamera

from custom_components.jannenkoti.kinds.printer.timelapse.jpeg import is_complete
from custom_components.jannenkoti.kinds.printer.wire.camera import (
    CameraLink,
    CameraTiming,
    login_packet,
    stream_url,
)
from custom_components.jannenkoti.kinds.printer.wire.client import Address
from custom_components.jannenkoti.kinds.printer.wire.tls import (
    PrinterContext,
    Trust,
    make_context,
)
from custom_components.jannenkoti.lib.frame_hub import HubClosed
from demo.fakes.printer import ACCESS_CODE, P1S, FakePrinter
from demo.fakes.printer_camera import CameraTrouble
from demo.fakes.printer_certificate import make_authority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

FAST = CameraTiming(
    connect=5,
    frame=0.5,
    linger=0.1,
    retry_first=timedelta(milliseconds=20),
    retry_longest=timedelta(milliseconds=40),
)
PATIENT = CameraTiming(linger=3600, retry_first=timedelta(milliseconds=20))


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Allow loopback."""


@pytest.fixture
async def printer() -> AsyncIterator[FakePrinter]:
    """Return a P1S that is switched on."""
    async with FakePrinter(P1S) as fake:
        yield fake


@asynccontextmanager
async def running(
    printer: FakePrinter,
    *,
    timing: CameraTiming = FAST,
    code: str = ACCESS_CODE,
    ca: str | None = None,
    attempts: list[int] | None = None,
) -> AsyncIterator[CameraLink]:
    """Run the connection to a camera."""
    trust = Trust(serial=printer.serial, ca=ca or printer.authority.pem)

    async def async_context() -> PrinterContext:
        if attempts is not None:
            attempts.append(1)
        return make_context(trust)

    link = CameraLink(
        Address(
            host="127.0.0.1",
            port=printer.camera.port,
            serial=printer.serial,
            access_code=code,
        ),
        async_context,
        timing=timing,
        random=lambda: 0.5,
    )
    task = asyncio.create_task(link.async_run())
    try:
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - state of a fake, no event
            await asyncio.sleep(0.01)


async def still(link: CameraLink) -> bytes:
    """Return the next frame."""
    async with asyncio.timeout(60):
        return (await link.hub.async_still()).jpeg


async def test_all_viewers_share_one_connection(printer: FakePrinter) -> None:
    async with running(printer, timing=PATIENT) as link:
        images = await asyncio.gather(*(still(link) for _ in range(5)))
        with link.hub.watch(lambda _: True), link.hub.watch(lambda _: True):
            images.append(await still(link))
        assert all(is_complete(image) for image in images)
        assert (printer.camera.connections, printer.camera.clients) == (1, 1)


async def test_connection_without_viewers_is_closed(printer: FakePrinter) -> None:
    async with running(printer) as link:
        assert not link.connected
        await still(link)
        await until(lambda: printer.camera.clients == 0)
        await until(lambda: not link.connected)
        await still(link)
        assert printer.camera.connections == 2


async def test_viewer_that_returns_keeps_the_connection(printer: FakePrinter) -> None:
    async with running(printer, timing=PATIENT) as link:
        for _ in range(3):
            await still(link)
        assert printer.camera.connections == 1


async def test_end_in_mid_wait_disconnects_viewers(printer: FakePrinter) -> None:
    printer.camera.trouble = CameraTrouble.SILENT
    async with running(printer) as link:
        waiting = asyncio.create_task(still(link))
        await until(lambda: printer.camera.clients == 1)
    with pytest.raises(HubClosed):
        await waiting
    await until(lambda: printer.camera.clients == 0)


@pytest.mark.parametrize("trouble", list(CameraTrouble))
async def test_no_incomplete_frame_is_shown(
    printer: FakePrinter, trouble: CameraTrouble
) -> None:
    printer.camera.every = 0.02
    async with running(printer) as link:
        shown: list[bytes] = []

        def show(frame: object) -> bool:
            shown.append(getattr(frame, "jpeg", b""))
            return True

        with link.hub.watch(show):
            await until(lambda: bool(shown))
            printer.camera.trouble = trouble
            before = printer.camera.connections, link.bad_frames
            # It either connects again, or skips the frame.
            await until(lambda: (printer.camera.connections, link.bad_frames) != before)
            printer.camera.trouble = None
            seen = len(shown)
            await until(lambda: len(shown) > seen + 2)
        assert all(is_complete(image) for image in shown)


async def test_wrong_code_is_tried_again_without_a_frame(printer: FakePrinter) -> None:
    async with running(printer, code="wrong") as link:
        with link.hub.watch(lambda _: True):
            await until(lambda: printer.camera.rejected > 2)
        assert link.hub.latest is None
        await until(lambda: not link.connected)


async def test_certificate_of_another_ca_gets_no_code(printer: FakePrinter) -> None:
    attempts: list[int] = []
    other = make_authority("Other").pem
    async with running(printer, ca=other, attempts=attempts) as link:
        with link.hub.watch(lambda _: True):
            await until(lambda: len(attempts) > 3)
        assert link.connections == 0
    assert (printer.camera.rejected, printer.camera.connections) == (0, 0)


async def test_printer_that_comes_back_is_shown_again(printer: FakePrinter) -> None:
    async with running(printer) as link:
        with link.hub.watch(lambda _: True):
            await still(link)
            await printer.power_off()
            await until(lambda: printer.camera.clients == 0)
            await printer.power_on()
            await still(link)
        assert printer.camera.connections == 2


def test_login_is_what_the_documents_say() -> None:
    packet = login_packet("12345678")
    assert packet[:16] == bytes.fromhex("40000000003000000000000000000000")
    assert packet[16:48] == b"bblp".ljust(32, b"\0")
    assert packet[48:] == b"12345678".ljust(32, b"\0")


def test_code_that_is_too_long_does_not_change_the_size() -> None:
    assert len(login_packet("x" * 100)) == 80


def test_stream_of_an_ipv6_address_has_brackets() -> None:
    url = stream_url("fe80::1", 322, "12345678")
    assert url == "rtsps://bblp:12345678@[fe80::1]:322/streaming/live/1"


async def test_client_of_others_receives_frames(printer: FakePrinter) -> None:
    camera: Any = PrinterCamera("127.0.0.1", ACCESS_CODE, port=printer.camera.port)
    camera.start()
    try:
        await until(lambda: camera.last_frame is not None)
        assert is_complete(bytes(camera.last_frame))
    finally:
        await asyncio.to_thread(camera.stop)


async def test_other_tasks_run_while_many_frames_are_there_already(
    printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(((1).to_bytes(3, "little") + bytes(13) + b"x") * 5000)
    monkeypatch.setattr(
        asyncio, "open_connection", AsyncMock(return_value=(reader, MagicMock()))
    )
    longest = 0
    async with running(printer, timing=PATIENT) as link:
        with link.hub.watch(lambda _frame: True):
            async with asyncio.timeout(60):
                while link.bad_frames < 5000:
                    before = link.bad_frames
                    await asyncio.sleep(0)
                    longest = max(longest, link.bad_frames - before)
    assert longest <= 1
