"""What the HTTP doors of all kinds have in common."""

import asyncio
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError
from homeassistant.helpers.network import is_cloud_connection
from homeassistant.util.network import is_local

if TYPE_CHECKING:
    from aiohttp.web import Request
    from homeassistant.core import HomeAssistant

# A device that loses its power amid a body would be waited for, for ever.
_LONGEST_WAIT: Final = 30.0  # s


class BodyError(Exception):
    """A body that is not encoded as it says."""


class BodyTooLarge(BodyError):
    """A body that is larger than anything that one has to say."""


class BodyTooSlow(BodyError):
    """A body whose end does not come."""


async def async_read_body(request: Request, largest: int) -> bytes:
    """Read a body, and not much more than so many bytes of it; raises BodyError."""
    content = request.content  # of a webhook through the cloud, another each time
    body = bytearray()
    try:
        async with asyncio.timeout(_LONGEST_WAIT):
            while chunk := await content.read(largest + 1 - len(body)):
                body += chunk
    except TimeoutError:
        raise BodyTooSlow from None
    except HttpProcessingError, RequestPayloadError:
        raise BodyError from None
    if len(body) > largest:
        raise BodyTooLarge
    return bytes(body)


def is_from_home(hass: HomeAssistant, request: Request) -> bool:
    """Say whether a request comes from the home's own network."""
    if request.remote is None or is_cloud_connection(hass):
        return False
    return _is_local_address(request.remote)


@lru_cache(maxsize=256)
def _is_local_address(address: str) -> bool:
    """Say whether an address is one of a home's own; the same few ask all the time."""
    try:
        return is_local(ip_address(address))
    except ValueError:
        return False
