"""Watch the devices of a heating system: stuck relays and frozen sensors."""

from typing import TYPE_CHECKING

from .frozen import FrozenSensor
from .stuck import StuckHeat, StuckPower

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ..options import Options


class Watches:
    """What is watched for all stages and tanks of an entry."""

    def __init__(self, options: Options) -> None:
        """Initialize; a tank with another source of heat may warm by itself."""
        self._tank_of = [stage.tank for stage in options.stages]
        self._power = [StuckPower(watts=stage.watts) for stage in options.stages]
        self._heat: dict[int, StuckHeat] = {}
        for number, tank in enumerate(options.tanks):
            watts = [x.watts for x in options.stages if x.tank == number]
            if watts and not tank.other_heat:
                self._heat[number] = StuckHeat(volume=tank.volume, watts=min(watts))
        self._frozen = [FrozenSensor(volume=tank.volume) for tank in options.tanks]

    def heated(self, tank: int, temperature: float | None, heat: float) -> None:
        """Record the heat (Wh) that a tank received, and its temperature (°C)."""
        self._frozen[tank].observe(temperature, heat)

    def observe(
        self,
        on: Sequence[bool],
        powers: Sequence[float | None],
        temperatures: Sequence[float | None],
        now: datetime,
    ) -> None:
        """Record outputs and powers (W) of the stages, and the tanks' temperatures."""
        for watch, is_on, power in zip(self._power, on, powers, strict=True):
            watch.observe(on=is_on, power=power, now=now)
        for number, heat in self._heat.items():
            any_on = any(
                is_on
                for is_on, tank in zip(on, self._tank_of, strict=True)
                if tank == number
            )
            heat.observe(on=any_on, temperature=temperatures[number], now=now)

    def is_frozen(self, tank: int) -> bool:
        """Return whether the temperature of a tank cannot be true any more."""
        return self._frozen[tank].is_frozen

    @property
    def stuck_stages(self) -> list[int]:
        """Return the stages that heat though they report off."""
        found = {number for number, watch in enumerate(self._power) if watch.stuck}
        stuck_tanks = {number for number, heat in self._heat.items() if heat.stuck}
        found |= {at for at, tank in enumerate(self._tank_of) if tank in stuck_tanks}
        return sorted(found)
