"""The target of an action: its account, cloud and device, and who may reach it."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er

from ...const import CONF_KIND, DOMAIN
from ...rights import entities_of_identifier, entities_of_kind
from .account.keys import device_key, sensor_key
from .cloud import errors
from .const import KIND_NAME

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from homeassistant.core import HomeAssistant, ServiceCall

    from .cloud.client import Cloud
    from .coordinator import TlinkCoordinator

# The texts for a command; unlike a poll, it may have had an effect.
_COMMANDS: Final = {
    errors.Problem.NOT_CONNECTED: "tlink_not_connected_command",
    errors.Problem.NO_ANSWER: "tlink_no_answer_command",
    errors.Problem.HTTP_STATUS: "tlink_http_status_command",
    errors.Problem.UNREADABLE: "tlink_unreadable_answer_command",
    errors.Problem.REDIRECTED: "tlink_redirected_command",
}


def loaded_account(call: ServiceCall) -> TlinkCoordinator:
    """Return the account of a call: the one it names, or the only one."""
    found = _accounts(call.hass, call.data)
    if len(found) != 1 or found[0].state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="tlink_which_account"
        )
    coordinator: TlinkCoordinator = found[0].runtime_data
    return coordinator


def entities_of_sensor(hass: HomeAssistant, data: Mapping[str, Any]) -> list[str]:
    """Return the entities of the sensor that data name."""
    registry = er.async_get(hass)
    return [
        entity.entity_id
        for entry in _accounts(hass, data)
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        if entity.unique_id.startswith(
            f"{sensor_key(str(entry.unique_id), data['sensor_id'])}_"
        )
    ]


def entities_of_device(hass: HomeAssistant, data: Mapping[str, Any]) -> list[str]:
    """Return the entities of the device that data name, or of all."""
    if (device_id := data.get("device_id")) is None:
        return [*entities_of_kind(KIND_NAME)(hass, data)]
    return [
        entity_id
        for entry in _accounts(hass, data)
        for entity_id in entities_of_identifier(
            hass, entry.entry_id, device_key(str(entry.unique_id), device_id)
        )
    ]


def entities_of_sensor_or_device(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> list[str]:
    """Return the entities of the sensor that data name, or of their device.

    Data that name both mean the entities of both, and those that name neither mean all.
    """
    of_sensor = entities_of_sensor(hass, data) if "sensor_id" in data else []
    if of_sensor and "device_id" not in data:
        return of_sensor
    return of_sensor + entities_of_device(hass, data)


def _accounts(hass: HomeAssistant, data: Mapping[str, Any]) -> list[ConfigEntry]:
    """Return the account that data name, or all of them."""
    wanted = data.get("config_entry_id")
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry.data[CONF_KIND] == KIND_NAME and wanted in {None, entry.entry_id}
    ]


def cloud_of(coordinator: TlinkCoordinator) -> Cloud:
    """Return the client of the cloud; raises if the account has none."""
    if coordinator.cloud is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="tlink_no_cloud"
        )
    return coordinator.cloud.cloud


def number_of(coordinator: TlinkCoordinator, device_id: str) -> str:
    """Return the device number for commands; raises if it is not known."""
    device = coordinator.inventory.devices.get(device_id)
    if device is None or device.number is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="tlink_no_number",
            translation_placeholders={"device": device_id},
        )
    return device.number


async def async_translated[T](command: Awaitable[T]) -> T:
    """Wait for a command; raises HomeAssistantError in the user's language."""
    placeholders: dict[str, str] = {}
    try:
        return await command
    except errors.Unreachable as err:
        key, placeholders = _COMMANDS[err.problem], {"detail": err.detail}
    except errors.BadCredentials:
        key = "tlink_bad_credentials"
    except errors.UserIdMissing:
        key = "tlink_user_id_missing"
    except errors.CloudRefused as err:
        key, placeholders = "tlink_refused", {"reason": str(err)}
    raise HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )
