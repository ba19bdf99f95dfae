"""Users with few rights: their own entity works, and nothing else of the unit."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.auth.const import GROUP_ID_READ_ONLY
from homeassistant.auth.models import Credentials
from homeassistant.core import Context
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import CLIENT_ID, MockUser

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.logbook import EVENT_SWITCHED

from .conftest import HandDriver, entity_id, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        WebSocketGenerator,
    )

    from .conftest import SetUp

READ_ONLY, ONE_ENTITY = "read-only", "one entity"
USERS = (READ_ONLY, ONE_ENTITY)

# What a user can try on each sort of entity of the unit.
ATTEMPTS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "button": (("press", {}),),
    "climate": (
        ("set_temperature", {"temperature": 18, "hvac_mode": "cool"}),
        ("set_hvac_mode", {"hvac_mode": "heat"}),
        ("set_preset_mode", {"preset_mode": "boost"}),
        ("set_fan_mode", {"fan_mode": "high"}),
        ("turn_off", {}),
        ("turn_on", {}),
        ("toggle", {}),
    ),
    "number": (("set_value", {"value": 1}),),
    "switch": (("turn_on", {}), ("turn_off", {}), ("toggle", {})),
    "time": (("set_value", {"time": "01:00:00"}),),
}
OUR_ACTIONS: dict[str, dict[str, Any]] = {
    "air_conditioner_boost": {"minutes": 30},
    "air_conditioner_sleep_now": {"minutes": 30},
    "ac_control_power_off": {},
    "ac_control_set_setpoint": {"value": 20},
    "ac_control_set_room_sensors": {"sensors": ["sensor.other"]},
    "ac_control_status": {},
}


@pytest.fixture
async def users(hass: HomeAssistant) -> dict[str, MockUser]:
    """Return a read-only user, and one who may control another entity only."""
    group = await hass.auth.async_get_group(GROUP_ID_READ_ONLY)
    assert group is not None
    users = {
        READ_ONLY: MockUser(groups=[group]).add_to_hass(hass),
        ONE_ENTITY: MockUser().add_to_hass(hass),
    }
    users[ONE_ENTITY].mock_policy({"entities": {"entity_ids": {"light.hall": True}}})
    return users


def entities_of(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return [entity.entity_id for entity in found if entity.domain in ATTEMPTS]


async def attempt(
    hass: HomeAssistant, user: MockUser, action: str, entity: str, data: dict[str, Any]
) -> None:
    """Perform an action as a user."""
    domain, _, name = action.partition(".")
    await hass.services.async_call(
        domain,
        name,
        {"entity_id": entity, **data},
        blocking=True,
        context=Context(user_id=user.id),
        return_response=domain == DOMAIN,
    )


@pytest.mark.parametrize("name", USERS)
async def test_user_without_control_changes_nothing(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    driver: HandDriver,
    users: dict[str, MockUser],
    name: str,
) -> None:
    await set_up()
    saved, options = entry.runtime_data.thermostat.saved, dict(entry.options)
    entities = entities_of(hass, entry)
    assert {entity.partition(".")[0] for entity in entities} == set(ATTEMPTS)
    climate = entity_id(hass, "climate")
    attempts = [
        (f"{domain}.{action}", entity, data)
        for entity in entities
        for domain in (entity.partition(".")[0],)
        for action, data in ATTEMPTS[domain]
    ] + [(f"{DOMAIN}.{action}", climate, data) for action, data in OUR_ACTIONS.items()]
    for action, entity, data in attempts:
        with pytest.raises(Unauthorized):
            await attempt(hass, users[name], action, entity, data)
    assert entry.runtime_data.thermostat.saved == saved
    assert dict(entry.options) == options
    assert driver.sent == []


async def test_user_with_one_entity_controls_it_and_none_beside_it(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    users: dict[str, MockUser],
) -> None:
    await set_up()
    user, climate = users[ONE_ENTITY], entity_id(hass, "climate")
    user.mock_policy({"entities": {"entity_ids": {climate: True}}})
    await attempt(hass, user, "climate.set_temperature", climate, {"temperature": 21})
    await attempt(hass, user, "climate.turn_off", climate, {})
    assert state_of(hass, "climate") == "off"
    await attempt(hass, user, f"{DOMAIN}.air_conditioner_boost", climate, {})
    for entity in entities_of(hass, entry):
        domain = entity.partition(".")[0]
        if entity == climate:
            continue
        action, data = ATTEMPTS[domain][0]
        with pytest.raises(Unauthorized):
            await attempt(hass, user, f"{domain}.{action}", entity, data)


@pytest.mark.parametrize("name", USERS)
async def test_flows_events_and_diagnostics_are_for_administrators(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    users: dict[str, MockUser],
    hass_client_no_auth: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    name: str,
) -> None:
    for component in ("config", "diagnostics", "websocket_api"):
        assert await async_setup_component(hass, component, {})
    await set_up()
    token = await token_of(hass, users[name])
    client = await hass_client_no_auth()
    headers = {"Authorization": f"Bearer {token}"}
    flows = "/api/config/config_entries"
    doors: list[tuple[str, str, dict[str, Any] | None]] = [
        ("POST", f"{flows}/flow", {"handler": DOMAIN}),
        ("POST", f"{flows}/options/flow", {"handler": entry.entry_id}),
        ("POST", f"{flows}/entry/{entry.entry_id}/reload", {}),
        ("DELETE", f"{flows}/entry/{entry.entry_id}", None),
        ("GET", f"/api/diagnostics/config_entry/{entry.entry_id}", None),
    ]
    for method, path, body in doors:
        response = await client.request(method, path, json=body, headers=headers)
        assert response.status in (401, 403), path
    socket = await hass_ws_client(hass, token)
    event = {"type": "subscribe_events", "event_type": EVENT_SWITCHED}
    await socket.send_json_auto_id(event)
    assert (await socket.receive_json())["error"]["code"] == "unauthorized"
    assert entry.state.value == "loaded"


async def token_of(hass: HomeAssistant, user: MockUser) -> str:
    """Return an access token of a user."""
    credentials = Credentials(
        id="x",
        auth_provider_type="homeassistant",
        auth_provider_id=None,
        data={},
        is_new=False,
    )
    refresh = await hass.auth.async_create_refresh_token(
        user, CLIENT_ID, credential=credentials
    )
    return hass.auth.async_create_access_token(refresh)
