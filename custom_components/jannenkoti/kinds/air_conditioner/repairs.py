"""The repair issues: sensors missing, silent, frozen or stuck; lost subscription."""

from typing import TYPE_CHECKING

from homeassistant.components.climate import ATTR_FAN_MODE, HVACMode
from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import (
    async_translate_state,
    async_translate_state_attr,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from ...const import DOMAIN
from ...issues import async_show_issue, entity_names
from ...lib.quorum import Doubt
from ...repairs import EntryFixFlow
from .control.decide import Reason
from .drivers.driver import (
    BadCredentials,
    ConnectionType,
    KeySuspected,
    SubscriptionExpired,
)
from .drivers.ha_entity import Part
from .options import entities, without

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.components.repairs import RepairsFlow
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .control.data import AirConditionerData
    from .drivers.driver import DriverError
    from .drivers.failover import Failover

_SENSORS_MISSING = "air_conditioner_sensors_missing"
_SENSORS_SILENT = "air_conditioner_sensors_silent"
_WINDOW_STUCK = "air_conditioner_window_stuck"
_EXPIRED = "air_conditioner_subscription_expired"
_REFUSED = {
    Part.MODE: "air_conditioner_mode_refused",
    Part.TARGET: "air_conditioner_target_refused",
    Part.FAN: "air_conditioner_fan_refused",
}
_SENSORS_FROZEN = "air_conditioner_sensors_frozen"
_NOT_OFFERED = "air_conditioner_not_offered"


@callback
def show_issues(
    hass: HomeAssistant, entry: ConfigEntry, data: AirConditionerData
) -> None:
    """Create issues for current problems, and close solved ones."""
    if data.decision.reason is Reason.SENSOR_SILENT:
        _raise(hass, entry, _SENSORS_SILENT, data.quorum.doubted)
    elif data.room is not None:
        _close(hass, entry, _SENSORS_SILENT)
    frozen = [name for name, why in data.quorum.doubted.items() if why is Doubt.FROZEN]
    if frozen:
        _raise(hass, entry, _SENSORS_FROZEN, frozen)
    else:
        _close(hass, entry, _SENSORS_FROZEN)
    if data.dropped:
        shown = {"settings": ", ".join(_label(hass, each) for each in data.dropped)}
        # Without its mode the thermostat is off, and a restart does not change that.
        async_show_issue(hass, entry, _NOT_OFFERED, shown, is_persistent=True)
    if stuck := data.plan.stuck:
        _raise(hass, entry, _WINDOW_STUCK, stuck)
    else:
        _close(hass, entry, _WINDOW_STUCK)
    # While Home Assistant starts, some entities are only on their way.
    if hass.is_running:
        if missing := [name for name in entities(entry.options) if _gone(hass, name)]:
            shown = {"sensors": entity_names(hass, missing)}
            async_show_issue(hass, entry, _SENSORS_MISSING, shown, is_fixable=True)
        else:
            _close(hass, entry, _SENSORS_MISSING)


@callback
def close_not_offered(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close the issue about dropped settings: the user has chosen again."""
    _close(hass, entry, _NOT_OFFERED)


@callback
def show_connection_issues(
    hass: HomeAssistant, entry: ConfigEntry, failover: Failover
) -> None:
    """Ask for what the ways to the device need of the user; notes close themselves."""
    failures = failover.failures
    if any(isinstance(e, BadCredentials | KeySuspected) for e in failures.values()):
        entry.async_start_reauth(hass)
    if isinstance(failures.get(ConnectionType.CLOUD), SubscriptionExpired):
        async_show_issue(hass, entry, _EXPIRED, {})
    elif ConnectionType.CLOUD not in failures:
        _close(hass, entry, _EXPIRED)
    for part, key in _REFUSED.items():
        if part in failover.refused:
            async_show_issue(hass, entry, key, {})
        else:
            _close(hass, entry, key)


def setup_error(failure: DriverError | None) -> Exception:
    """Return the error of a setup whose first read failed."""
    if isinstance(failure, BadCredentials):
        return ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="air_conditioner_bad_credentials"
        )
    return UpdateFailed(
        translation_domain=DOMAIN, translation_key="air_conditioner_unreachable"
    )


async def async_create_fix_flow(
    _hass: HomeAssistant, _issue_id: str, _data: object
) -> RepairsFlow:
    """Return the dialog of missing entities, the only issue with one."""
    return EntryFixFlow(_use_no_missing)


@callback
def _use_no_missing(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the entities that no longer exist from the options."""
    gone = {name for name in entities(entry.options) if _gone(hass, name)}
    options = without(entry.options, gone)
    hass.config_entries.async_update_entry(entry, options=options)
    hass.config_entries.async_schedule_reload(entry.entry_id)


def _label(hass: HomeAssistant, setting: str) -> str:
    """Return a mode or fan speed as the thermostat shows it."""
    climate = Platform.CLIMATE
    if setting in list(HVACMode):
        return async_translate_state(hass, setting, climate, None, None, None)
    return async_translate_state_attr(
        hass, setting, climate, None, None, None, ATTR_FAN_MODE
    )


def _gone(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity has no state and is not in the registry either."""
    registered = er.async_get(hass).async_get(entity_id)
    return registered is None and hass.states.get(entity_id) is None


def _raise(
    hass: HomeAssistant, entry: ConfigEntry, key: str, sensors: Iterable[str]
) -> None:
    async_show_issue(hass, entry, key, {"sensors": entity_names(hass, sensors)})


def _close(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    async_show_issue(hass, entry, key, None)
