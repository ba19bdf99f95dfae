"""The two endpoints of a receiver: its webhook, and the path of the original server."""

from contextlib import suppress
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from aiohttp.hdrs import METH_GET, METH_POST, METH_PUT
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util.hass_dict import HassKey

from ...const import CONF_KIND, DOMAIN
from ...view import (
    BodyError,
    BodyTooLarge,
    async_read_body,
    entry_of_secret,
    is_from_home,
)
from .model import Rejected, RejectReason
from .options import CONF_API_KEY, CONF_WEBHOOK_ID
from .receiver.api_key import offered_key

if TYPE_CHECKING:
    from aiohttp.web import Request, Response
    from homeassistant.config_entries import ConfigEntry

    from .coordinator import RoomSensorsCoordinator
    from .model import Report

API_PATH: Final = "/api/esp32_temphum"

_KIND: Final = "room_sensors"

# A report has about a hundred bytes.
_LARGEST_BODY: Final = 4096

# How long a board should wait while the receiver is set up or reloaded, s.
_RETRY_AFTER: Final = 10

_STATUS: Final = {
    RejectReason.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    RejectReason.NOT_LOCAL: HTTPStatus.FORBIDDEN,
    RejectReason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RejectReason.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    RejectReason.BACKEND_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

_WEBHOOKS: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_{_KIND}_webhooks")
"""The registered webhook of each entry, by the id of the entry."""


class TempHumView(HomeAssistantView):
    """Accept reports of all receivers; the API key selects one."""

    url = API_PATH
    name = "api:esp32_temphum"
    requires_auth = False  # Boards have a key of their own, not one of a user.

    async def post(self, request: Request) -> Response:
        """Accept a report."""
        hass = request.app[KEY_HASS]
        offered = offered_key(request.headers, request.query)
        entry = entry_of_secret(hass, _KIND, CONF_API_KEY, offered)
        if entry is not None:
            return await _async_respond(hass, entry.entry_id, request)
        rejected = Rejected(RejectReason.UNAUTHORIZED)
        # It is unknown which receiver was meant, so all of them count it.
        for coordinator in _loaded_receivers(hass):
            coordinator.async_count(rejected)
        return _error_response(rejected)


@callback
def async_open_endpoints(hass: HomeAssistant) -> None:
    """Register the path, and the webhooks of all entries.

    Home Assistant answers 200 for a webhook that is not registered, which boards take
    as accepted. So webhooks are there before their entries are set up, and stay.
    """
    hass.http.register_view(TempHumView())
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        if entry.data[CONF_KIND] == _KIND and entry.disabled_by is None:
            async_open_webhook(hass, entry)


@callback
def async_open_webhook(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Register the webhook of an entry, in place of one with an older id."""
    webhooks = hass.data.setdefault(_WEBHOOKS, {})
    webhook_id = entry.data[CONF_WEBHOOK_ID]
    if webhooks.get(entry.entry_id) == webhook_id:
        return
    async_close_webhook(hass, entry)
    entry_id = entry.entry_id

    async def async_handle(
        hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Respond to a request."""
        return await _async_respond(hass, entry_id, request)

    webhook.async_register(
        hass,
        DOMAIN,
        entry.title,
        webhook_id,
        async_handle,
        # The address and the method are checked here: Home Assistant would respond with
        # 200 to a remote one, and would write the id, which is a secret, to its log.
        local_only=False,
        allowed_methods=[METH_GET, METH_POST, METH_PUT],
    )
    webhooks[entry_id] = webhook_id


@callback
def async_close_webhook(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the webhook of an entry, if there is one."""
    webhooks = hass.data.setdefault(_WEBHOOKS, {})
    if (webhook_id := webhooks.pop(entry.entry_id, None)) is not None:
        webhook.async_unregister(hass, webhook_id)


def _loaded_receivers(hass: HomeAssistant) -> list[RoomSensorsCoordinator]:
    """Return the receivers that are set up."""
    return [
        entry.runtime_data
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if entry.data[CONF_KIND] == _KIND
    ]


def _receiver(hass: HomeAssistant, entry_id: str) -> RoomSensorsCoordinator:
    """Return the receiver of an entry; raises Rejected while it is not set up."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.state is not ConfigEntryState.LOADED:
        raise Rejected(RejectReason.BACKEND_UNAVAILABLE)
    receiver: RoomSensorsCoordinator = entry.runtime_data
    return receiver


async def _async_respond(
    hass: HomeAssistant, entry_id: str, request: Request
) -> Response:
    """Accept a report and return the response."""
    if request.method != METH_POST:
        return _json(
            {"ok": False, "error": "method_not_allowed"},
            HTTPStatus.METHOD_NOT_ALLOWED,
            {"Allow": METH_POST},
        )
    try:
        report = await _async_accept(hass, entry_id, request)
    except Rejected as rejected:
        # The receiver may be unloaded meanwhile.
        with suppress(Rejected):
            _receiver(hass, entry_id).async_count(rejected)
        return _error_response(rejected)
    received = {
        "location": report.location,
        "temp": report.temperature,
        "hum": report.humidity,
    }
    return _json({"ok": True, "received": received})


async def _async_accept(hass: HomeAssistant, entry_id: str, request: Request) -> Report:
    """Check the source, read the report and apply it; raises Rejected."""
    local_only = _receiver(hass, entry_id).receiver.options.local_only
    if local_only and not is_from_home(hass, request):
        raise Rejected(RejectReason.NOT_LOCAL)
    body = await _async_read(request)
    # The entry may have been reloaded meanwhile.
    return _receiver(hass, entry_id).async_receive(body, request.remote or "")


async def _async_read(request: Request) -> bytes:
    """Read the body; raises Rejected."""
    try:
        return await async_read_body(request, _LARGEST_BODY)
    except BodyTooLarge:
        raise Rejected(RejectReason.TOO_LARGE) from None
    except BodyError:
        raise Rejected(RejectReason.INVALID_PAYLOAD) from None


def _error_response(rejected: Rejected) -> Response:
    """Return the response to a rejected request."""
    body: dict[str, Any] = {"ok": False, "error": rejected.reason}
    if rejected.message is not None:
        body["message"] = rejected.message
    headers = None
    if rejected.wait is not None:
        headers = {"Retry-After": str(ceil(rejected.wait.total_seconds()))}
    elif rejected.reason is RejectReason.BACKEND_UNAVAILABLE:
        headers = {"Retry-After": str(_RETRY_AFTER)}
    return _json(body, _STATUS.get(rejected.reason, HTTPStatus.BAD_REQUEST), headers)


def _json(
    body: dict[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a response with a JSON body."""
    return HomeAssistantView.json(body, status, headers)
