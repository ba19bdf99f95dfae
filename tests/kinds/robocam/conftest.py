"""A camera's entry in the harness, and a fake camera on a real socket."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.robocam import coordinator, flow
from custom_components.jannenkoti.kinds.robocam.wire.connection import (
    Timing,
    async_probe,
)
from demo.fakes.esp32_camera import PATH, FakeCamera

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiohttp import ClientSession
    from homeassistant.core import HomeAssistant, State

    from custom_components.jannenkoti.kinds.robocam.wire.connection import Address

UNIQUE_ID = "0123456789abcdef"

# Short, so that tests are fast.
TIMING = Timing(
    connect=2,
    first_message=0.5,
    silence=1,
    linger=0.1,
    command=1,
    retry_first=timedelta(milliseconds=50),
    retry_longest=timedelta(milliseconds=100),
)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> None:
    async def probe(session: ClientSession, address: Address) -> bytes:
        return await async_probe(session, address, TIMING)

    monkeypatch.setattr(coordinator, "TIMING", TIMING)
    monkeypatch.setattr(coordinator, "_UPDATE_DELAY", 0.01)
    monkeypatch.setattr(flow, "async_probe", probe)


@pytest.fixture
async def camera(socket_enabled: None) -> AsyncIterator[FakeCamera]:
    """Return a camera that is switched on."""
    async with FakeCamera() as fake:
        yield fake


def make_entry(camera: FakeCamera, **options: Any) -> MockConfigEntry:
    """Return the entry of a camera."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Hall",
        unique_id=UNIQUE_ID,
        data={
            "kind": "robocam",
            "kind_version": 1,
            "host": "127.0.0.1",
            "port": camera.port,
            "path": PATH,
        },
        options=options,
        minor_version=99,
    )


async def set_up(
    hass: HomeAssistant, camera: FakeCamera, **options: Any
) -> MockConfigEntry:
    """Set an entry up."""
    entry = make_entry(camera, **options)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def entity_id(hass: HomeAssistant, key: str) -> str:
    """Return the entity of a key."""
    for entry in er.async_get(hass).entities.values():
        if entry.unique_id == f"{UNIQUE_ID}_{key}":
            return entry.entity_id
    raise KeyError(key)


def state(hass: HomeAssistant, key: str) -> State:
    """Return the state of an entity."""
    found = hass.states.get(entity_id(hass, key))
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
