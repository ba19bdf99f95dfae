"""The HTTP paths that firmware and apps use, under a secret path for each entry."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp.web import Response, StreamResponse
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from ...store import StoreNotWritten
from ...view import (
    BodyError,
    BodyTooLarge,
    BodyTooSlow,
    async_read_body,
    entry_of_secret,
    is_from_home,
)
from .claims.claim import NotAClaim, claim_of
from .const import CONF_TOKEN, KIND_NAME
from .devices.modes import TooLarge, Update
from .wire import responses
from .wire.responses import RequestRejected
from .wire.stream import HELLO, Full, QueuedListener

if TYPE_CHECKING:
    from aiohttp.web import Request
    from homeassistant.core import HomeAssistant

    from .coordinator import MqttDevices
    from .wire.stream import Filter

API_PATH: Final = "/api/jannenkoti/dispositivos/{token}"

_STREAM: Final = "stream/dispositivos"
# Proxies such as nginx would otherwise collect events before they pass them on.
_STREAM_HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}


class DispositivosView(HomeAssistantView):
    """The paths of all entries; the secret part of the path selects the entry."""

    url = f"{API_PATH}/{{path:.*}}"
    name = "api:jannenkoti:dispositivos"
    requires_auth = False  # Devices have the secret path, not a user.

    async def get(self, request: Request, token: str, path: str) -> StreamResponse:
        """Return devices, their logs, or the stream."""
        return await _async_respond(request, token, path)

    async def post(self, request: Request, token: str, path: str) -> StreamResponse:
        """Add or claim a device."""
        return await _async_respond(request, token, path)

    async def put(self, request: Request, token: str, path: str) -> StreamResponse:
        """Update a device."""
        return await _async_respond(request, token, path)

    async def patch(self, request: Request, token: str, path: str) -> StreamResponse:
        """Respond that the method is not allowed."""
        return await _async_respond(request, token, path)

    async def delete(self, request: Request, token: str, path: str) -> StreamResponse:
        """Respond that the method is not allowed; users unclaim in Home Assistant."""
        return await _async_respond(request, token, path)


async def _async_respond(request: Request, token: str, path: str) -> StreamResponse:
    """Return the response to a request of any form."""
    hass = request.app[KEY_HASS]
    try:
        devices = _devices_of(hass, token)
        _admit(request, devices)
        path = path.strip("/")
        if path == _STREAM and request.method == "GET":
            return await _async_stream(request, devices)
        if request.method in {"POST", "PUT"}:
            body = await _async_read(request)
            # The entry may have been reloaded while the body arrived.
            devices = _devices_of(hass, token)
            status, answer = _change(request, devices, path, body)
            await devices.store.async_save_settings()
        else:
            status, answer = HTTPStatus.OK, _read(request, devices, path)
    except RequestRejected as rejected:
        status, answer = rejected.response.status, rejected.response.as_json()
    except StoreNotWritten:
        status, answer = responses.NOT_SAVED.status, responses.NOT_SAVED.as_json()
    return Response(
        body=orjson.dumps(answer), status=status, content_type="application/json"
    )


def _devices_of(hass: HomeAssistant, token: str) -> MqttDevices:
    """Return the devices of a secret path; raises RequestRejected."""
    entry = entry_of_secret(hass, KIND_NAME, CONF_TOKEN, token)
    if entry is None:
        raise RequestRejected(responses.NO_PATH)
    if entry.state is not ConfigEntryState.LOADED or entry.runtime_data.is_closed:
        raise RequestRejected(responses.NOT_READY)
    devices: MqttDevices = entry.runtime_data
    return devices


def _admit(request: Request, devices: MqttDevices) -> None:
    """Check address and rate limit; raises RequestRejected."""
    hass = request.app[KEY_HASS]
    if devices.options.local_only and not is_from_home(hass, request):
        raise RequestRejected(responses.NOT_LOCAL)
    if devices.requests.take(request.remote or "", dt_util.utcnow()):
        raise RequestRejected(responses.TOO_OFTEN)


def _read(request: Request, devices: MqttDevices, path: str) -> object:
    """Return what a request asks for; raises RequestRejected."""
    if request.method != "GET":
        raise RequestRejected(responses.NO_METHOD)
    match path.split("/"):
        case ["dispositivos"]:
            return _list(devices, responses.read_filter(request.query))
        case ["dispositivos", "no-reclamados"]:
            return devices.registry.unclaimed_as_json_list()
        case ["dispositivos", number]:
            return devices.registry.one_as_json(_serial(devices, number))
        case ["dispositivos", number, "logs"]:
            return _log(devices, _serial(devices, number), request)
    raise RequestRejected(responses.NO_PATH)


def _list(devices: MqttDevices, wanted: Filter) -> list[dict[str, Any]]:
    """Return the devices that a request asks for."""
    return [
        device
        for device in devices.registry.as_json()
        if wanted.lets_pass(
            str(device["serial_number"]), claimed=bool(device["reclamado"])
        )
    ]


def _change(
    request: Request, devices: MqttDevices, path: str, body: bytes
) -> tuple[HTTPStatus, Any]:
    """Carry out a request and return its answer; raises RequestRejected."""
    match request.method, path.split("/"):
        case "POST", ["dispositivos"]:
            return HTTPStatus.CREATED, _add(devices, responses.read_body(body))
        case "POST", ["dispositivos", "reclamar"]:
            return HTTPStatus.OK, _claim(devices, responses.read_body(body))
        case "PUT", ["dispositivos", number]:
            serial = _serial(devices, number)
            fields = responses.read_body(body)
            return HTTPStatus.OK, _update(devices, serial, fields)
    raise RequestRejected(responses.NO_PATH)


def _log(devices: MqttDevices, serial: str, request: Request) -> dict[str, Any]:
    """Return a page of the log; raises RequestRejected."""
    rules = devices.registry.claimed.get(serial)
    if rules is None:
        raise RequestRejected(responses.NOT_CLAIMED)
    return rules.log.page(*responses.read_page(request.query)).as_json()


def _serial(devices: MqttDevices, number: str) -> str:
    """Return the serial number of an id; raises RequestRejected."""
    serial = devices.registry.serial_of(number)
    if serial is None:
        raise RequestRejected(responses.NOT_FOUND)
    return serial


def _add(devices: MqttDevices, fields: dict[str, Any]) -> dict[str, Any]:
    """Add a device that has not reported yet; raises RequestRejected."""
    try:
        claim = claim_of(fields)
    except NotAClaim:
        raise RequestRejected(responses.NO_SERIAL) from None
    if claim.serial in devices.devices or claim.serial in devices.registry.unclaimed:
        raise RequestRejected(responses.EXISTS)
    device = devices.async_add_unclaimed(claim)
    return {"mensaje": "Dispositivo creado", "id": device.id}


def _claim(devices: MqttDevices, fields: dict[str, Any]) -> dict[str, Any]:
    """Claim a device; raises RequestRejected."""
    try:
        claim = claim_of(fields)
    except NotAClaim:
        raise RequestRejected(responses.NO_SERIAL) from None
    if claim.serial in devices.devices:
        raise RequestRejected(responses.CLAIMED)
    if claim.serial not in devices.registry.unclaimed:
        raise RequestRejected(responses.NEVER_SEEN)
    if not devices.has_room():
        raise RequestRejected(responses.TOO_MANY_ENTITIES)
    devices.async_claim(claim)
    device = devices.devices[claim.serial].data
    return {"mensaje": "Dispositivo reclamado", "id": device.id}


def _update(
    devices: MqttDevices, serial: str, fields: dict[str, Any]
) -> dict[str, Any]:
    """Update a device; raises RequestRejected."""
    if serial not in devices.devices:
        raise RequestRejected(responses.NOT_CLAIMED)
    try:
        devices.async_update(serial, Update.of(fields))
    except TooLarge:
        raise RequestRejected(responses.TOO_LARGE) from None
    device = devices.devices[serial].data
    return {
        "mensaje": "Dispositivo actualizado",
        "id": device.id,
        "estado": device.estado,
        "configuracion": dict(device.served.served),
    }


async def _async_read(request: Request) -> bytes:
    """Return the body; raises RequestRejected."""
    try:
        return await async_read_body(request, responses.MAX_BODY)
    except BodyTooLarge:
        raise RequestRejected(responses.BODY_TOO_LARGE) from None
    except BodyTooSlow:
        raise RequestRejected(responses.TOO_SLOW) from None
    except BodyError:
        raise RequestRejected(responses.NOT_JSON) from None


async def _async_stream(request: Request, devices: MqttDevices) -> StreamResponse:
    """Send events until the client disconnects or falls behind.

    Raises RequestRejected.
    """

    def drop() -> None:
        """Cut the connection: a client that does not read cannot be sent an end."""
        if request.transport is not None:
            request.transport.abort()

    listener = QueuedListener(responses.read_filter(request.query), drop)
    try:
        devices.stream.join(listener, request.remote)
    except Full:
        raise RequestRejected(responses.TOO_MANY_LISTENERS) from None
    response = StreamResponse(headers=_STREAM_HEADERS)
    try:
        await response.prepare(request)
        await response.write(HELLO)
        while (events := await listener.get()) is not None:
            await response.write(events)
    except ConnectionError:
        pass  # The client has disconnected.
    finally:
        devices.stream.leave(listener)
    return response
