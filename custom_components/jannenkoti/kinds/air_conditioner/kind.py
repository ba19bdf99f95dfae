"""The kind `air_conditioner`."""

import random
import time
from typing import TYPE_CHECKING, Any

from homeassistant.const import (
    CONF_HOST,
    CONF_PORT,
    CONF_USERNAME,
    Platform,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ...const import CONF_KIND, LOGGER
from ...kind import Kind
from ...registry import async_import_from_kind
from ...store import entry_store
from .ac_control_actions import register_ac_control
from .actions import register_actions
from .coordinator import AirConditionerCoordinator
from .drivers.connection import (
    CONF_DEVICE_ID,
    CONF_DRIVER,
    CONF_LOCAL_KEY,
    CONF_VERSION,
    DriverKind,
)
from .drivers.failover import Failover
from .drivers.simulated import SimulatedDriver
from .drivers.tuya.account import (
    CLOUD_DATAPOINTS,
    CONF_ACCESS_ID,
    CONF_ACCESS_SECRET,
    CONF_CLOUD,
    CONF_PASSWORD_MD5,
    account_of,
    plan_of,
    project_of,
)
from .drivers.tuya.address import Address
from .drivers.tuya.cloud import TuyaCloud
from .drivers.tuya.datapoints import CODE, NUMBER, stored_map
from .drivers.tuya.openapi import OpenApi
from .options import DATAPOINTS
from .quota_coordinator import async_forget_unused, async_join
from .underlying_entity import entity_driver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .coordinator import AirConditionerConfigEntry
    from .drivers.driver import Driver
    from .drivers.tuya.datapoints import Datapoints


async def _async_setup_entry(
    hass: HomeAssistant, entry: AirConditionerConfigEntry
) -> AirConditionerCoordinator:
    """Connect to the air conditioner and start its thermostat."""
    drivers: list[Driver] = []
    cloud = None
    if entry.data[CONF_DRIVER] == DriverKind.ENTITY:
        drivers.append(entity_driver(hass, entry))
    simulated = None
    if entry.data[CONF_DRIVER] == DriverKind.SIMULATED:
        simulated = SimulatedDriver(time.monotonic)
        drivers.append(simulated)
    if CONF_HOST in entry.data:
        drivers.append(await _async_tuya_lan(hass, entry))
    if CONF_CLOUD in entry.data:
        cloud = await _async_tuya_cloud(hass, entry)
        drivers.append(cloud)
    failover = Failover(
        drivers,
        name=entry.title,
        ticks=time.monotonic,
        random=random.random,
        cloud=cloud,
    )
    coordinator = AirConditionerCoordinator(hass, entry, failover, simulated)
    entry.async_on_unload(coordinator.async_stop)
    await coordinator.async_start()
    return coordinator


async def _async_tuya_cloud(
    hass: HomeAssistant, entry: AirConditionerConfigEntry
) -> TuyaCloud:
    """Return the driver, which shares the calls of the month with its project."""
    key = project_of(entry.data) or ""
    project = await async_join(hass, key, entry.entry_id, plan_of(entry.options))

    async def async_leave() -> None:
        await project.async_leave(entry.entry_id)
        await async_forget_unused(hass, key)  # The entry may name another one now.

    entry.async_on_unload(async_leave)
    api = OpenApi(
        async_get_clientsession(hass),
        account_of(entry.data[CONF_CLOUD]),
        clock=time.time,
        on_call=project.count,
    )
    return TuyaCloud(
        api,
        entry.data[CONF_DEVICE_ID],
        _stored_map(entry, CLOUD_DATAPOINTS, CODE),
        project.quota,
        now=dt_util.utcnow,
        ticks=time.monotonic,
        random=random.random,
    )


async def _async_tuya_lan(
    hass: HomeAssistant, entry: AirConditionerConfigEntry
) -> Driver:
    """Return the driver; tinytuya is loaded by homes that need it only."""
    tuya_lan = await async_import_from_kind(
        hass, entry.data[CONF_KIND], "drivers.tuya.lan"
    )
    driver: Driver = tuya_lan.TuyaLan(
        Address(
            device_id=entry.data[CONF_DEVICE_ID],
            host=entry.data[CONF_HOST],
            port=entry.data[CONF_PORT],
            local_key=entry.data[CONF_LOCAL_KEY],
            version=entry.data[CONF_VERSION],
        ),
        _stored_map(entry, DATAPOINTS, NUMBER),
    )
    return driver


def _stored_map(entry: AirConditionerConfigEntry, key: str, by: str) -> Datapoints:
    """Return the map of a device; a part that cannot be used is left out and logged."""
    points, left_out = stored_map(entry.options.get(key), by)
    if left_out:
        LOGGER.warning(
            "These data points of %s cannot be used and are left out: %s. Correct them "
            "in its options",
            entry.title,
            ", ".join(left_out),
        )
    return points


def _register_actions(hass: HomeAssistant) -> None:
    """Register the actions of the family and those of the original server."""
    register_actions(hass)
    register_ac_control(hass)


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the stored state of an entry."""
    for key in ("", ".learned"):
        await entry_store(hass, f"{entry.entry_id}{key}").async_remove()
    if (project := project_of(entry.data)) is not None:
        await async_forget_unused(hass, project)


def _diagnostics(entry: AirConditionerConfigEntry) -> Mapping[str, Any]:
    """Return everything that a decision depends on."""
    coordinator = entry.runtime_data
    data, cloud = coordinator.data, coordinator.failover.cloud
    return {
        "abilities": repr(coordinator.abilities),
        "device": repr(data.device),
        "room": data.room,
        "readings": {
            sensor: reading and {"value": reading.value, "at": reading.at}
            for sensor, reading in coordinator.thermostat.room.latest.items()
        },
        "doubted": dict(data.quorum.doubted),
        "rejected": data.rejected,
        "connection": coordinator.failover.connection.value,
        "failures": {
            # Only the type: the text of a network error has the address.
            connection.value: type(err).__name__
            for connection, err in coordinator.failover.failures.items()
        },
        "quota": cloud and cloud.quota.usage.as_dict(),
        "state": coordinator.thermostat.saved.as_dict(),
        "reason": data.decision.reason.value,
        "next_change": data.decision.next_change,
        "plan": repr(data.plan),
        "people": dict(coordinator.thermostat.planner.people),
        "contacts": dict(coordinator.thermostat.planner.contacts),
    }


KIND = Kind(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.CALENDAR,
        Platform.CLIMATE,
        Platform.EVENT,
        Platform.NUMBER,
        Platform.SENSOR,
        Platform.SWITCH,
        Platform.TIME,
    ),
    async_setup_entry=_async_setup_entry,
    setup_once=_register_actions,
    diagnostics=_diagnostics,
    secrets=frozenset(
        {
            CONF_HOST,
            CONF_LOCAL_KEY,
            CONF_ACCESS_ID,
            CONF_ACCESS_SECRET,
            CONF_USERNAME,
            CONF_PASSWORD_MD5,
        }
    ),
    async_remove_entry=_async_remove_entry,
)
