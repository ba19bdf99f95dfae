"""What the unit does at each fan speed."""

from .kalman import COOL, HEAT, RoomFilter

# How much less or more the unit may do at another fan speed, as a part; and so many
# speeds are remembered, each for cooling and heating: no unit has more.
_OTHER_SPEED = 0.3
_MOST_SPEEDS = 32


class FanDrives:
    """The drives of the fan speeds that were used."""

    def __init__(self) -> None:
        """Start without a fan speed."""
        self.fan: str | None = None
        """The present one."""
        # (fan, which drive) → the drive at that speed and its variance
        self._drives: dict[tuple[str | None, int], tuple[float, float]] = {}

    def __len__(self) -> int:
        """Return how many drives are remembered."""
        return len(self._drives)

    def change(self, fan: str | None, room: RoomFilter) -> bool:
        """Go on with what the unit does at another fan speed, as far as it is known.

        Returns whether another speed was known before.
        """
        before, self.fan = self.fan, fan
        if before is None:
            return False
        for which in (COOL, HEAT):
            value, spread = room.x[which], room.spread(which)
            # At a speed of which nothing is known it does about the same.
            other = (value, spread**2 + (_OTHER_SPEED * value) ** 2)
            room.replace(which, *self._drives.get((fan, which), other))
            if len(self._drives) < _MOST_SPEEDS:
                self._drives[(before, which)] = (value, spread**2)
        return True
