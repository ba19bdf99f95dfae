"""A Hue bridge with CLIP API v2, on one free port of the loopback address.

As on a real bridge TLS and plain HTTP have the same address, here even the same port:
the first byte of a connection decides. Unlike a real bridge it can be asked to be busy,
to drop its event streams, to restart, and to change its certificate or its port.
"""

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from time import time
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from .hue_lights import BadCommand, Lights
from .hue_resources import BRIDGE_ID, Resource, initial_resources, made_id
from .printer_certificate import Authority, make_authority
from .two_protocols import TwoProtocols

if TYPE_CHECKING:
    import ssl

    from aiohttp.typedefs import Handler, Middleware

_MOST_REQUESTS = 3
"""Of more at the same time a real bridge rejects some."""
OK = 200
_CONFIG = {
    "name": "Hue Bridge",
    "datastoreversion": "163",
    "swversion": "1971060000",
    "apiversion": "1.71.0",
    "mac": "00:17:88:12:34:56",
    "bridgeid": BRIDGE_ID.upper(),
    "factorynew": False,
    "replacesbridgeid": None,
    "modelid": "BSB002",
    "starterkitid": "",
}


@dataclass
class Trouble:
    """What the bridge is asked to do wrong."""

    busy: int = 0
    """How many of the next requests it rejects."""
    busy_status: int = 429
    retry_after: str | None = None
    delay: float = 0.0
    """Seconds before it answers."""
    body: bytes | None = None
    """What it answers instead of resources."""
    pairing: bytes | None = None
    """What it answers instead of a key."""
    redirect: str | None = None
    """Where it redirects requests for resources to."""
    stream_status: int = 200
    events: list[bytes] = field(default_factory=list)
    """What it sends first on an event stream."""


class FakeHueBridge:
    """One bridge; `async with` switches it on."""

    def __init__(
        self, authority: Authority | None = None, *, batch: float = 0.02
    ) -> None:
        """Initialize a bridge whose events are sent ``batch`` seconds late.

        A real bridge collects them for a second.
        """
        self.authority = authority or make_authority("root-bridge")
        self.bridge_id = BRIDGE_ID
        self.lights = Lights(initial_resources())
        self.trouble = Trouble()
        self.keys: set[str] = set()
        self.requests: list[tuple[str, str, Any]] = []
        """Method, path and body of all requests but event streams."""
        self.most_at_once = 0
        self._pressed = False
        self._batch = batch
        self._at_once = 0
        self._streams: set[asyncio.Queue[bytes | None]] = set()
        self._opened = asyncio.Event()
        self._off = asyncio.Event()
        self._events = 0
        self._sending: asyncio.Task[None] | None = None
        self._server = TwoProtocols(self._app)
        self.server_context: ssl.SSLContext
        """Its present certificate."""

    @property
    def commands(self) -> list[Resource]:
        """Return what lamps, rooms and scenes were sent."""
        return [body for method, _, body in self.requests if method == "PUT"]

    # Its switch, cable and button

    async def __aenter__(self) -> Self:
        """Switch it on."""
        await self.power_on()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Switch it off."""
        await self.power_off()

    async def power_on(self, context: ssl.SSLContext | None = None) -> None:
        """Let clients connect, at the same port as before.

        Without a context it has a new certificate of its authority.
        """
        new = context or self.authority.server_context(self.bridge_id)
        self.server_context = new
        self._off.clear()
        await self._server.start(new)

    async def power_off(self) -> None:
        """Let all connections end."""
        self._off.set()
        if self._sending is not None:
            self._sending.cancel()
            with suppress(asyncio.CancelledError):
                await self._sending
            self._sending = None
        self.drop_streams()
        await self._server.stop()

    async def restart(
        self, *, moved: bool = False, context: ssl.SSLContext | None = None
    ) -> None:
        """Switch it off and on; see `power_on`."""
        await self.power_off()
        if moved:
            self._server.port = 0
        await self.power_on(context)

    @property
    def port(self) -> int:
        """Return its port."""
        return self._server.port

    @property
    def host(self) -> str:
        """Return its address with the port."""
        return f"127.0.0.1:{self.port}"

    def press_link_button(self) -> None:
        """Let the next client pair."""
        self._pressed = True

    def pair(self) -> str:
        """Return a new key."""
        key = secrets.token_urlsafe(30)
        self.keys.add(key)
        return key

    def drop_streams(self) -> None:
        """End all event streams."""
        for stream in self._streams:
            stream.put_nowait(None)

    async def wait_for_stream(self) -> None:
        """Wait until a client follows the events."""
        await self._opened.wait()

    @property
    def streams(self) -> int:
        """Return how many event streams are open."""
        return len(self._streams)

    # What happens to the lamps

    def light(self, name: str) -> Resource:
        """Return the light of a lamp."""
        return self.lights.named("light", name)

    def set_light(self, name: str, command: Resource) -> None:
        """Change a lamp as with another app or a wall switch."""
        self.lights.set_light(self.light(name), command)
        self._report_soon()

    def set_connected(self, name: str, *, connected: bool) -> None:
        """Let the radio lose or find a lamp."""
        resource = self.lights.named("zigbee_connectivity", name)
        status = "connected" if connected else "connectivity_issue"
        self.lights.change(resource, {"status": status})
        self._report_soon()

    def rename(self, name: str, new: str) -> None:
        """Rename a lamp."""
        device = self.lights.named("device", name)
        self.lights.change(device, {"metadata": {"name": new}})
        self._report_soon()

    def delete(self, name: str) -> None:
        """Delete a lamp, as in the app."""
        device = made_id("device", name)
        for room in self.lights.of_type("room"):
            left = [each for each in room["children"] if each["rid"] != device]
            if left != room["children"]:
                self.lights.change(room, {"children": left})
        self._report_soon()
        kinds = ("light", "zigbee_connectivity", "device")
        gone = [self.lights.all.pop(made_id(kind, name)) for kind in kinds]
        self._send("delete", [{"id": it["id"], "type": it["type"]} for it in gone])

    # Events

    def _report_soon(self) -> None:
        """Send what has changed after the time that events are collected."""
        if self._sending is None and self.lights.changes:
            self._sending = asyncio.create_task(self._report())

    async def _report(self) -> None:
        await asyncio.sleep(self._batch)
        self._sending = None
        changes, self.lights.changes = self.lights.changes, []
        self._send("update", changes)

    def _send(self, kind: str, data: list[Resource]) -> None:
        """Send an event on all streams."""
        self._events += 1
        event = {
            "creationtime": "2026-11-01T12:00:00Z",
            "data": data,
            "id": made_id("event", str(self._events)),
            "type": kind,
        }
        text = f"id: {int(time())}:{self._events}\ndata: {json.dumps([event])}\n\n"
        for stream in self._streams:
            stream.put_nowait(text.encode())

    async def _eventstream(self, request: web.Request) -> web.StreamResponse:
        if not self._allowed(request):
            return _errors(403, "unauthorized user")
        if self.trouble.stream_status != OK:
            return web.Response(status=self.trouble.stream_status)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": hi\n\n")
        for first in self.trouble.events:
            await response.write(first)
        stream = asyncio.Queue[bytes | None]()
        self._streams.add(stream)
        self._opened.set()
        try:
            while (text := await stream.get()) is not None:
                await response.write(text)
        except ConnectionError:
            pass
        finally:
            self._streams.discard(stream)
            if not self._streams:
                self._opened.clear()
        return response

    # Requests

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._counted])
        app.router.add_get("/api/config", self._config)
        app.router.add_get("/api/0/config", self._config)
        app.router.add_post("/api", self._pair)
        app.router.add_get("/eventstream/clip/v2", self._eventstream)
        app.router.add_get("/clip/v2/resource", self._get)
        app.router.add_get("/clip/v2/resource/{kind}", self._get)
        app.router.add_get("/clip/v2/resource/{kind}/{id}", self._get)
        app.router.add_put("/clip/v2/resource/{kind}/{id}", self._put)
        app.router.add_post("/clip/v2/resource/{kind}", self._post)
        return app

    @property
    def _counted(self) -> Middleware:
        @web.middleware
        async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/eventstream"):
                return await handler(request)
            body = await request.json() if request.can_read_body else None
            self.requests.append((request.method, request.path, body))
            if self.trouble.busy > 0 or self._at_once >= _MOST_REQUESTS:
                self.trouble.busy -= self.trouble.busy > 0
                after = self.trouble.retry_after
                return web.Response(
                    status=self.trouble.busy_status,
                    headers={} if after is None else {"Retry-After": after},
                )
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            try:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.trouble.delay):
                        await self._off.wait()
                return await handler(request)
            finally:
                self._at_once -= 1

        return counted

    def _allowed(self, request: web.Request) -> bool:
        return request.headers.get("hue-application-key") in self.keys

    async def _config(self, _request: web.Request) -> web.Response:
        return web.json_response({**_CONFIG, "bridgeid": self.bridge_id.upper()})

    async def _pair(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (answer := self.trouble.pairing) is not None:
            return web.Response(body=answer, content_type="application/json")
        if not isinstance(body.get("devicetype"), str):
            return web.json_response([_api_error(5, "invalid/missing parameters")])
        if not self._pressed:
            return web.json_response([_api_error(101, "link button not pressed")])
        self._pressed = False
        return web.json_response([{"success": {"username": self.pair()}}])

    async def _get(self, request: web.Request) -> web.Response:
        if not self._allowed(request):
            return _errors(403, "unauthorized user")
        if self.trouble.redirect is not None:
            raise web.HTTPFound(self.trouble.redirect)
        if self.trouble.body is not None:
            return web.Response(body=self.trouble.body, content_type="application/json")
        kind, found_id = request.match_info.get("kind"), request.match_info.get("id")
        found = [
            each
            for each in self.lights.all.values()
            if kind in {None, each["type"]} and found_id in {None, each["id"]}
        ]
        return web.json_response({"errors": [], "data": found})

    async def _put(self, request: web.Request) -> web.Response:
        if not self._allowed(request):
            return _errors(403, "unauthorized user")
        found = self.lights.all.get(request.match_info["id"])
        if found is None or found["type"] != request.match_info["kind"]:
            return _errors(404, "Not Found")
        command = await request.json()
        carry_out = {
            "light": self.lights.set_light,
            "grouped_light": self.lights.set_group,
            "scene": self.lights.recall,
        }.get(found["type"])
        try:
            if carry_out is None:
                self.lights.change(found, command)
                complaints = list[str]()
            else:
                complaints = carry_out(found, command)
        except BadCommand:
            return _errors(400, "invalid value")
        self._report_soon()
        answer = {
            "errors": [{"description": each} for each in complaints],
            "data": [{"rid": found["id"], "rtype": found["type"]}],
        }
        return web.json_response(answer, status=207 if complaints else 200)

    async def _post(self, request: web.Request) -> web.Response:
        """Create a resource; aiohue does so to keep its event stream alive."""
        if not self._allowed(request):
            return _errors(403, "unauthorized user")
        kind = request.match_info["kind"]
        new_id = made_id(kind, secrets.token_hex(4))
        self.lights.all[new_id] = {
            **await request.json(),
            "id": new_id,
            "type": kind,
        }
        self._send("add", [self.lights.all[new_id]])
        return web.json_response(
            {"errors": [], "data": [{"rid": new_id, "rtype": kind}]}, status=201
        )


def _errors(status: int, text: str) -> web.Response:
    """Return a rejection of API v2."""
    errors = [{"description": text}]
    return web.json_response({"errors": errors, "data": []}, status=status)


def _api_error(number: int, text: str) -> Resource:
    """Return an error of API v1."""
    return {"error": {"type": number, "address": "", "description": text}}
