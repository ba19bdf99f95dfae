"""A fake OctoPrint: what Home Assistant's integration uses of its REST API.

As in OctoPrint's documentation (docs.octoprint.org, api/job and api/printer), there is
no state for a finished print: the printer is operational again, its progress stays.
"""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

API_KEY: Final = "0123456789ABCDEF"
_FLAGS: Final = {
    "Operational": {"operational", "ready"},
    "Printing": {"operational", "printing"},
    "Paused": {"operational", "paused", "ready"},
}
_NAMES: Final = ("operational", "printing", "paused", "ready", "error")


@dataclass
class FakeOctoPrint:
    """A server with a printer."""

    state: str = "Operational"
    completion: float | None = None
    nozzle: float = 25.0
    target: float = 0.0
    connected: bool = True
    commands: list[str] = field(default_factory=list)
    port: int = 0

    def begin(self) -> None:
        """Begin a print."""
        self.state, self.completion = "Printing", 1.5
        self.nozzle, self.target = 215.0, 215.0

    def finish(self) -> None:
        """Finish the print; the nozzle cools down."""
        self.state, self.completion = "Operational", 100.0
        self.nozzle, self.target = 30.0, 0.0

    @asynccontextmanager
    async def served(self) -> AsyncIterator[FakeOctoPrint]:
        """Serve on a port of the loopback address."""
        app = web.Application()
        app.router.add_get("/api/job", self._job)
        app.router.add_post("/api/job", self._command)
        app.router.add_get("/api/printer", self._printer)
        app.router.add_get("/api/settings", self._settings)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _job(self, request: web.Request) -> web.Response:
        _check(request)
        done = self.completion
        return web.json_response(
            {
                "state": self.state,
                "job": {"file": {"name": "benchy.gcode", "size": 1000}},
                "progress": {
                    "completion": done,
                    "printTime": None if done is None else 60,
                    "printTimeLeft": None if done is None else 600,
                },
            }
        )

    async def _printer(self, request: web.Request) -> web.Response:
        _check(request)
        if not self.connected:
            return web.Response(status=HTTPStatus.CONFLICT)
        flags = _FLAGS.get(self.state, set())
        return web.json_response(
            {
                "state": {
                    "text": self.state,
                    "flags": {name: name in flags for name in _NAMES},
                },
                "temperature": {
                    "tool0": {
                        "actual": self.nozzle,
                        "target": self.target,
                        "offset": 0,
                    },
                },
            }
        )

    async def _settings(self, request: web.Request) -> web.Response:
        _check(request)
        return web.json_response({"plugins": {}})

    async def _command(self, request: web.Request) -> web.Response:
        _check(request)
        body: dict[str, Any] = await request.json()
        name = str(body.get("action") or body["command"])
        self.commands.append(name)
        if name == "cancel":
            self.state, self.completion = "Operational", 0.0
        else:
            self.state = {"pause": "Paused", "resume": "Printing"}[name]
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _check(request: web.Request) -> None:
    """Raise HTTPForbidden without the key."""
    if request.headers.get("X-Api-Key") != API_KEY:
        raise web.HTTPForbidden
