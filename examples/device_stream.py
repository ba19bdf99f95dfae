#!/usr/bin/env python3
"""Show MQTT devices as they change, claim one, or change one, as the old app did.

    pip install aiohttp
    export BASE=http://homeassistant.local:8123/api/jannenkoti/dispositivos/...
    python3 device_stream.py                                  show each change
    python3 device_stream.py claim '{"serial_number": "..."}' the text of a QR code
    python3 device_stream.py put 3 '{"nombre": "Patio"}'      change the device 3

`BASE` is the base URL of the entry, which *Reconfigure* shows.
"""

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# Home Assistant sends a ping after 25 seconds without an event.
SILENCE = 60
RETRY = 5  # s


async def events(session: aiohttp.ClientSession) -> "AsyncIterator[tuple[str, Any]]":
    """Yield the name and the data of each server-sent event."""
    timeout = aiohttp.ClientTimeout(total=None, sock_read=SILENCE)
    async with session.get("stream/dispositivos", timeout=timeout) as response:
        response.raise_for_status()
        name, data = "message", ""
        async for line in response.content:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data += value
            elif not field and data:
                yield name, json.loads(data)
                name, data = "message", ""


async def show(session: aiohttp.ClientSession) -> None:
    """Print each update; connect again after a restart of Home Assistant."""
    while True:
        try:
            async for name, data in events(session):
                if name != "ping":
                    print(name, json.dumps(data, ensure_ascii=False), flush=True)
        except (aiohttp.ClientError, TimeoutError) as err:
            print(f"disconnected: {err}", file=sys.stderr, flush=True)
        await asyncio.sleep(RETRY)


async def send(
    session: aiohttp.ClientSession, method: str, path: str, body: str
) -> None:
    """Send a body and print the response."""
    async with session.request(method, path, json=json.loads(body)) as response:
        print(response.status, await response.text())


async def main(command: str = "show", *arguments: str) -> None:
    """Carry out the command."""
    base = os.environ["BASE"].rstrip("/") + "/"
    async with aiohttp.ClientSession(base) as session:
        match command, *arguments:
            case ["claim", body]:
                await send(session, "POST", "dispositivos/reclamar", body)
            case ["put", number, body]:
                await send(session, "PUT", f"dispositivos/{number}", body)
            case _:
                await show(session)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
