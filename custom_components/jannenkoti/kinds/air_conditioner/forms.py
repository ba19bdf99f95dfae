"""The forms of an air conditioner, and what tests their answers."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components.climate import DOMAIN as CLIMATE
from homeassistant.components.switch import DOMAIN as SWITCH
from homeassistant.const import (
    CONF_DOMAIN,
    CONF_ENTITY_ID,
    CONF_HOST,
    CONF_NAME,
    CONF_PORT,
    STATE_UNAVAILABLE,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    NumberSelector,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    TextSelector,
    TextSelectorType,
)

from ...flow import Form, FormError
from . import options as opt
from .drivers.connection import (
    AUTO,
    CONF_DEVICE_ID,
    CONF_LOCAL_KEY,
    CONF_VERSION,
    devices_of_tuya,
)
from .drivers.driver import BadCredentials, DriverError, Unreachable
from .drivers.tuya.address import DEFAULT_PORT, KEY_LENGTH, VERSIONS, Address
from .drivers.tuya.lan import TuyaLan, async_find_version
from .drivers.tuya.recognition import recognize
from .options_form import SENSORS_OF_THE_ROOM, async_check_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

TUYA: Final = "tuya"
"""Home Assistant's own integration, which knows ids and keys."""

_PASSWORD = TextSelector({"type": TextSelectorType.PASSWORD})


def _connection_schema(_hass: HomeAssistant) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_HOST): TextSelector(),
            vol.Required(CONF_PORT, default=DEFAULT_PORT): NumberSelector(
                {"min": 1, "max": 65535, "mode": NumberSelectorMode.BOX}
            ),
            vol.Required(CONF_LOCAL_KEY): _PASSWORD,
            vol.Required(CONF_VERSION, default=AUTO): SelectSelector(
                {
                    "options": [AUTO, *VERSIONS],
                    "translation_key": "air_conditioner_version",
                }
            ),
        }
    )


def _tuya_schema(hass: HomeAssistant) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_DEVICE_ID): TextSelector(),
        }
    ).extend(_connection_schema(hass).schema)


def _import_schema(hass: HomeAssistant) -> vol.Schema:
    devices = devices_of_tuya(hass.config_entries.async_loaded_entries(TUYA))
    choices = [
        SelectOptionDict(value=device.device_id, label=device.name)
        for device in devices
    ]
    return vol.Schema(
        {vol.Required(CONF_DEVICE_ID): SelectSelector({"options": choices})}
    )


def _new_entity_schema(_hass: HomeAssistant) -> vol.Schema:
    entity = EntitySelector({"filter": [{"domain": [CLIMATE, SWITCH]}]})
    return vol.Schema({vol.Required(CONF_ENTITY_ID): entity})


def _entity_schema(hass: HomeAssistant) -> vol.Schema:
    name = {vol.Required(CONF_NAME): TextSelector()}
    return vol.Schema(name).extend(_new_entity_schema(hass).schema)


def _room_schema(_hass: HomeAssistant) -> vol.Schema:
    return vol.Schema({vol.Required(opt.SENSORS): SENSORS_OF_THE_ROOM})


async def _async_check_tuya(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Ask the device; the answers come back with its version and data points."""
    if len(answers[CONF_LOCAL_KEY]) != KEY_LENGTH:
        raise FormError("air_conditioner_key_length", CONF_LOCAL_KEY)
    address = Address(
        device_id=answers[CONF_DEVICE_ID],
        host=answers[CONF_HOST],
        port=int(answers[CONF_PORT]),
        local_key=answers[CONF_LOCAL_KEY],
        version=answers[CONF_VERSION],
    )
    try:
        version, dps = await _async_answer(address)
    except BadCredentials as err:
        raise FormError("air_conditioner_bad_key", CONF_LOCAL_KEY) from err
    except Unreachable as err:
        raise FormError("air_conditioner_cannot_connect", CONF_HOST) from err
    except DriverError as err:
        raise FormError("air_conditioner_refused") from err
    if not (datapoints := recognize(dps).points):
        raise FormError("air_conditioner_no_datapoints")
    return {
        **answers,
        CONF_PORT: address.port,
        CONF_VERSION: version,
        opt.DATAPOINTS: datapoints,
    }


async def _async_answer(address: Address) -> tuple[str, Mapping[str, object]]:
    if address.version == AUTO:
        return await async_find_version(address)
    tuya = TuyaLan(address)
    try:
        return address.version, await tuya.async_dps()
    finally:
        await tuya.async_close()


async def _async_check_entity(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Check that the entity exists and is available."""
    state = hass.states.get(answers[CONF_ENTITY_ID])
    if state is None or state.state == STATE_UNAVAILABLE:
        raise FormError("air_conditioner_entity_unavailable", CONF_ENTITY_ID)
    registered = er.async_get(hass).async_get(answers[CONF_ENTITY_ID])
    # The registry's id stays when the user renames the entity.
    return {
        **answers,
        CONF_ENTITY_ID: registered.id if registered else answers[CONF_ENTITY_ID],
        CONF_DOMAIN: state.domain,
    }


async def _async_pass(_hass: HomeAssistant, answers: dict[str, Any]) -> dict[str, Any]:
    return answers


IMPORT: Final = Form(schema=_import_schema, async_check=_async_pass)
TUYA_LAN: Final = Form(schema=_tuya_schema, async_check=_async_check_tuya)
ENTITY: Final = Form(schema=_entity_schema, async_check=_async_check_entity)
NEW_ENTITY: Final = Form(schema=_new_entity_schema, async_check=_async_check_entity)
ROOM: Final = Form(schema=_room_schema, async_check=async_check_options)


def new_connection(entry: ConfigEntry) -> Form:
    """Return the form for another address or key of the same Tuya device."""

    async def async_check(
        hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        device_id = entry.data[CONF_DEVICE_ID]
        return await _async_check_tuya(hass, {**answers, CONF_DEVICE_ID: device_id})

    return Form(schema=_connection_schema, async_check=async_check)
