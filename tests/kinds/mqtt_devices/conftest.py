"""An entry in a Home Assistant with a mocked broker, and devices that publish."""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientResponse
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
)

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, State
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        MqttMockHAClient,
    )

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

UNIQUE_ID = "0123456789abcdef"
TOPIC = "dispositivos/estado"
TOKEN = "made-up-token"
BASE = f"/api/jannenkoti/dispositivos/{TOKEN}"
SERIAL = "TMP0A1B2C3D4"
VALVE = "RGD0Q7W8E9R0"

type Speak = Callable[..., Awaitable[None]]
type Ask = Callable[..., Awaitable[ClientResponse]]


def subentry(serial: str, name: str = "Device", **data: Any) -> dict[str, Any]:
    """Return a claimed device."""
    return {
        "data": {
            "serial": serial,
            "type": "actuador",
            "model": "M-1",
            "description": "",
            "configuration": {"modo": "manual", "encendido": True},
            **data,
        },
        "subentry_type": "mqtt_device",
        "title": name,
        "unique_id": serial,
    }


def make_entry(
    *subentries: dict[str, Any], options: dict[str, Any] | None = None, **more: Any
) -> MockConfigEntry:
    """Return an entry with claimed devices."""
    return MockConfigEntry(
        **{
            "domain": DOMAIN,
            "title": "Farm",
            "unique_id": UNIQUE_ID,
            "data": {
                "kind": "mqtt_devices",
                "kind_version": 1,
                "topic": TOPIC,
                "token": TOKEN,
            },
            "options": options or {},
            "subentries_data": subentries,
            "minor_version": 99,
            **more,
        }
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MqttDevices:
    """Set an entry up."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    devices: MqttDevices = entry.runtime_data
    return devices


def entity_id_of(hass: HomeAssistant, platform: str, key: str, serial: str) -> str:
    """Return an entity id by the unique id, for entity ids follow the language."""
    device = f"{UNIQUE_ID}_{serial}" if serial else UNIQUE_ID
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{device}_{key}")
    assert found is not None, key
    return found


def state_of(
    hass: HomeAssistant, platform: str, key: str, serial: str = SERIAL
) -> State:
    """Return the state of an entity of a device, or of the entry's own."""
    state = hass.states.get(entity_id_of(hass, platform, key, serial))
    assert state is not None
    return state


def entities_of(hass: HomeAssistant, serial: str) -> set[str]:
    """Return the ends of the unique ids of a device."""
    prefix = f"{UNIQUE_ID}_{serial}_"
    return {
        f"{entity.domain} {entity.unique_id.removeprefix(prefix)}"
        for entity in er.async_get(hass).entities.values()
        if entity.unique_id.startswith(prefix)
    }


async def act(
    hass: HomeAssistant, action: str, key: str, serial: str = SERIAL, **data: Any
) -> None:
    """Perform an action on an entity."""
    platform, _, name = action.partition(".")
    target = {"entity_id": entity_id_of(hass, platform, key, serial)}
    await hass.services.async_call(platform, name, data, target=target, blocking=True)
    await hass.async_block_till_done()


@pytest.fixture(autouse=True)
def expected_lingering_timers() -> bool:
    """Let Home Assistant's own MQTT client have its timers."""
    return True


@pytest.fixture
async def broker(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> MqttMockHAClient:
    """Return a broker, and let Home Assistant serve."""
    for component in ("websocket_api", "config", "diagnostics"):
        assert await async_setup_component(hass, component, {})
    return mqtt_mock


@pytest.fixture
def subentries() -> list[dict[str, Any]]:
    """Return the devices of the entry; tests override it."""
    return [subentry(SERIAL, "Bedroom")]


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options of the entry; tests override it."""
    return {}


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    broker: MqttMockHAClient,
    subentries: list[dict[str, Any]],
    options: dict[str, Any],
) -> MockConfigEntry:
    """Return an entry at work."""
    entry = make_entry(*subentries, options=options)
    await set_up(hass, entry)
    return entry


@pytest.fixture
def devices(entry: MockConfigEntry) -> MqttDevices:
    """Return the runtime data of the entry."""
    devices: MqttDevices = entry.runtime_data
    return devices


@pytest.fixture
def speak(hass: HomeAssistant) -> Speak:
    """Return what lets a device publish."""

    async def async_speak(
        serial: str = SERIAL, *, payload: str | bytes | None = None, **said: Any
    ) -> None:
        message = {"serial_number": serial, "estado": "activo", **said}
        async_fire_mqtt_message(
            hass, TOPIC, json.dumps(message) if payload is None else payload
        )
        # A card is offered by a task in the background.
        await hass.async_block_till_done(wait_background_tasks=True)

    return async_speak


@pytest.fixture
async def ask(
    hass: HomeAssistant,
    entry: MockConfigEntry,  # Its routes have to be there.
    hass_client_no_auth: ClientSessionGenerator,
) -> Ask:
    """Return what asks as firmware and app do."""
    client = await hass_client_no_auth()

    async def async_ask(method: str, path: str, **arguments: Any) -> ClientResponse:
        response: ClientResponse = await client.request(
            method, path if path.startswith("/api") else BASE + path, **arguments
        )
        await hass.async_block_till_done()
        return response

    return async_ask
