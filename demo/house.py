"""The house of all fakes: one room, one air conditioner, one clock."""

from dataclasses import replace
from typing import TYPE_CHECKING

from .physics import Clock, Room, Unit, outdoor, outdoor_humidity, step
from .zones import HELSINKI

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class House:
    """The room, advanced with the clock."""

    def __init__(
        self,
        clock: Clock | None = None,
        room: Room | None = None,
        zone: ZoneInfo = HELSINKI,
    ) -> None:
        """Initialize the house; by default a hot afternoon."""
        self.clock = clock or Clock()
        self.unit = Unit()
        self.zone = zone
        self._room = room or Room()
        self._built = self._room.time - self.clock.elapsed()

    @property
    def room(self) -> Room:
        """Return the room as it is now."""
        now = self._built + self.clock.elapsed()
        self._room = step(self._room, self.unit, max(now - self._room.time, 0.0))
        return self._room

    def set_unit(self, unit: Unit) -> None:
        """Advance the room to now, then change the air conditioner."""
        before = self.room
        self.unit = unit
        self._room = step(before, unit, 0)

    def set_temperature(self, temperature: float) -> None:
        """Set the temperature of the room, as an open window does."""
        self._room = replace(self.room, temperature=temperature)

    @property
    def indoors(self) -> tuple[float, float]:
        """Return temperature and relative humidity of the room."""
        room = self.room
        return room.temperature, room.humidity

    @property
    def outdoors(self) -> tuple[float, float]:
        """Return temperature and relative humidity outside."""
        now = self.room.time
        return outdoor(now), outdoor_humidity(now)
