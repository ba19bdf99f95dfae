"""An air conditioner that another integration provides as an entity.

Pure: the state of the entity and a function that calls its actions are passed in.
About two thirds of the climate integrations ignore a mode in ``set_temperature``, some
refuse a temperature while off, and fan speeds can depend on the mode. So each part of a
command is an action of its own: mode first, then temperature, then fan speed.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ....lib.temperature import convert, difference_in_celsius, to_celsius
from ..model import Abilities, Change, DeviceState, HvacMode
from .driver import CommandRefused, ConnectionType, Unreachable
from .entity_state import MODES, OFF, Feature, OfferedWords
from .refusals import NOTHING, Refusals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .entity_state import EntityState

# A cloud behind the entity may report the old state for so long (observed with Tuya).
_ECHO_TIME: Final = timedelta(seconds=120)

# Steps of floating point numbers to find one that survives the conversion.
_NUDGE: Final = 1e-9
_MOST_NUDGES: Final = 10

_UNAVAILABLE: Final = "unavailable"
_UNKNOWN: Final = "unknown"


class Part(StrEnum):
    """The parts of a command, each an action of its own."""

    MODE = "mode"
    TARGET = "target"
    FAN = "fan"


@dataclass(kw_only=True)
class _Memory:
    """What is known from earlier states."""

    shown: EntityState | None = None
    """The last state with which the entity was available."""
    state: DeviceState | None = None
    """The last known state, changed by later commands."""
    target: float | None = None
    """The last set temperature sent, °C."""
    fan: str | None = None
    """The last fan speed that was asked for."""
    started: Change = NOTHING
    """A start that failed but may have its effect; its set temperature is not sent."""
    started_until: float = 0.0
    modes: OfferedWords = field(default_factory=OfferedWords)
    fans: OfferedWords = field(default_factory=OfferedWords)


class EntityDriver:
    """A climate entity, or a switch that powers the device."""

    connection = ConnectionType.ENTITY

    def __init__(
        self,
        *,
        is_climate: bool,
        read_state: Callable[[], EntityState | None],
        act: Callable[[str, Mapping[str, Any]], Awaitable[None]],
        ticks: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        """Drive a climate entity or a switch.

        ``read_state`` returns None while the entity is missing. ``act`` calls an action
        of its domain, such as ``set_temperature``, and raises DriverError.
        """
        self._is_climate = is_climate
        self._read_state = read_state
        self._act = act
        self._ticks = ticks
        self._known = _Memory()
        self._refusals = Refusals[Part](ticks=ticks, random=random)

    @property
    def echo_time(self) -> timedelta:
        """Return how long the entity may show its old state after a command."""
        return _ECHO_TIME

    @property
    def refused(self) -> frozenset[Part]:
        """Return the parts of a command that the entity does not accept."""
        return frozenset(self._refusals)

    @property
    def abilities(self) -> Abilities:
        """Return what the entity offers; while it is unavailable, what it offered."""
        if not self._is_climate:
            return Abilities(fixed_modes=(HvacMode.COOL, HvacMode.HEAT))
        if (shown := self._observe()) is None:
            return Abilities()
        limits = shown.effective_limits
        return Abilities(
            modes=tuple(MODES[mode] for mode in self._known.modes if mode in MODES),
            fans=tuple(self._known.fans),
            minimum=limits.minimum,
            maximum=limits.maximum,
            step=limits.step or Abilities().step,
            unit=limits.unit,
        )

    async def async_read(self) -> DeviceState:
        """Return the state of the entity; raises Unreachable while it is unavailable.

        While its state is unknown, it is assumed to be as it was last commanded.
        """
        shown = self._read_state()
        if shown is None or shown.state == _UNAVAILABLE:
            raise Unreachable
        self._observe()
        if shown.state == _UNKNOWN:
            # Without any command it may be on: the first "off" is sent.
            unsure = DeviceState(on=False, deviating=frozenset({"on"}))
            return self._known.state or unsure
        state = self._state(shown)
        self._known.state = state
        return self._without_refused(state)

    async def async_send(self, change: Change) -> None:
        """Call as few actions as the change needs.

        Raises CommandRefused if the entity cannot be switched. Other refused parts are
        not sent again for a growing time; see `refused`.
        """
        if not self._is_climate:
            if change.on is not None:
                action = "turn_on" if change.on else "turn_off"
                await self._async_switch(Change(on=change.on), action, {})
            return
        if change.on is not None or change.mode is not None:
            action, data = self._switching(change)
            switching = replace(change, target=None, fan=None)
            await self._async_switch(switching, action, data)
        if change.on is False:
            return
        if change.target is not None and self._can(Feature.TARGET_TEMPERATURE):
            await self._async_set_target(change.target)
        if change.fan is not None:
            self._known.fan = change.fan
        if change.fan is not None and change.fan in self._fans_now:
            data = {"fan_mode": change.fan}
            if await self._async_try(Part.FAN, change.fan, "set_fan_mode", data):
                self._assume(Change(fan=change.fan))

    def allow_retry(self) -> None:
        """Try refused parts again with the next command: the user asked for it."""
        self._refusals.allow_retry()

    async def async_close(self) -> None:
        """Do nothing: the entity belongs to its own integration."""

    def _observe(self) -> EntityState | None:
        """Return the newest state with which the entity was available."""
        shown = self._read_state()
        if shown is not None and shown.state != _UNAVAILABLE:
            self._known.shown = shown
            self._known.modes.observe(shown.state, shown.words("hvac_modes"))
            self._known.fans.observe(shown.state, shown.words("fan_modes"))
        return self._known.shown

    def _can(self, feature: Feature) -> bool:
        shown = self._observe()
        return shown is not None and shown.supports(feature)

    @property
    def _fans_now(self) -> tuple[str, ...]:
        shown = self._observe()
        return () if shown is None else shown.words("fan_modes")

    def _switching(self, change: Change) -> tuple[str, dict[str, Any]]:
        """Return the action that switches the device on, off or to a mode."""
        shown = self._observe()
        modes = () if shown is None else shown.words("hvac_modes")
        if change.on is False:
            if OFF not in modes and self._can(Feature.TURN_OFF):
                return "turn_off", {}
            return "set_hvac_mode", {"hvac_mode": OFF}
        if change.mode is not None:
            return "set_hvac_mode", {"hvac_mode": change.mode.value}
        return "turn_on", {}

    async def _async_set_target(self, target: float) -> None:
        shown = self._observe()
        if shown is None:
            return
        data = {"temperature": self._shown_target(shown, target)}
        self._known.target = target
        if await self._async_try(Part.TARGET, target, "set_temperature", data):
            self._assume(Change(target=target))

    def _shown_target(self, shown: EntityState, target: float) -> float:
        """Return a set temperature in the unit of the home.

        Home Assistant converts it to the unit of the entity and then compares it with
        the limits, so it must not fall below or above them by a rounding error.
        """
        limits = shown.effective_limits
        own = self.abilities.fit_own(target)
        value = convert(own, limits.unit, shown.unit)
        if limits.unit is shown.unit:
            return own
        for _ in range(_MOST_NUDGES):
            back = convert(value, shown.unit, limits.unit)
            if back < limits.minimum:
                value += _NUDGE
            elif back > limits.maximum:
                value -= _NUDGE
            else:
                break
        return value

    async def _async_switch(
        self, change: Change, action: str, data: Mapping[str, Any]
    ) -> None:
        """Switch the device; raises DriverError."""
        value = (action, *data.values())
        if not await self._async_try(Part.MODE, value, action, data, change):
            raise CommandRefused
        self._assume(change)

    async def _async_try(
        self,
        part: Part,
        value: object,
        action: str,
        data: Mapping[str, Any],
        reached: Change = NOTHING,
    ) -> bool:
        """Call an action; return whether it was accepted, now or by an earlier call.

        Raises Unreachable if it is not known whether the device was switched.
        """
        if self._refusals.waits(part, value):
            return False
        try:
            await self._act(action, data)
        except (CommandRefused, Unreachable) as err:
            if isinstance(err, Unreachable) and not self._is_available:
                raise  # The command is sent as soon as it is available again.
            self._refusals.add(part, value, reached)
            self._known.started = reached if reached.on else NOTHING
            self._known.started_until = self._ticks() + _ECHO_TIME.total_seconds()
            if isinstance(err, Unreachable) and part is Part.MODE:
                raise
            return False
        self._refusals.remove(part)
        if part is not Part.FAN:
            self._known.started = NOTHING
        return True

    @property
    def _is_available(self) -> bool:
        shown = self._read_state()
        return shown is not None and shown.state != _UNAVAILABLE

    def _assume(self, change: Change) -> None:
        """Record the expected state, for an entity of unknown state."""
        self._known.state = (self._known.state or DeviceState(on=False)).after(change)

    def _state(self, shown: EntityState) -> DeviceState:
        """Return the shown state."""
        mode = MODES.get(shown.state)
        is_on = shown.state != OFF
        # A mode of its own, for example auto, is not what was commanded.
        foreign = self._is_climate and is_on and mode is None
        fan = shown.attributes.get("fan_mode")
        current = shown.number("current_temperature")
        return DeviceState(
            on=is_on,
            mode=mode,
            fan=fan if isinstance(fan, str) else None,
            target=self._read_target(shown),
            current=None if current is None else to_celsius(current, shown.unit),
            deviating=frozenset({"mode"}) if foreign else frozenset(),
        )

    def _read_target(self, shown: EntityState) -> float | None:
        """Return the set temperature in °C.

        Shown temperatures are rounded. Within half a step of the sent one, the sent one
        is returned; otherwise the nearest that the device accepts.
        """
        if (value := shown.number("temperature")) is None:
            return None
        celsius = to_celsius(value, shown.unit)
        limits = shown.effective_limits
        step = difference_in_celsius(limits.step or 0.0, limits.unit)
        shown_step = difference_in_celsius(limits.precision or 0.0, shown.unit)
        tolerance = max(step, shown_step, 0.1) / 2 + _NUDGE
        sent = self._known.target
        if sent is not None and abs(celsius - sent) <= tolerance:
            return sent
        fitted = self.abilities.fit(celsius)
        return fitted if abs(fitted - celsius) <= tolerance else celsius

    def _without_refused(self, state: DeviceState) -> DeviceState:
        """Return a state as far as the commands apply to it.

        A refused part counts as unknown, so that nothing waits for it, and as deviating
        once it is due to be sent again.
        """
        if self._known.fan is not None and self._known.fan not in self._fans_now:
            state = replace(state, fan=None)  # It is not offered in this mode.
        due = {Part.TARGET.value} if self._has_started(state) else set[str]()
        for part in self._refusals:
            refusal = self._refusals[part]
            if part is Part.MODE:
                if not refusal.reached.differing(state):
                    self._refusals.remove(part)  # It was switched after all.
                continue
            if not state.on:
                continue
            if getattr(state, part) == refusal.value:
                self._refusals.remove(part)  # It accepted the value after all.
                continue
            target = None if part is Part.TARGET else state.target
            fan = None if part is Part.FAN else state.fan
            state = replace(state, target=target, fan=fan)
            if self._refusals.is_due(part):
                due.add(part.value)
        return replace(state, deviating=state.deviating | due)

    def _has_started(self, state: DeviceState) -> bool:
        """Return whether a start that failed had its effect, but without its target."""
        started = self._known.started
        in_time = self._ticks() < self._known.started_until
        return bool(started) and in_time and not started.differing(state)
