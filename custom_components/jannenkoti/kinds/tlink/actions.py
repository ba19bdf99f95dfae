"""Actions: what the original server answered at its API, and its commands."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ...const import CONF_KIND, DOMAIN
from ...rights import (
    ADMIN,
    Rule,
    async_register_action,
    control,
    entities_of_identifier,
    entities_of_kind,
    read,
)
from . import archive, shapes
from .cloud_actions import async_translated, number_of, tlink_cloud
from .commands import meant
from .const import KIND_NAME
from .entity import device_key, older_hours, sensor_key
from .model import identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from homeassistant.core import HomeAssistant

    from .commands import Value
    from .coordinator import Tlink
    from .devices import Sensor

type Handler = Callable[[ServiceCall], Coroutine[Any, Any, dict[str, Any] | None]]

_ENTRY: Final = {vol.Optional("config_entry_id"): cv.string}
_SENSOR: Final = {vol.Required("sensor_id"): vol.Coerce(str)}
_PAGE: Final = {
    vol.Optional("page", default=1): vol.All(vol.Coerce(int), vol.Range(min=1)),
    vol.Optional("page_size", default=shapes.PAGE_SIZE): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=shapes.LARGEST_PAGE)
    ),
}
_TIME: Final = {
    vol.Optional("start"): cv.datetime,
    vol.Optional("end"): cv.datetime,
}
_A_DAY: Final = timedelta(days=1)


async def async_devices(call: ServiceCall) -> dict[str, Any]:
    """Return devices, filtered and in pages."""
    filters = shapes.Filters(
        device_id=call.data.get("device_id"),
        user_id=call.data.get("user_id"),
        online=call.data.get("online"),
        alarm=call.data.get("alarm"),
    )
    known = _tlink(call).account.known
    return shapes.devices(known, filters, call.data["page"], call.data["page_size"])


async def async_latest(call: ServiceCall) -> dict[str, Any]:
    """Return the latest readings of one device, or of all."""
    known = _tlink(call).account.known
    device_id = call.data.get("device_id")
    if device_id is not None and device_id not in known.devices:
        raise _unknown("tlink_unknown_device", device_id)
    return shapes.latest(known, [*known.devices] if device_id is None else [device_id])


async def async_history(call: ServiceCall) -> dict[str, Any]:
    """Return what a sensor said: from the journal, and older from the statistics."""
    tlink = _tlink(call)
    sensor = _sensor(tlink, call)
    start, end = _period(call)
    limit = call.data["limit"]
    sensor_id = sensor.info.sensor_id
    samples = await _async_read(
        call.hass, archive.history, tlink.journal, sensor_id, start, end, limit
    )
    found = [shapes.reading(sample) for sample in samples]
    if len(found) < limit:
        oldest = samples[-1].measured if samples else end
        hours = await older_hours(call.hass, tlink, sensor_id, start, oldest)
        newest_first = sorted(hours, reverse=True)[: limit - len(found)]
        found += [shapes.mean_reading(at, mean) for at, mean in newest_first]
    return shapes.history(sensor, found)


async def async_logs(call: ServiceCall) -> dict[str, Any]:
    """Return what was stored of a device, or what was refused."""
    tlink = _tlink(call)
    device_id, sensor_id = call.data["device_id"], call.data.get("sensor_id")
    if device_id not in tlink.account.known.devices:
        raise _unknown("tlink_unknown_device", device_id)
    page, size = call.data["page"], call.data["page_size"]
    status = call.data.get("status")
    found: list[dict[str, Any]] = []
    if status != "error":
        most = page * size + 1
        found += await _async_read(
            call.hass, archive.logs, tlink.journal, device_id, sensor_id, most
        )
    if status != "success":
        found += map(shapes.failure_log, tlink.account.failures)
    found.sort(key=lambda entry: str(entry["timestamp"]), reverse=True)
    return shapes.logs(found, page, size)


async def async_export(call: ServiceCall) -> dict[str, Any]:
    """Write what sensors said to a file."""
    tlink = _tlink(call)
    start, end = _period(call)
    path = Path(call.hass.config.path(call.data["filename"]))
    if not await call.hass.async_add_executor_job(
        call.hass.config.is_allowed_path, str(path)
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="tlink_path_not_allowed",
            translation_placeholders={"path": str(path)},
        )
    sensor_ids = [identifier(each) or "" for each in call.data["sensor_ids"]]
    for sensor_id in sensor_ids:
        if sensor_id not in tlink.account.known.sensors:
            raise _unknown("tlink_unknown_sensor", sensor_id)

    def write() -> int:
        as_csv = call.data["format"] == "csv"
        return archive.export(
            tlink.journal, path, sensor_ids, start, end, as_csv=as_csv
        )

    return {"path": str(path), "readings": await _async_read(call.hass, write)}


async def async_switch(call: ServiceCall) -> None:
    """Switch a sensor through the cloud."""
    tlink = _tlink(call)
    info = _sensor(tlink, call).info
    cloud, on = tlink_cloud(tlink), call.data["turned_on"]
    number = number_of(tlink, info.device_id)
    send = cloud.async_switch(number, info.sensor_id, on=on)
    await tlink.async_command({info.sensor_id: on}, async_translated(send))


async def async_write(call: ServiceCall) -> None:
    """Write a value to a sensor through the cloud."""
    tlink = _tlink(call)
    info = _sensor(tlink, call).info
    number = number_of(tlink, info.device_id)
    cloud, value = tlink_cloud(tlink), call.data["value"]
    send = cloud.async_write(number, info.sensor_id, value)
    expected = _expected(tlink, {info.sensor_id: value})
    await tlink.async_command(expected, async_translated(send))


async def async_send(call: ServiceCall) -> None:
    """Send data points in the name of a device."""
    tlink = _tlink(call)
    number = number_of(tlink, call.data["device_id"])
    values = {str(s): str(v) for s, v in call.data["values"].items()}
    sensors = tlink.account.known.sensors
    types = {s: sensors[s].info.type for s in values if s in sensors}
    send = tlink_cloud(tlink).async_send(number, values, types)
    await tlink.async_command(_expected(tlink, values), async_translated(send))


def _expected(tlink: Tlink, written: Mapping[str, str]) -> dict[str, Value]:
    """Return what sensors will show that are told something."""
    sensors = tlink.account.known.sensors
    return {
        sensor_id: value
        for sensor_id, text in written.items()
        if (sensor := sensors.get(sensor_id)) is not None
        and (value := meant(sensor.info.type, text)) is not None
    }


def register_actions(hass: HomeAssistant) -> None:
    """Register all of them."""
    only, none = SupportsResponse.ONLY, SupportsResponse.NONE
    device = {vol.Required("device_id"): vol.Coerce(str)}
    switch = {**_SENSOR, vol.Required("turned_on"): cv.boolean}
    write = {**_SENSOR, vol.Required("value"): cv.string}
    send = {**device, vol.Required("values"): dict}
    some_device = {vol.Optional("device_id"): vol.Coerce(str)}
    devices = some_device | _FILTERS | _PAGE
    of_sensor, of_device = read(_of_sensor), read(_of_device)
    table: tuple[tuple[str, Handler, dict[Any, Any], Rule, SupportsResponse], ...] = (
        ("tlink_devices", async_devices, devices, of_device, only),
        ("tlink_latest", async_latest, some_device, of_device, only),
        ("tlink_history", async_history, _SENSOR | _TIME | _LIMIT, of_sensor, only),
        ("tlink_logs", async_logs, device | _LOGS | _PAGE, of_device, only),
        ("tlink_export", async_export, _TIME | _FILE, ADMIN, SupportsResponse.OPTIONAL),
        ("tlink_switch", async_switch, switch, control(_of_sensor), none),
        ("tlink_write", async_write, write, ADMIN, none),
        ("tlink_send_data", async_send, send, ADMIN, none),
    )
    for name, handler, fields, rule, response in table:
        async_register_action(
            hass,
            name,
            handler,
            schema={**_ENTRY, **fields},
            rule=rule,
            supports_response=response,
        )


_FILTERS: Final = {
    vol.Optional("user_id"): vol.Coerce(str),
    vol.Optional("online"): cv.boolean,
    vol.Optional("alarm"): cv.boolean,
}
_LIMIT: Final = {
    vol.Optional("limit", default=shapes.HISTORY_LIMIT): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=shapes.LARGEST_HISTORY)
    )
}
_LOGS: Final = {
    vol.Optional("sensor_id"): vol.Coerce(str),
    vol.Optional("status"): vol.In(["success", "error"]),
}
_FILE: Final = {
    vol.Required("sensor_ids"): vol.All(cv.ensure_list, [vol.Coerce(str)]),
    vol.Required("filename"): cv.string,
    vol.Optional("format", default="csv"): vol.In(["csv", "jsonl"]),
}


def _tlink(call: ServiceCall) -> Tlink:
    """Return the account that is meant: the named one, or the only one."""
    found = _accounts(call.hass, call.data)
    if len(found) != 1 or found[0].state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="tlink_which_account"
        )
    tlink: Tlink = found[0].runtime_data
    return tlink


def _accounts(hass: HomeAssistant, data: Mapping[str, Any]) -> list[ConfigEntry]:
    """Return the account that data name, or all of them."""
    wanted = data.get("config_entry_id")
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry.data[CONF_KIND] == KIND_NAME and wanted in {None, entry.entry_id}
    ]


def _of_sensor(hass: HomeAssistant, data: Mapping[str, Any]) -> list[str]:
    """Return the entities of the sensor that is meant."""
    registry = er.async_get(hass)
    return [
        entity.entity_id
        for entry in _accounts(hass, data)
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        if entity.unique_id.startswith(f"{sensor_key(entry, data['sensor_id'])}_")
    ]


def _of_device(hass: HomeAssistant, data: Mapping[str, Any]) -> list[str]:
    """Return the entities of the device that is meant, or of all."""
    if (device_id := data.get("device_id")) is None:
        return [*entities_of_kind(KIND_NAME)(hass, data)]
    return [
        entity_id
        for entry in _accounts(hass, data)
        for entity_id in entities_of_identifier(
            hass, entry.entry_id, device_key(entry, device_id)
        )
    ]


def _sensor(tlink: Tlink, call: ServiceCall) -> Sensor:
    """Return the sensor that is meant."""
    sensor_id = call.data["sensor_id"]
    if (sensor := tlink.account.known.sensors.get(sensor_id)) is None:
        raise _unknown("tlink_unknown_sensor", sensor_id)
    return sensor


def _unknown(key: str, identity: str) -> ServiceValidationError:
    """Return the complaint about an id."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"id": identity},
    )


def _period(call: ServiceCall) -> tuple[datetime, datetime]:
    """Return the time that is meant; the last day if none is."""
    end = dt_util.as_utc(call.data.get("end") or dt_util.utcnow())
    start = call.data.get("start")
    return (end - _A_DAY if start is None else dt_util.as_utc(start)), end


async def _async_read[T](
    hass: HomeAssistant, function: Callable[..., T], *arguments: object
) -> T:
    """Look something up in a thread."""
    try:
        return await hass.async_add_executor_job(function, *arguments)
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="tlink_file_failed",
            translation_placeholders={"reason": str(err)},
        ) from err
