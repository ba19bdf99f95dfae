"""The picture of a plate over FTPS, from a fake printer on a real socket."""

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.kinds.printer.wire.client import Address
from custom_components.jannenkoti.kinds.printer.wire.files import PlateDownload
from custom_components.jannenkoti.kinds.printer.wire.tls import Trust, make_context
from demo.fakes.printer import ACCESS_CODE, P1S, FakePrinter
from demo.fakes.printer_certificate import make_authority
from demo.fakes.printer_files import _Session, draw_plate, make_project

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PATH = "/cache/Benchy.3mf"


@pytest.fixture
async def printer(socket_enabled: None) -> AsyncIterator[FakePrinter]:
    async with FakePrinter(P1S) as fake:
        fake.files.files[PATH] = make_project(1, 2)
        yield fake


def download(
    printer: FakePrinter, code: str = ACCESS_CODE, ca: str = "", longest: float = 5
) -> PlateDownload:
    """Return a download that trusts the CA of the printer, unless another is given."""
    address = Address(
        host="127.0.0.1",
        port=printer.files.port,
        serial=printer.serial,
        access_code=code,
    )
    trust = Trust(serial=printer.serial, ca=ca or printer.authority.pem)
    return PlateDownload(address, make_context(trust), longest=longest)


async def fetch(
    found: PlateDownload, *paths: str, plate: int | None = None
) -> bytes | None:
    return await asyncio.to_thread(found.fetch, paths or (PATH,), plate)


@pytest.mark.parametrize(("plate", "shown"), [(None, 1), (1, 1), (2, 2)])
async def test_picture_is_that_of_the_plate(
    printer: FakePrinter, plate: int | None, shown: int
) -> None:
    assert await fetch(download(printer), plate=plate) == draw_plate(shown)
    assert printer.files.not_resumed == 0


async def test_first_file_that_is_there_is_read(printer: FakePrinter) -> None:
    found = await fetch(download(printer), "/cache/None.3mf", PATH, "/Other.3mf")
    assert found == draw_plate(1)
    assert printer.files.read == [PATH]


@pytest.mark.parametrize(
    ("path", "code", "plate"),
    [
        ("/missing.3mf", ACCESS_CODE, None),
        (PATH, "wrong", None),
        (PATH, ACCESS_CODE, 3),
        ("/cache/a\r\nDELE /b", ACCESS_CODE, None),
    ],
)
async def test_without_a_picture_there_is_none(
    printer: FakePrinter, path: str, code: str, plate: int | None
) -> None:
    assert await fetch(download(printer, code), path, plate=plate) is None


async def test_other_certificate_is_sent_no_access_code(printer: FakePrinter) -> None:
    other = download(printer, ca=make_authority("Other").pem)
    assert await fetch(other) is None
    assert printer.files.read == []


async def test_printer_without_ftps_has_no_picture(printer: FakePrinter) -> None:
    found = download(printer)
    await printer.files.__aexit__()
    assert await fetch(found) is None


async def test_transfer_that_stalls_ends_in_time_and_none_begins_after_a_stop(
    printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = "custom_components.jannenkoti.kinds.printer.wire"
    monkeypatch.setattr(f"{package}.files._SOCKET_TIMEOUT", 2)
    monkeypatch.setattr(f"{package}.tls._HANDSHAKE_TIMEOUT", 2)
    printer.files.sends.clear()
    found = download(printer)
    assert await fetch(found) is None
    assert printer.files.read == [PATH]
    found.stop()
    assert await fetch(found) is None
    assert await fetch(download(printer, longest=0)) is None
    assert printer.files.read == [PATH]


async def test_file_that_ends_early_or_is_too_large_has_no_picture(
    printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = "custom_components.jannenkoti.kinds.printer.wire"
    monkeypatch.setattr(f"{package}.files.LARGEST_READ", 1000)
    monkeypatch.setattr(f"{package}.files._CHUNK", 500)
    whole = make_project()
    printer.files.files[PATH] = whole[: whole.index(b"Metadata/")]
    assert await fetch(download(printer)) is None
    printer.files.files[PATH] = whole + bytes(1_000_000)
    assert await fetch(download(printer)) is None


async def test_pinned_certificate_is_checked_on_both_connections(
    printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = "custom_components.jannenkoti.kinds.printer.wire.tls"
    checked: list[str] = []

    def check(_der: bytes | None, trust: Trust) -> None:
        checked.append(trust.serial)

    monkeypatch.setattr(f"{tls}._check", check)
    address = Address(
        host="127.0.0.1", port=printer.files.port, serial=P1S, access_code=ACCESS_CODE
    )
    context = make_context(Trust(serial=P1S, fingerprint="ab"))
    found = PlateDownload(address, context)
    assert await fetch(found) == draw_plate(1)
    assert checked == [P1S, P1S]


@pytest.mark.parametrize(
    ("lines", "repeat"), [(b"220-on\r\n", True), (b"220 \xff\r\n", False)]
)
async def test_greeting_without_an_end_or_of_no_text_has_no_picture(
    printer: FakePrinter, monkeypatch: pytest.MonkeyPatch, lines: bytes, *, repeat: bool
) -> None:
    async def serve(session: _Session) -> None:
        session._writer.write(lines)
        while repeat:
            session._writer.write(lines)
            await session._writer.drain()
        await session._reader.read()

    monkeypatch.setattr(_Session, "serve", serve)
    async with asyncio.timeout(60):
        assert await fetch(download(printer, longest=300)) is None


# Who lacks it can still run the rest; in CI that is a failure.
@pytest.mark.skipif(
    shutil.which("curl") is None and "CI" not in os.environ, reason="there is no curl"
)
async def test_curl_reads_from_the_fake(printer: FakePrinter) -> None:
    """Curl is an independent client; it resumes the session as firmware requires."""
    process = await asyncio.create_subprocess_exec(
        "curl",
        *("--silent", "--insecure", "--tls-max", "1.2", "--ftp-method", "nocwd"),
        *("--user", f"bblp:{ACCESS_CODE}"),
        f"ftps://127.0.0.1:{printer.files.port}/{PATH}",
        stdout=asyncio.subprocess.PIPE,
    )
    data, _ = await process.communicate()
    assert data == printer.files.files[PATH]
    assert printer.files.not_resumed == 0
