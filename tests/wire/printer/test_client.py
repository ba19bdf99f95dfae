"""The connection to a printer over a real socket."""

import asyncio
import gc
import ssl
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiomqtt import Client, ProtocolVersion
from bambulabs_api.mqtt_client import PrinterMQTTClient

from custom_components.jannenkoti.kinds.printer.wire.client import (
    Address,
    PrinterLink,
    Timing,
    _opened,
)
from custom_components.jannenkoti.kinds.printer.wire.errors import (
    BadCredentials,
    CommandRefused,
    NoAnswer,
    PrinterError,
    SignatureRequired,
    Unreachable,
    Untrusted,
)
from custom_components.jannenkoti.kinds.printer.wire.requests import PUSHALL, Request
from custom_components.jannenkoti.kinds.printer.wire.tls import (
    PrinterContext,
    Trust,
    async_probe_certificate,
    make_context,
)
from demo.fakes.printer import ACCESS_CODE, P1S, X1C, FakePrinter
from demo.fakes.printer_certificate import make_authority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PAUSE = Request(group="print", command="pause", fields={"param": ""}, qos=1)
USUAL = Timing()
FAST = Timing(
    connect=5,
    silence=0.3,
    answer=0.3,
    command=0.3,
    retry_first=timedelta(milliseconds=20),
    retry_longest=timedelta(milliseconds=40),
)


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Allow loopback."""


def make_link(
    printer: FakePrinter,
    *,
    timing: Timing = USUAL,
    code: str = ACCESS_CODE,
    ca: str | None = None,
    received: Callable[[dict[str, Any]], None] = lambda _: None,
) -> PrinterLink:
    """Return a connection that trusts the printer's CA."""
    trust = Trust(serial=printer.serial, ca=ca or printer.authority.pem)

    async def async_context() -> PrinterContext:
        return make_context(trust)

    return PrinterLink(
        Address(
            host="127.0.0.1",
            port=printer.port,
            serial=printer.serial,
            access_code=code,
        ),
        async_context,
        received=received,
        changed=lambda: None,
        timing=timing,
        random=lambda: 0.5,
    )


@asynccontextmanager
async def running(link: PrinterLink) -> AsyncIterator[PrinterLink]:
    """Run a connection and wait until it is open."""
    task = asyncio.create_task(link.async_run())
    try:
        await until(lambda: link.connected)
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - what changes is not ours
            await asyncio.sleep(0.01)


def commands(printer: FakePrinter) -> list[str]:
    return [fields["command"] for _group, fields in printer.requests]


@pytest.mark.parametrize("serial", [P1S, X1C])
async def test_connection_requests_everything_once(serial: str) -> None:
    reports: list[dict[str, Any]] = []
    async with (
        FakePrinter(serial) as printer,
        running(make_link(printer, received=reports.append)),
    ):
        await until(lambda: len(reports) == 2)
        assert commands(printer) == ["pushall", "get_version"]
        assert reports[0]["print"]["gcode_state"] == "IDLE"
        assert reports[1]["info"]["module"][0]["name"] == "ota"


async def test_everything_is_not_requested_again_within_five_minutes() -> None:
    async with FakePrinter() as printer:
        timing = Timing(retry_first=FAST.retry_first, retry_longest=FAST.retry_longest)
        async with running(make_link(printer, timing=timing)) as link:
            printer.broker.drop_clients()
            await until(lambda: link.reconnects > 0 and link.connected)
            assert commands(printer).count("pushall") == 1


async def test_everything_is_requested_later_on_a_connection_that_was_too_early() -> (
    None
):
    """A P1 sends changes only, so those of a short loss would be missing for good."""
    reports: list[dict[str, Any]] = []
    async with FakePrinter() as printer:
        timing = Timing(retry_first=FAST.retry_first, retry_longest=FAST.retry_longest)
        link = make_link(printer, timing=timing, received=reports.append)
        async with running(link):
            printer.broker.drop_clients()
            await until(lambda: link.reconnects > 0 and link.connected)
            printer.state["gcode_state"] = "FINISH"  # and reports it to no client
            now = asyncio.get_running_loop().time
            for at in (0, 200):
                link._pushed = now() - at
                reports.clear()
                printer.report(wifi_signal=f"-{at}dBm")
                await until(lambda: len(reports) == 1)
            assert commands(printer).count("pushall") == 1
            link._pushed = now() - 300
            printer.report(wifi_signal="-3dBm")
            await until(lambda: reports[-1]["print"].get("gcode_state") == "FINISH")
            link._pushed = now() - 300  # Only once on a connection.
            printer.report(wifi_signal="-4dBm")
            await until(lambda: reports[-1]["print"]["wifi_signal"] == "-4dBm")
            await link.async_refresh()
            assert commands(printer).count("pushall") == 2


async def test_command_is_answered() -> None:
    async with FakePrinter() as printer, running(make_link(printer)) as link:
        printer.begin()
        reply = await link.async_request(PAUSE)
        assert reply.success
        assert printer.state["gcode_state"] == "PAUSE"


async def test_answers_of_other_clients_are_not_ours() -> None:
    async with (
        FakePrinter() as printer,
        running(make_link(printer, timing=FAST)) as link,
    ):
        printer.refuses = "pause"
        task = asyncio.create_task(link.async_request(PAUSE))
        for other in ({"sequence_id": "20001"}, {"sequence_id": "0"}):
            printer.send({"print": {"command": "pause", "result": "success", **other}})
        with pytest.raises(CommandRefused):
            await task


async def test_refused_command_has_the_reason() -> None:
    async with FakePrinter() as printer, running(make_link(printer)) as link:
        printer.refuses = "pause"
        with pytest.raises(CommandRefused) as refused:
            await link.async_request(PAUSE)
        assert refused.value.detail == "not now"
        printer.signed = True
        with pytest.raises(SignatureRequired):
            await link.async_request(PAUSE)


async def test_command_without_answer_is_reported() -> None:
    async with (
        FakePrinter() as printer,
        running(make_link(printer, timing=FAST)) as link,
    ):
        printer.silent = True
        with pytest.raises(NoAnswer):
            await link.async_request(PAUSE)


async def test_connection_lost_during_a_command_is_reported() -> None:
    async with FakePrinter() as printer, running(make_link(printer)) as link:
        printer.silent = True
        task = asyncio.create_task(link.async_request(PAUSE))
        await until(lambda: "pause" in commands(printer))
        printer.broker.drop_clients()
        with pytest.raises(Unreachable):
            await task


async def test_command_without_connection_is_refused() -> None:
    async with FakePrinter() as printer:
        with pytest.raises(Unreachable):
            await make_link(printer).async_request(PAUSE)


async def test_silent_printer_is_asked_then_reconnected() -> None:
    async with (
        FakePrinter() as printer,
        running(make_link(printer, timing=FAST)) as link,
    ):
        await until(lambda: commands(printer).count("get_version") > 1)
        assert link.reconnects == 0
        printer.silent = True
        await until(lambda: link.reconnects > 0)
        assert not link.connected
        printer.silent = False
        await until(lambda: link.connected)


async def test_unreadable_messages_are_counted() -> None:
    async with FakePrinter() as printer, running(make_link(printer)) as link:
        for payload in (b"x", b"[]", b"{" * 100_000):
            printer.send_bytes(payload)
        await until(lambda: link.unreadable == 3)
        assert link.connected


@pytest.mark.parametrize(
    ("code", "ca", "error"),
    [
        ("wrong", None, BadCredentials),
        (ACCESS_CODE, make_authority().pem, Untrusted),
        (ACCESS_CODE, "-----BEGIN CERTIFICATE-----", Untrusted),
    ],
    ids=["wrong code", "foreign CA", "unreadable CA"],
)
async def test_failed_connection_has_a_reason(
    code: str, ca: str | None, error: type[PrinterError]
) -> None:
    async with FakePrinter() as printer:
        with pytest.raises(error):
            await make_link(printer, code=code, ca=ca).async_test()


async def test_certificate_of_another_printer_of_the_same_ca_is_refused() -> None:
    authority = make_authority()
    async with FakePrinter("01P00A000000002", authority) as printer:
        printer.serial = P1S  # what the entry expects
        with pytest.raises(Untrusted):
            await make_link(printer).async_test()
        assert printer.broker.connections == printer.broker.rejected == 0


async def test_printer_that_is_off_or_silent_is_unreachable() -> None:
    async with FakePrinter() as printer:
        printer.silent = True
        with pytest.raises(Unreachable):
            await make_link(printer, timing=FAST).async_test()
    with pytest.raises(Unreachable):
        await make_link(printer).async_test()


async def test_printer_that_never_reports_anything_readable_times_out() -> None:
    async with FakePrinter() as printer:
        printer.silent = True
        timing = Timing(connect=0.5, answer=0.5)
        link = make_link(printer, timing=timing)

        async def chatter() -> None:
            while True:
                printer.broker.publish(printer.report_topic, b"x")
                await asyncio.sleep(0.05)

        task = asyncio.create_task(chatter())
        with pytest.raises(Unreachable):
            await link.async_test()
        task.cancel()


async def test_publishing_fails_without_a_connection() -> None:
    async with FakePrinter() as printer:
        with pytest.raises(Unreachable):
            await make_link(printer)._async_publish(PUSHALL, "1")


# The fake, checked with a client that others wrote.


@pytest.mark.parametrize("serial", [P1S, X1C])
async def test_bambulabs_api_reads_and_controls_the_fake(serial: str) -> None:
    async with FakePrinter(serial) as printer:
        client = PrinterMQTTClient("127.0.0.1", ACCESS_CODE, serial, port=printer.port)
        await asyncio.to_thread(client.connect)
        await asyncio.to_thread(client.start)
        try:
            await until(client.ready)
            printer.begin(layers=10)
            printer.print_layer()
            await until(lambda: client.current_layer_num() == 1)
            assert client.get_printer_state().name == "RUNNING"
            assert client.total_layer_num() == 10
            assert client.nozzle_diameter() == 0.4
            assert client.pause_print()
            await until(lambda: client.get_printer_state().name == "PAUSE")
            assert client.set_print_speed_lvl(3)
            await until(lambda: client.get_print_speed() == 124)
        finally:
            await asyncio.to_thread(client.stop)


async def test_asyncio_connections_verify_the_certificate_too() -> None:
    async with FakePrinter() as printer:
        found = await async_probe_certificate("127.0.0.1", printer.port, P1S)
        right = Trust(serial=P1S, fingerprint=found.fingerprint)
        _, writer = await asyncio.open_connection(
            "127.0.0.1", printer.port, ssl=make_context(right), server_hostname="x"
        )
        writer.transport.abort()
        for wrong in (
            Trust(serial=P1S, fingerprint="00" * 32),
            Trust(serial="01P00A000000002", fingerprint=found.fingerprint),
        ):
            with pytest.raises(ssl.SSLCertVerificationError):
                await asyncio.open_connection(
                    "127.0.0.1",
                    printer.port,
                    ssl=make_context(wrong),
                    server_hostname="x",
                )


async def test_loss_that_is_not_read_is_no_error_of_the_event_loop() -> None:
    """The connection is lost, and left for another reason at the same moment."""
    unhandled = list[dict[str, Any]]()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: unhandled.append(context))
    async with FakePrinter(P1S) as printer:
        client = Client(
            "127.0.0.1",
            printer.port,
            username="bblp",
            password=ACCESS_CODE,
            protocol=ProtocolVersion.V311,
            tls_context=make_context(
                Trust(serial=printer.serial, ca=printer.authority.pem)
            ),
        )
        async with _opened(client):
            await printer.power_off()
            # It only waits: who asks for the result would retrieve the error.
            lost, _ = await asyncio.wait([client._disconnected], timeout=10)
            assert lost
        del client, lost
        gc.collect()
        await asyncio.sleep(0)
    assert unhandled == []
