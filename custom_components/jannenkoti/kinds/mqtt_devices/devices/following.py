"""Whether a device has followed its latest command, and what happens if not."""

from copy import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ....lib.echo import Verdict
from .channels import channel_of
from .config_ack import time_to_confirm
from .device_types import WATERING, device_type_of
from .modes import MODE, ON, ControlMode, TooLarge
from .reported_state import is_of_new_firmware, unmanaged_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ....lib.echo import Echo
    from ..wire.payload import Scalar
    from .channels import Target
    from .device import Device
    from .modes import Configuration

# The setting of blinds that says how long they move, s.
_TRAVEL_TIME: Final = "travel_time_sec"
_LONGEST_TRAVEL: Final = 300


def time_to_follow(configuration: Configuration) -> timedelta:
    """Return how long a device may take to report that it has followed a command."""
    wait = time_to_confirm(configuration.interval)
    travel = configuration.document.get(_TRAVEL_TIME)
    if isinstance(travel, int) and 0 < travel <= _LONGEST_TRAVEL:
        wait += timedelta(seconds=travel)
    return wait


def is_reached(device: Device, parameters: Mapping[str, Scalar]) -> bool:
    """Return whether parameters are those of a device that has reached its target.

    Only new firmware has a target to reach.
    """
    device_type = device_type_of(device.serial)
    channel, target = channel_of(device_type), device.target
    if channel is None or target is None:
        return True
    if not is_of_new_firmware(device_type, parameters):
        return True
    return channel.is_reached(target, parameters.get(channel.parameter))


def still_pending(
    device: Device,
    parameters: Mapping[str, Scalar],
    now: datetime,
    *,
    on: bool | None,
) -> Echo[bool] | None:
    """Return the command that is still not confirmed after a message.

    ``on`` is what the message reports.
    """
    pending = device.pending
    if pending is None:
        return None
    confirmed = on is pending.expected and is_reached(device, parameters)
    verdict = pending.judge(confirmed=confirmed, now=now)
    return pending if verdict is Verdict.PENDING else None


def judged(before: Device, device: Device, *, on: bool | None) -> Device:
    """Return a device after a message, by whether it has followed its command.

    ``on`` is what the message reports. A lock that is still locked, or a valve that is
    still closed, must not open later, when no one expects it.
    """
    expected = before.not_followed
    command = before.pending if device.pending is None else None
    if command is not None and on is not None:
        expected = command.expected
    target = device.target
    if expected is None and target is None:
        return device
    reached = is_reached(device, device.parameters)
    is_followed = reached and on is expected
    not_followed = None if is_followed else expected
    if not_followed is not device.not_followed:
        device = replace(device, not_followed=not_followed)
    if target is None:
        return device
    if reached:
        return device if _stands(device) else replace(device, target=None)
    channel = channel_of(device_type_of(device.serial))
    is_harmless = channel is None or channel.is_harmless(target)
    if not_followed is None or is_harmless:
        return device
    return replace(device, target=None, held=None)


def _stands(device: Device) -> bool:
    """Return whether a target still counts once it is reached.

    A valve that is open must not be opened again after it has closed by itself.
    """
    own = device_type_of(device.serial).own_parameter
    if own == WATERING and device.target:
        return False
    scheduled = device.configuration.mode is ControlMode.SCHEDULE
    return not scheduled or device.held is not None


def served_differs(before: Device, device: Device) -> bool:
    """Return whether a message may have changed what the device is served."""
    if device.target != before.target or device.held is not before.held:
        return True
    if device.target is not None and device.own_value != before.own_value:
        return True
    return (
        before.parameters.keys() != device.parameters.keys()
        and before.is_new is not device.is_new
    )


def target_after(
    device: Device, *, switched_to: bool | None, is_open: bool
) -> Target | None:
    """Return the target of a device after a command or a change of its settings.

    ``switched_to`` is None if it was not switched, ``is_open`` whether its schedule
    lets it be on. A watering that was started by hand does not end with the schedule,
    so it is stopped.
    """
    channel = channel_of(device_type_of(device.serial))
    if channel is None:
        return None
    if device.configuration.mode is ControlMode.SCHEDULE and device.held is None:
        waters = channel.parameter == WATERING and channel.read(device.own_value) != 0
        return 0 if waters and not is_open else None
    if switched_to is None:
        return device.target
    return channel.target(device.configuration.document, on=switched_to)


def with_mode(device: Device) -> Device:
    """Return a device without a mode in manual mode, in the state that it reports.

    It stays as it is while it has not reported any.
    """
    device_type = device_type_of(device.serial)
    on = unmanaged_on(device_type, device.estado, device.parameters)
    if on is None:
        return device
    try:
        manual = device.configuration.merged({MODE: ControlMode.MANUAL.value, ON: on})
    except TooLarge:
        return device
    return replace(device, configuration=manual)
