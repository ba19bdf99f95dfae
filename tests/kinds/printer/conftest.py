"""A printer's entry in the harness, and a fake printer on a real socket."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.printer import coordinator
from custom_components.jannenkoti.kinds.printer.wire.client import Timing
from custom_components.jannenkoti.kinds.printer.wire.tls import async_probe_certificate
from demo.fakes.printer import ACCESS_CODE, P1S, X1C, FakePrinter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from homeassistant.core import HomeAssistant, State

# Short, so that tests are fast.
TIMING = Timing(
    connect=5,
    silence=5,
    answer=5,
    command=2,
    pushall=0,
    retry_first=timedelta(milliseconds=50),
    retry_longest=timedelta(milliseconds=100),
)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> None:
    monkeypatch.setattr(coordinator, "TIMING", TIMING)


@pytest.fixture
async def printer(socket_enabled: None) -> AsyncIterator[FakePrinter]:
    """Return a P1S that is switched on."""
    async with FakePrinter(P1S) as fake:
        yield fake


@pytest.fixture
async def x1(socket_enabled: None) -> AsyncIterator[FakePrinter]:
    """Return an X1 Carbon that is switched on."""
    async with FakePrinter(X1C) as fake:
        yield fake


async def make_entry(printer: FakePrinter, **options: Any) -> MockConfigEntry:
    """Return the entry of a printer whose certificate was accepted."""
    found = await async_probe_certificate("127.0.0.1", printer.port, printer.serial)
    return MockConfigEntry(
        domain=DOMAIN,
        title="Printer",
        unique_id=printer.serial,
        data={
            "kind": "printer",
            "kind_version": 1,
            "host": "127.0.0.1",
            "port": printer.port,
            "serial": printer.serial,
            "access_code": ACCESS_CODE,
            "ca": None,
            "fingerprint": found.fingerprint,
            "camera_port": printer.camera.port,
        },
        options=options,
        minor_version=99,
    )


async def set_up(
    hass: HomeAssistant, printer: FakePrinter, **options: Any
) -> MockConfigEntry:
    """Set an entry up."""
    entry = await make_entry(printer, **options)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def entity_id(hass: HomeAssistant, key: str, serial: str = P1S) -> str:
    """Return the entity of a key."""
    for entry in er.async_get(hass).entities.values():
        if entry.unique_id == f"{serial}_{key}":
            return entry.entity_id
    raise KeyError(key)


def state(hass: HomeAssistant, key: str, serial: str = P1S) -> State:
    """Return the state of an entity."""
    found = hass.states.get(entity_id(hass, key, serial))
    assert found is not None
    return found


async def act(hass: HomeAssistant, action: str, key: str, **data: Any) -> None:
    """Perform an action on an entity."""
    domain, name = action.split(".")
    await hass.services.async_call(
        domain, name, {"entity_id": entity_id(hass, key), **data}, blocking=True
    )


async def until(hass: HomeAssistant, true: Callable[[], bool]) -> None:
    """Wait until a condition is true, for some seconds at most."""
    async with asyncio.timeout(60):
        while not true():
            await hass.async_block_till_done()
            await asyncio.sleep(0.02)
