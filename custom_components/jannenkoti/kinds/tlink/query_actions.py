"""Actions that return what is stored: the queries of the original server."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .journal import queries, responses
from .statistics import async_older_hours
from .target_actions import loaded_account

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from homeassistant.core import HomeAssistant, ServiceCall

    from .account.devices import Device, Sensor
    from .coordinator import TlinkCoordinator
    from .model import Sample

# No reading is older, and every time zone can show these.
_EARLIEST: Final = datetime(1971, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(2241, 1, 1, tzinfo=UTC)


async def async_devices(call: ServiceCall) -> dict[str, Any]:
    """Return devices, filtered and in pages, with as many readings as asked for."""
    coordinator = loaded_account(call)
    filters = responses.Filters(
        device_id=call.data.get("device_id"),
        user_id=call.data.get("user_id"),
        online=call.data.get("online"),
        alarm=call.data.get("alarm"),
    )
    page, size = call.data["page"], call.data["page_size"]
    inventory = coordinator.inventory
    shown, pagination = responses.devices_of_page(inventory, filters, page, size)
    histories = await _async_histories(call, coordinator, shown, "history_limit")
    return {
        "user": _user(coordinator),
        "pagination": pagination,
        "devices": [
            responses.with_history(inventory, each, histories) for each in shown
        ],
    }


async def async_latest(call: ServiceCall) -> dict[str, Any]:
    """Return the latest readings of one device, or of all."""
    inventory = loaded_account(call).account.inventory
    device_id = call.data.get("device_id")
    if device_id is not None and device_id not in inventory.devices:
        raise unknown("tlink_unknown_device", device_id)
    return responses.latest(inventory, device_id)


async def async_history(call: ServiceCall) -> dict[str, Any]:
    """Return readings of a sensor, or of all sensors of a device."""
    if ("sensor_id" in call.data) == ("device_id" in call.data):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="tlink_sensor_or_device"
        )
    coordinator = loaded_account(call)
    if "device_id" in call.data:
        device = _device_of(coordinator, call)
        histories = await _async_histories(call, coordinator, [device], "limit")
        sensors = responses.sensors_with_history(
            coordinator.inventory, device, histories
        )
        return {**_heading(coordinator, device), "sensors": sensors}
    return await _async_history_of_sensor(call, coordinator)


async def _async_history_of_sensor(
    call: ServiceCall, coordinator: TlinkCoordinator
) -> dict[str, Any]:
    """Return readings of the journal, and older ones of the statistics."""
    sensor = sensor_of(coordinator, call)
    start, end = period_of(call, None)
    limit, sensor_id = call.data["limit"], sensor.info.sensor_id
    samples = await async_read(
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
    device = _device_of(coordinator, call)
    page, size = call.data["page"], call.data["page_size"]
    status, first = call.data.get("status"), (page - 1) * size
    start, end = period_of(call, None)
    failures = [
        responses.failure_log(failure)
        for failure in (coordinator.account.failures if status != "success" else ())
        if start <= failure[0] <= end
    ]
    # At most so many of the failures come before the page; the rest is in the journal.
    skip = max(first - len(failures), 0) if status != "error" else 0
    found = list(failures)
    if status != "error":
        wanted = queries.LogFilter(
            device_id=device.device_id,
            sensor_id=call.data.get("sensor_id"),
            start=start,
            end=end,
        )
        most = first - skip + size + 1
        found += await async_read(
            call.hass, queries.logs, coordinator.ingest.journal, wanted, skip, most
        )
    found.sort(key=lambda log: str(log["timestamp"]), reverse=True)
    logs = responses.logs(found[first - skip :], page, size)
    return {**_heading(coordinator, device), **logs}


def _user(coordinator: TlinkCoordinator) -> dict[str, Any]:
    """Return the account as the user of the original server."""
    return responses.user(coordinator.entry.entry_id, coordinator.entry.title)


def _heading(coordinator: TlinkCoordinator, device: Device) -> dict[str, Any]:
    """Return what an answer about one device begins with."""
    return {"user": _user(coordinator), "device": responses.described(device)}


async def _async_histories(
    call: ServiceCall,
    coordinator: TlinkCoordinator,
    devices: Sequence[Device],
    field: str,
) -> Mapping[str, Sequence[Sample]]:
    """Return the latest readings of all sensors of devices, by sensor."""
    inventory = coordinator.inventory
    sensors = {s for device in devices for s in inventory.of_device(device.device_id)}
    if not sensors or not (limit := call.data[field]):
        return {}
    start, end = period_of(call, None)
    return await async_read(
        call.hass,
        queries.histories,
        coordinator.ingest.journal,
        sensors,
        start,
        end,
        min(limit, max(responses.LARGEST_HISTORIES // len(sensors), 1)),
    )


def _device_of(coordinator: TlinkCoordinator, call: ServiceCall) -> Device:
    """Return the device of a call."""
    device_id = call.data["device_id"]
    if (device := coordinator.inventory.devices.get(device_id)) is None:
        raise unknown("tlink_unknown_device", device_id)
    return device


def sensor_of(coordinator: TlinkCoordinator, call: ServiceCall) -> Sensor:
    """Return the sensor of a call."""
    sensor_id = call.data["sensor_id"]
    if (sensor := coordinator.inventory.sensors.get(sensor_id)) is None:
        raise unknown("tlink_unknown_sensor", sensor_id)
    return sensor


def unknown(key: str, unknown: str) -> ServiceValidationError:
    """Return the error about an id."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"id": unknown},
    )


def period_of(
    call: ServiceCall, default: timedelta | None
) -> tuple[datetime, datetime]:
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


async def async_read[T](
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
