"""What somebody has done by the remote control."""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model import DeviceState, Request


def follow(request: Request, before: DeviceState | None, seen: DeviceState) -> Request:
    """Return the intent of a user who has just changed the device by its remote.

    Mode and fan speed are taken over where they differ from what they were ``before``;
    the set temperature too while the thermostat does not use it to drive the device.
    """
    if before is None or not seen.on:
        return request
    if seen.mode is not None and seen.mode is not before.mode:
        request = replace(request, mode=seen.mode)
    if seen.fan is not None and seen.fan != before.fan:
        request = replace(request, fan=seen.fan)
    if (
        not request.regulate
        and seen.target is not None
        and seen.target != before.target
    ):
        request = replace(request, target=seen.target)
    return request
