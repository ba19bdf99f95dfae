"""Make the command that brings the device into the wanted state."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Change, HvacMode

if TYPE_CHECKING:
    from ..model import Abilities, DeviceState, Request
    from .parameters import Parameters


def command(
    request: Request,
    parameters: Parameters,
    abilities: Abilities,
    device: DeviceState,
    *,
    on: bool,
    fan: str | None,
    drive: bool,
) -> Change:
    """Return what must be sent; only what differs from the device's state.

    ``drive``: a running device still needs the set temperature of a drive.
    """
    if not on:
        may_be_on = device.on or "on" in device.deviating
        return Change(on=False) if may_be_on else Change()
    wanted = Change(
        on=True,
        mode=request.mode if request.mode in abilities.modes else None,
        fan=fan if fan in abilities.fans else None,
        target=_device_target(request, parameters, abilities),
    )
    if not request.regulate and device.on:
        # It runs by hand: only what the user asked for since then is sent.
        return wanted.only(request.pending).differing(device)
    change = wanted.differing(device)
    starts = change.on is not None or change.mode is not None or drive
    if request.regulate and not starts and "target" not in device.deviating:
        # The set temperature is sent with a start; later the remote may change it.
        return replace(change, target=None)
    return change


def _device_target(
    request: Request, parameters: Parameters, abilities: Abilities
) -> float | None:
    """Return the set temperature of the device, °C."""
    if not request.regulate:
        return abilities.fit(request.target)
    drives = {
        HvacMode.COOL: parameters.drive_cool,
        HvacMode.HEAT: parameters.drive_heat,
    }
    drive = drives.get(request.mode)
    return None if drive is None else abilities.fit(drive)
