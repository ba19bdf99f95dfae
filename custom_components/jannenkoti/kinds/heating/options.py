"""The options of a heating system, parsed once."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ...lib.guard import MinimumTimes
from .inputs.option_values import NumberOption, list_of, number_of, rows_of, text_of
from .inputs.prices import PriceSource, Tariff
from .inputs.solar_options import SolarOptions
from .tank.deadline import read_times

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time

GRID: Final = "grid_power"
GRID_INVERTED: Final = "grid_inverted"
PV: Final = "pv_power"
LOAD: Final = "load_power"
BATTERY: Final = "battery_power"
BATTERY_INVERTED: Final = "battery_inverted"
SOC: Final = "battery_soc"
OUTDOOR: Final = "outdoor_temperature"

TANKS: Final = "tanks"
NAME: Final = "name"
VOLUME: Final = "volume"
SENSORS: Final = "sensors"
CONTROL_SENSOR: Final = "control_sensor"
OTHER_HEAT: Final = "other_heat"
LEGIONELLA: Final = "legionella_days"
WARM_BY: Final = "warm_by"

STAGES: Final = "stages"
ENTITY: Final = "entity"
SECOND_RELAY: Final = "second_relay"
WATTS: Final = "watts"
TANK: Final = "tank"
NORMAL: Final = "normal"
BOOST: Final = "boost"
POWER: Final = "power"

BUFFER: Final = "buffer"
AVERAGING: Final = "averaging"
MINIMUM_ON: Final = "minimum_on"
MINIMUM_OFF: Final = "minimum_off"
STALE: Final = "stale"
STALE_TEMPERATURE: Final = "stale_temperature"
HOLD: Final = "hold"
BATTERY_FIRST: Final = "battery_first"
FULL_SOC: Final = "full_soc"

PRICE_SOURCE: Final = "price_source"
PRICE: Final = "price_entity"
PRICE_AREA: Final = "price_area"
FEE: Final = "price_fee"
TAX: Final = "price_tax"
FEED_IN: Final = "feed_in"
PV_LIMIT: Final = "pv_limit"
BATTERY_CAPACITY: Final = "battery_capacity"
OPTIMAL: Final = "optimal"
LOCK_EXPENSIVE: Final = "lock_expensive"

TARGET: Final = "target"
SURPLUS_TARGET: Final = "surplus_target"
FLOOR: Final = "floor"
LIMIT: Final = "limit"

FLOOR_BELOW_TARGET: Final = 3.0
"""K; heating starts above the floor and must end above its start."""

MOST_TANKS: Final = 2
MOST_STAGES: Final = 6
MOST_SENSORS: Final = 3

SG_READY_HOLD: Final = timedelta(minutes=10)
"""Manufacturers require each SG-Ready state to be held for so long."""


# The temperatures of a tank (°C). The seed had three targets, 60, 50 and 35 °C, in
# different places; here each tank has one for each source of heat.
TANK_NUMBERS: Final[Mapping[str, NumberOption]] = {
    TARGET: NumberOption(default=50, minimum=20, maximum=85, step=0.5, unit="°C"),
    SURPLUS_TARGET: NumberOption(
        default=60, minimum=20, maximum=90, step=0.5, unit="°C"
    ),
    FLOOR: NumberOption(default=40, minimum=5, maximum=70, step=0.5, unit="°C"),
    LIMIT: NumberOption(default=75, minimum=30, maximum=95, step=0.5, unit="°C"),
}

NUMBERS: Final[Mapping[str, NumberOption]] = {
    BUFFER: NumberOption(default=100, minimum=0, maximum=5000, step=10, unit="W"),
    AVERAGING: NumberOption(default=120, minimum=0, maximum=900, step=10, unit="s"),
    MINIMUM_ON: NumberOption(default=180, minimum=0, maximum=3600, step=10, unit="s"),
    MINIMUM_OFF: NumberOption(default=180, minimum=0, maximum=3600, step=10, unit="s"),
    STALE: NumberOption(default=300, minimum=30, maximum=3600, step=10, unit="s"),
    STALE_TEMPERATURE: NumberOption(
        default=30, minimum=1, maximum=240, step=1, unit="min"
    ),
    HOLD: NumberOption(default=120, minimum=0, maximum=1440, step=5, unit="min"),
    FEE: NumberOption(default=0, minimum=-1, maximum=10, step=0.001, unit="/kWh"),
    TAX: NumberOption(default=0, minimum=0, maximum=100, step=0.1, unit="%"),
    FEED_IN: NumberOption(default=0.08, minimum=0, maximum=10, step=0.001, unit="/kWh"),
    PV_LIMIT: NumberOption(
        default=10_000, minimum=0, maximum=100_000, step=100, unit="W"
    ),
    BATTERY_CAPACITY: NumberOption(
        default=0, minimum=0, maximum=1000, step=0.1, unit="kWh"
    ),
    FULL_SOC: NumberOption(default=90, minimum=0, maximum=100, step=1, unit="%"),
}

VOLUMES: Final = NumberOption(default=300, minimum=10, maximum=5000, step=1, unit="L")
POWERS: Final = NumberOption(default=2000, minimum=1, maximum=50_000, step=1, unit="W")
DAYS: Final = NumberOption(default=0, minimum=0, maximum=60, step=1, unit="d")
HOTTEST_RUN: Final = 63.0
"""°C; with a lower safety limit, no run against legionella is possible."""
PLACES: Final = NumberOption(default=1, minimum=1, maximum=MOST_TANKS, step=1, unit="")
NORMALS: Final = NumberOption(default=45, minimum=5, maximum=95, step=0.5, unit="°C")
BOOSTS: Final = NumberOption(default=60, minimum=5, maximum=95, step=0.5, unit="°C")


class OutputType(StrEnum):
    """What a stage switches."""

    SWITCH = "switch"
    SG_READY = "sg_ready"
    SET_POINT = "set_point"


@dataclass(frozen=True, slots=True, kw_only=True)
class TankOptions:
    """A tank."""

    name: str
    volume: float
    """Liters."""
    sensors: tuple[str, ...]
    control_sensor: str
    """The entity whose temperature counts."""
    other_heat: bool
    """Whether something else heats it too, such as a boiler."""
    legionella_days: float
    """The longest time between two runs at 60 °C; 0 for never."""
    warm_by: tuple[time, ...]
    """Local times by which it must be at its target."""
    target: float
    surplus_target: float
    floor: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOptions:
    """A stage: one output with its power."""

    entity: str
    second_relay: str
    watts: float
    tank: int
    """The place of its tank in the list."""
    normal: float
    """Set point (°C) while it does not heat."""
    boost: float
    """Set point (°C) while it heats."""
    power: str
    """A sensor of its own consumption, or nothing."""

    @property
    def type(self) -> OutputType:
        """Return what it switches."""
        if self.second_relay:
            return OutputType.SG_READY
        domain = self.entity.partition(".")[0]
        if domain in {"climate", "water_heater", "number", "input_number"}:
            return OutputType.SET_POINT
        return OutputType.SWITCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of an entry."""

    grid: str
    grid_sign: float
    """+1 if positive means import, as most meters report; -1 if it means export."""
    pv: str
    load: str
    battery: str
    battery_sign: float
    """+1 if positive means discharging."""
    soc: str
    outdoor: str
    battery_first: bool
    tanks: tuple[TankOptions, ...]
    stages: tuple[StageOptions, ...]
    numbers: Mapping[str, float]
    price_source: PriceSource
    price_entity: str
    price_area: str
    """Of several areas or homes; nothing for the first one."""
    optimal: bool
    """Whether HiGHS makes the plan."""
    lock_expensive: bool
    solar: SolarOptions

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Options:
        """Parse the options of an entry; what cannot be read has its default."""
        tanks = _tanks(options)
        return cls(
            grid=text_of(options, GRID),
            grid_sign=-1.0 if options.get(GRID_INVERTED) is True else 1.0,
            pv=text_of(options, PV),
            load=text_of(options, LOAD),
            battery=text_of(options, BATTERY),
            battery_sign=-1.0 if options.get(BATTERY_INVERTED) is True else 1.0,
            soc=text_of(options, SOC),
            outdoor=text_of(options, OUTDOOR),
            battery_first=options.get(BATTERY_FIRST) is not False,
            tanks=tanks,
            stages=_stages(options, len(tanks)),
            numbers={key: number_of(options, key, NUMBERS[key]) for key in NUMBERS},
            price_source=PriceSource.parse(text_of(options, PRICE_SOURCE)),
            price_entity=text_of(options, PRICE),
            price_area=text_of(options, PRICE_AREA),
            optimal=options.get(OPTIMAL) is not False,
            lock_expensive=options.get(LOCK_EXPENSIVE) is True,
            solar=SolarOptions.parse(options),
        )

    def minimum(self, stage: StageOptions) -> MinimumTimes:
        """Return the minimum times of a stage; those of SG-Ready are never shorter."""
        least = SG_READY_HOLD if stage.type is OutputType.SG_READY else timedelta()
        return MinimumTimes(
            on=max(timedelta(seconds=self.numbers[MINIMUM_ON]), least),
            off=max(timedelta(seconds=self.numbers[MINIMUM_OFF]), least),
        )

    @property
    def stale(self) -> timedelta:
        """Return the age at which a reading no longer counts."""
        return timedelta(seconds=self.numbers[STALE])

    @property
    def stale_temperature(self) -> timedelta:
        """Return the age at which a temperature no longer counts."""
        return timedelta(minutes=self.numbers[STALE_TEMPERATURE])

    @property
    def hold(self) -> timedelta:
        """Return how long a change from outside is kept; zero means not at all."""
        return timedelta(minutes=self.numbers[HOLD])

    @property
    def tariff(self) -> Tariff:
        """Return what a kWh costs on top of the market price."""
        return Tariff(
            fee=self.numbers[FEE],
            tax=self.numbers[TAX],
            feed_in=self.numbers[FEED_IN],
        )

    @property
    def fixed_price(self) -> float | None:
        """Return the price of a kWh if it comes from no source, None if it does."""
        if self.price_source is not PriceSource.NONE:
            return None
        return (self.numbers[FEE] * (1 + self.numbers[TAX] / 100)) or None

    @property
    def pv_limit(self) -> float:
        """Return what inverter and modules deliver at most (W)."""
        return min(self.numbers[PV_LIMIT], self.solar.peak or self.numbers[PV_LIMIT])

    @property
    def battery_capacity(self) -> float:
        """Return the capacity of the battery (Wh)."""
        return self.numbers[BATTERY_CAPACITY] * 1000

    @property
    def powers(self) -> tuple[str, ...]:
        """Return the entities that report power."""
        named = (self.grid, self.pv, self.load, self.battery)
        own = (stage.power for stage in self.stages)
        return tuple(entity for entity in (*named, *own) if entity)

    @property
    def temperatures(self) -> tuple[str, ...]:
        """Return the entities that report temperatures."""
        tanks = (sensor for tank in self.tanks for sensor in tank.sensors)
        return (*dict.fromkeys((*tanks, *((self.outdoor,) if self.outdoor else ()))),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the entities that are switched."""
        both = ((stage.entity, stage.second_relay) for stage in self.stages)
        return tuple(entity for pair in both for entity in pair if entity)


def _tanks(options: Mapping[str, Any]) -> tuple[TankOptions, ...]:
    """Parse the tanks."""
    rows = rows_of(options, TANKS)[:MOST_TANKS]
    return tuple(_tank(row, number) for number, row in enumerate(rows, 1))


def _stages(options: Mapping[str, Any], tanks: int) -> tuple[StageOptions, ...]:
    """Parse the stages; those without an output are left out."""
    rows = [row for row in rows_of(options, STAGES) if text_of(row, ENTITY)]
    return tuple(_stage(row, tanks) for row in rows[:MOST_STAGES])


def _tank(row: Mapping[str, Any], number: int) -> TankOptions:
    """Parse a tank; the limits are kept in order: floor, targets, limit."""
    sensors = [x for x in list_of(row, SENSORS) if isinstance(x, str)][:MOST_SENSORS]
    control = text_of(row, CONTROL_SENSOR)
    if control and control not in sensors:
        sensors.append(control)
    limits = {key: number_of(row, key, TANK_NUMBERS[key]) for key in TANK_NUMBERS}
    limit, days = limits[LIMIT], number_of(row, LEGIONELLA, DAYS)
    return TankOptions(
        name=text_of(row, NAME) or str(number),
        volume=number_of(row, VOLUME, VOLUMES),
        sensors=tuple(sensors),
        control_sensor=control or next(iter(sensors), ""),
        other_heat=row.get(OTHER_HEAT) is True,
        legionella_days=days if limit >= HOTTEST_RUN else 0.0,
        warm_by=read_times(text_of(row, WARM_BY)) or (),
        target=(target := min(limits[TARGET], limit)),
        surplus_target=min(max(limits[SURPLUS_TARGET], target), limit),
        floor=min(limits[FLOOR], target - FLOOR_BELOW_TARGET),
        limit=limit,
    )


def _stage(row: Mapping[str, Any], tanks: int) -> StageOptions:
    """Parse a stage; the tanks are counted from 1 in the form."""
    tank = int(number_of(row, TANK, PLACES))
    return StageOptions(
        entity=text_of(row, ENTITY),
        second_relay=text_of(row, SECOND_RELAY),
        watts=number_of(row, WATTS, POWERS),
        tank=max(min(tank, tanks), 1) - 1,
        normal=number_of(row, NORMAL, NORMALS),
        boost=number_of(row, BOOST, BOOSTS),
        power=text_of(row, POWER),
    )
