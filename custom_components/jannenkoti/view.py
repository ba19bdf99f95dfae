"""What the HTTP views of all kinds have in common."""

import asyncio
import hmac
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader
from aiohttp.web import RequestPayloadError
from homeassistant.components import network
from homeassistant.helpers.http import KEY_HASS
from homeassistant.helpers.network import is_cloud_connection
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.network import is_local

from .const import CONF_KIND, DOMAIN

if TYPE_CHECKING:
    from aiohttp.web import Request
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

# A device that loses its power while it sends would be waited for indefinitely.
_LONGEST_WAIT: Final = 30.0  # s


# Bodies that are larger than the first, and how many of them are received at once.
_SMALL: Final = 64 << 10
_MOST_LARGE: Final = 32

# What an internet provider gives to a home is divided into networks of this size.
_HOME_PREFIX: Final = 64


def entry_of_secret(
    hass: HomeAssistant, kind: str, field: str, secret: str
) -> ConfigEntry | None:
    """Return the entry of a kind whose data have a secret in a field.

    The entry may not be loaded: then the caller answers 503, which senders repeat. The
    time of the comparison does not show how much of a wrong secret is right.
    """
    given = secret.encode(errors="surrogatepass")
    found = None
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        if entry.data.get(CONF_KIND) != kind:
            continue
        wanted = entry.data.get(field)
        if (
            isinstance(wanted, str)
            and wanted
            and hmac.compare_digest(wanted.encode(errors="surrogatepass"), given)
        ):
            found = found or entry
    return found


class BodyError(Exception):
    """The body is not encoded as its headers state."""


class BodyTooLarge(BodyError):
    """The body is larger than the limit."""


class BodyTooSlow(BodyError):
    """The end of the body did not arrive in time."""


class TooManyBodies(BodyError):
    """Too many large bodies are being received."""


class _LargeBodies:
    """Limits how many large bodies are received at once.

    A sender that never ends its bodies could fill the memory with them. Small ones are
    always received.
    """

    def __init__(self) -> None:
        """Initialize without any."""
        self._count = 0

    def grown(self) -> None:
        """Count a body that has become large; raises TooManyBodies."""
        if self._count >= _MOST_LARGE:
            raise TooManyBodies
        self._count += 1

    def ended(self) -> None:
        """Count it no more."""
        self._count -= 1


_LARGE_BODIES: HassKey[_LargeBodies] = HassKey(f"{DOMAIN}_large_bodies")


def _large_bodies(request: Request) -> _LargeBodies:
    """Return those of a Home Assistant."""
    return request.app[KEY_HASS].data.setdefault(_LARGE_BODIES, _LargeBodies())


async def async_read_body(request: Request, largest: int) -> bytes:
    """Return a body of at most so many bytes; raises BodyError."""
    content = request.content  # Through the cloud, another on each access.
    has_socket = isinstance(content, StreamReader)
    body = bytearray()
    if isinstance(content, StreamReader) and content.is_eof():
        # It is here already, as most are: a timeout would only cost time.
        try:
            body += content.read_nowait(largest + 1)
        except HttpProcessingError, RequestPayloadError:
            raise BodyError from None
        if len(body) > largest:
            raise BodyTooLarge
        return bytes(body)
    is_large = False
    try:
        async with asyncio.timeout(_LONGEST_WAIT):
            while chunk := await content.read(largest + 1 - len(body)):
                body += chunk
                if len(body) > _SMALL and not is_large and has_socket:
                    _large_bodies(request).grown()
                    is_large = True
    except TimeoutError:
        raise BodyTooSlow from None
    except HttpProcessingError, RequestPayloadError:
        raise BodyError from None
    finally:
        if is_large:
            _large_bodies(request).ended()
    if len(body) > largest:
        raise BodyTooLarge
    return bytes(body)


def is_from_home(hass: HomeAssistant, request: Request) -> bool:
    """Return whether a request comes from the home's own network.

    The add-ons of Home Assistant use a socket without an address. A public IPv6 address
    is in the home's network if Home Assistant has an address with the same prefix.
    """
    remote = request.remote
    if remote is None or is_cloud_connection(hass):
        return False
    if not remote:
        return True
    return _is_local_address(remote) or _is_in_own_prefix(hass, remote)


def _is_in_own_prefix(hass: HomeAssistant, remote: str) -> bool:
    """Return whether an IPv6 address is in the /64 of one of Home Assistant's own."""
    try:
        address = ip_address(remote.partition("%")[0])
        adapters = network.async_get_loaded_adapters(hass)
    except KeyError, ValueError:  # The network component is not set up.
        return False
    if not isinstance(address, IPv6Address):
        return False
    return any(
        address in IPv6Network(f"{own['address']}/{_HOME_PREFIX}", strict=False)
        for adapter in adapters
        for own in adapter["ipv6"]
    )


@lru_cache(maxsize=256)
def _is_local_address(address: str) -> bool:
    """Return whether an address is local; cached, because few clients send often."""
    try:
        return is_local(ip_address(address))
    except ValueError:
        return False
