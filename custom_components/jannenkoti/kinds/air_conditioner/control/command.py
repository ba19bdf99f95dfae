"""What to tell the device so that it becomes as it is wanted; pure."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Change, HvacMode

if TYPE_CHECKING:
    from ..model import Abilities, DeviceState, Request
    from .decide import Parameters


def command(
    request: Request,
    parameters: Parameters,
    abilities: Abilities,
    device: DeviceState,
    *,
    on: bool,
    fan: str | None,
) -> Change:
    """Return the command that makes the device as wanted, only what differs."""
    if not on:
        may_be_on = device.on or "on" in device.deviating
        return Change(on=False) if may_be_on else Change()
    change = Change(
        on=True,
        mode=request.mode if request.mode in abilities.modes else None,
        fan=fan if fan in abilities.fans else None,
        target=_device_target(request, parameters, abilities),
    ).differing(device)
    starts = change.on is not None or change.mode is not None or request.drive
    starts |= "target" in device.deviating
    if request.regulate and not starts:
        # The drive setpoint goes along with a start; later the remote may change it.
        return replace(change, target=None)
    return change


def _device_target(
    request: Request, parameters: Parameters, abilities: Abilities
) -> float | None:
    """Return what the device itself should aim at."""
    if not request.regulate:
        return abilities.fit(request.target)
    drives = {
        HvacMode.COOL: parameters.drive_cool,
        HvacMode.HEAT: parameters.drive_heat,
    }
    drive = drives.get(request.mode)
    return None if drive is None else abilities.fit(drive)
