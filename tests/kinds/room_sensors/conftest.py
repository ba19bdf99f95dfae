"""A receiver in a Home Assistant, and boards that post to it over HTTP."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientResponse
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
)

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

UNIQUE_ID = "0123456789abcdef"
WEBHOOK_ID = "w" * 64
API_KEY = "sk_0123456789abcdef_secret"
API_PATH = "/api/esp32_temphum"
WEBHOOK_PATH = f"/api/webhook/{WEBHOOK_ID}"

type Post = Callable[..., Awaitable[ClientResponse]]


def reading(
    location: str = "Makuuhuone",
    temperature: float | str = 22.6,
    humidity: float | str = 41.3,
) -> dict[str, Any]:
    """Return a report."""
    return {
        "location": location,
        "temperature_c": temperature,
        "humidity_pct": humidity,
    }


def make_entry(
    options: dict[str, Any] | None = None,
    *,
    unique_id: str = UNIQUE_ID,
    webhook_id: str = WEBHOOK_ID,
    api_key: str = API_KEY,
) -> MockConfigEntry:
    """Return the entry of a receiver."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="House",
        unique_id=unique_id,
        data={
            "kind": "room_sensors",
            "kind_version": 1,
            "webhook_id": webhook_id,
            "api_key": api_key,
        },
        options=options or {},
        minor_version=99,
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def state_of(
    hass: HomeAssistant,
    key: str,
    location: str | None = "Makuuhuone",
    unique_id: str = UNIQUE_ID,
) -> str:
    """Return a state by the unique id, for entity ids follow the language."""
    device = unique_id if location is None else f"{unique_id}_{location}"
    entity_id = er.async_get(hass).async_get_entity_id(
        "sensor", DOMAIN, f"{device}_{key}"
    )
    assert entity_id is not None
    state = hass.states.get(entity_id)
    assert state is not None
    return state.state


def device_of(
    hass: HomeAssistant, entry: MockConfigEntry, location: str | None
) -> dr.DeviceEntry | None:
    """Return the device of a board, or that of the receiver."""
    key = UNIQUE_ID if location is None else f"{UNIQUE_ID}_{location}"
    return dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, key), entry.entry_id
    )


@pytest.fixture
async def http(hass: HomeAssistant) -> None:
    """Set up HTTP components; no routes can be added after the first client."""
    for component in ("websocket_api", "config", "diagnostics"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options of the receiver; tests override it."""
    return {}


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    http: None,  # It has to be there.
    options: dict[str, Any],
) -> MockConfigEntry:
    """Return a receiver that is set up."""
    entry = make_entry(options)
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def post(
    hass: HomeAssistant,
    entry: MockConfigEntry,  # Its routes have to be there.
    hass_client_no_auth: ClientSessionGenerator,
) -> Post:
    """Return a function that posts to the webhook, or to another path."""
    client = await hass_client_no_auth()

    async def async_post(
        said: object = None, path: str = WEBHOOK_PATH, **arguments: object
    ) -> ClientResponse:
        if said is not None:
            arguments["json"] = said
        response: ClientResponse = await client.post(path, **arguments)
        await hass.async_block_till_done()
        return response

    return async_post
