"""An air conditioner that another integration already has as an entity.

Pure: what it needs of Home Assistant, a look at the entity and a way to call an action,
is handed in.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..model import Abilities, Change, DeviceState, HvacMode
from .driver import ConnectionType, Unreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

# A cloud behind the entity may tell the old state for so long (seen with Tuya).
_ECHO_TIME = timedelta(seconds=120)

_OFF = "off"
_LOST = ("unavailable", "unknown")
_MODES = {mode.value: mode for mode in HvacMode}


@dataclass(frozen=True, kw_only=True)
class EntityState:
    """What an entity shows; temperatures in °C."""

    state: str
    attributes: Mapping[str, Any]


class EntityDriver:
    """A climate entity, or a switch that feeds the device."""

    connection = ConnectionType.ENTITY

    def __init__(
        self,
        *,
        is_climate: bool,
        look: Callable[[], EntityState | None],
        act: Callable[[str, Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Drive an entity, a climate one or a switch.

        ``look`` returns None while the entity is missing; ``act`` takes an action of
        its domain, such as ``set_temperature``, with its data, and raises DriverError.
        """
        self._is_climate = is_climate
        self._look = look
        self._act = act

    @property
    def echo_time(self) -> timedelta:
        """Return how long the entity may show its old state after a command."""
        return _ECHO_TIME

    @property
    def abilities(self) -> Abilities:
        """Return what the entity says that it can do."""
        if not self._is_climate:
            return Abilities(fixed_modes=(HvacMode.COOL, HvacMode.HEAT))
        look = self._look()
        attributes = look.attributes if look else {}
        default = Abilities()
        return Abilities(
            modes=tuple(
                _MODES[mode]
                for mode in attributes.get("hvac_modes") or ()
                if mode in _MODES
            ),
            fans=tuple(attributes.get("fan_modes") or ()),
            minimum=attributes.get("min_temp", default.minimum),
            maximum=attributes.get("max_temp", default.maximum),
            step=attributes.get("target_temp_step") or default.step,
        )

    async def async_read(self) -> DeviceState:
        """Return what the entity shows; raises Unreachable while it shows nothing."""
        look = self._look()
        if look is None or look.state in _LOST:
            raise Unreachable
        return DeviceState(
            on=look.state != _OFF,
            mode=_MODES.get(look.state),
            fan=look.attributes.get("fan_mode"),
            target=look.attributes.get("temperature"),
            current=look.attributes.get("current_temperature"),
        )

    async def async_send(self, change: Change) -> None:
        """Call as few actions as the change needs."""
        if not self._is_climate:
            if change.on is not None:
                await self._act("turn_on" if change.on else "turn_off", {})
            return
        if change.on is False:
            await self._act("set_hvac_mode", {"hvac_mode": _OFF})
            return
        mode = {} if change.mode is None else {"hvac_mode": change.mode.value}
        if change.target is not None:
            if change.on and not mode:
                await self._act("turn_on", {})
            await self._act("set_temperature", {"temperature": change.target, **mode})
        elif mode:
            await self._act("set_hvac_mode", mode)
        elif change.on:
            await self._act("turn_on", {})
        if change.fan is not None:
            await self._act("set_fan_mode", {"fan_mode": change.fan})

    async def async_close(self) -> None:
        """Let go; the entity belongs to its own integration."""
