"""Read the body of an HTTP response, with a limit on its decompressed size.

A response of some hundred kilobytes can decompress to more than a gigabyte. aiohttp
decompresses without a limit, so the request has to be made with
``auto_decompress=False`` and the headers `ACCEPTED`.
"""

import asyncio
import json
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import aiohttp

ACCEPTED: Final = {"Accept-Encoding": "gzip, deflate"}

_CHUNK: Final = 65536
# zlib and gzip headers are detected.
_ANY_HEADER: Final = zlib.MAX_WBITS | 32
# Parsing less takes about a millisecond, which is not worth a thread.
_LARGE: Final = 65536


class BadBody(ValueError):
    """The body is too large, or not in the encoding that its header names."""


async def async_read_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the decompressed body of at most ``limit`` bytes; raises BadBody.

    Errors of the connection are those of aiohttp.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        inflate = None
    elif encoding in ("gzip", "x-gzip", "deflate"):
        inflate = zlib.decompressobj(_ANY_HEADER)
    else:
        raise BadBody(encoding)
    body, is_sent = bytearray(), False
    async for chunk in response.content.iter_chunked(_CHUNK):
        is_sent = True
        room = limit - len(body) + 1
        try:
            body += chunk if inflate is None else inflate.decompress(chunk, room)
        except zlib.error as err:
            raise BadBody(encoding) from err
        if len(body) > limit:
            raise BadBody(limit)
    # A server that encodes everything sends nothing of an empty body.
    if inflate is not None and is_sent and not inflate.eof:
        raise BadBody(encoding)
    return bytes(body)


async def async_parse_json(body: bytes) -> object:
    """Return the parsed body; raises ValueError or RecursionError.

    Large bodies are parsed in a thread.
    """
    if len(body) < _LARGE:
        return json.loads(body)
    return await asyncio.to_thread(json.loads, body)
