"""Apply changes by remote control."""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model import Abilities, DeviceState, Request


def apply_remote_changes(
    request: Request,
    before: DeviceState | None,
    seen: DeviceState,
    abilities: Abilities,
) -> Request:
    """Return the request of a user who changed the device by remote control.

    Mode and fan speed replace the user's where they differ from ``before``; the set
    temperature too, while the thermostat does not use it to drive the device.
    """
    if before is None or not seen.on:
        return request
    mode, fan, target = seen.mode, seen.fan, seen.target
    if mode is not None and mode is not before.mode and mode in abilities.offered:
        request = replace(request, mode=mode)
    if fan is not None and fan != before.fan and fan in abilities.fans:
        request = replace(request, fan=fan)
    if not request.regulate and target is not None and target != before.target:
        request = replace(request, target=target)
    return request
