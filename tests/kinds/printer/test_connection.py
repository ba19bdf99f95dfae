"""A printer that is off, lost, wrong or replaced."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.printer import coordinator
from custom_components.jannenkoti.kinds.printer.wire import tls
from demo.fakes.printer import FakePrinter

from .conftest import make_entry, set_up, state, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


def issues(hass: HomeAssistant) -> set[str | None]:
    """Return the repair issues of the integration."""
    found = ir.async_get(hass).issues.values()
    return {issue.translation_key for issue in found if issue.domain == DOMAIN}


async def lose(
    hass: HomeAssistant, printer: FakePrinter, entry: MockConfigEntry
) -> None:
    """Switch the printer off and wait until that is decided."""
    await printer.power_off()
    await until(hass, lambda: not entry.runtime_data.link.connected)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done()


async def test_printer_switched_off_while_idle_is_off_without_issue(
    hass: HomeAssistant, printer: FakePrinter, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await set_up(hass, printer)
    await until(hass, lambda: state(hass, "status").state == "idle")
    caplog.clear()
    await lose(hass, printer, entry)
    assert state(hass, "status").state == "off"
    assert issues(hass) == set()
    # asyncio warns of slow callbacks on a busy machine.
    logged = [r for r in caplog.records if r.name != "asyncio"]
    assert [r for r in logged if r.levelname in {"ERROR", "WARNING"}] == []
    await printer.power_on()
    await until(hass, lambda: state(hass, "status").state == "idle")


async def test_printer_lost_in_mid_print_is_an_event_and_an_issue(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    printer.begin()
    await until(hass, lambda: state(hass, "status").state == "running")
    await lose(hass, printer, entry)
    assert state(hass, "status").state == "lost"
    assert issues(hass) == {"printer_lost"}
    assert state(hass, "print").attributes["event_type"] == "lost"
    await printer.power_on()
    await until(hass, lambda: state(hass, "status").state == "running")
    assert issues(hass) == set()


async def test_short_interruption_in_mid_print_changes_nothing(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    printer.begin()
    await until(hass, lambda: state(hass, "status").state == "running")
    printer.broker.drop_clients()
    await until(hass, lambda: entry.runtime_data.link.reconnects > 0)
    await until(hass, lambda: entry.runtime_data.link.connected)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done()
    assert state(hass, "status").state == "running"
    assert issues(hass) == set()


async def test_other_print_after_a_loss_is_found_although_changes_come_first(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    """A P1 in LAN mode numbers no job, and may send a change before everything."""
    entry = await set_up(hass, printer)
    coordinator = entry.runtime_data
    job = {"gcode_state": "RUNNING", "stg_cur": 0, "subtask_name": "Benchy"}
    printer.report(**job, layer_num=90)
    await until(hass, lambda: coordinator.mark.layer == 90)
    printer.silent = True
    printer.requests.clear()
    printer.broker.drop_clients()
    await until(hass, lambda: bool(printer.requests))
    printer.silent = False
    printer.report(wifi_signal="-33dBm")
    await until(hass, lambda: coordinator.data.status.wifi_signal == -33)
    assert coordinator.mark.number == 1
    printer.report(layer_num=3)
    await until(hass, lambda: coordinator.data.status.layer == 3)
    assert coordinator.mark.number == 2
    printer.report(layer_num=2)
    await until(hass, lambda: coordinator.data.status.layer == 2)
    assert coordinator.mark.number == 2


async def test_developer_mode_that_is_reported_makes_controls_available(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    coordinator = entry.runtime_data
    printer.report(fun="20000000")
    await until(hass, lambda: issues(hass) == {"printer_signature"})
    coordinator.signature_refused()
    printer.report(fun="0")
    await until(hass, lambda: issues(hass) == set())
    assert coordinator.data.controllable


async def test_entry_of_a_printer_that_is_off_is_set_up(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await make_entry(printer)
    await printer.power_off()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert state(hass, "status").state == "off"
    await printer.power_on()
    await until(hass, lambda: state(hass, "status").state == "idle")


async def test_print_that_ended_during_a_restart_is_an_event(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    printer.begin(layers=2)
    await until(hass, lambda: state(hass, "status").state == "running")
    await hass.config_entries.async_unload(entry.entry_id)
    printer.print_layer()
    printer.print_layer()
    await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: state(hass, "status").state == "finished")
    assert state(hass, "print").attributes["event_type"] == "finished"


async def test_print_that_goes_on_after_a_restart_is_not_started_again(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    printer.begin()
    printer.print_layer()
    await until(hass, lambda: state(hass, "layer").state == "1")
    before = state(hass, "print").state
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: state(hass, "status").state == "running")
    assert state(hass, "print").state == before


async def test_wrong_code_at_setup_starts_reauthentication(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    printer.broker.password = "changed"
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    await until(hass, lambda: flows(hass) == ["printer_reauth"])


async def test_code_changed_later_starts_reauthentication(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    printer.broker.password = "changed"
    printer.broker.drop_clients()
    await until(hass, lambda: flows(hass) == ["printer_reauth"])


@pytest.mark.parametrize("authority", ["foreign", "same"])
async def test_other_certificate_gets_no_access_code(
    hass: HomeAssistant, printer: FakePrinter, authority: str
) -> None:
    entry = await make_entry(printer)
    await printer.power_off()
    # The fake's side of a failed handshake is an error of the loop in debug mode.
    hass.loop.set_debug(False)
    # Either another CA, or another printer of the same one.
    other = (
        FakePrinter(printer.serial)
        if authority == "foreign"
        else FakePrinter("01P00A000000002", printer.authority)
    )
    other.broker.port = printer.port
    async with other:
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_ERROR
        assert other.broker.connections == other.broker.rejected == 0


async def test_firmware_that_needs_signatures_creates_an_issue(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await until(hass, lambda: state(hass, "status").state == "idle")
    assert issues(hass) == set()
    printer.report(fun="3EC1AFFF9CFF")
    await until(hass, lambda: issues(hass) == {"printer_signature"})
    printer.report(fun="1EC18FFF9CFF")
    await until(hass, lambda: issues(hass) == set())


async def test_removed_entry_leaves_no_issue_and_no_store(
    hass: HomeAssistant, printer: FakePrinter, hass_storage: dict[str, object]
) -> None:
    entry = await set_up(hass, printer)
    printer.report(fun="20000000")
    await until(hass, lambda: issues(hass) == {"printer_signature"})
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == set()
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


def flows(hass: HomeAssistant) -> list[str | None]:
    """Return the steps of the flows in progress."""
    return [flow["step_id"] for flow in hass.config_entries.flow.async_progress()]


async def test_printer_that_never_responds_is_off_after_the_first_attempt(
    hass: HomeAssistant, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator, "_FIRST_ATTEMPT", 0.05)
    printer.silent = True
    await set_up(hass, printer)
    assert state(hass, "status").state == "off"


@asynccontextmanager
async def tarpit(port: int) -> AsyncIterator[list[asyncio.StreamWriter]]:
    """Accept connections on a port and never answer, not even the handshake."""
    accepted: list[asyncio.StreamWriter] = []

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        accepted.append(writer)
        while await reader.read(4096):
            pass
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", port)
    try:
        yield accepted
    finally:
        server.close()
        for writer in accepted:
            writer.transport.abort()


async def test_unload_while_connecting_leaves_no_connection(
    hass: HomeAssistant,
    printer: FakePrinter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    monkeypatch.setattr(coordinator, "_FIRST_ATTEMPT", 0.1)
    monkeypatch.setattr(tls, "_HANDSHAKE_TIMEOUT", 0.5)
    await printer.power_off()
    async with tarpit(printer.port) as accepted:
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.LOADED
        await until(hass, lambda: bool(accepted))
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
        # The client has ended it: there is nothing more to read.
        await until(hass, lambda: all(each.is_closing() for each in accepted))
    assert "never retrieved" not in caplog.text
    assert "Task was destroyed" not in caplog.text


async def test_unload_in_mid_connection_with_a_printer_closes_it(
    hass: HomeAssistant, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    monkeypatch.setattr(coordinator, "_FIRST_ATTEMPT", 0)
    for _ in range(3):  # Wherever the connection is then.
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await until(hass, lambda: not printer.broker.clients)
