"""What somebody has done by the remote control."""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model import DeviceState, Intent


def follow(intent: Intent, before: DeviceState | None, seen: DeviceState) -> Intent:
    """Return the intent of a user who has just changed the device by its remote.

    Mode and fan speed are taken over where they differ from what they were ``before``;
    the set temperature too while the thermostat does not use it to drive the device.
    """
    if before is None or not seen.on:
        return intent
    if seen.mode is not None and seen.mode is not before.mode:
        intent = replace(intent, mode=seen.mode)
    if seen.fan is not None and seen.fan != before.fan:
        intent = replace(intent, fan=seen.fan)
    if not intent.regulate and seen.target is not None and seen.target != before.target:
        intent = replace(intent, target=seen.target)
    return intent
