"""Every action and WebSocket command against every sort of user."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, Unauthorized

from custom_components.jannenkoti.const import DOMAIN

from .doors import Action, Home, actions

if TYPE_CHECKING:
    from pytest_homeassistant_custom_component.common import MockUser
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        WebSocketGenerator,
    )

    from .conftest import TokenOf

ACTIONS = actions()
# Words in a name or field that mean files, accounts, raw access or new devices.
ADMINISTRATIVE = (
    "claim",
    "export",
    "filename",
    "import",
    "qr_text",
    "send_data",
    "write",
)


def is_administrative(action: Action) -> bool:
    """Return whether an action must be closed for everyone but administrators."""
    words = f"{action.name} {' '.join(action.fields)}".replace(
        "mqtt_devices_list_unclaimed", ""
    )
    return any(word in words for word in ADMINISTRATIVE)


async def call(home: Home, action: Action, user: MockUser, data: dict[str, Any]) -> str:
    """Perform an action as a user; return what came of it in one word."""
    try:
        await home.hass.services.async_call(
            DOMAIN,
            action.name,
            data,
            blocking=True,
            context=Context(user_id=user.id),
            return_response=home.returns(action),
        )
    except Unauthorized:
        return "unauthorized"
    except HomeAssistantError:
        return "failed"
    return "done"


def test_attack_names_every_kind_of_administrative_action() -> None:
    assert any(is_administrative(action) for action in ACTIONS)
    assert not all(is_administrative(action) for action in ACTIONS)


async def test_attack_covers_every_registered_action(home: Home) -> None:
    assert {action.name for action in ACTIONS} == home.registered_actions()


@pytest.mark.parametrize("name", ["none", "one entity"])
async def test_user_without_rights_can_perform_no_action(
    home: Home, users: dict[str, MockUser], name: str
) -> None:
    """A user who may do nothing, or something else, is refused everywhere."""
    outcomes = {
        action.name: await call(home, action, users[name], home.valid_data(action))
        for action in ACTIONS
    }
    assert outcomes == dict.fromkeys(outcomes, "unauthorized")


async def test_read_only_user_can_change_nothing(
    home: Home, users: dict[str, MockUser]
) -> None:
    """A read-only user may perform only actions that return data and do nothing."""
    outcomes = {
        action.name: await call(
            home, action, users["read-only"], home.valid_data(action)
        )
        for action in ACTIONS
        if not home.only_reads(action) or is_administrative(action)
    }
    assert outcomes
    assert outcomes == dict.fromkeys(outcomes, "unauthorized")


async def test_only_administrators_can_perform_administrative_actions(
    home: Home, users: dict[str, MockUser]
) -> None:
    """Files, accounts, raw writes and new devices are for administrators."""
    outcomes = {
        action.name: await call(home, action, users["user"], home.valid_data(action))
        for action in ACTIONS
        if is_administrative(action)
    }
    assert outcomes
    assert outcomes == dict.fromkeys(outcomes, "unauthorized")


async def test_administrator_is_never_unauthorized(
    home: Home, users: dict[str, MockUser]
) -> None:
    """Rights do not close an action for everyone."""
    outcomes = {
        action.name: await call(
            home, action, users["administrator"], home.valid_data(action)
        )
        for action in ACTIONS
    }
    assert "unauthorized" not in outcomes.values()


async def test_user_can_control_what_the_policy_allows(
    home: Home, users: dict[str, MockUser]
) -> None:
    """A user who is allowed one entity can perform actions on that entity."""
    user = users["one entity"]
    for action in ACTIONS:
        if action.target is None:
            continue
        data = home.valid_data(action)
        allowed = {data["entity_id"]: True}
        user.mock_policy({"entities": {"entity_ids": allowed}})
        assert await call(home, action, user, data) != "unauthorized", action.name


async def test_targets_outside_the_policy_are_refused_beside_allowed_ones(
    home: Home, users: dict[str, MockUser]
) -> None:
    """One allowed entity in the call does not open the others."""
    user = users["one entity"]
    for action in ACTIONS:
        if action.target is None:
            continue
        data = home.valid_data(action)
        user.mock_policy({"entities": {"entity_ids": {"climate.other": True}}})
        home.hass.states.async_set("climate.other", "off")
        data["entity_id"] = ["climate.other", data["entity_id"]]
        assert await call(home, action, user, data) == "unauthorized", action.name


async def test_actions_over_http_need_a_token(
    home: Home, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Without a token no action is performed."""
    client = await hass_client_no_auth()
    for action in ACTIONS:
        path = f"/api/services/{DOMAIN}/{action.name}"
        response = await client.post(path, json=home.valid_data(action))
        assert response.status == 401, action.name


@pytest.mark.parametrize("name", ["none", "one entity"])
async def test_user_without_rights_receives_no_stream(
    home: Home,
    users: dict[str, MockUser],
    token_of: TokenOf,
    hass_ws_client: WebSocketGenerator,
    name: str,
) -> None:
    """Every WebSocket command is closed for a user who may not read."""
    socket = await hass_ws_client(home.hass, await token_of(users[name]))
    assert home.commands()
    for command in home.commands():
        await socket.send_json_auto_id({"type": command})
        answer = await socket.receive_json()
        assert not answer["success"], command
        assert answer["error"]["code"] == "unauthorized", answer
