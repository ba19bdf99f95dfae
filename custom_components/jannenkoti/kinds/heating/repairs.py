"""Repair issues: stuck relays, outputs that do not respond, a wrong meter sign."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir

from ...issues import async_show_issue, entity_names
from ...repairs import EntryFixFlow
from .options import GRID_INVERTED

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlow
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .control.controller import Controller

_NOT_FOLLOWING: Final = "heating_not_following"
_STUCK: Final = "heating_stuck"
_SIGN: Final = "heating_meter_sign"
_NO_TEMPERATURE: Final = "heating_no_temperature"
_NO_SOLVER: Final = "heating_no_solver"
# A heater that cannot be switched off; water that stays cold.
_SEVERITY: Final = dict.fromkeys((_STUCK, _NO_TEMPERATURE), ir.IssueSeverity.ERROR)


def async_show_issues(
    hass: HomeAssistant, entry: ConfigEntry, controller: Controller
) -> None:
    """Create the repair issues of what is wrong now, and delete the others."""
    stages, tanks = controller.options.stages, controller.options.tanks
    not_following = [
        stage.entity
        for stage, output in zip(stages, controller.saved.outputs, strict=True)
        if output.not_following
    ]
    stuck = [stages[number].entity for number in controller.watches.stuck_stages]
    frozen = [
        tank.control_sensor
        for number, tank in enumerate(tanks)
        if controller.watches.is_frozen(number)
    ]
    sign = [controller.options.grid] if controller.house.meter.is_wrong else []
    for key, entities in (
        (_NOT_FOLLOWING, not_following),
        (_STUCK, stuck),
        (_NO_TEMPERATURE, frozen),
        (_SIGN, sign),
    ):
        async_show_issue(
            hass,
            entry,
            key,
            {"entities": entity_names(hass, entities)} if entities else None,
            severity=_SEVERITY.get(key, ir.IssueSeverity.WARNING),
            is_fixable=key == _SIGN,
        )


def async_show_no_solver(
    hass: HomeAssistant, entry: ConfigEntry, *, missing: bool
) -> None:
    """Create or delete the repair issue that plans are made by rules only."""
    shown = {"entities": "HiGHS"} if missing else None
    async_show_issue(hass, entry, _NO_SOLVER, shown)


async def async_create_fix_flow(
    _hass: HomeAssistant, _issue_id: str, _data: object
) -> RepairsFlow:
    """Return the dialog of the wrong sign, the only issue with one."""
    return EntryFixFlow(_async_invert)


@callback
def _async_invert(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Read the grid power with the other sign."""
    inverted = entry.options.get(GRID_INVERTED) is True
    options = {**entry.options, GRID_INVERTED: not inverted}
    hass.config_entries.async_update_entry(entry, options=options)
    hass.config_entries.async_schedule_reload(entry.entry_id)
