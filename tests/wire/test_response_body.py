"""Bodies of HTTP responses are read with a limit on their decompressed size."""

import gzip
import json
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from custom_components.jannenkoti.lib.response_body import (
    ACCEPTED,
    BadBody,
    async_parse_json,
    async_read_body,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.usefixtures("socket_enabled")

LIMIT = 100_000
TEXT = b'{"a": 1}' + b" " * 3000


class Sender:
    """Sends the body and headers that a test chooses."""

    body = TEXT
    encoding = ""

    async def answer(self, _request: web.Request) -> web.Response:
        headers = {"Content-Encoding": self.encoding} if self.encoding else {}
        return web.Response(body=self.body, headers=headers)


@pytest.fixture
async def sender() -> AsyncIterator[tuple[Sender, str]]:
    sender = Sender()
    app = web.Application()
    app.router.add_get("/", sender.answer)
    async with TestServer(app) as server:
        yield sender, str(server.make_url("/"))


async def read(url: str) -> bytes:
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers=ACCEPTED, auto_decompress=False) as response,
    ):
        return await async_read_body(response, LIMIT)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("gzip", gzip.compress(b"x" * LIMIT)),
    ],
)
async def test_body_within_the_limit_is_returned_decompressed(
    sender: tuple[Sender, str], encoding: str, body: bytes
) -> None:
    sender[0].encoding, sender[0].body = encoding, body
    plain = body
    if "gzip" in encoding.lower():
        plain = gzip.decompress(body)
    elif encoding == "deflate":
        plain = zlib.decompress(body)
    assert await read(sender[1]) == plain


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", b"x" * (LIMIT + 1)),
        ("gzip", gzip.compress(b"x" * (LIMIT + 1))),
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(TEXT)[:-10]),
        ("br", TEXT),
    ],
)
async def test_large_truncated_or_unreadable_body_raises(
    sender: tuple[Sender, str], encoding: str, body: bytes
) -> None:
    sender[0].encoding, sender[0].body = encoding, body
    with pytest.raises(BadBody):
        await read(sender[1])


async def test_body_that_decompresses_to_much_more_takes_no_memory(
    sender: tuple[Sender, str],
) -> None:
    sender[0].encoding = "gzip"
    sender[0].body = gzip.compress(bytes(100_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(BadBody):
            await read(sender[1])
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("length", [0, 200_000])
async def test_small_and_large_bodies_are_parsed(length: int) -> None:
    assert await async_parse_json(json.dumps(["x" * length]).encode()) == ["x" * length]
    with pytest.raises(ValueError, match="Expecting"):
        await async_parse_json(b"[" + b" " * length + b"x")
