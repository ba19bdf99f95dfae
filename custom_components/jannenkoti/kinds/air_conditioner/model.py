"""What an air conditioner is and can be told."""

import math
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Self

from ...lib.temperature import TemperatureUnit, from_celsius, to_celsius

# Of binary fractions, which hardly any step is; °C or °F.
_ROUNDING = 1e-6


class HvacMode(StrEnum):
    """What an air conditioner does when it runs."""

    COOL = "cool"
    DRY = "dry"
    FAN = "fan_only"
    HEAT = "heat"


@dataclass(frozen=True, kw_only=True)
class DeviceState:
    """What the device says of itself; None where it says nothing that we can read."""

    on: bool
    mode: HvacMode | None = None
    fan: str | None = None
    target: float | None = None
    """Its own set temperature, °C."""
    current: float | None = None
    """The temperature at its own sensor, °C."""
    deviating: frozenset[str] = frozenset()
    """Fields that are not as they were commanded though their value is not known.

    An example is the mode of a unit that is in a mode of its own.
    """

    @property
    def compressor(self) -> bool:
        """Whether the compressor may run: in any mode but that of the fan alone."""
        return self.on and self.mode is not HvacMode.FAN

    @property
    def lasting(self) -> DeviceState:
        """Return this without what changes often and is of no use later."""
        return self if self.current is None else replace(self, current=None)

    def after(self, change: Change) -> DeviceState:
        """Return the state once the device has done what it was told."""
        return DeviceState(
            on=self.on if change.on is None else change.on,
            mode=self.mode if change.mode is None else change.mode,
            fan=self.fan if change.fan is None else change.fan,
            target=self.target if change.target is None else change.target,
            current=self.current,
        )


@dataclass(frozen=True, kw_only=True)
class Change:
    """A command; None leaves a thing as it is."""

    on: bool | None = None
    mode: HvacMode | None = None
    fan: str | None = None
    target: float | None = None

    def differing(self, state: DeviceState) -> Change:
        """Return what of this the device is not already: units beep at every command.

        What a device does not tell is taken as right, but for a start, which sets all.
        """
        starts = bool(self.on) and not state.on
        return Change(
            **{
                field.name: wanted
                for field in fields(self)
                if (wanted := getattr(self, field.name)) is not None
                and (
                    field.name in state.deviating
                    or (
                        wanted != (is_ := getattr(state, field.name))
                        and (starts or is_ is not None)
                    )
                )
            }
        )

    def then(self, later: Change) -> Change:
        """Return both commands as one; the later counts where they differ."""
        return Change(
            **{
                field.name: getattr(self, field.name) if wanted is None else wanted
                for field in fields(self)
                for wanted in (getattr(later, field.name),)
            }
        )

    def __bool__(self) -> bool:
        """Whether there is anything to send."""
        return self != Change()


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """What a device can do."""

    modes: tuple[HvacMode, ...] = ()
    """The modes that it can be told."""
    fixed_modes: tuple[HvacMode, ...] = (HvacMode.COOL,)
    """What it may be built for when it cannot be told a mode."""
    fans: tuple[str, ...] = ()
    minimum: float = 16.0
    """Lowest set temperature, in the unit of the device as the next two."""
    maximum: float = 31.0
    """Highest set temperature."""
    step: float = 1.0
    unit: TemperatureUnit = TemperatureUnit.CELSIUS

    @property
    def offered(self) -> tuple[HvacMode, ...]:
        """Return the modes that a user can choose among."""
        return self.modes or self.fixed_modes

    def fit(self, target: float) -> float:
        """Return the nearest set temperature that the device takes; both in °C."""
        return to_celsius(self.fit_own(target), self.unit)

    def fit_own(self, target: float) -> float:
        """Return the nearest set temperature in the unit of the device, from °C."""
        own = from_celsius(target, self.unit)
        bounded = min(max(own, self.minimum), self.maximum)
        # Half up, as people round; Python rounds 24.5 to 24.
        steps = math.floor(bounded / self.step + 0.5)
        if steps * self.step < self.minimum - _ROUNDING:
            steps += 1
        if steps * self.step > self.maximum + _ROUNDING:
            steps -= 1
        fitted = round(steps * self.step, 2)
        if self.minimum - _ROUNDING <= fitted <= self.maximum + _ROUNDING:
            return fitted
        return bounded  # No multiple of the step is within the limits.


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user wants, until the user wants something else; survives restarts."""

    regulate: bool = True
    """Whether the thermostat switches the device."""
    mode: HvacMode = HvacMode.COOL
    target: float = 24.5
    """Wanted room temperature, °C; the original's default."""
    fan: str | None = None
    power: bool | None = None
    """A press of the power switch that is not carried out yet."""

    drive: bool = False
    """The device was run by hand; its set temperature has to become the drive's."""

    @classmethod
    def first(cls, abilities: Abilities) -> Self:
        """Return the intent of a user who has said nothing yet."""
        return cls(mode=abilities.offered[0])

    def after(self, device: DeviceState) -> Self:
        """Return what is left to wish for once the device is as it is now."""
        pressed = None if self.power is device.on else self.power
        if pressed is self.power and not self.drive:
            return self
        return replace(self, power=pressed, drive=False)
