"""The forms of a printer: address, access code, options."""

import re
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ...flow import Form, FormError
from . import options as opt
from .wire import const
from .wire.errors import Unreachable
from .wire.requests import PORT
from .wire.tls import async_probe_certificate, read_ca

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant

_ADVANCED: Final = "advanced"
_CODE: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_LONGEST_SERIAL: Final = 64
_HOST: Final = re.compile(r"[A-Za-z0-9_.:%-]{1,253}")  # names and addresses
_LONGEST_EVENT: Final = 64  # as Home Assistant has it


def box(least: float, most: float, unit: str | None = None) -> NumberSelector:
    """Return a field for a number."""
    config = NumberSelectorConfig(min=least, max=most, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def _address_fields() -> dict[vol.Marker, Any]:
    """Return host, port and CA."""
    advanced = vol.Schema(
        {
            vol.Required(const.CONF_PORT, default=PORT): box(1, 65535),
            vol.Optional(const.CONF_CAMERA_PORT): box(1, 65535),
            vol.Optional(const.CONF_FILES_PORT): box(1, 65535),
            vol.Optional(const.CONF_CA): TextSelector(
                TextSelectorConfig(multiline=True)
            ),
        }
    )
    return {
        vol.Required(const.CONF_HOST): TextSelector(),
        vol.Required(_ADVANCED): section(advanced, {"collapsed": True}),
    }


def _new_schema(_hass: HomeAssistant) -> vol.Schema:
    fields = _address_fields()
    serial = {vol.Required(const.CONF_SERIAL): TextSelector()}
    return vol.Schema({**serial, **fields})


def _code_schema(_hass: HomeAssistant) -> vol.Schema:
    return vol.Schema({vol.Required(const.CONF_ACCESS_CODE): _CODE})


def _adopted_schema(_hass: HomeAssistant) -> vol.Schema:
    default = opt.DEFAULTS[opt.LOST_AFTER]
    field = box(opt.SHORTEST_LOST_AFTER, opt.LONGEST_LOST_AFTER, "s")
    return vol.Schema({vol.Required(opt.LOST_AFTER, default=default): field})


def _options_schema(hass: HomeAssistant) -> vol.Schema:
    return _adopted_schema(hass).extend(
        {
            **{
                vol.Required(key, default=opt.DEFAULTS[key]): box(
                    opt.SHORTEST_DELAY, opt.LONGEST_DELAY, "s"
                )
                for key in (opt.STATUS_DELAY, opt.TEMPHUM_DELAY)
            },
        }
    )


def _interval_schema(hass: HomeAssistant) -> vol.Schema:
    """Return the options of a time-lapse without layers."""
    triggers = [each for each in opt.Trigger if each is not opt.Trigger.LAYER]
    return _timelapse_schema(hass, triggers, opt.Trigger.INTERVAL)


def _timelapse_schema(
    _hass: HomeAssistant,
    triggers: Iterable[opt.Trigger] = opt.Trigger,
    trigger: opt.Trigger = opt.Trigger.LAYER,
) -> vol.Schema:
    default = opt.DEFAULTS
    megabytes = box(opt.LEAST_MEGABYTES, opt.MOST_MEGABYTES, "MB")
    return vol.Schema(
        {
            vol.Optional(opt.CAMERA): EntitySelector(
                {"filter": [{"domain": "camera"}]}
            ),
            vol.Required(opt.AUTOMATIC, default=default[opt.AUTOMATIC]): (
                BooleanSelector()
            ),
            vol.Required(opt.TRIGGER, default=trigger.value): SelectSelector(
                SelectSelectorConfig(
                    options=[each.value for each in triggers],
                    translation_key="printer_trigger",
                )
            ),
            vol.Required(opt.IMAGE_DELAY, default=default[opt.IMAGE_DELAY]): box(
                opt.SHORTEST_IMAGE_DELAY, opt.LONGEST_IMAGE_DELAY, "s"
            ),
            vol.Optional(opt.TRIGGER_ENTITY): EntitySelector({}),
            vol.Optional(opt.TRIGGER_EVENT): TextSelector(),
            vol.Required(opt.QUOTA, default=default[opt.QUOTA]): megabytes,
            vol.Required(opt.FLOOR, default=default[opt.FLOOR]): megabytes,
        }
    )


async def async_check_address(answers: dict[str, Any]) -> dict[str, Any]:
    """Compare the certificate with the serial number; raises FormError.

    Nothing is sent to the device, the access code least of all.
    """
    serial = answers[const.CONF_SERIAL].strip().upper()
    if not serial.isalnum() or len(serial) > _LONGEST_SERIAL:
        raise FormError("printer_invalid_serial", const.CONF_SERIAL)
    host, port = answers[const.CONF_HOST].strip(), int(answers[const.CONF_PORT])
    ports = (const.CONF_CAMERA_PORT, const.CONF_FILES_PORT)
    if not _HOST.fullmatch(host):
        raise FormError("printer_cannot_connect", const.CONF_HOST)
    text = (answers.get(const.CONF_CA) or "").strip()
    ca = read_ca(text) if text else None
    if text and ca is None:
        raise FormError("printer_invalid_ca", const.CONF_CA)
    try:
        found = await async_probe_certificate(host, port, serial)
    except Unreachable:
        raise FormError("printer_cannot_connect", const.CONF_HOST) from None
    if found.name != serial:
        raise FormError("printer_other_serial", const.CONF_SERIAL)
    return {
        const.CONF_HOST: host,
        const.CONF_PORT: port,
        const.CONF_SERIAL: serial,
        const.CONF_CA: ca,
        const.CONF_FINGERPRINT: None if ca else found.fingerprint,
        **{key: int(answers[key]) for key in ports if answers.get(key)},
    }


async def _async_check_new(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    return await async_check_address(answers)


async def _async_check_options(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options."""
    return {key: int(answer) for key, answer in answers.items()}


def _auto_off_schema(_hass: HomeAssistant) -> vol.Schema:
    default = opt.DEFAULTS
    return vol.Schema(
        {
            vol.Optional(opt.PLUG): EntitySelector({"filter": [{"domain": "switch"}]}),
            vol.Required(opt.NOZZLE_BELOW, default=default[opt.NOZZLE_BELOW]): box(
                opt.COOLEST_NOZZLE, opt.HOTTEST_NOZZLE, "°C"
            ),
            vol.Required(opt.OFF_DELAY, default=default[opt.OFF_DELAY]): box(
                0, opt.LONGEST_OFF_DELAY, "min"
            ),
        }
    )


async def _async_check_auto_off(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options."""
    return {opt.PLUG: None, **answers}


async def _async_refuse_plug(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options; raises FormError for a plug, which would stay on."""
    if answers.get(opt.PLUG) is not None:
        raise FormError("printer_no_nozzle", opt.PLUG)
    return await _async_check_auto_off(hass, answers)


NO_NOZZLE_OPTIONS: Final = Form(schema=_auto_off_schema, async_check=_async_refuse_plug)
"""The options of the plug of a printer whose nozzle has no entity."""

ADOPTED_OPTIONS: Final = Form(schema=_adopted_schema, async_check=_async_check_options)
AUTO_OFF_OPTIONS: Final = Form(
    schema=_auto_off_schema, async_check=_async_check_auto_off
)


NEW: Final = Form(schema=_new_schema, async_check=_async_check_new)


async def _async_check_timelapse(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options; raises FormError where a trigger is not complete."""
    trigger = opt.Trigger(answers[opt.TRIGGER])
    event = (answers.get(opt.TRIGGER_EVENT) or "").strip() or None
    if trigger is opt.Trigger.ENTITY and not answers.get(opt.TRIGGER_ENTITY):
        raise FormError("printer_trigger_missing", opt.TRIGGER_ENTITY)
    if trigger is opt.Trigger.EVENT and (event is None or len(event) > _LONGEST_EVENT):
        raise FormError("printer_trigger_missing", opt.TRIGGER_EVENT)
    return {
        opt.CAMERA: None,
        opt.TRIGGER_ENTITY: None,
        **answers,
        opt.TRIGGER_EVENT: event,
    }


TIMELAPSE_OPTIONS: Final = Form(
    schema=_timelapse_schema, async_check=_async_check_timelapse
)
INTERVAL_OPTIONS: Final = Form(
    schema=_interval_schema, async_check=_async_check_timelapse
)
OPTIONS: Final = Form(schema=_options_schema, async_check=_async_check_options)


def address_form(serial: str) -> Form:
    """Return the form for the address of a printer that is known."""

    async def async_check(
        _hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        checked = await async_check_address({**answers, const.CONF_SERIAL: serial})
        return {
            const.CONF_CAMERA_PORT: None,
            const.CONF_FILES_PORT: None,
            **checked,
        }

    return Form(
        schema=lambda _hass: vol.Schema(_address_fields()), async_check=async_check
    )


code_schema = _code_schema
