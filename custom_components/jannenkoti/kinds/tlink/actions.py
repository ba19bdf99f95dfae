"""Actions: the queries and commands of the original server."""

import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.core import ServiceCall, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ...const import DOMAIN
from ...rights import ADMIN, Rule, async_register_action, control, read
from .account.pending_commands import expected_value
from .action_forms import identity, integer_between, short_text, values_of_sensors
from .cloud.client import target_of
from .journal import export, responses
from .query_actions import (
    async_devices,
    async_history,
    async_latest,
    async_logs,
    async_read,
    period_of,
    sensor_of,
    unknown,
)
from .target_actions import (
    async_translated,
    cloud_of,
    entities_of_device,
    entities_of_sensor,
    entities_of_sensor_or_device,
    loaded_account,
    number_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from homeassistant.core import HomeAssistant

    from .account.pending_commands import Value
    from .coordinator import TlinkCoordinator

type Handler = Callable[[ServiceCall], Coroutine[Any, Any, dict[str, Any] | None]]

MOST_EXPORTED: Final = 100
"""Sensors of one export."""
_LARGEST_PAGE_NUMBER: Final = 100_000

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
_HISTORIES: Final = {
    vol.Optional("history_limit", default=0): integer_between(
        0, responses.LARGEST_HISTORY
    )
}
_SENSOR_OR_DEVICE: Final = {
    vol.Optional("sensor_id"): identity,
    vol.Optional("device_id"): identity,
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


async def async_export(call: ServiceCall) -> dict[str, Any]:
    """Write readings to a file in the folder for exports."""
    coordinator = loaded_account(call)
    start, end = period_of(call, _DEFAULT_EXPORT)
    sensor_ids = set(call.data["sensor_ids"])
    for sensor_id in sorted(sensor_ids):
        if sensor_id not in coordinator.inventory.sensors:
            raise unknown("tlink_unknown_sensor", sensor_id)
    path = export_folder(call.hass) / call.data["filename"]
    canceled = threading.Event()
    write = partial(
        export.export,
        *(coordinator.ingest.journal, path, sensor_ids, start, end),
        overwrite=call.data["overwrite"],
        canceled=canceled.is_set,
    )
    try:
        readings = await async_read(call.hass, write)
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
    info = sensor_of(coordinator, call).info
    cloud, on = cloud_of(coordinator), call.data["turned_on"]
    target = target_of(info.device_id, number_of(coordinator, info.device_id))
    send = cloud.async_switch(target, info.sensor_id, on=on)
    await coordinator.async_command({info.sensor_id: on}, async_translated(send))


async def async_write(call: ServiceCall) -> None:
    """Write a value to a sensor through the cloud."""
    coordinator = loaded_account(call)
    info = sensor_of(coordinator, call).info
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
    device = read(entities_of_device)
    switch = {**_SENSOR, vol.Required("turned_on"): cv.boolean}
    write = {**_SENSOR, vol.Required("value"): short_text(2048)}
    send = {**_DEVICE, vol.Required("values"): values_of_sensors}
    devices = _ANY_DEVICE | _FILTERS | _PAGE | _TIME | _HISTORIES
    history, logs = _SENSOR_OR_DEVICE | _TIME | _LIMIT, _DEVICE | _LOGS | _TIME | _PAGE
    either = read(entities_of_sensor_or_device)
    table: tuple[tuple[str, Handler, dict[Any, Any], Rule, SupportsResponse], ...] = (
        ("tlink_devices", async_devices, devices, device, only),
        ("tlink_latest", async_latest, _ANY_DEVICE, device, only),
        ("tlink_history", async_history, history, either, only),
        ("tlink_logs", async_logs, logs, device, only),
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
