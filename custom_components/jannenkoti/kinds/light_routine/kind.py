"""The device family `light_routine`: lights that follow a table of the day."""

from typing import TYPE_CHECKING, Any

from homeassistant.const import Platform

from ...kind import Kind
from ...lib.stored import Stored
from ...store import entry_store
from .actions import async_register_actions
from .coordinator import RoutineCoordinator

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .coordinator import LightRoutineConfigEntry


async def _async_setup_entry(
    hass: HomeAssistant, entry: LightRoutineConfigEntry
) -> RoutineCoordinator:
    """Restore the switches and the pauses, and subscribe to the lights."""
    store = entry_store(hass, entry.entry_id)
    stored = Stored(await store.async_load())
    coordinator = RoutineCoordinator(hass, entry, store, stored)
    store.report_rejected(stored)
    coordinator.async_start()
    return coordinator


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the store."""
    await entry_store(hass, entry.entry_id).async_remove()


def _diagnostics(entry: LightRoutineConfigEntry) -> dict[str, Any]:
    """Return the slot and the state of each light."""
    coordinator = entry.runtime_data
    routine, data = coordinator.routine, coordinator.data
    return {
        "slot": data.slot.as_row() if data.slot else None,
        "since": data.since.isoformat() if data.since else None,
        "reason": data.reason.value,
        "away": routine.switches.away,
        "commands": coordinator.sent,
        "rooms": {
            room: sorted(members)
            for room, members in coordinator.lights.rooms().items()
        },
        "holidays": sorted(day.isoformat() for day in routine.plan.holidays),
        "lights": {
            light_id: {
                "phase": light.phase.value,
                "brightness": light.look.brightness,
                "kelvin": light.look.kelvin,
                "xy": light.look.xy,
                "fades": light.abilities.fades,
                "paused": light.pause is not None,
                "retrying": light.is_retrying,
            }
            for light_id, light in routine.lights.items()
        },
    }


KIND = Kind(
    platforms=(Platform.CALENDAR, Platform.SELECT, Platform.SENSOR, Platform.SWITCH),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    setup_once=async_register_actions,
    async_remove_entry=_async_remove_entry,
)
