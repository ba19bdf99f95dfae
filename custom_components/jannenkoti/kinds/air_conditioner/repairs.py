"""The repair issues: sensors missing, silent, frozen or stuck; lost subscription."""

from typing import TYPE_CHECKING

from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import UpdateFailed

from ...const import DOMAIN
from ...issues import async_delete_issues, async_show_issue
from ...lib.quorum import Doubt
from .control.decide import Reason
from .drivers.driver import (
    BadCredentials,
    ConnectionType,
    KeySuspected,
    SubscriptionExpired,
)
from .drivers.ha_entity import Part
from .options import entities

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_ALL = (
    *_REFUSED.values(),
    _SENSORS_FROZEN,
    _NOT_OFFERED,
    _SENSORS_MISSING,
    _SENSORS_SILENT,
    _WINDOW_STUCK,
    _EXPIRED,
)


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
        async_show_issue(
            hass, entry, _NOT_OFFERED, {"settings": ", ".join(data.dropped)}
        )
    if stuck := data.plan.stuck:
        _raise(hass, entry, _WINDOW_STUCK, stuck)
    else:
        _close(hass, entry, _WINDOW_STUCK)
    # While Home Assistant starts, some entities are only on their way.
    if hass.is_running:
        if missing := [name for name in entities(entry.options) if _gone(hass, name)]:
            _raise(hass, entry, _SENSORS_MISSING, missing)
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


def forget_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close what is open."""
    async_delete_issues(hass, entry, *_ALL)


def _gone(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity has no state and is not in the registry either."""
    registered = er.async_get(hass).async_get(entity_id)
    return registered is None and hass.states.get(entity_id) is None


def _raise(
    hass: HomeAssistant, entry: ConfigEntry, key: str, sensors: Iterable[str]
) -> None:
    async_show_issue(hass, entry, key, {"sensors": ", ".join(sensors)})


def _close(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    async_delete_issues(hass, entry, key)
