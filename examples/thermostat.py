#!/usr/bin/env python3
"""Show an entity as it changes, and set a thermostat, over Home Assistant's WebSocket.

    pip install aiohttp
    export HA_URL=http://homeassistant.local:8123 HA_TOKEN=...
    python3 thermostat.py climate.bedroom          show each change
    python3 thermostat.py climate.bedroom 23.5     set the temperature first

The token is a long-lived access token of a user: **Profile → Security**.
"""

import asyncio
import itertools
import json
import os
import sys
from typing import Any

import aiohttp


class HomeAssistant:
    """A connection; each command has an id of its own."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Use an open WebSocket."""
        self._socket = socket
        self._ids = itertools.count(1)

    async def log_in(self, token: str) -> None:
        """Log in with a token."""
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": token})
        answer = await self._socket.receive_json()
        if answer["type"] != "auth_ok":
            raise SystemExit(answer["message"])

    async def command(self, **fields: object) -> None:
        """Send a command and wait until it is carried out."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, **fields})
        while True:
            answer = await self._socket.receive_json()
            if answer["id"] == number and answer["type"] == "result":
                break
        if not answer["success"]:
            raise SystemExit(answer["error"]["message"])

    async def event(self) -> dict[str, Any]:
        """Return the next event."""
        while (answer := await self._socket.receive_json())["type"] != "event":
            pass
        event: dict[str, Any] = answer["event"]
        return event


async def main(entity_id: str, temperature: str | None = None) -> None:
    """Set the temperature, then show changes until the connection ends."""
    async with (
        aiohttp.ClientSession(os.environ["HA_URL"]) as session,
        session.ws_connect("/api/websocket", heartbeat=30) as socket,
    ):
        home = HomeAssistant(socket)
        await home.log_in(os.environ["HA_TOKEN"])
        if temperature is not None:
            await home.command(
                type="call_service",
                domain="climate",
                service="set_temperature",
                service_data={"temperature": float(temperature)},
                target={"entity_id": entity_id},
            )
        # The first event has the whole state ("a"), the following ones changes ("c").
        await home.command(type="subscribe_entities", entity_ids=[entity_id])
        while True:
            print(json.dumps(await home.event()), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
