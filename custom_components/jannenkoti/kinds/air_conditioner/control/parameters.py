"""The numbers and choices that a decision uses."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ....lib.guard import MinimumTimes


class OnSilence(StrEnum):
    """What to do while no room sensor is trusted."""

    MODEL = "model"
    """Continue by the learned room for some hours, then switch off."""
    OFF = "off"
    KEEP = "keep"
    DUTY = "duty"
    """Run at the duty cycle of the time before, for some hours, then switch off."""


class Comfort(StrEnum):
    """Whether the temperature or few starts of the compressor matter more."""

    FEW_STARTS = "few_starts"
    BALANCED = "balanced"
    PRECISE = "precise"


_MINIMUM = MinimumTimes(on=timedelta(seconds=240), off=timedelta(seconds=240))


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """How the thermostat works; the defaults are those of the original server."""

    above: float = 0.5
    """Cooling starts, or heating stops, this far above the target, °C."""
    below: float = 0.5
    """Cooling stops, or heating starts, this far below the target, °C."""
    minimum: MinimumTimes = _MINIMUM
    comfort: Comfort = Comfort.BALANCED
    on_silence: OnSilence = OnSilence.MODEL
    duty_limit: timedelta = timedelta(hours=4)
    """The longest time to run by the learned room or at the duty cycle."""
    drive_cool: float | None = 16.0
    """Set temperature of the device while it cools, so that it does not stop itself."""
    drive_heat: float | None = 30.0
    """Set temperature of the device while it heats."""
    hold_limit: float = 2.0
    """How far beyond the band a held run may take the room before it is ended, °C."""
