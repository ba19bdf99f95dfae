"""Make the command that brings the device into the wanted state."""

from typing import TYPE_CHECKING, Final

from ..model import NOTHING, Change, HvacMode

if TYPE_CHECKING:
    from ..model import Abilities, DeviceState, Request
    from .parameters import Parameters

_STOP: Final = Change(on=False)

# To correct one of these, the set temperature is sent as well.
_CORRECTED: Final = frozenset({"on", "target"})


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
        return _STOP if device.on or "on" in device.deviating else NOTHING
    mode = request.mode if request.mode in abilities.modes else None
    # The set temperature is sent with a start; later the remote may change it.
    sends_target = drive or not request.regulate or _starts(device, mode)
    wanted = Change(
        on=True,
        mode=mode,
        fan=fan if fan in abilities.fans else None,
        target=_device_target(request, parameters, abilities) if sends_target else None,
    )
    if not request.regulate and device.on:
        # It runs by hand: only what the user asked for since then is sent.
        wanted = wanted.only(request.pending)
    return wanted.differing(device)


def _starts(device: DeviceState, mode: HvacMode | None) -> bool:
    """Return whether a command starts a device or corrects what it does."""
    if not device.on:
        return True
    if device.deviating and not device.deviating.isdisjoint(_CORRECTED):
        return True
    if mode is None:
        return False
    return "mode" in device.deviating or device.mode not in (mode, None)


def _device_target(
    request: Request, parameters: Parameters, abilities: Abilities
) -> float | None:
    """Return the set temperature of the device, °C."""
    if not request.regulate:
        return abilities.fit(request.target)
    drive = None
    if request.mode is HvacMode.COOL:
        drive = parameters.drive_cool
    elif request.mode is HvacMode.HEAT:
        drive = parameters.drive_heat
    return None if drive is None else abilities.fit(drive)
