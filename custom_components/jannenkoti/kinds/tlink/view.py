"""The address for pushes: one path with an unguessable token for each account."""

from math import ceil
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from ...occurrences import Occurrence, async_report_occurrence
from ...view import (
    BodyError,
    BodyTooLarge,
    TooManyBodies,
    async_read_body,
    entry_of_secret,
)
from .const import API_PATH, CONF_TOKEN, KIND_NAME, SIGNATURE_HEADER
from .model import RETRY, Rejected, RejectReason

if TYPE_CHECKING:
    from aiohttp.web import Request, Response
    from homeassistant.core import HomeAssistant

    from .coordinator import TlinkConfigEntry, TlinkCoordinator

# Ten thousand readings of 200 bytes.
LARGEST_BODY: Final = 2 << 20


class PushView(HomeAssistantView):
    """Receives pushes; returns the status codes of the original, unlike a webhook."""

    url = f"{API_PATH}/{{token}}"
    name = "api:jannenkoti:tlink"
    requires_auth = False  # The address is secret, and the sender may sign.

    async def post(self, request: Request, token: str) -> Response:
        """Take a push in, and answer it in any case."""
        entry: TlinkConfigEntry | None = entry_of_secret(
            request.app[KEY_HASS], KIND_NAME, CONF_TOKEN, token
        )
        if entry is None:
            return _rejection(Rejected(RejectReason.UNKNOWN))
        try:
            stored = await _async_take(entry, request)
        except Rejected as rejected:
            if entry.state is ConfigEntryState.LOADED:
                entry.runtime_data.account.count(rejected, dt_util.utcnow())
                entry.runtime_data.async_status_changed()
                _report(request.app[KEY_HASS], entry, rejected)
            return _rejection(rejected)
        return self.json({"status": "ok", "storedReadings": stored})


async def _async_take(entry: TlinkConfigEntry, request: Request) -> int:
    """Admit the source, read the body and take it in; raises Rejected."""
    _loaded(entry).account.admit(request.remote or "", dt_util.utcnow())
    body = await _async_read(request)
    # The account may have been reloaded while the body was read.
    signature = request.headers.get(SIGNATURE_HEADER)
    return await _loaded(entry).async_push(body, signature)


def _loaded(entry: TlinkConfigEntry) -> TlinkCoordinator:
    """Return the coordinator of an account; raises Rejected while it is not loaded."""
    if entry.state is not ConfigEntryState.LOADED:
        raise Rejected(RejectReason.NOT_STORED, wait=RETRY)
    return entry.runtime_data


async def _async_read(request: Request) -> bytes:
    """Read a body of a limited size; raises Rejected."""
    try:
        return await async_read_body(request, LARGEST_BODY)
    except BodyTooLarge:
        raise Rejected(RejectReason.TOO_LARGE) from None
    except TooManyBodies:
        raise Rejected(RejectReason.NOT_STORED, wait=RETRY) from None
    except BodyError:
        raise Rejected(RejectReason.INVALID_JSON) from None


def _report(hass: HomeAssistant, entry: TlinkConfigEntry, rejected: Rejected) -> None:
    """Let the triggers of rejected pushes run."""
    reason = rejected.reason.name.lower()
    occurrence = Occurrence(entry_id=entry.entry_id, details={"reason": reason})
    async_report_occurrence(hass, f"{KIND_NAME}_push_rejected", occurrence)


def _rejection(rejected: Rejected) -> Response:
    """Return the response to a rejected push."""
    headers = None
    if rejected.wait is not None:
        headers = {"Retry-After": str(ceil(rejected.wait.total_seconds()))}
    return HomeAssistantView.json({"error": rejected.text}, rejected.status, headers)
