"""Actions for claims, schedules and logs; and a WebSocket subscription."""

from typing import TYPE_CHECKING, Any, Final

import orjson
import voluptuous as vol
from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import service

from ...const import CONF_KIND, DOMAIN
from ...rights import (
    ADMIN,
    async_register_action,
    async_register_command,
    control,
    entities_of_device,
    entities_of_identifier,
    entities_of_kind,
    read,
)
from .claims.claim import (
    MAX_DESCRIPTION_LENGTH,
    MAX_TEXT,
    Claim,
    Identity,
    NotAClaim,
    parse_claim,
)
from .const import CONF_AREA, KIND_NAME
from .device_coordinator import device_key
from .devices.log import MAX_PAGE, MAX_PAGE_SIZE, PAGE
from .devices.modes import Configuration, TooLarge, Update
from .devices.schedule import ScheduleError, parse_schedule
from .discovery import async_ignore, ignored_cards
from .wire.payload import MAX_NAME_LENGTH, MAX_SERIAL_LENGTH
from .wire.stream import Filter, Full

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import ServiceCall, ServiceResponse

    from .coordinator import MqttDevices
    from .device_coordinator import DeviceCoordinator

_ENTRY: Final = "config_entry_id"
_DEVICE: Final = "device_id"
_TOO_LARGE: Final = "mqtt_devices_configuration_too_large"
_IDENTITY: Final = {
    "name": MAX_NAME_LENGTH,
    "type": MAX_NAME_LENGTH,
    "model": MAX_NAME_LENGTH,
    "description": MAX_DESCRIPTION_LENGTH,
}

_ID: Final = vol.All(cv.string, vol.Length(max=64))
_OF_ENTRY: Final = {vol.Optional(_ENTRY): _ID}
_OF_DEVICE: Final = {vol.Required(_DEVICE): _ID}
_SERIAL: Final = {
    **_OF_ENTRY,
    vol.Required("serial_number"): vol.All(
        cv.string, vol.Length(min=1, max=MAX_SERIAL_LENGTH)
    ),
}


def _size_checked(value: object) -> object:
    """Check the size of a schedule before it is parsed; raises Invalid."""
    if isinstance(value, str | list | dict) and len(value) <= MAX_TEXT:
        return value
    raise vol.LengthInvalid


# Lengths are checked before anything is parsed.
_CLAIM: Final = {
    **_OF_ENTRY,
    vol.Required("qr_text"): vol.All(cv.string, vol.Length(max=MAX_TEXT)),
    **{
        vol.Optional(key): vol.All(cv.string, vol.Length(max=longest))
        for key, longest in _IDENTITY.items()
    },
    vol.Optional(CONF_AREA): _ID,
    vol.Optional("configuration"): dict,
}
_SUBSCRIBE: Final = {
    vol.Optional(_ENTRY): vol.All(str, vol.Length(max=64)),
    vol.Optional("serial"): vol.All(str, vol.Length(max=MAX_SERIAL_LENGTH)),
    vol.Optional("claimed"): bool,
}
_OF_ALL: Final = entities_of_kind(KIND_NAME, _ENTRY)
_SCHEDULE: Final = {**_OF_DEVICE, vol.Required("schedule"): _size_checked}
_PAGE: Final = {
    **_OF_DEVICE,
    vol.Optional("page", default=1): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=MAX_PAGE)
    ),
    vol.Optional("per_page", default=PAGE): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=MAX_PAGE_SIZE)
    ),
}


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the actions and the WebSocket command."""
    of_device = entities_of_device(_DEVICE)
    none, optional, only = (
        SupportsResponse.NONE,
        SupportsResponse.OPTIONAL,
        SupportsResponse.ONLY,
    )
    for name, action, fields, rule, response in (
        ("mqtt_devices_claim", _async_claim, _CLAIM, ADMIN, optional),
        ("mqtt_devices_unclaim", _async_unclaim, _OF_DEVICE, ADMIN, none),
        ("mqtt_devices_ignore", _async_ignore, _SERIAL, ADMIN, none),
        ("mqtt_devices_list_unclaimed", _async_list, _OF_ENTRY, read(_OF_ALL), only),
        (
            "mqtt_devices_set_schedule",
            _async_set_schedule,
            _SCHEDULE,
            control(of_device),
            none,
        ),
        ("mqtt_devices_get_log", _async_get_log, _PAGE, read(of_device), only),
    ):
        async_register_action(
            hass, name, action, schema=fields, rule=rule, supports_response=response
        )
    async_register_command(
        hass,
        "devices/subscribe",
        async_subscribe,
        schema=_SUBSCRIBE,
        rule=read(_followed),
    )


def _wrong(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error for a request that cannot be carried out."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def _entry_of(hass: HomeAssistant, entry_id: str | None) -> ConfigEntry[MqttDevices]:
    """Return an entry of this family, or its only entry."""
    if entry_id is None:
        loaded = [
            entry
            for entry in hass.config_entries.async_loaded_entries(DOMAIN)
            if entry.data[CONF_KIND] == KIND_NAME
        ]
        if len(loaded) != 1:
            raise _wrong("mqtt_devices_which_entry")
        return loaded[0]
    entry = service.async_get_config_entry(hass, DOMAIN, entry_id)
    if entry.data[CONF_KIND] != KIND_NAME:
        raise _wrong("mqtt_devices_other_kind")
    return entry


def _devices_of(hass: HomeAssistant, entry_id: str | None) -> MqttDevices:
    """Return the devices of an entry, or of the only entry."""
    return _entry_of(hass, entry_id).runtime_data


def _device_of(call: ServiceCall) -> tuple[MqttDevices, DeviceCoordinator]:
    """Return the device that an action is for, and the others of its entry."""
    device, entry = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[_DEVICE]
    )
    devices = _devices_of(call.hass, entry.entry_id)
    prefix = f"{entry.unique_id}_"
    for _domain, key in device.identifiers:
        if (found := devices.devices.get(key.removeprefix(prefix))) is not None:
            return devices, found
    raise _wrong("mqtt_devices_other_kind")


async def _async_claim(call: ServiceCall) -> ServiceResponse:
    """Claim a device by the text of its QR code, or by its serial number."""
    devices = _devices_of(call.hass, call.data.get(_ENTRY))
    try:
        offered = parse_claim(call.data["qr_text"])
        Configuration.checked(call.data.get("configuration") or {})
        Configuration.checked(offered.configuration)
    except NotAClaim:
        raise _wrong("mqtt_devices_not_a_claim") from None
    except TooLarge:
        raise _wrong(_TOO_LARGE) from None
    except ScheduleError as err:
        raise _wrong("mqtt_devices_schedule_unreadable", part=str(err)) from None
    if offered.serial in devices.devices:
        raise _wrong("mqtt_devices_claimed_before", serial=offered.serial)
    if not devices.has_room():
        raise _wrong("mqtt_devices_too_many_entities")
    area_id = call.data.get(CONF_AREA)
    if area_id and ar.async_get(call.hass).async_get_area(area_id) is None:
        raise _wrong("mqtt_devices_no_such_area", area=area_id)
    devices.areas[offered.serial] = area_id
    identity = Identity(
        **{
            key: call.data.get(key) or getattr(offered.identity, key)
            for key in _IDENTITY
        }
    )
    devices.async_claim(
        Claim(
            serial=offered.serial,
            identity=identity,
            configuration=call.data.get("configuration") or offered.configuration,
        )
    )
    return {"id": devices.devices[offered.serial].data.id, "serial": offered.serial}


async def _async_unclaim(call: ServiceCall) -> None:
    """Remove a claimed device."""
    devices, device = _device_of(call)
    devices.async_unclaim(device.serial)


async def _async_ignore(call: ServiceCall) -> None:
    """Ignore a device that is not claimed."""
    devices = _devices_of(call.hass, call.data.get(_ENTRY))
    serial = call.data["serial_number"]
    if serial in devices.devices:
        raise _wrong("mqtt_devices_claimed_before", serial=serial)
    await async_ignore(call.hass, devices.entry, serial)


async def _async_list(call: ServiceCall) -> ServiceResponse:
    """Return the unclaimed devices, the latest to report first."""
    entry = _entry_of(call.hass, call.data.get(_ENTRY))
    ignored = ignored_cards(call.hass, entry)
    return {
        "devices": [
            {
                "serial": unclaimed.serial,
                "prefix": unclaimed.prefix,
                "first_seen": unclaimed.first_seen.isoformat(),
                "last_seen": unclaimed.last_seen.isoformat(),
                "count": unclaimed.count,
                "parameters": dict(unclaimed.parameters),
                "ignored_by": ignored.get(unclaimed.serial),
            }
            for unclaimed in reversed(list(entry.runtime_data.registry.unclaimed))
        ]
    }


async def _async_set_schedule(call: ServiceCall) -> None:
    """Set the schedule of a device."""
    devices, device = _device_of(call)
    try:
        schedule = parse_schedule(call.data["schedule"])
    except ScheduleError as err:
        raise _wrong("mqtt_devices_schedule_unreadable", part=str(err)) from None
    update = Update(configuration={"horarios": schedule.as_list})
    try:
        devices.async_update(device.serial, update)
    except TooLarge:
        raise _wrong(_TOO_LARGE) from None


async def _async_get_log(call: ServiceCall) -> ServiceResponse:
    """Return a page of the log of a device."""
    _devices, device = _device_of(call)
    page: Any = device.rules.log.page(
        call.data["page"], call.data["per_page"]
    ).as_json()
    return dict(page)


class _Follower:
    """A WebSocket subscription to the stream."""

    def __init__(
        self, connection: websocket_api.ActiveConnection, number: int, wanted: Filter
    ) -> None:
        """Initialize with the number of the command."""
        self.wanted = wanted
        self._connection = connection
        self._number = number

    def put(self, event: bytes) -> bool:
        """Send an event; Home Assistant ends connections that fall behind."""
        head = b'{"id":%d,"type":"event","event":' % self._number
        self._connection.send_message(b"%b%b}" % (head, event))
        return True

    def close(self) -> None:
        """Send the end of the subscription."""
        self.put(b'{"event":"end"}')


def _followed(hass: HomeAssistant, msg: Mapping[str, Any]) -> Iterable[str]:
    """Return the entities of the device that is subscribed to, or of all."""
    if (serial := msg.get("serial")) is None:
        return _OF_ALL(hass, msg)
    return [
        entity_id
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if entry.data[CONF_KIND] == KIND_NAME
        and msg.get(_ENTRY) in {None, entry.entry_id}
        for entity_id in entities_of_identifier(
            hass, entry.entry_id, device_key(entry, serial)
        )
    ]


@callback
def async_subscribe(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send the devices to a card or an app, then each change."""
    number = msg["id"]
    wanted = Filter(serial=msg.get("serial"), claimed=msg.get("claimed"))
    follower = _Follower(connection, number, wanted)
    try:
        devices = _devices_of(hass, msg.get(_ENTRY))
        devices.stream.join(follower, connection)
    except ServiceValidationError as err:
        connection.send_error(number, websocket_api.ERR_NOT_FOUND, str(err))
        return
    except Full:
        connection.send_error(number, "too_many", "too many listeners")
        return
    connection.subscriptions[number] = lambda: devices.stream.leave(follower)
    connection.send_result(number)
    there = [
        device
        for device in devices.registry.as_json()
        if wanted.lets_pass(
            str(device["serial_number"]), claimed=bool(device["reclamado"])
        )
    ]
    follower.put(orjson.dumps({"event": "hello", "devices": there}))
