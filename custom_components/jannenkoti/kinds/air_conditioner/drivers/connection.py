"""How an entry says where its air conditioner is."""

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
    """The ways to an air conditioner; in an entry, the preferred one.

    A Tuya device in the local network may have its cloud as a second way.
    """

    TUYA_LAN = "tuya_lan"
    TUYA_CLOUD = "tuya_cloud"
    ENTITY = "entity"


@dataclass(frozen=True, kw_only=True)
class TuyaDevice:
    """A device that Home Assistant's own Tuya integration knows."""

    device_id: str
    name: str
    local_key: str = field(repr=False)
    host: str | None
    """Its address in the home's network, if the cloud happens to know it."""


def devices_of_tuya(entries: Iterable[object]) -> list[TuyaDevice]:
    """Return the devices with a local key in entries of Home Assistant's ``tuya``.

    That integration has no interface for this, so nothing is taken for granted.
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
    """Return an address of the home; the cloud mostly knows that of the router."""
    try:
        return str(address) if ip_address(str(address)).is_private else None
    except ValueError:
        return None
