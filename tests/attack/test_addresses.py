"""Addresses that a push or device names: Home Assistant fetches nothing of the home."""

import json
from contextlib import ExitStack
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from .doors import Home

SECRET = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FIRST_SENSOR = 4711
PICTURE = 4  # the type of sensor whose values are addresses of pictures

# All of them mean this machine or its network, in every spelling that was ever taken.
HOSTS = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0.0.0.0",
    "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
    "\uff11\uff12\uff17.0.0.1",
    "127.0.0.1.",
    "127\u30020\u30020\u30021",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[fe80::1]",
    "[fd00::1]",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "localhost",
    "LOCALHOST.",
    "127.0.0.1.nip.io",
    "fritz.box",
    "router.\u24db\u24d0\u24dd",
    "homeassistant.local",
    "user:password@127.0.0.1",
    "example.com@127.0.0.1",
    "rebinding.example.com",
)


class Trap:
    """A server on the loopback address that counts who reaches it."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        application = web.Application()
        application.router.add_get("/{path:.*}", self._handle)
        self.server = TestServer(application)

    async def _handle(self, request: web.Request) -> web.Response:
        self.hits.append(request.match_info["path"])
        return web.Response(text=SECRET, content_type="image/svg+xml")


@pytest.fixture
async def trap(socket_enabled: None) -> AsyncIterator[Trap]:
    trap = Trap()
    await trap.server.start_server()
    yield trap
    await trap.server.close()


@pytest.fixture
def every_name_is_loopback() -> Iterator[None]:
    """Let every name resolve to this machine, as an attacker's name server does."""

    async def resolve(_self: object, host: str, port: int = 0, **_: Any) -> Any:
        try:
            address = str(ip_address(host))
        except ValueError:
            address = "127.0.0.1"
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": 10 if ":" in address else 2,
                "proto": 0,
                "flags": 0,
            }
        ]

    with ExitStack() as stack:
        for resolver in ("AsyncResolver", "ThreadedResolver"):
            stack.enter_context(patch(f"aiohttp.resolver.{resolver}.resolve", resolve))
        yield


async def test_picture_addresses_in_pushes_never_reach_the_home(
    home: Home,
    trap: Trap,
    every_name_is_loopback: None,
    hass_client: ClientSessionGenerator,
) -> None:
    """Whatever a push names as a picture, a server of the home is not asked."""
    client = await hass_client()
    path = f"/api/jannenkoti/tlink/{home.entries['tlink'].data['push_token']}"
    readings = [
        {
            "sensorsId": FIRST_SENSOR + number,
            "sensorsTypeId": PICTURE,
            "value": f"http://{host}:{trap.server.port}/{number}",
        }
        for number, host in enumerate(HOSTS)
    ]
    push = {"deviceId": 1, "deviceUserid": 2, "sensorsDates": readings}
    assert (await client.post(path, data=json.dumps(push))).status == 200
    await home.hass.async_block_till_done()
    images = [entity.entity_id for entity in home.entities("tlink", "image")]
    assert len(images) > len(HOSTS)
    for image in images:
        response = await client.get(f"/api/image_proxy/{image}")
        assert "script" not in await response.text()
    assert [HOSTS[int(hit)] for hit in trap.hits] == []
