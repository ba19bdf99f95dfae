"""Scenarios that a visitor starts with a button of the dashboard.

A button calls an action of Home Assistant, and that posts to a server on the loopback
address, because the fakes run in the launcher, not in Home Assistant.
"""

from typing import TYPE_CHECKING, Self

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .client import Json

    type Scenario = Callable[[], Awaitable[object]]

ACTION = "rest_command.scenario"


class Scenarios:
    """The server behind the buttons; `async with` starts and stops it."""

    def __init__(self) -> None:
        """Initialize without scenarios."""
        self._known: dict[str, Scenario] = {}
        application = web.Application()
        application.router.add_post("/{kind}/{name}", self._handle)
        self._runner = web.AppRunner(application)

    async def __aenter__(self) -> Self:
        """Start on a free port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Return its address; known once it is started."""
        host, port = self._runner.addresses[0]
        return f"http://{host}:{port}"

    @property
    def configuration(self) -> str:
        """Return the configuration that lets Home Assistant call the server."""
        return (
            "rest_command:\n"
            "  scenario:\n"
            f"    url: '{self.url}/{{{{ scenario }}}}'\n"
            "    method: post\n"
        )

    def add(self, kind: str, scenarios: Mapping[str, Scenario]) -> None:
        """Offer the scenarios of a kind."""
        self._known |= {f"{kind}/{name}": run for name, run in scenarios.items()}

    def cards(self) -> list[Json]:
        """Return a button for each scenario, below a heading."""
        buttons = [
            {
                "type": "button",
                "name": path.partition("/")[2].replace("_", " ").capitalize(),
                "show_icon": False,
                "tap_action": {
                    "action": "perform-action",
                    "perform_action": ACTION,
                    "data": {"scenario": path},
                },
                "grid_options": {"columns": 6, "rows": 1},
            }
            for path in self._known
        ]
        heading = {
            "type": "heading",
            "heading": "Try it",
            "icon": "mdi:drama-masks",
        }
        return [heading, *buttons] if buttons else []

    async def _handle(self, request: web.Request) -> web.Response:
        path = f"{request.match_info['kind']}/{request.match_info['name']}"
        if (run := self._known.get(path)) is None:
            raise web.HTTPNotFound
        await run()
        return web.Response(text="ok")
