"""The inputs of a heating system by their roles, with their ages and signs."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ..options import AVERAGING, FULL_SOC
from .latest import Latest
from .meter_sign import MeterSign
from .surplus import SETTLING, Average, BatteryPriority, PowerNow, available_power

if TYPE_CHECKING:
    from ..options import Options

_SOC_AGE: Final = timedelta(hours=2)
"""A state of charge changes slowly, and is reported as seldom."""


class House:
    """The latest powers and temperatures, and the averaged surplus."""

    def __init__(self, options: Options) -> None:
        """Initialize without values."""
        self.meter = MeterSign()
        self.power = Latest(())
        self.temperatures = Latest(options.temperatures)
        self._switched: datetime | None = None
        self.configure(options)

    def configure(self, options: Options) -> None:
        """Use other numbers; the average starts again."""
        self._options = options
        self._average = Average(timedelta(seconds=options.numbers[AVERAGING]))

    def switched(self, now: datetime) -> None:
        """Record that a stage was switched: the meter needs a moment to show it."""
        self._switched = now
        self.meter.skip()

    def shift(self, step: timedelta) -> None:
        """Keep the ages after the clock was stepped."""
        self.power.shift(step)
        self.temperatures.shift(step)
        self._average.clear()
        self._switched = None

    def sample(self, own: float, now: datetime) -> None:
        """Add the current surplus to the average; ``own`` is the heating's power (W).

        While nothing is known, there is no average.
        """
        power, surplus = self.powers(now), self.momentary(own, now)
        if surplus is None:
            self._average.clear()
            return
        settling = self._switched is not None and (
            self._switched <= now < self._switched + SETTLING
        )
        if not settling:
            self._average.add(surplus, now)
            self.meter.receive(power.pv, power.grid)

    def momentary(self, own: float, now: datetime) -> float | None:
        """Return the surplus (W) of this moment; ``own`` is the heating's power (W)."""
        options = self._options
        priority = BatteryPriority(
            first=options.battery_first, full=options.numbers[FULL_SOC]
        )
        return available_power(self.powers(now), own, priority)

    def surplus(self, now: datetime) -> float | None:
        """Return the averaged power (W) that heating could use."""
        return self._average.mean(now)

    def powers(self, now: datetime) -> PowerNow:
        """Return the current powers with the signs of `PowerNow`.

        A battery of which nothing is known may be discharging: then there is no
        surplus.
        """
        options = self._options
        grid, pv = self.watts(options.grid, now), self.watts(options.pv, now)
        battery = self.watts(options.battery, now)
        load = self.watts(options.load, now)
        if options.battery and battery is None:
            return PowerNow(pv=pv)
        return PowerNow(
            grid=None if grid is None else grid * options.grid_sign,
            pv=pv,
            # A house consumes; some inverters report it as negative (Fronius).
            load=None if load is None else abs(load),
            battery=None if battery is None else battery * options.battery_sign,
            soc=self.power.value(options.soc, now, _SOC_AGE),
        )

    def watts(self, entity: str, now: datetime) -> float | None:
        """Return a power (W), None if it is unknown or too old."""
        return self.power.value(entity, now, self._options.stale)

    def temperature(self, tank: int, now: datetime) -> float | None:
        """Return the temperature (°C) that counts for a tank, if it is not too old."""
        sensor = self._options.tanks[tank].control_sensor
        return self.temperatures.value(sensor, now, self._options.stale_temperature)


def consumption(power: PowerNow, own: float) -> float | None:
    """Return what the house consumes (W), None if that is not known."""
    if power.load is not None:
        return power.load
    if power.grid is None:
        return own or None
    return power.grid + (power.pv or 0.0) + (power.battery or 0.0)
