"""The two doors of a receiver: its webhook, and the path that the firmware knows."""

from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from ...const import CONF_KIND, DOMAIN
from ...view import BodyError, BodyTooLarge, async_read_body, is_from_home
from .const import CONF_API_KEY, KIND_NAME
from .keys import is_key, offered_key
from .model import Error, Refused

if TYPE_CHECKING:
    from aiohttp.web import Request, Response
    from homeassistant.core import HomeAssistant

    from .coordinator import RoomSensors, RoomSensorsEntry
    from .model import Report

API_PATH: Final = "/api/esp32_temphum"

# What a board says fits in a hundred bytes.
_LARGEST_BODY: Final = 4096

_STATUS: Final = {
    Error.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    Error.NOT_LOCAL: HTTPStatus.FORBIDDEN,
    Error.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Error.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Error.BACKEND_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class TempHumView(HomeAssistantView):
    """Finds the receiver by the key, for all receivers of the home."""

    url = API_PATH
    name = "api:esp32_temphum"
    requires_auth = False  # Boards have a key of their own, not one of a user.

    async def post(self, request: Request) -> Response:
        """Take a post in."""
        hass = request.app[KEY_HASS]
        entries: list[RoomSensorsEntry] = [
            entry
            for entry in hass.config_entries.async_loaded_entries(DOMAIN)
            if entry.data[CONF_KIND] == KIND_NAME
        ]
        offered = offered_key(request.headers, request.query)
        for entry in entries:
            if is_key(offered, entry.data[CONF_API_KEY]):
                return await async_answer(hass, entry.runtime_data, request)
        # Whose key it should have been cannot be told, so all of them count it.
        for entry in entries:
            entry.runtime_data.async_count_wrong_key()
        return _refusal(Refused(Error.UNAUTHORIZED))


async def async_answer(
    hass: HomeAssistant, room_sensors: RoomSensors, request: Request
) -> Response:
    """Take a post in and answer it; whatever comes, there is an answer."""
    try:
        report = await _async_take(hass, room_sensors, request)
    except Refused as refused:
        room_sensors.receiver.count(refused.error)
        return _refusal(refused)
    received = {
        "location": report.location,
        "temp": report.temperature,
        "hum": report.humidity,
    }
    return HomeAssistantView.json({"ok": True, "received": received})


async def _async_take(
    hass: HomeAssistant, room_sensors: RoomSensors, request: Request
) -> Report:
    """Let the source in, read what it sends and hand it on; raises Refused."""
    receiver = room_sensors.receiver
    if receiver.options.local_only and not is_from_home(hass, request):
        raise Refused(Error.NOT_LOCAL)
    receiver.admit(request.remote or "", dt_util.utcnow())
    return room_sensors.async_receive(await _async_read(request))


async def _async_read(request: Request) -> bytes:
    """Read the body, but not much more than a board has to say."""
    try:
        return await async_read_body(request, _LARGEST_BODY)
    except BodyTooLarge:
        raise Refused(Error.TOO_LARGE) from None
    except BodyError:
        raise Refused(Error.INVALID_PAYLOAD) from None


def _refusal(refused: Refused) -> Response:
    """Return the answer to what was refused."""
    answer: dict[str, Any] = {"ok": False, "error": refused.error}
    if refused.message is not None:
        answer["message"] = refused.message
    headers = None
    if refused.wait is not None:
        headers = {"Retry-After": str(ceil(refused.wait.total_seconds()))}
    status = _STATUS.get(refused.error, HTTPStatus.BAD_REQUEST)
    return HomeAssistantView.json(answer, status, headers)
