"""The forms of an air conditioner, and what tests their answers."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components.climate import DOMAIN as CLIMATE
from homeassistant.const import (
    CONF_DOMAIN,
    CONF_ENTITY_ID,
    CONF_HOST,
    CONF_PORT,
    STATE_UNAVAILABLE,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    TextSelector,
    TextSelectorType,
)

from ...const import CONF_KIND, DOMAIN
from ...flow import Form, FormError
from . import options as opt
from .const import KIND_NAME
from .drivers.connection import (
    AUTO,
    CONF_DEVICE_ID,
    CONF_LOCAL_KEY,
    CONF_VERSION,
    devices_of_tuya,
)
from .drivers.driver import (
    BadCredentials,
    Busy,
    DriverError,
    KeySuspected,
    NoSession,
    Unreachable,
)
from .drivers.tuya.address import (
    DEFAULT_PORT,
    VERSIONS,
    Address,
    is_device_id,
    is_local_key,
)
from .drivers.tuya.datapoints import Datapoints
from .drivers.tuya.lan import TuyaLan, async_find_version
from .drivers.tuya.recognition import recognize
from .options_form import async_check_options, sensors_of_the_room
from .underlying_entity import (
    UNIT_DOMAINS,
    OthersSelector,
    is_ours_behind,
    state_of,
    units_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .drivers.tuya.discovery import Announcement

TUYA: Final = "tuya"
"""Home Assistant's own integration, which has ids and keys."""

UNCLEAR: Final = "unclear"
"""What the form of a device passes to the next: parts that were not understood."""

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
    device_id = {vol.Required(CONF_DEVICE_ID): TextSelector()}
    return vol.Schema(device_id).extend(_connection_schema(hass).schema)


def _import_schema(hass: HomeAssistant) -> vol.Schema:
    devices = devices_of_tuya(hass.config_entries.async_loaded_entries(TUYA))
    choices = [
        SelectOptionDict(value=device.device_id, label=device.name)
        for device in devices
    ]
    return vol.Schema(
        {vol.Required(CONF_DEVICE_ID): SelectSelector({"options": choices})}
    )


def _entity_schema(hass: HomeAssistant) -> vol.Schema:
    entity = OthersSelector.of(hass, {"filter": [{"domain": list(UNIT_DOMAINS)}]})
    return vol.Schema({vol.Required(CONF_ENTITY_ID): entity})


def _room_schema(hass: HomeAssistant) -> vol.Schema:
    return vol.Schema({vol.Required(opt.SENSORS): sensors_of_the_room(hass)})


def _address(answers: dict[str, Any]) -> Address:
    """Return the trimmed address of a Tuya device; raises FormError."""
    device_id, host, local_key = (
        str(answers.get(key) or "").strip()
        for key in (CONF_DEVICE_ID, CONF_HOST, CONF_LOCAL_KEY)
    )
    if not is_device_id(device_id):
        raise FormError("air_conditioner_bad_device_id", CONF_DEVICE_ID)
    if not host:
        raise FormError("air_conditioner_no_host", CONF_HOST)
    if not is_local_key(local_key):
        raise FormError("air_conditioner_key_length", CONF_LOCAL_KEY)
    return Address(
        device_id=device_id,
        host=host,
        port=int(answers[CONF_PORT]),
        local_key=local_key,
        version=answers[CONF_VERSION],
    )


async def _async_check_tuya(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Ask the device; the answers come back with its version and data points."""
    address = _address(answers)
    try:
        version, dps = await _async_answer(address)
    except (BadCredentials, KeySuspected, NoSession) as err:
        raise FormError("air_conditioner_bad_key", CONF_LOCAL_KEY) from err
    except Busy as err:
        raise FormError("air_conditioner_busy", CONF_HOST) from err
    except Unreachable as err:
        raise FormError("air_conditioner_cannot_connect", CONF_HOST) from err
    except DriverError as err:
        raise FormError("air_conditioner_refused") from err
    recognized = recognize(dps)
    points = recognized.points
    if "power" not in points or Datapoints.parse(points).decode(dps) is None:
        raise FormError("air_conditioner_no_datapoints")
    return {
        CONF_DEVICE_ID: address.device_id,
        CONF_HOST: address.host,
        CONF_PORT: address.port,
        CONF_LOCAL_KEY: address.local_key,
        CONF_VERSION: version,
        opt.DATAPOINTS: points,
        UNCLEAR: recognized.unclear,
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
    hass: HomeAssistant, answers: dict[str, Any], changed: ConfigEntry | None = None
) -> dict[str, Any]:
    """Check that a thermostat can control the entity, and no other one does."""
    entity_id = answers[CONF_ENTITY_ID]
    shown = state_of(hass, entity_id)
    if shown is None or shown.state == STATE_UNAVAILABLE:
        raise FormError("air_conditioner_entity_unavailable", CONF_ENTITY_ID)
    domain = entity_id.partition(".")[0]
    if is_ours_behind(hass, entity_id):
        raise FormError("air_conditioner_own_entity", CONF_ENTITY_ID)
    if domain == CLIMATE and not shown.can_be_switched:
        raise FormError("air_conditioner_entity_unable", CONF_ENTITY_ID)
    registry = er.async_get(hass)
    registered = registry.async_get(entity_id)
    # The registry's id stays when the user renames the entity.
    stored = registered.id if registered else entity_id
    units = units_of(hass, entity_id)
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        is_same = changed is not None and entry.entry_id == changed.entry_id
        other = entry.data.get(CONF_ENTITY_ID)
        if entry.data.get(CONF_KIND) != KIND_NAME or other is None or is_same:
            continue
        # An entry with this id of its own ends the flow.
        if other == stored and changed is None and entry.unique_id == stored:
            continue
        used = er.async_resolve_entity_id(registry, other) or other
        if other == stored or units & units_of(hass, used):
            raise FormError("air_conditioner_entity_used", CONF_ENTITY_ID)
    return {**answers, CONF_ENTITY_ID: stored, CONF_DOMAIN: domain}


async def _async_pass(_hass: HomeAssistant, answers: dict[str, Any]) -> dict[str, Any]:
    return answers


IMPORT: Final = Form(schema=_import_schema, async_check=_async_pass)
TUYA_LAN: Final = Form(schema=_tuya_schema, async_check=_async_check_tuya)
ENTITY: Final = Form(schema=_entity_schema, async_check=_async_check_entity)
ROOM: Final = Form(schema=_room_schema, async_check=async_check_options)


async def _async_accept(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    return answers


CONFIRM: Final = Form(schema=lambda _hass: vol.Schema({}), async_check=_async_accept)
"""A form without fields."""


def found_devices(found: Mapping[str, Announcement], names: Mapping[str, str]) -> Form:
    """Return the form that asks which of the devices on the network it is."""
    choices = [
        SelectOptionDict(
            value=device_id,
            label=f"{names.get(device_id, device_id)} ({device.host})",
        )
        for device_id, device in sorted(found.items())
    ]
    selector = SelectSelector({"options": choices})
    schema = vol.Schema({vol.Required(CONF_DEVICE_ID): selector})
    return Form(schema=lambda _hass: schema, async_check=_async_pass)


def new_connection(entry: ConfigEntry) -> Form:
    """Return the form for another address or key of the same Tuya device."""

    async def async_check(
        hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        kept = {CONF_DEVICE_ID: entry.data[CONF_DEVICE_ID]}
        if not (answers.get(CONF_LOCAL_KEY) or "").strip():
            kept[CONF_LOCAL_KEY] = entry.data.get(CONF_LOCAL_KEY, "")
        return await _async_check_tuya(hass, {**answers, **kept})

    def schema(hass: HomeAssistant) -> vol.Schema:
        fields = dict(_connection_schema(hass).schema)
        if CONF_LOCAL_KEY in entry.data:
            # A stored key is never shown; an empty field keeps it.
            del fields[CONF_LOCAL_KEY]
            fields[vol.Optional(CONF_LOCAL_KEY)] = _PASSWORD
        return vol.Schema(fields)

    return Form(schema=schema, async_check=async_check)


def new_entity(entry: ConfigEntry) -> Form:
    """Return the form for another entity of the same air conditioner."""

    async def async_check(
        hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        return await _async_check_entity(hass, answers, entry)

    return Form(schema=_entity_schema, async_check=async_check)
