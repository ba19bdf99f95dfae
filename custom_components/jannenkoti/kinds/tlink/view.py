"""Where the platform pushes to: an address that nobody can guess, for each account."""

import hmac
from math import ceil
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from ...const import CONF_KIND, DOMAIN
from ...view import BodyError, BodyTooLarge, async_read_body
from .const import CONF_TOKEN, KIND_NAME, SIGNATURE_HEADER
from .model import Error, Refused

if TYPE_CHECKING:
    from aiohttp.web import Request, Response
    from homeassistant.core import HomeAssistant

    from .coordinator import TlinkEntry

API_PATH: Final = "/api/jannenkoti/tlink"

# Ten thousand readings of a push, each in 200 bytes.
LARGEST_BODY: Final = 2 << 20


def push_path(token: str) -> str:
    """Return the path that an account is pushed to."""
    return f"{API_PATH}/{token}"


class PushView(HomeAssistantView):
    """Takes pushes in and answers as the original did; a webhook would say 200."""

    url = f"{API_PATH}/{{token}}"
    name = "api:jannenkoti:tlink"
    requires_auth = False  # The platform knows the address, and may sign.

    async def post(self, request: Request, token: str) -> Response:
        """Take a push in; whatever comes, there is an answer."""
        hass = request.app[KEY_HASS]
        entry = _entry(hass, token)
        try:
            stored = await _async_take(entry, request)
        except Refused as refused:
            if entry is not None and entry.state is ConfigEntryState.LOADED:
                entry.runtime_data.account.count(refused, dt_util.utcnow())
                entry.runtime_data.status.async_changed()
            return _refusal(refused)
        return self.json({"status": "ok", "storedReadings": stored})


def _entry(hass: HomeAssistant, token: str) -> TlinkEntry | None:
    """Return the account of an address, loaded or not."""
    offered = token.encode(errors="surrogatepass")
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        if entry.data[CONF_KIND] == KIND_NAME and hmac.compare_digest(
            offered, entry.data[CONF_TOKEN].encode()
        ):
            return entry
    return None


async def _async_take(entry: TlinkEntry | None, request: Request) -> int:
    """Let the source in, read what it sends and hand it on; raises Refused."""
    if entry is None:
        raise Refused(Error.UNKNOWN)
    if entry.state is not ConfigEntryState.LOADED:
        raise Refused(Error.NOT_STORED)
    tlink = entry.runtime_data
    tlink.account.admit(request.remote or "", dt_util.utcnow())
    body = await _async_read(request)
    return await tlink.async_push(body, request.headers.get(SIGNATURE_HEADER))


async def _async_read(request: Request) -> bytes:
    """Read the body, but not much more than a push can have to say."""
    try:
        return await async_read_body(request, LARGEST_BODY)
    except BodyTooLarge:
        raise Refused(Error.TOO_LARGE) from None
    except BodyError:
        raise Refused(Error.INVALID_JSON) from None


def _refusal(refused: Refused) -> Response:
    """Return the answer to what was refused."""
    headers = None
    if refused.wait is not None:
        headers = {"Retry-After": str(ceil(refused.wait.total_seconds()))}
    return HomeAssistantView.json({"error": refused.text}, refused.status, headers)
