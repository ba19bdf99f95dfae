"""The actions of a printer; each has its rule."""

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import voluptuous as vol
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import device_registry as dr

from ...const import CONF_KIND, DOMAIN
from ...rights import (
    ADMIN,
    Handler,
    Rule,
    async_register_action,
    async_require_admin,
    control,
    entities_of_device,
)
from .control import commands
from .control.gcode import LONGEST_TEXT
from .model import KIND_NAME

if TYPE_CHECKING:
    from homeassistant.helpers.typing import VolDictType

    from .source_coordinator import PrinterSource

_DEVICE: Final = "device_id"
_COMMAND: Final = "command"
_FORCE: Final = "force"
_GCODE: Final = "gcode"
_DRY_RUN: Final = "dry_run"
_ID: Final = "id"
_CANCEL: Final = "cancel"
_NOZZLE: Final = "nozzle"
_BED: Final = "bed"

_COMMANDS: Final = {
    "pause": commands.PAUSE,
    "resume": commands.RESUME,
    "home": commands.HOME,
}
_FOR_A_DEVICE: Final = {vol.Required(_DEVICE): cv.string}
_TEXT: Final = vol.All(cv.string, vol.Length(max=LONGEST_TEXT))


def coordinator_of(call: ServiceCall) -> PrinterSource:
    """Return the printer of the device in a call; raises ServiceValidationError."""
    hass = call.hass
    device = dr.async_get(hass).async_get(call.data[_DEVICE])
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        if (
            isinstance(device, dr.DeviceEntry)
            and entry.data[CONF_KIND] == KIND_NAME
            and entry.entry_id == device.config_entry_id
        ):
            coordinator: PrinterSource = entry.runtime_data
            return coordinator
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="printer_no_printer"
    )


async def _async_control(call: ServiceCall) -> dict[str, Any]:
    """Pause, resume or home; to force it is for administrators, as to stop."""
    if call.data[_FORCE]:
        await async_require_admin(call.hass, call.context)
    command = _COMMANDS[call.data[_COMMAND]]
    printer = coordinator_of(call)
    await printer.control.async_command(
        command, force=call.data[_FORCE], context=call.context
    )
    return {"result": "success"}


async def _async_stop(call: ServiceCall) -> dict[str, Any]:
    """Stop the print for good."""
    control_of_printer = coordinator_of(call).control
    await control_of_printer.async_command(commands.STOP, context=call.context)
    return {"result": "success"}


async def _async_set_temperature(call: ServiceCall) -> dict[str, Any]:
    """Set one or both targets."""
    control_of_printer = coordinator_of(call).control
    if _NOZZLE in call.data:
        await control_of_printer.async_command(
            commands.nozzle_temperature(call.data[_NOZZLE]), context=call.context
        )
    if _BED in call.data:
        await control_of_printer.async_command(
            commands.bed_temperature(call.data[_BED]), context=call.context
        )
    return {"result": "success"}


async def _async_run_gcode(call: ServiceCall) -> dict[str, Any]:
    """Send G-code now."""
    return await coordinator_of(call).control.async_run_gcode(
        call.data[_GCODE],
        context=call.context,
        force=call.data[_FORCE],
        dry_run=call.data[_DRY_RUN],
    )


async def _async_queue_gcode(call: ServiceCall) -> dict[str, Any]:
    """Send G-code when there is no job."""
    return await coordinator_of(call).control.async_enqueue(
        call.data[_GCODE],
        item_id=call.data.get(_ID) or uuid4().hex,
        who=call.context.user_id,
        dry_run=call.data[_DRY_RUN],
    )


async def _async_clear_queue(call: ServiceCall) -> dict[str, Any]:
    """Remove what waits."""
    return {"cleared": await coordinator_of(call).control.async_clear()}


async def _async_history(call: ServiceCall) -> dict[str, Any]:
    """Return what was sent and what waits."""
    printer = coordinator_of(call).control
    return {
        "history": [sent.as_dict() for sent in printer.history.sent],
        "queue": printer.queue.as_list(),
    }


async def _async_timelapse_start(call: ServiceCall) -> dict[str, Any]:
    """Start a time-lapse of the print."""
    return await coordinator_of(call).timelapse.async_start()


async def _async_timelapse_stop(call: ServiceCall) -> dict[str, Any]:
    """End the time-lapse; return its video."""
    timelapse = coordinator_of(call).timelapse
    return await timelapse.async_stop(cancel=call.data[_CANCEL])


def _target(highest: int) -> vol.All:
    return vol.All(
        vol.Coerce(float),
        vol.Range(min=commands.LOWEST_TEMPERATURE, max=highest),
        vol.Coerce(int),
    )


_FLAG: Final = {vol.Optional(_DRY_RUN, default=False): cv.boolean}
_FORCED: Final = {vol.Optional(_FORCE, default=False): cv.boolean}


_CONTROLLED: Final = control(entities_of_device(_DEVICE))
_OPTIONAL: Final = SupportsResponse.OPTIONAL

# Name, handler, rule, response, fields.
_ACTIONS: Final[
    tuple[tuple[str, Handler, Rule, SupportsResponse, VolDictType], ...]
] = (
    (
        "printer_control",
        _async_control,
        _CONTROLLED,
        _OPTIONAL,
        {vol.Required(_COMMAND): vol.In(_COMMANDS), **_FORCED},
    ),
    (
        "printer_set_temperature",
        _async_set_temperature,
        _CONTROLLED,
        _OPTIONAL,
        {
            vol.Optional(_NOZZLE): _target(commands.HIGHEST_NOZZLE),
            vol.Optional(_BED): _target(commands.HIGHEST_BED),
        },
    ),
    (
        "printer_timelapse_start",
        _async_timelapse_start,
        _CONTROLLED,
        _OPTIONAL,
        {},
    ),
    (
        "printer_timelapse_stop",
        _async_timelapse_stop,
        _CONTROLLED,
        _OPTIONAL,
        {vol.Optional(_CANCEL, default=False): cv.boolean},
    ),
    ("printer_stop", _async_stop, ADMIN, _OPTIONAL, {}),
    (
        "printer_run_gcode",
        _async_run_gcode,
        ADMIN,
        _OPTIONAL,
        {vol.Required(_GCODE): _TEXT, **_FORCED, **_FLAG},
    ),
    (
        "printer_queue_gcode",
        _async_queue_gcode,
        ADMIN,
        _OPTIONAL,
        {
            vol.Required(_GCODE): _TEXT,
            vol.Optional(_ID): vol.All(cv.string, vol.Length(min=1, max=64)),
            **_FLAG,
        },
    ),
    ("printer_clear_queue", _async_clear_queue, ADMIN, _OPTIONAL, {}),
    ("printer_gcode_history", _async_history, ADMIN, SupportsResponse.ONLY, {}),
)


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, handler, rule, response, fields in _ACTIONS:
        async_register_action(
            hass,
            name,
            handler,
            schema={**_FOR_A_DEVICE, **fields},
            rule=rule,
            supports_response=response,
        )
