"""The device family `robocam`: an ESP32-CAM on two servos."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_HOST, CONF_MAC, Platform

from ...const import LOGGER
from ...kind import Kind
from ...store import entry_store
from .actions import async_register_actions
from .coordinator import RoboCamCoordinator
from .motion.saved_state import SavedState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .coordinator import RoboCamConfigEntry


async def _async_setup_entry(
    hass: HomeAssistant, entry: RoboCamConfigEntry
) -> RoboCamCoordinator:
    """Load the saved state and connect."""
    store = entry_store(hass, entry.entry_id)
    stored = await store.async_load()
    saved = SavedState.from_dict(stored if stored or store.lost else None)
    _report_unreadable(entry, stored, saved)
    coordinator = RoboCamCoordinator(hass, entry, store, saved)
    await coordinator.async_start()
    return coordinator


def _report_unreadable(
    entry: RoboCamConfigEntry, stored: Mapping[str, Any], saved: SavedState
) -> None:
    """Log once which stored values could not be read."""
    values = saved.as_dict()
    unreadable = [key for key in values if stored.get(key) != values[key]]
    if stored and unreadable:
        LOGGER.warning(
            "Ignored unreadable values in the store of %s: %s",
            entry.title,
            ", ".join(unreadable),
        )


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the saved state."""
    await entry_store(hass, entry.entry_id).async_remove()


def _diagnostics(entry: RoboCamConfigEntry) -> Mapping[str, Any]:
    """Return the state of the camera, as `/health` of the original proxy did."""
    coordinator = entry.runtime_data
    saved = coordinator.controller.saved.as_dict()
    return {**asdict(coordinator.data), "saved": saved}


KIND = Kind(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.CAMERA,
        Platform.LIGHT,
        Platform.NUMBER,
        Platform.SELECT,
        Platform.SENSOR,
        Platform.SWITCH,
        Platform.TEXT,
    ),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    # The camera has no password: its address is enough to watch it.
    secrets=frozenset({CONF_HOST, CONF_MAC}),
    setup_once=async_register_actions,
    async_remove_entry=_async_remove_entry,
)
