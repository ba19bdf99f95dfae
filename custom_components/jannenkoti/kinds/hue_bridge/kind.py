"""The device family `hue_bridge`: a Philips Hue bridge without another integration."""

from typing import TYPE_CHECKING, Any

from homeassistant.const import Platform

from ...const import DOMAIN
from ...kind import Kind
from . import const
from .coordinator import HueCoordinator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceEntry

    from .coordinator import HueBridgeConfigEntry


async def _async_setup_entry(
    hass: HomeAssistant, entry: HueBridgeConfigEntry
) -> HueCoordinator:
    """Connect."""
    coordinator = HueCoordinator(hass, entry)
    await coordinator.async_start()
    return coordinator


def _may_remove_device(entry: HueBridgeConfigEntry, device: DeviceEntry) -> bool:
    """Return whether the bridge no longer has a device."""
    data = entry.runtime_data.data
    there = {lamp.device_id for lamp in data.lamps.values()}
    there |= {room.room_id for room in data.rooms.values()}
    there.add(entry.runtime_data.bridge_id)
    return not {(DOMAIN, each) for each in there} & device.identifiers


def _diagnostics(entry: HueBridgeConfigEntry) -> Mapping[str, Any]:
    """Return the state of the connection, and the lamps without their names."""
    coordinator = entry.runtime_data
    data = coordinator.data
    return {
        "connected": data.connected,
        "event_streams": coordinator.reconnects,
        "busy_answers": coordinator.link.busy_answers,
        "lamps": [
            {
                "model": lamp.model_id,
                "software": lamp.software,
                "reachable": lamp.reachable,
                "on": lamp.light.on,
                "brightness": lamp.light.brightness,
                "mirek": lamp.light.mirek,
                "xy": lamp.light.xy,
                "mireks": lamp.light.abilities.mireks,
                "colors": lamp.light.abilities.colors,
            }
            for lamp in data.lamps.values()
        ],
        "rooms": [len(room.lamps) for room in data.rooms.values()],
        "scenes": len(data.scenes),
    }


KIND = Kind(
    platforms=(Platform.LIGHT, Platform.SCENE),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    secrets=frozenset(
        {
            const.CONF_BRIDGE_ID,
            const.CONF_FINGERPRINT,
            const.CONF_HOST,
            const.CONF_KEY,
        }
    ),
    may_remove_device=_may_remove_device,
)
