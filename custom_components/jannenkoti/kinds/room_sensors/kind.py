"""The device family `room_sensors`: boards that post temperature and humidity."""

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.helpers import device_registry as dr

from ...const import DOMAIN
from ...kind import Kind
from ...lib.stored import Stored
from ...store import entry_store
from .coordinator import RoomSensorsCoordinator, board_key, receiver_key
from .options import CONF_API_KEY, CONF_WEBHOOK_ID, Options
from .receiver.receiver import Receiver
from .view import async_close_webhook, async_open_endpoints, async_open_webhook

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceEntry

    from .coordinator import RoomSensorsConfigEntry
    from .model import Board


async def _async_setup_entry(
    hass: HomeAssistant, entry: RoomSensorsConfigEntry
) -> RoomSensorsCoordinator:
    """Restore the boards and open the webhook."""
    store = entry_store(hass, entry.entry_id)
    stored = Stored(await store.async_load())
    receiver = Receiver(Options.parse(entry.options), stored)
    store.report_rejected(stored)
    coordinator = RoomSensorsCoordinator(hass, entry, store, receiver)
    entry.async_on_unload(coordinator.async_close)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, receiver_key(entry))},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
    )
    async_open_webhook(hass, entry)
    return coordinator


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close the webhook and delete the store."""
    async_close_webhook(hass, entry)
    await entry_store(hass, entry.entry_id).async_remove()


def _may_remove_device(entry: RoomSensorsConfigEntry, device: DeviceEntry) -> bool:
    """Delete a silent board. The receiver is deleted with its entry only."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    if (DOMAIN, receiver_key(entry)) in device.identifiers:
        return False
    prefix = board_key(entry, "")
    return all(
        entry.runtime_data.async_delete(key.removeprefix(prefix))
        for _domain, key in device.identifiers
    )


def _diagnostics(entry: RoomSensorsConfigEntry) -> dict[str, Any]:
    """Return the counters and the boards of the receiver."""
    receiver = entry.runtime_data.receiver
    return {
        "wrong_keys": receiver.wrong_keys,
        "rejections": {
            reason.value: count for reason, count in receiver.rejections.items()
        },
        "boards": {at: _describe(receiver.board(at)) for at in receiver},
    }


def _describe(board: Board) -> dict[str, Any]:
    """Return the state of a board as JSON."""
    return {
        "temperature": board.temperature,
        "humidity": board.humidity,
        "last_report": board.last_report and board.last_report.isoformat(),
        "rejected": board.rejected,
        "silent": board.silent,
        "interval": board.interval and board.interval.total_seconds(),
        "silent_after": board.silent_after.total_seconds(),
    }


KIND = Kind(
    platforms=(Platform.SENSOR,),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    secrets=frozenset({CONF_API_KEY, CONF_WEBHOOK_ID}),
    setup_once=async_open_endpoints,
    async_remove_entry=_async_remove_entry,
    may_remove_device=_may_remove_device,
)
