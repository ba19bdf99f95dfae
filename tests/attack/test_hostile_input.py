"""Hostile sizes, types and encodings at every door.

Whatever comes, there is an answer, it is not a server error, and no single input keeps
the event loop busy for more than 50 ms.
"""

import json
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
import voluptuous as vol
from aiohttp import ClientError
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError

from custom_components.jannenkoti.const import DOMAIN

from . import hostile
from .doors import WRONG_TOKEN, Action, Home, actions
from .loop_time import measured_loop

if TYPE_CHECKING:
    from aiohttp.test_utils import TestClient
    from pytest_homeassistant_custom_component.common import MockUser
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        WebSocketGenerator,
    )

ACTIONS = actions()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LARGEST_RESPONSE = 1_000_000  # bytes
# Requests that have a body; the others send none, or aiohttp says that it is unused.
WITH_BODY = ("POST", "PUT")


async def attempt(
    home: Home, action: Action, data: dict[str, Any], user: MockUser
) -> Any:
    """Perform an action; return its response, or None where it was refused."""
    try:
        return await home.hass.services.async_call(
            DOMAIN,
            action.name,
            data,
            blocking=True,
            context=Context(user_id=user.id),
            return_response=home.returns(action),
        )
    except HomeAssistantError, vol.Invalid:
        return None
    except (TypeError, ValueError, OverflowError) as err:
        if hostile.is_home_assistants_own(err):
            return None
        raise


@pytest.mark.parametrize("kind", sorted({action.kind for action in ACTIONS}))
async def test_actions_survive_hostile_values_in_every_field(
    home: Home, users: dict[str, MockUser], kind: str
) -> None:
    """Every field of every action takes every hostile value, or refuses it."""
    attacks = [
        (action, {**home.valid_data(action), name: value}, f"{action} {name} = {what}")
        for action in ACTIONS
        for name in action.fields
        for what, value in hostile.values().items()
        if action.kind == kind
    ]
    wrong: dict[str, float] = {}

    async def act(action: Action, data: dict[str, Any]) -> Any:
        response = await attempt(home, action, data, users["administrator"])
        await home.hass.async_block_till_done()
        return response

    with measured_loop() as loop:
        for action, data, what in attacks:
            excess, response = await loop.async_excess(partial(act, action, data))
            if excess:
                wrong[what] = round(excess, 3)
            size = len(json.dumps(response, default=str))
            assert size < LARGEST_RESPONSE, what
    assert not wrong


async def request(
    client: TestClient[Any, Any], method: str, path: str, **more: Any
) -> int:
    """Send a request and return the status, 0 where HTTP itself was refused."""
    try:
        async with client.request(method, path, **more) as response:
            if response.content_type != "text/event-stream":
                await response.read()
            return response.status
    except ClientError:
        return 0


def is_answer(status: int) -> bool:
    """Return whether a status is one that a sender can act on."""
    return status < HTTPStatus.INTERNAL_SERVER_ERROR or (
        status == HTTPStatus.SERVICE_UNAVAILABLE
    )


async def all_paths(home: Home) -> list[str]:
    """Return the path of every HTTP door, with the right secrets and a wrong one."""
    secrets = [secret for kind in home.entries for secret in home.secrets(kind)]
    webhooks = [f"/api/webhook/{each}" for each in webhook_ids(home)]
    return [*home.paths(*secrets, WRONG_TOKEN), *webhooks]


def webhook_ids(home: Home) -> list[str]:
    """Return the ids of the webhooks of the integration."""
    return [
        webhook_id
        for webhook_id, about in home.hass.data["webhook"].items()
        if about.domain == DOMAIN
    ]


def keys(home: Home) -> dict[str, str]:
    """Return headers that carry the key of a family that reads it from there."""
    found = [
        entry.data["api_key"]
        for entry in home.entries.values()
        if "api_key" in entry.data
    ]
    return {"X-API-Key": found[0]}


async def test_every_door_answers_hostile_bodies_without_server_error(
    home: Home, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Every path, method and body gets an answer within the limit."""
    client = await hass_client_no_auth()
    bodies = hostile.bodies()
    wrong: list[object] = []
    paths = await all_paths(home)
    assert len(paths) > len(home.entries)
    with measured_loop() as loop:
        for path in paths:
            for method in WITH_BODY:
                for what, body in bodies.items():
                    act = partial(request, client, method, path, headers=keys(home))
                    excess, status = await loop.async_excess(partial(act, data=body))
                    if not is_answer(status) or excess:
                        wrong.append((method, path, what, status, excess))
    assert not wrong


async def test_every_door_answers_hostile_queries_and_headers(
    home: Home, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Every path and method gets an answer, whatever stands in query and headers."""
    client = await hass_client_no_auth()
    wrong: list[object] = []
    for path in await all_paths(home):
        for method in METHODS:
            for query in hostile.QUERIES:
                status = await request(client, method, f"{path}?{query}")
                if not is_answer(status):
                    wrong.append((method, path, query[:40], status))
            for headers in hostile.HEADERS:
                data = b"{}" if method in WITH_BODY else None
                status = await request(client, method, path, headers=headers, data=data)
                if not is_answer(status):
                    wrong.append((method, path, headers, status))
    assert not wrong


async def test_every_websocket_command_survives_hostile_values(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    """A command is refused by name of the error, never as an unknown error."""
    socket = await hass_ws_client(home.hass)
    names = ("config_entry_id", "serial", "claimed", "device_id", "entity_id", "x")
    values = {
        what: value
        for what, value in hostile.values().items()
        if what not in {"infinite", "not a number", "huge number", "negative"}
    }
    for command in home.commands():
        for name in names:
            for what, value in values.items():
                await socket.send_json_auto_id({"type": command, name: value})
                answer = await socket.receive_json()
                while answer["type"] != "result":
                    answer = await socket.receive_json()
                error = (answer.get("error") or {}).get("code")
                assert error != "unknown_error", (command, name, what)


async def test_one_websocket_connection_cannot_take_every_subscription(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    """A connection that subscribes without end leaves room for the others."""
    first = await hass_ws_client(home.hass)
    second = await hass_ws_client(home.hass)
    for command in home.commands():
        refused = 0
        for _ in range(300):
            await first.send_json_auto_id({"type": command})
            answer = await first.receive_json()
            while answer["type"] != "result":
                answer = await first.receive_json()
            refused += not answer["success"]
        assert refused, command
        await second.send_json_auto_id({"type": command})
        assert (await second.receive_json())["success"], command
