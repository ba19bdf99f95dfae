"""The kind `heating`."""

from typing import TYPE_CHECKING, Any

from homeassistant.const import Platform

from ...kind import Kind
from ...store import entry_store
from .actions import register_actions
from .coordinator import HeatingCoordinator

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .coordinator import HeatingConfigEntry


async def _async_setup_entry(
    hass: HomeAssistant, entry: HeatingConfigEntry
) -> HeatingCoordinator:
    """Start the heating."""
    coordinator = HeatingCoordinator(hass, entry)
    await coordinator.async_start()
    entry.async_on_unload(coordinator.async_stop)
    return coordinator


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete what the entry has stored."""
    for part in ("", ".prices"):
        await entry_store(hass, f"{entry.entry_id}{part}").async_remove()


def _diagnostics(entry: HeatingConfigEntry) -> dict[str, Any]:
    """Return all that a decision is made of."""
    coordinator = entry.runtime_data
    controller = coordinator.controller
    return {
        "saved": controller.saved.as_dict(controller.options),
        "energy": controller.energy.as_dict(),
        "data": repr(coordinator.data),
        "rejected_temperatures": controller.house.temperatures.rejected,
        "meter_sign": {
            "right": controller.house.meter.right,
            "wrong": controller.house.meter.wrong,
        },
        "plan_quality": coordinator.plan.quality.value,
        "stuck_stages": controller.watches.stuck_stages,
    }


KIND = Kind(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.CALENDAR,
        Platform.NUMBER,
        Platform.SELECT,
        Platform.SENSOR,
        Platform.SWITCH,
    ),
    async_setup_entry=_async_setup_entry,
    setup_once=register_actions,
    diagnostics=_diagnostics,
    async_remove_entry=_async_remove_entry,
)
