"""Bodies that lie about their encoding, never end, or come all at once."""

import asyncio
import gzip
import json
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti import view

from .conftest import NOW, PATH, Push, payload, reported, signature

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientResponse
    from aiohttp.test_utils import TestClient
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

GZIP = {"Content-Encoding": "gzip"}
BOMB = gzip.compress(bytes(10 << 20))


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (BOMB, GZIP, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (gzip.compress(b'{"deviceId": 4711}')[:-12], GZIP, HTTPStatus.BAD_REQUEST),
        (b"no gzip", GZIP, HTTPStatus.BAD_REQUEST),
        (b"{}", {"Content-Encoding": "deflate"}, HTTPStatus.BAD_REQUEST),
        (bytes(10), {"Transfer-Encoding": "chunked"}, HTTPStatus.BAD_REQUEST),
    ],
    ids=["bomb", "cut", "not compressed", "not deflate", "zeros"],
)
async def test_body_that_is_not_what_its_headers_state_is_rejected(
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    body: bytes,
    headers: dict[str, str],
    status: HTTPStatus,
) -> None:
    client = await hass_client_no_auth()
    response = await client.post(PATH, data=body, headers=headers)
    assert response.status == status
    assert entry.runtime_data.ingest.journal.days() == []


async def test_compressed_push_is_stored(
    entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    client = await hass_client_no_auth()
    body = json.dumps(payload()).encode()
    headers = {**GZIP, "X-TLink-Signature": signature(body)}
    response = await client.post(PATH, data=gzip.compress(body), headers=headers)
    assert response.status == HTTPStatus.OK
    assert entry.runtime_data.ingest.journal.days() == [NOW.date()]


class SlowSender:
    """Sends a large push, and its end when the test says so."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self._client = client
        self._end = asyncio.Event()
        self._padding = b" " * (200 << 10)

    async def _slowly(self, body: bytes) -> AsyncIterator[bytes]:
        yield self._padding
        await self._end.wait()
        yield body

    async def send(self) -> ClientResponse:
        """Send; return the answer."""
        body = json.dumps(payload()).encode()
        headers = {"X-TLink-Signature": signature(self._padding + body)}
        return await self._client.post(PATH, data=self._slowly(body), headers=headers)

    def end(self) -> None:
        """Send the end."""
        self._end.set()


@asynccontextmanager
async def sending(
    senders: list[SlowSender], counted: asyncio.Queue[int]
) -> AsyncIterator[list[asyncio.Task[ClientResponse]]]:
    tasks = [asyncio.create_task(sender.send()) for sender in senders]
    try:
        async with asyncio.timeout(60):
            for _ in senders:
                await counted.get()
        yield tasks
    finally:
        for sender in senders:
            sender.end()
        await asyncio.gather(*tasks)


async def test_large_bodies_that_never_end_do_not_fill_the_memory(
    entry: MockConfigEntry,
    push: Push,
    hass_client_no_auth: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: asyncio.Queue[int] = asyncio.Queue()

    class Counted(view._LargeBodies):
        """Counts the large bodies for the test."""

        def grown(self) -> None:
            super().grown()
            counted.put_nowait(1)

    monkeypatch.setattr(view, "_MOST_LARGE", 2)
    monkeypatch.setattr(view, "_LargeBodies", Counted)
    client = await hass_client_no_auth()
    senders = [SlowSender(client) for _ in range(2)]
    async with sending(senders, counted) as tasks:
        late = SlowSender(client)
        late.end()
        answer = await late.send()
        assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Retry-After" in answer.headers
        # Pushes of the usual size are not affected.
        assert (await push(payload(reported("2", sensor_id=2)))).ok
        for sender in senders:
            sender.end()
        answers = await asyncio.gather(*tasks)
    assert [each.status for each in answers] == [HTTPStatus.OK] * 2
    assert (await late.send()).status == HTTPStatus.OK
