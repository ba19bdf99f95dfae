"""Actions: the queries and commands of the original server."""

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.core import ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...rights import ADMIN, Rule, async_register_action, control, read
from .account.pending_commands import expected_value
from .action_forms import identity, integer_between, short_text, values_of_sensors
from .cloud.client import target_of
from .journal import export, queries, responses
from .statistics import async_older_hours
from .target_actions import (
    async_translated,
    cloud_of,
    entities_of_device,
    entities_of_sensor,
    loaded_account,
    number_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from homeassistant.core import HomeAssistant

    from .account.devices import Sensor
    from .account.pending_commands import Value
    from .coordinator import TlinkCoordinator

type Handler = Callable[[ServiceCall], Coroutine[Any, Any, dict[str, Any] | None]]

MOST_EXPORTED: Final = 100
"""Sensors of one export."""
_LARGEST_PAGE_NUMBER: Final = 100_000

# No reading is older, and every time zone can show these.
_EARLIEST: Final = datetime(1971, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(2241, 1, 1, tzinfo=UTC)

_ENTRY: Final = {vol.Optional("config_entry_id"): short_text(64)}
_SENSOR: Final = {vol.Required("sensor_id"): identity}
_DEVICE: Final = {vol.Required("device_id"): identity}
_ANY_DEVICE: Final = {vol.Optional("device_id"): identity}
_PAGE: Final = {
    vol.Optional("page", default=1): integer_between(1, _LARGEST_PAGE_NUMBER),
    vol.Optional("page_size", default=responses.PAGE_SIZE): integer_between(
        1, responses.LARGEST_PAGE
    ),
}
_TIME: Final = {vol.Optional("start"): cv.datetime, vol.Optional("end"): cv.datetime}
_FILTERS: Final = {
    vol.Optional("user_id"): identity,
    vol.Optional("online"): cv.boolean,
    vol.Optional("alarm"): cv.boolean,
}
_LIMIT: Final = {
    vol.Optional("limit", default=responses.HISTORY_LIMIT): integer_between(
        1, responses.LARGEST_HISTORY
    )
}
_LOGS: Final = {
    vol.Optional("sensor_id"): identity,
    vol.Optional("status"): vol.In(["success", "error"]),
}
_FILE: Final = {
    vol.Required("sensor_ids"): vol.All(
        cv.ensure_list, vol.Length(min=1, max=MOST_EXPORTED), [identity]
    ),
    vol.Required("filename"): vol.All(short_text(105), vol.Match(export.FILE_NAME)),
    vol.Optional("overwrite", default=False): cv.boolean,
}
_DEFAULT_EXPORT: Final = timedelta(days=1)


def export_folder(hass: HomeAssistant) -> Path:
    """Return the only folder that exports are written to."""
    return Path(hass.config.path(DOMAIN, "exports"))


async def async_devices(call: ServiceCall) -> dict[str, Any]:
    """Return devices, filtered and in pages."""
    filters = responses.Filters(
        device_id=call.data.get("device_id"),
        user_id=call.data.get("user_id"),
        online=call.data.get("online"),
        alarm=call.data.get("alarm"),
    )
    inventory = loaded_account(call).account.inventory
    page, page_size = call.data["page"], call.data["page_size"]
    return responses.devices(inventory, filters, page, page_size)


async def async_latest(call: ServiceCall) -> dict[str, Any]:
    """Return the latest readings of one device, or of all."""
    inventory = loaded_account(call).account.inventory
    device_id = call.data.get("device_id")
    if device_id is not None and device_id not in inventory.devices:
        raise _unknown("tlink_unknown_device", device_id)
    return responses.latest(inventory, device_id)


async def async_history(call: ServiceCall) -> dict[str, Any]:
    """Return readings of a sensor: of the journal, and older ones of the statistics."""
    coordinator = loaded_account(call)
    sensor = _sensor(coordinator, call)
    start, end = _period(call, None)
    limit, sensor_id = call.data["limit"], sensor.info.sensor_id
    samples = await _async_read(
        call.hass,
        queries.history,
        coordinator.ingest.journal,
        sensor_id,
        start,
        end,
        limit,
    )
    found = [responses.reading(sample) for sample in samples]
    if len(found) < limit:
        oldest = samples[-1].measured if samples else end
        hours = await async_older_hours(
            call.hass, coordinator.entry, sensor_id, start, oldest
        )
        newest_first = sorted(hours, reverse=True)[: limit - len(found)]
        found += [responses.mean_reading(at, mean) for at, mean in newest_first]
    return responses.history(sensor, found)


async def async_logs(call: ServiceCall) -> dict[str, Any]:
    """Return what was stored of a device, or what was rejected."""
    coordinator = loaded_account(call)
    device_id, sensor_id = call.data["device_id"], call.data.get("sensor_id")
    if device_id not in coordinator.inventory.devices:
        raise _unknown("tlink_unknown_device", device_id)
    page, size = call.data["page"], call.data["page_size"]
    status, start = call.data.get("status"), (page - 1) * size
    failures = [
        responses.failure_log(failure)
        for failure in (coordinator.account.failures if status != "success" else ())
    ]
    # At most so many of the failures come before the page; the rest is in the journal.
    skip = max(start - len(failures), 0)
    found = list(failures)
    if status != "error":
        found += await _async_read(
            call.hass,
            queries.logs,
            coordinator.ingest.journal,
            device_id,
            sensor_id,
            skip,
            start - skip + size + 1,
        )
    else:
        skip = 0
    found.sort(key=lambda log: str(log["timestamp"]), reverse=True)
    return responses.logs(found[start - skip :], page, size)


async def async_export(call: ServiceCall) -> dict[str, Any]:
    """Write readings to a file in the folder for exports."""
    coordinator = loaded_account(call)
    start, end = _period(call, _DEFAULT_EXPORT)
    sensor_ids = set(call.data["sensor_ids"])
    for sensor_id in sorted(sensor_ids):
        if sensor_id not in coordinator.inventory.sensors:
            raise _unknown("tlink_unknown_sensor", sensor_id)
    path = export_folder(call.hass) / call.data["filename"]
    canceled = threading.Event()
    write = partial(
        export.export,
        *(coordinator.ingest.journal, path, sensor_ids, start, end),
        overwrite=call.data["overwrite"],
        canceled=canceled.is_set,
    )
    try:
        readings = await _async_read(call.hass, write)
    except FileExistsError:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="tlink_file_exists",
            translation_placeholders={"path": str(path)},
        ) from None
    finally:
        canceled.set()
    return {"path": str(path), "readings": readings}


async def async_switch(call: ServiceCall) -> None:
    """Switch a sensor through the cloud."""
    coordinator = loaded_account(call)
    info = _sensor(coordinator, call).info
    cloud, on = cloud_of(coordinator), call.data["turned_on"]
    target = target_of(info.device_id, number_of(coordinator, info.device_id))
    send = cloud.async_switch(target, info.sensor_id, on=on)
    await coordinator.async_command({info.sensor_id: on}, async_translated(send))


async def async_write(call: ServiceCall) -> None:
    """Write a value to a sensor through the cloud."""
    coordinator = loaded_account(call)
    info = _sensor(coordinator, call).info
    target = target_of(info.device_id, number_of(coordinator, info.device_id))
    cloud, value = cloud_of(coordinator), call.data["value"]
    send = cloud.async_write(target, info.sensor_id, value)
    expected = _expected(coordinator, {info.sensor_id: value})
    await coordinator.async_command(expected, async_translated(send))


async def async_send(call: ServiceCall) -> None:
    """Send data points in the name of a device."""
    coordinator = loaded_account(call)
    device_id, values = call.data["device_id"], call.data["values"]
    target = target_of(device_id, number_of(coordinator, device_id))
    sensors = coordinator.inventory.sensors
    types = {s: sensors[s].info.type for s in values if s in sensors}
    send = cloud_of(coordinator).async_send(target, values, types)
    await coordinator.async_command(
        _expected(coordinator, values), async_translated(send)
    )


def register_actions(hass: HomeAssistant) -> None:
    """Register all of them, each with its authorization rule."""
    only, none = SupportsResponse.ONLY, SupportsResponse.NONE
    device, sensor = read(entities_of_device), read(entities_of_sensor)
    switch = {**_SENSOR, vol.Required("turned_on"): cv.boolean}
    write = {**_SENSOR, vol.Required("value"): short_text(2048)}
    send = {**_DEVICE, vol.Required("values"): values_of_sensors}
    devices = _ANY_DEVICE | _FILTERS | _PAGE
    table: tuple[tuple[str, Handler, dict[Any, Any], Rule, SupportsResponse], ...] = (
        ("tlink_devices", async_devices, devices, device, only),
        ("tlink_latest", async_latest, _ANY_DEVICE, device, only),
        ("tlink_history", async_history, _SENSOR | _TIME | _LIMIT, sensor, only),
        ("tlink_logs", async_logs, _DEVICE | _LOGS | _PAGE, device, only),
        ("tlink_export", async_export, _TIME | _FILE, ADMIN, SupportsResponse.OPTIONAL),
        ("tlink_switch", async_switch, switch, control(entities_of_sensor), none),
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


def _expected(
    coordinator: TlinkCoordinator, written: Mapping[str, str]
) -> dict[str, Value]:
    """Return what sensors report after values are written to them."""
    sensors = coordinator.inventory.sensors
    return {
        sensor_id: value
        for sensor_id, text in written.items()
        if (sensor := sensors.get(sensor_id)) is not None
        and (value := expected_value(sensor.info.type, text)) is not None
    }


def _sensor(coordinator: TlinkCoordinator, call: ServiceCall) -> Sensor:
    """Return the sensor of a call."""
    sensor_id = call.data["sensor_id"]
    if (sensor := coordinator.inventory.sensors.get(sensor_id)) is None:
        raise _unknown("tlink_unknown_sensor", sensor_id)
    return sensor


def _unknown(key: str, unknown: str) -> ServiceValidationError:
    """Return the error about an id."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"id": unknown},
    )


def _period(call: ServiceCall, default: timedelta | None) -> tuple[datetime, datetime]:
    """Return the period of a call; without a start it has a default length, or none."""
    end = _utc(call.data.get("end") or dt_util.utcnow())
    if (start := call.data.get("start")) is not None:
        return _utc(start), end
    return (_EARLIEST if default is None else end - default), end


def _utc(moment: datetime) -> datetime:
    """Return a moment within the years that readings can have."""
    if moment.year <= _EARLIEST.year:
        return _EARLIEST
    if moment.year >= _LATEST.year:
        return _LATEST
    return dt_util.as_utc(moment)


async def _async_read[T](
    hass: HomeAssistant, function: Callable[..., T], *arguments: object
) -> T:
    """Run a function in a thread; a file that exists is left to the caller."""
    try:
        return await hass.async_add_executor_job(function, *arguments)
    except FileExistsError:
        raise
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="tlink_file_failed",
            translation_placeholders={"reason": err.strerror or ""},
        ) from err
