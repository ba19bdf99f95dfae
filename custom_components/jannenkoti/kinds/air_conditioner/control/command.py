"""What to tell the device so that it becomes as it is wanted; pure."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Change, Mode

if TYPE_CHECKING:
    from ..model import Abilities, DeviceState, Intent
    from .decide import Tuning


def command(
    intent: Intent,
    tuning: Tuning,
    abilities: Abilities,
    device: DeviceState,
    *,
    on: bool,
    fan: str | None,
) -> Change:
    """Return the command that makes the device as wanted, only what differs."""
    if not on:
        return Change(on=False) if device.on else Change()
    change = Change(
        on=True,
        mode=intent.mode if intent.mode in abilities.modes else None,
        fan=fan if fan in abilities.fans else None,
        target=_device_target(intent, tuning, abilities),
    ).differing(device)
    starts = change.on is not None or change.mode is not None or intent.drive
    if intent.regulate and not starts:
        # The drive setpoint goes along with a start; later the remote may change it.
        return replace(change, target=None)
    return change


def _device_target(
    intent: Intent, tuning: Tuning, abilities: Abilities
) -> float | None:
    """Return what the device itself should aim at."""
    if not intent.regulate:
        return abilities.fit(intent.target)
    drives = {Mode.COOL: tuning.drive_cool, Mode.HEAT: tuning.drive_heat}
    drive = drives.get(intent.mode)
    return None if drive is None else abilities.fit(drive)
