"""How an entry stores the connection to its air conditioner."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

CONF_DRIVER: Final = "driver"
CONF_DEVICE_ID: Final = "device_id"
CONF_LOCAL_KEY: Final = "local_key"
CONF_VERSION: Final = "version"

AUTO: Final = "auto"


class DriverKind(StrEnum):
    """Drivers; the one in an entry is the preferred one.

    A Tuya device on the local network may have its cloud as a second connection.
    """

    TUYA_LAN = "tuya_lan"
    TUYA_CLOUD = "tuya_cloud"
    ENTITY = "entity"
    SIMULATED = "simulated"


@dataclass(frozen=True, kw_only=True)
class TuyaDevice:
    """A device of Home Assistant's own Tuya integration."""

    device_id: str
    name: str
    local_key: str = field(repr=False)
    host: str | None
    """Its address on the local network, if the cloud reports it."""


def devices_of_tuya(entries: Iterable[object]) -> list[TuyaDevice]:
    """Return the devices with a local key in entries of Home Assistant's ``tuya``.

    That integration has no public interface for this, so every access is guarded.
    """
    found = []
    for entry in entries:
        manager = getattr(getattr(entry, "runtime_data", None), "manager", None)
        device_map = getattr(manager, "device_map", None)
        for device in device_map.values() if isinstance(device_map, dict) else ():
            local_key = getattr(device, "local_key", None)
            device_id = getattr(device, "id", None)
            if not local_key or not device_id:
                continue
            found.append(
                TuyaDevice(
                    device_id=str(device_id),
                    name=str(getattr(device, "name", None) or device_id),
                    local_key=str(local_key),
                    host=_home_address(getattr(device, "ip", None)),
                )
            )
    return sorted(found, key=lambda device: device.name)


def _home_address(address: object) -> str | None:
    """Return a private address; the cloud mostly reports that of the router."""
    try:
        return str(address) if ip_address(str(address)).is_private else None
    except ValueError:
        return None
