"""Repair issues: stuck relays, outputs that do not respond, a wrong meter sign."""

from typing import TYPE_CHECKING, Final

from ...issues import async_delete_issues, async_show_issue
from .equipment_runtime import EQUIPMENT_ISSUES

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .control.controller import Controller

_NOT_FOLLOWING: Final = "heating_not_following"
_STUCK: Final = "heating_stuck"
_SIGN: Final = "heating_meter_sign"
_NO_TEMPERATURE: Final = "heating_no_temperature"
_NO_SOLVER: Final = "heating_no_solver"
ALL: Final = (
    *(_NOT_FOLLOWING, _STUCK, _SIGN, _NO_TEMPERATURE, _NO_SOLVER),
    *EQUIPMENT_ISSUES.values(),
)


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
        _show(hass, entry, key, entities)


def async_show_no_solver(
    hass: HomeAssistant, entry: ConfigEntry, *, missing: bool
) -> None:
    """Create or delete the repair issue that plans are made by rules only."""
    _show(hass, entry, _NO_SOLVER, ["HiGHS"] if missing else [])


def async_delete_heating_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the repair issues of an entry that is removed."""
    async_delete_issues(hass, entry, *ALL)


def _show(
    hass: HomeAssistant, entry: ConfigEntry, key: str, entities: list[str]
) -> None:
    """Create or delete one repair issue."""
    shown = {"entities": ", ".join(entities)} if entities else None
    async_show_issue(hass, entry, key, shown)
