"""What heating in a world costs, and how cold the water became."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.heating_physics import WATER

from .world import FEED_IN, FLOOR, MINUTE

if TYPE_CHECKING:
    from demo.heating_physics import WaterTank

    from .world import World


@dataclass(slots=True)
class Bill:
    """The sum over all days."""

    name: str
    cost: float = 0.0
    """Of what is bought, and of the export that is given up."""
    cold: float = 0.0
    """Minutes below the floor."""
    heat: float = 0.0
    """kWh."""
    own: float = 0.0
    """kWh of it from surplus."""
    left: float = 0.0
    """What the heat in the tank at the end is worth."""
    temperature: float = 0.0
    """°C at the end."""

    def add(
        self,
        world: World,
        at: float,
        tank: WaterTank,
        heat: float,
        seconds: float = MINUTE,
    ) -> None:
        """Add a time in which the heater consumed some power (W)."""
        surplus = max(world.surplus(at), 0.0)
        own = min(heat, surplus)
        hours = seconds / 3600 / 1000
        self.cost += (own * FEED_IN + (heat - own) * world.price(at)) * hours
        self.heat += heat * hours
        self.own += own * hours
        self.cold += (tank.temperature < FLOOR) * seconds / MINUTE

    def end(self, tank: WaterTank, worth: float) -> None:
        """Credit the heat that is left."""
        self.temperature = tank.temperature
        self.left += worth * (tank.temperature - FLOOR) * tank.volume * WATER / 1000

    @property
    def net(self) -> float:
        """Return the cost less the heat that is left."""
        return self.cost - self.left

    def __str__(self) -> str:
        """Return this for a note."""
        return (
            f"{self.name} {self.net:.2f} EUR ({self.heat:.0f} kWh, {self.own:.0f} of "
            f"surplus), {self.cold:.0f} min below the floor"
        )
