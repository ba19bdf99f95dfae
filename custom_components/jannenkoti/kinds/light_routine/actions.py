"""Actions: set the lights now, and replace the table."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import service

from ...const import CONF_KIND, DOMAIN
from ...rights import async_register_action, control, entities_of_kind
from .const import KIND_NAME
from .options import SLOTS
from .slots.table import TableError, read_table

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, ServiceCall

    from .coordinator import LightRoutineConfigEntry

_ENTRY: Final = "config_entry_id"
_OF_ENTRY: Final = {
    vol.Optional(_ENTRY): vol.All(cv.string, vol.Length(max=64)),
}
_APPLY: Final = {
    **_OF_ENTRY,
    vol.Optional("include_paused", default=False): cv.boolean,
}
# The table checks its rows, and their number first.
_SET: Final = {**_OF_ENTRY, vol.Required(SLOTS): list}


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    rule = control(entities_of_kind(KIND_NAME, _ENTRY))
    async_register_action(
        hass, "light_routine_apply_now", _async_apply, schema=_APPLY, rule=rule
    )
    async_register_action(
        hass, "light_routine_set_slots", _async_set_slots, schema=_SET, rule=rule
    )


def _entry_of(call: ServiceCall) -> LightRoutineConfigEntry:
    """Return the routine that an action is for, or the only one."""
    entry_id: str | None = call.data.get(_ENTRY)
    if entry_id is None:
        loaded = [
            entry
            for entry in call.hass.config_entries.async_loaded_entries(DOMAIN)
            if entry.data[CONF_KIND] == KIND_NAME
        ]
        if len(loaded) != 1:
            raise _wrong("light_routine_which_entry")
        return loaded[0]
    entry: LightRoutineConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, entry_id
    )
    if entry.data[CONF_KIND] != KIND_NAME:
        raise _wrong("light_routine_which_entry")
    return entry


def _wrong(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error for a request that cannot be carried out."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


async def _async_apply(call: ServiceCall) -> None:
    """Set the lights that are on to the slot in effect."""
    coordinator = _entry_of(call).runtime_data
    coordinator.apply_now(paused_too=call.data["include_paused"])


async def _async_set_slots(call: ServiceCall) -> None:
    """Replace the table; it is used at once."""
    entry = _entry_of(call)
    try:
        table = read_table(call.data[SLOTS])
    except TableError as err:
        key = f"{KIND_NAME}_table_{err.fault}"
        raise _wrong(key, slot=err.slot) from None
    options: dict[str, Any] = {**entry.options, SLOTS: [x.as_row() for x in table]}
    call.hass.config_entries.async_update_entry(entry, options=options)
    call.hass.config_entries.async_schedule_reload(entry.entry_id)
