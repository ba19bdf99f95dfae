"""The device family `presence`: whether a person is home, and why."""

from typing import TYPE_CHECKING, Any

from homeassistant.const import Platform

from ...kind import Kind
from ...lib.stored import Stored
from ...store import entry_store
from .coordinator import PresenceCoordinator
from .evidence.probe import async_is_reachable

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .coordinator import PresenceConfigEntry


async def _async_setup_entry(
    hass: HomeAssistant, entry: PresenceConfigEntry
) -> PresenceCoordinator:
    """Restore the state, and subscribe to the sources."""
    store = entry_store(hass, entry.entry_id)
    stored = Stored(await store.async_load())
    coordinator = PresenceCoordinator(hass, entry, store, stored, async_is_reachable)
    store.report_rejected(stored)
    coordinator.async_start()
    return coordinator


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the store."""
    await entry_store(hass, entry.entry_id).async_remove()


def _diagnostics(entry: PresenceConfigEntry) -> dict[str, Any]:
    """Return the state, and the evidence of each source."""
    coordinator, state = entry.runtime_data, entry.runtime_data.data
    return {
        "stage": state.stage,
        "reason": state.reason.value,
        "confidence": state.confidence,
        "last_seen": state.last_seen.isoformat() if state.last_seen else None,
        "reference_lost": coordinator.reference_lost,
        "sources": {
            name: {
                "sign": source.sign.value,
                "since": source.since.isoformat() if source.since else None,
                "decides": source.decides,
            }
            for name, source in coordinator.presence.sources.items()
        },
    }


KIND = Kind(
    platforms=(Platform.DEVICE_TRACKER, Platform.SENSOR),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    secrets=frozenset({"host", "reference_host"}),
    async_remove_entry=_async_remove_entry,
)
