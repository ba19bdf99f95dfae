"""A client of Home Assistant's own interfaces: REST and WebSocket."""

import asyncio
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from .scenarios import ACTION
from .waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

type Json = Any

DOMAIN = "jannenkoti"

# The setup of a device may take this long; everything else is faster.
_LIMIT = aiohttp.ClientTimeout(total=120)
_START_LIMIT = 240
_VALUE_LIMIT = 90
_NOTHING_TO_SEE = {"unavailable", "unknown"}


class CommandError(Exception):
    """Home Assistant refused; the argument is its answer."""


@dataclass(frozen=True, kw_only=True)
class User:
    """The user of the demo house."""

    name: str = "demo"
    # On loopback only, and printed.
    password: str = "demo-house"  # noqa: S105


class Client:
    """One user's view of a running Home Assistant; `async with` ends it."""

    def __init__(self, base: str) -> None:
        """Initialize the client of the Home Assistant at this address."""
        self.base = base
        self._session = aiohttp.ClientSession(base, timeout=_LIMIT)
        self._token = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ids = itertools.count(1)
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Return this client."""
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self.disconnect()
        await self._session.close()

    # --- login -------------------------------------------------------------------

    async def onboard(self, user: User) -> None:
        """Create the first user of a new Home Assistant and log in as that user."""
        client_id = f"{self.base}/"
        # It answers before this part of it has started.
        await eventually(self._is_new, within=_START_LIMIT, what="the onboarding")
        answer = await self.post(
            "/api/onboarding/users",
            {
                "client_id": client_id,
                "name": user.name.capitalize(),
                "username": user.name,
                "password": user.password,
                "language": "en",
            },
        )
        form = {
            "grant_type": "authorization_code",
            "code": answer["auth_code"],
            "client_id": client_id,
        }
        async with self._session.post("/auth/token", data=form) as response:
            response.raise_for_status()
            self._token = (await response.json())["access_token"]

    async def _is_new(self) -> bool:
        """Return whether it can be onboarded."""
        async with self._session.get("/api/onboarding") as response:
            return response.ok

    async def answers(self) -> bool:
        """Return whether it answers at all."""
        try:
            async with self._session.get("/api/onboarding"):
                return True
        except aiohttp.ClientConnectionError:
            return False

    async def running(self) -> bool:
        """Return whether it has started completely."""
        try:
            return bool((await self.get("/api/config"))["state"] == "RUNNING")
        except aiohttp.ClientConnectionError, CommandError:
            return False

    async def wait_until_running(self) -> None:
        """Wait until it has started."""
        await eventually(self.running, within=_START_LIMIT, what="Home Assistant")

    # --- REST and WebSocket --------------------------------------------------

    async def get(self, path: str) -> Json:
        """Return the response of a GET as JSON."""
        return await self._rest("GET", path)

    async def post(self, path: str, body: Json) -> Json:
        """Return the response of a POST as JSON."""
        return await self._rest("POST", path, json=body)

    async def delete(self, path: str) -> None:
        """Delete what a path names."""
        await self._rest("DELETE", path)

    async def get_bytes(self, path: str) -> bytes:
        """Return the response of a GET as bytes."""
        return await self._request("GET", path)

    async def _rest(self, method: str, path: str, **more: Json) -> Json:
        return json.loads(await self._request(method, path, **more))

    async def _request(self, method: str, path: str, **more: Json) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(
            method, path, headers=headers, **more
        ) as response:
            if not response.ok:
                raise CommandError(path, response.status, await response.text())
            return await response.read()

    async def command(self, kind: str, **fields: Json) -> Json:
        """Send a WebSocket command and return its result."""
        async with self._turn, asyncio.timeout(_LIMIT.total):
            message = {"id": next(self._ids), "type": kind, **fields}
            try:
                answer = await self._exchange(message)
            except aiohttp.ClientConnectionError, aiohttp.WSMessageTypeError:
                # A client that reads only on request misses pings and is disconnected.
                await self.disconnect()
                answer = await self._exchange(message)
        if not answer["success"]:
            raise CommandError(kind, answer["error"])
        return answer["result"]

    async def _exchange(self, message: Json) -> Json:
        if self._socket is None or self._socket.closed:
            self._socket = await self._connect()
        await self._socket.send_json(message)
        while (answer := await self._socket.receive_json())["id"] != message["id"]:
            pass
        return answer

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        # The registry of a whole house is one message.
        socket = await self._session.ws_connect("/api/websocket", max_msg_size=0)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            raise CommandError(answer)
        return socket

    async def disconnect(self) -> None:
        """Close the WebSocket; the next command opens another."""
        if self._socket is not None:
            await self._socket.close()
            self._socket = None

    # --- entries ---------------------------------------------------------------------

    async def start_flow(self, kind: str) -> Json:
        """Start the config flow of a family and return its first step."""
        step = await self.post("/api/config/config_entries/flow", {"handler": DOMAIN})
        return await self.answer_flow(step, {"next_step_id": kind})

    async def start_reconfigure(self, entry_id: str) -> Json:
        """Start to reconfigure an entry and return the first step."""
        body = {"handler": DOMAIN, "entry_id": entry_id}
        return await self.post("/api/config/config_entries/flow", body)

    async def answer_flow(self, step: Json, answers: Json) -> Json:
        """Answer a step and return the next; raises CommandError for errors."""
        path = f"/api/config/config_entries/flow/{step['flow_id']}"
        following = await self.post(path, answers)
        done = str(following.get("reason")).endswith("_successful")
        if following.get("errors") or (following["type"] == "abort" and not done):
            raise CommandError(step.get("step_id"), following)
        return following

    async def delete_entry(self, entry_id: str) -> None:
        """Delete an entry with its devices."""
        await self.delete(f"/api/config/config_entries/entry/{entry_id}")

    async def set_options(self, entry_id: str, options: Mapping[str, Json]) -> None:
        """Change the options of an entry; others stay as the form suggests them."""
        path = "/api/config/config_entries/options/flow"
        step = await self.post(path, {"handler": entry_id})
        answers = _suggested(step["data_schema"], options)
        done = await self.post(f"{path}/{step['flow_id']}", answers)
        if done["type"] != "create_entry":
            raise CommandError(step["step_id"], done)

    async def add_broker(self, port: int) -> None:
        """Set up Home Assistant's own MQTT integration."""
        step = await self.post("/api/config/config_entries/flow", {"handler": "mqtt"})
        answers = {
            "broker": "127.0.0.1",
            "port": port,
            "set_client_cert": False,
            "set_ca_cert": "off",
        }
        done = await self.answer_flow(step, _suggested(step["data_schema"], answers))
        if done["type"] != "create_entry":
            raise CommandError(step["step_id"], done)

    async def add_subentry(self, entry_id: str, kind: str, answers: Json) -> None:
        """Add a subentry; all steps but the first are answered as they suggest."""
        path = "/api/config/config_entries/subentries/flow"
        step = await self.post(path, {"handler": [entry_id, kind]})
        while step["type"] == "form":
            step = await self.post(f"{path}/{step['flow_id']}", answers)
            if step.get("errors"):
                raise CommandError(step["step_id"], step)
            answers = _suggested(step.get("data_schema") or [], {})
        if step["type"] != "create_entry":
            raise CommandError(kind, step)

    async def discovered(self) -> dict[str, Json]:
        """Return the cards of devices that were found, by their serial numbers."""
        flows = await self.command("config_entries/flow/progress")
        return {
            flow["context"]["unique_id"].rpartition("_")[2]: flow
            for flow in flows
            if flow["handler"] == DOMAIN and "title_placeholders" in flow["context"]
        }

    # --- entities: by unique id, or by the end of one that begins with an entry's -----

    async def entities(self) -> dict[str, Json]:
        """Return the registered entities of the integration by unique id."""
        registered = await self.command("config/entity_registry/list")
        return {e["unique_id"]: e for e in registered if e["platform"] == DOMAIN}

    async def entity_ids(self) -> Mapping[str, str]:
        """Return what finds entity ids."""
        return _EntityIds((await self.entities()).values())

    async def entity_id(self, unique_id: str) -> str:
        """Return the entity id of one; raises KeyError if it is not there."""
        return (await self.entity_ids())[unique_id]

    async def state(self, unique_id: str) -> str | None:
        """Return the state of an entity; None if unknown, unavailable or missing."""
        try:
            entity_id = await self.entity_id(unique_id)
            state: str = (await self.get(f"/api/states/{entity_id}"))["state"]
        except KeyError, CommandError:
            return None  # Not there yet, or not any more.
        return None if state in _NOTHING_TO_SEE else state

    async def wait_for_value(self, unique_id: str) -> str:
        """Return the state of an entity once it has one."""
        state = await eventually(
            lambda: self.state(unique_id),
            within=_VALUE_LIMIT,
            what=f"a value of {unique_id}",
        )
        return state or ""

    async def wait_for_entity(self, unique_id: str) -> str:
        """Return the entity id of an entity once it is registered, enabled or not."""

        async def entity_id() -> str | None:
            try:
                return await self.entity_id(unique_id)
            except KeyError:
                return None

        found = await eventually(
            entity_id, within=_VALUE_LIMIT, what=f"the entity {unique_id}"
        )
        return found or ""

    async def call(self, action: str, unique_id: str, **data: Json) -> None:
        """Perform an action on an entity."""
        body = {"entity_id": await self.entity_id(unique_id), **data}
        await self.post(f"/api/services/{action.replace('.', '/')}", body)

    async def answer(self, action: str, unique_id: str, **data: Json) -> Json:
        """Perform an action on an entity and return its response."""
        entity_id = await self.entity_id(unique_id)
        path = f"/api/services/{action.replace('.', '/')}?return_response"
        done = await self.post(path, {"entity_id": entity_id, **data})
        return done["service_response"][entity_id]

    async def let_happen(self, scenario: str) -> None:
        """Press a button of the demo house, such as "printer/jam"."""
        path = f"/api/services/{ACTION.replace('.', '/')}"
        await self.post(path, {"scenario": scenario})


class _EntityIds(dict[str, str]):
    """Entity ids by unique id, or by the end of one."""

    def __init__(self, entities: Iterable[Json]) -> None:
        super().__init__({e["unique_id"]: e["entity_id"] for e in entities})

    def __missing__(self, end: str) -> str:
        found = next((v for k, v in self.items() if k.endswith(end)), None)
        if found is None:
            raise KeyError(end)
        return found


def _suggested(schema: Sequence[Json], ours: Mapping[str, Json]) -> dict[str, Json]:
    """Return the answers that a form comes with, and ours, also in its sections."""
    answers: dict[str, Json] = {}
    for field in schema:
        if field.get("type") == "expandable":
            answers[field["name"]] = _suggested(field["schema"], ours)
            continue
        answer = ours.get(field["name"])
        if answer is None:
            answer = (field.get("description") or {}).get("suggested_value")
        if answer is None:
            answer = field.get("default")
        if answer is not None:
            answers[field["name"]] = answer
    return answers
