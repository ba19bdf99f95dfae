"""The kind `robocam`: a camera on two servos, driven by an ESP32-CAM."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_HOST, CONF_MAC, Platform

from ...kind import Kind
from ...store import entry_store
from .actions import async_register_actions
from .coordinator import RoboCamCoordinator
from .memory import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .coordinator import RoboCamEntry


async def _async_setup_entry(
    hass: HomeAssistant, entry: RoboCamEntry
) -> RoboCamCoordinator:
    """Remember what the camera does not, and connect."""
    store = entry_store(hass, entry.entry_id)
    stored = await store.async_load()
    memory = Memory.from_dict(stored if stored or store.lost else None)
    coordinator = RoboCamCoordinator(hass, entry, store, memory)
    await coordinator.async_start()
    return coordinator


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the presets."""
    await entry_store(hass, entry.entry_id).async_remove()


def _diagnostics(entry: RoboCamEntry) -> Mapping[str, Any]:
    """Tell how the camera does; this is what its old proxy had `/health` for."""
    snapshot = entry.runtime_data.data
    return {**asdict(snapshot), "memory": snapshot.memory.as_dict()}


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
    ),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    # Whoever knows the address can look: the camera asks for no password.
    secrets=frozenset({CONF_HOST, CONF_MAC}),
    setup_once=async_register_actions,
    async_remove_entry=_async_remove_entry,
)
