"""The kind `room_sensors`: a receiver for boards that post what they measure."""

from typing import TYPE_CHECKING, Any

from aiohttp.hdrs import METH_POST
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.helpers import device_registry as dr

from ...const import DOMAIN
from ...kind import Kind
from ...store import entry_store
from .const import CONF_API_KEY, CONF_WEBHOOK_ID
from .coordinator import RoomSensors
from .entity import board_key, receiver_key
from .options import Options
from .receiver import Receiver
from .view import TempHumView, async_answer

if TYPE_CHECKING:
    from aiohttp.web import Request, Response
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceEntry

    from .coordinator import RoomSensorsEntry
    from .model import Board


async def _async_setup_entry(
    hass: HomeAssistant, entry: RoomSensorsEntry
) -> RoomSensors:
    """Remember the boards and open the webhook."""
    store = entry_store(hass, entry.entry_id)
    receiver = Receiver(Options.parse(entry.options), await store.async_load() or None)
    room_sensors = RoomSensors(hass, entry, store, receiver)
    entry.async_on_unload(room_sensors.async_close)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, receiver_key(entry))},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
    )
    _open_webhook(hass, entry, room_sensors)
    return room_sensors


def _open_webhook(
    hass: HomeAssistant, entry: RoomSensorsEntry, room_sensors: RoomSensors
) -> None:
    """Take posts to the webhook until the entry is unloaded."""

    async def async_handle(
        hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Answer a post."""
        return await async_answer(hass, room_sensors, request)

    webhook_id = entry.data[CONF_WEBHOOK_ID]
    webhook.async_register(
        hass,
        DOMAIN,
        entry.title,
        webhook_id,
        async_handle,
        # We look at the address ourselves: Home Assistant would answer 200, and would
        # write the id, which is as good as a key, to its log.
        local_only=False,
        allowed_methods=[METH_POST],
    )
    entry.async_on_unload(lambda: webhook.async_unregister(hass, webhook_id))


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete what was learned."""
    await entry_store(hass, entry.entry_id).async_remove()


def _may_remove_device(entry: RoomSensorsEntry, device: DeviceEntry) -> bool:
    """Let go of a board that is silent; the receiver goes with its entry only."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    if (DOMAIN, receiver_key(entry)) in device.identifiers:
        return False
    prefix = board_key(entry, "")
    return all(
        entry.runtime_data.async_forget(key.removeprefix(prefix))
        for _domain, key in device.identifiers
    )


def _diagnostics(entry: RoomSensorsEntry) -> dict[str, Any]:
    """Tell what the receiver knows of its boards."""
    receiver = entry.runtime_data.receiver
    return {
        "wrong_keys": receiver.wrong_keys,
        "refused": {error.value: count for error, count in receiver.refused.items()},
        "boards": {at: _describe(receiver.board(at)) for at in receiver},
    }


def _describe(board: Board) -> dict[str, Any]:
    """Tell what is known about a board."""
    climate = board.reading.value if board.reading else None
    return {
        "temperature": climate and climate.temperature,
        "humidity": climate and climate.humidity,
        "last_seen": board.last_seen and board.last_seen.isoformat(),
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
    setup_once=lambda hass: hass.http.register_view(TempHumView()),
    async_remove_entry=_async_remove_entry,
    may_remove_device=_may_remove_device,
)
