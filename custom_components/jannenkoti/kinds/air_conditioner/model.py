"""The model of an air conditioner: state, abilities, command and request."""

import math
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self, TypedDict, Unpack

if TYPE_CHECKING:
    from datetime import datetime

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
    """The state that a device reports; None where it is missing or unreadable."""

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
        """Return this without fields that are not stored."""
        return self if self.current is None else replace(self, current=None)

    def after(self, change: Change) -> DeviceState:
        """Return the expected state after a command."""
        return DeviceState(
            on=self.on if change.on is None else change.on,
            mode=self.mode if change.mode is None else change.mode,
            fan=self.fan if change.fan is None else change.fan,
            target=self.target if change.target is None else change.target,
            current=self.current,
        )


@dataclass(frozen=True, kw_only=True)
class Change:
    """A command; None leaves a field as it is."""

    on: bool | None = None
    mode: HvacMode | None = None
    fan: str | None = None
    target: float | None = None

    def differing(self, state: DeviceState) -> Change:
        """Return the fields that differ from a state: units beep at every command.

        Fields that a device does not report are sent with a start only.
        """
        starts = bool(self.on) and not state.on
        lost = state.deviating
        on = self.on if "on" in lost or self.on is not state.on else None
        mode = _sent(self.mode, state.mode, starts=starts, lost="mode" in lost)
        fan = _sent(self.fan, state.fan, starts=starts, lost="fan" in lost)
        target = _sent(self.target, state.target, starts=starts, lost="target" in lost)
        if on is None and mode is None and fan is None and target is None:
            return NOTHING
        return Change(on=on, mode=mode, fan=fan, target=target)

    def then(self, later: Change) -> Change:
        """Return both commands as one; the later counts where they differ."""
        return Change(
            **{
                field.name: getattr(self, field.name) if wanted is None else wanted
                for field in fields(self)
                for wanted in (getattr(later, field.name),)
            }
        )

    def only(self, names: frozenset[str]) -> Change:
        """Return this without the fields that are not named."""
        return Change(**{name: getattr(self, name) for name in names})

    def __bool__(self) -> bool:
        """Return whether there is anything to send."""
        return not (
            self.on is None
            and self.mode is None
            and self.fan is None
            and self.target is None
        )


NOTHING: Final = Change()
"""The command that sends nothing."""


def _sent[ValueT](
    wanted: ValueT | None, reported: ValueT | None, *, starts: bool, lost: bool
) -> ValueT | None:
    """Return a field of a command if it has to be sent.

    ``lost``: the device is known not to be as it was commanded.
    """
    if lost or wanted is None:
        return wanted
    differs = wanted != reported and (starts or reported is not None)
    return wanted if differs else None


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """What a device can do."""

    modes: tuple[HvacMode, ...] = ()
    """The modes that can be set."""
    fixed_modes: tuple[HvacMode, ...] = (HvacMode.COOL,)
    """The possible modes of a device whose mode cannot be set."""
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


class Wanted(TypedDict, total=False):
    """Settings that a user chooses, one or several in one request."""

    mode: HvacMode
    target: float
    fan: str | None


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asked for, until they ask for something else; survives restarts."""

    regulate: bool = True
    """Whether the thermostat switches the device."""
    mode: HvacMode = HvacMode.COOL
    target: float = 24.5
    """Room temperature to hold, °C; the default is that of the original server."""
    fan: str | None = None
    """Fan speed; None leaves it to the thermostat."""
    power: bool | None = None
    """A press of the power switch that is not carried out yet."""
    pending: frozenset[str] = frozenset()
    """Fields of `Change` to send to a device that runs by hand."""
    drive_at: datetime | None = None
    """When a device that ran by hand gets the set temperature of a drive."""

    @classmethod
    def first(cls, abilities: Abilities) -> Self:
        """Return the request of a user who has not asked for anything yet."""
        return cls(mode=abilities.offered[0])

    def asking(self, now: datetime, **wanted: Unpack[Wanted]) -> Self:
        """Return this after the user chose a mode, a target or a fan speed."""
        drive_at = now if self.regulate and "mode" in wanted else self.drive_at
        pending = self.pending | wanted.keys()
        return replace(self, **wanted, pending=pending, drive_at=drive_at)

    def not_offered(self, abilities: Abilities) -> tuple[str, ...]:
        """Return the names of what the device does not offer (any more)."""
        mode = () if self.mode in abilities.offered else (self.mode.value,)
        fan = () if self.fan in (None, *abilities.fans) else (str(self.fan),)
        return (*mode, *fan)

    def fitting(self, abilities: Abilities) -> Self:
        """Return this without what the device does not offer (any more).

        Without its mode the thermostat is off until the user chooses one.
        """
        fitting = self
        if self.mode not in abilities.offered:
            mode = abilities.offered[0]
            fitting = replace(fitting, regulate=False, mode=mode, power=None)
        if self.fan is not None and self.fan not in abilities.fans:
            fitting = replace(fitting, fan=None)
        return fitting

    def after(self, device: DeviceState, *, sent: bool) -> Self:
        """Return what is left to do; ``sent``: no part of it is pending."""
        power = None if self.power is device.on else self.power
        pending = frozenset[str]() if sent or not device.on else self.pending
        drive_at = self.drive_at if device.on and self.regulate else None
        if (power, pending, drive_at) == (self.power, self.pending, self.drive_at):
            return self
        return replace(self, power=power, pending=pending, drive_at=drive_at)
