"""The path that firmware and app know, under a secret name for each entry."""

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp.web import Response, StreamResponse
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from ...const import CONF_KIND, DOMAIN
from ...view import (
    BodyError,
    BodyTooLarge,
    BodyTooSlow,
    async_read_body,
    is_from_home,
)
from .claims.claim import NotAClaim, claim_of
from .const import CONF_TOKEN, KIND_NAME
from .devices.modes import TooLarge, Update
from .wire import responses as answers
from .wire.stream import HELLO, Full, QueuedListener

if TYPE_CHECKING:
    from aiohttp.web import Request
    from homeassistant.core import HomeAssistant

    from .coordinator import MqttDevices

API_PATH: Final = "/api/jannenkoti/dispositivos/{token}"

_STREAM: Final = "stream/dispositivos"


class DispositivosView(HomeAssistantView):
    """Finds the entry by the token, for all entries of the home."""

    url = f"{API_PATH}/{{path:.*}}"
    name = "api:jannenkoti:dispositivos"
    requires_auth = False  # Devices have the token, not a user of Home Assistant.

    async def get(self, request: Request, token: str, path: str) -> StreamResponse:
        """Answer a question."""
        return await _async_answer(request, token, path)

    async def post(self, request: Request, token: str, path: str) -> StreamResponse:
        """Add or claim a device."""
        return await _async_answer(request, token, path)

    async def put(self, request: Request, token: str, path: str) -> StreamResponse:
        """Change a device."""
        return await _async_answer(request, token, path)

    async def patch(self, request: Request, token: str, path: str) -> StreamResponse:
        """Refuse."""
        return await _async_answer(request, token, path)

    async def delete(self, request: Request, token: str, path: str) -> StreamResponse:
        """Refuse; who lets a device go does so in Home Assistant."""
        return await _async_answer(request, token, path)


async def _async_answer(request: Request, token: str, path: str) -> StreamResponse:
    """Answer a request; whatever comes, there is an answer."""
    try:
        devices = _entry_of(request.app[KEY_HASS], token)
        _admit(request, devices)
        path = path.strip("/")
        if path == _STREAM and request.method == "GET":
            return await _async_stream(request, devices)
        status, body = await _async_route(request, devices, path)
    except answers.RequestRejected as rejected:
        status, body = rejected.response.status, rejected.response.as_json()
    return Response(
        body=orjson.dumps(body), status=status, content_type="application/json"
    )


def _entry_of(hass: HomeAssistant, token: str) -> MqttDevices:
    """Return the devices whose secret name this is; raises RequestRejected."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        if entry.data[CONF_KIND] == KIND_NAME and hmac.compare_digest(
            entry.data[CONF_TOKEN].encode(), token.encode()
        ):
            devices: MqttDevices = entry.runtime_data
            return devices
    raise answers.RequestRejected(answers.NO_PATH)


def _admit(request: Request, devices: MqttDevices) -> None:
    """Let a source in, or raise RequestRejected."""
    hass = request.app[KEY_HASS]
    if devices.options.local_only and not is_from_home(hass, request):
        raise answers.RequestRejected(answers.NOT_LOCAL)
    if devices.requests.take(request.remote or "", dt_util.utcnow()):
        raise answers.RequestRejected(answers.TOO_OFTEN)


async def _async_route(
    request: Request, devices: MqttDevices, path: str
) -> tuple[HTTPStatus, Any]:
    """Find what is asked for; raises RequestRejected."""
    status = HTTPStatus.OK
    answer: Any
    match request.method, path.split("/"):
        case "GET", ["dispositivos"]:
            answer = devices.registry.as_json()
        case "GET", ["dispositivos", "no-reclamados"]:
            answer = devices.registry.unclaimed_as_json_list()
        case "POST", ["dispositivos"]:
            answer = _add(devices, await _async_read(request))
            status = HTTPStatus.CREATED
        case "POST", ["dispositivos", "reclamar"]:
            answer = _claim(devices, await _async_read(request))
        case "GET", ["dispositivos", number]:
            answer = devices.registry.one_as_json(_serial(devices, number))
        case "GET", ["dispositivos", number, "logs"]:
            answer = _log(devices, _serial(devices, number), request)
        case "PUT", ["dispositivos", number]:
            serial = _serial(devices, number)
            answer = _update(devices, serial, await _async_read(request))
        case "PATCH" | "DELETE", _:
            raise answers.RequestRejected(answers.NO_METHOD)
        case _:
            raise answers.RequestRejected(answers.NO_PATH)
    return status, answer


def _log(devices: MqttDevices, serial: str, request: Request) -> dict[str, Any]:
    """Return a page of the log; raises RequestRejected."""
    rules = devices.registry.claimed.get(serial)
    if rules is None:
        raise answers.RequestRejected(answers.NOT_CLAIMED)
    return rules.log.page(*answers.read_page(request.query)).as_json()


def _serial(devices: MqttDevices, number: str) -> str:
    """Return whose id this is; raises RequestRejected."""
    serial = devices.registry.serial_of(number)
    if serial is None:
        raise answers.RequestRejected(answers.NOT_FOUND)
    return serial


def _add(devices: MqttDevices, said: dict[str, Any]) -> dict[str, Any]:
    """Know a device that has not spoken; raises RequestRejected."""
    try:
        claim = claim_of(said)
    except NotAClaim:
        raise answers.RequestRejected(answers.NO_SERIAL) from None
    if claim.serial in devices.devices or claim.serial in devices.registry.unclaimed:
        raise answers.RequestRejected(answers.KNOWN)
    unclaimed = devices.async_add_unclaimed(claim)
    return {"mensaje": "Dispositivo creado", "id": unclaimed.id}


def _claim(devices: MqttDevices, said: dict[str, Any]) -> dict[str, Any]:
    """Claim a device; raises RequestRejected."""
    try:
        claim = claim_of(said)
    except NotAClaim:
        raise answers.RequestRejected(answers.NO_SERIAL) from None
    if claim.serial in devices.devices:
        raise answers.RequestRejected(answers.CLAIMED)
    if claim.serial not in devices.registry.unclaimed:
        raise answers.RequestRejected(answers.NEVER_SEEN)
    devices.async_claim(claim)
    device = devices.devices[claim.serial].data
    return {"mensaje": "Dispositivo reclamado", "id": device.id}


def _update(devices: MqttDevices, serial: str, said: dict[str, Any]) -> dict[str, Any]:
    """Change a device; raises RequestRejected."""
    if serial not in devices.devices:
        raise answers.RequestRejected(answers.NOT_CLAIMED)
    try:
        devices.async_update(serial, Update.of(said))
    except TooLarge:
        raise answers.RequestRejected(answers.TOO_LARGE) from None
    device = devices.devices[serial].data
    return {
        "mensaje": "Dispositivo actualizado",
        "id": device.id,
        "estado": device.estado,
        "configuracion": dict(device.served.document),
    }


async def _async_read(request: Request) -> dict[str, Any]:
    """Return the body, read up to its limit; raises RequestRejected."""
    try:
        body = await async_read_body(request, answers.MAX_BODY)
    except BodyTooLarge:
        raise answers.RequestRejected(answers.BODY_TOO_LARGE) from None
    except BodyTooSlow:
        raise answers.RequestRejected(answers.TOO_SLOW) from None
    except BodyError:
        raise answers.RequestRejected(answers.NOT_JSON) from None
    return answers.read_body(body)


async def _async_stream(request: Request, devices: MqttDevices) -> StreamResponse:
    """Send events until the client disconnects or falls behind.

    Raises RequestRejected.
    """

    def drop() -> None:
        """Cut the connection: who does not read cannot be sent the end either."""
        if request.transport is not None:
            request.transport.abort()

    listener = QueuedListener(answers.read_filter(request.query), drop)
    try:
        devices.stream.join(listener)
    except Full:
        raise answers.RequestRejected(answers.TOO_MANY_LISTENERS) from None
    response = StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    )
    try:
        await response.prepare(request)
        await response.write(HELLO)
        while (events := await listener.get()) is not None:
            await response.write(events)
    except ConnectionError:
        pass  # It has gone; so does its queue.
    finally:
        devices.stream.leave(listener)
    return response
