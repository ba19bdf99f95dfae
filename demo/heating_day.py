"""A day of the heating in fast motion: two tanks, sun, and prices by quarter hour.

The real controller and planner run in it, with a clock of its own. The day may be one
on which the clocks change.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from custom_components.jannenkoti.kinds.heating.control.controller import Controller
from custom_components.jannenkoti.kinds.heating.control.saved_state import SavedState
from custom_components.jannenkoti.kinds.heating.inputs.prices import (
    PriceSlot,
    Tariff,
    local_day,
)
from custom_components.jannenkoti.kinds.heating.insight.energy import Energy
from custom_components.jannenkoti.kinds.heating.options import Options
from custom_components.jannenkoti.kinds.heating.planning.build import Outlook, TankNow
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PriceCurve,
    TypicalWeek,
)
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.tank.memory import TankMemory
from custom_components.jannenkoti.lib.clock import Clocks
from custom_components.jannenkoti.lib.stored import Stored

from .heating_physics import HOUR, WaterTank, drawn, load, production

if TYPE_CHECKING:
    from collections.abc import Iterator

    from custom_components.jannenkoti.kinds.heating.model import Reason

ZONE = ZoneInfo("Europe/Helsinki")
USUAL_DAY = date(2026, 6, 15)

_QUARTER = timedelta(minutes=15)
_STEP = 60.0  # s between two decisions
_PEAK, _CLOUDS = 6000.0, 0.4
_FEED_IN = 0.06
_TIME_LIMIT = 5.0  # s for the solver; without it the plan is made by rules
_DIP = range(4, 5)
"""The local hours with a negative price: wind, before the sun is up."""

_NAMES = ("Boiler", "Buffer")
_GRID, _PV = "sensor.grid", "sensor.pv"
_SENSORS = ("sensor.boiler", "sensor.buffer")
_RODS = ((2000.0, 1), (2000.0, 1), (1500.0, 2))
"""Watts and the tank, counted from 1, of each stage."""

FLOORS = (40.0, 30.0)
"""°C of each tank."""

_OPTIONS = {
    "grid_power": _GRID,
    "pv_power": _PV,
    "price_source": "attributes",
    "feed_in": _FEED_IN,
    "minimum_on": 120,
    "minimum_off": 120,
    "tanks": [
        {
            "name": "Boiler",
            "volume": 300,
            "control_sensor": _SENSORS[0],
            "floor": FLOORS[0],
        },
        {
            "name": "Buffer",
            "volume": 500,
            "control_sensor": _SENSORS[1],
            "floor": FLOORS[1],
            "target": 40,
            "surplus_target": 55,
        },
    ],
    "stages": [
        {"entity": f"switch.rod_{number}", "watts": watts, "tank": tank}
        for number, (watts, tank) in enumerate(_RODS, 1)
    ],
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """A stage that was switched."""

    at: datetime
    stage: int
    on: bool
    reason: Reason


def price_of(hour: int, day: date) -> float:
    """Return the price of a local hour: two peaks, and a dip below zero."""
    if hour in _DIP:
        return -0.04
    seasonal = 0.02 * (day.month in {11, 12, 1, 2})
    return 0.24 + seasonal + 0.08 * math.sin((hour - 5) / 24 * 4 * math.pi)


def slots_of(day: date) -> list[PriceSlot]:
    """Return the quarter hours of a local day: 92, 96 or 100."""
    start, end = local_day(day, ZONE)
    count = int((end - start) / _QUARTER)
    times = (start + n * _QUARTER for n in range(count))
    return [
        PriceSlot(at, at + _QUARTER, price_of(at.astimezone(ZONE).hour, day))
        for at in times
    ]


@dataclass
class HeatingDay:
    """One local day, from midnight to midnight."""

    day: date = USUAL_DAY
    tanks: list[WaterTank] = field(
        default_factory=lambda: [
            WaterTank(temperature=52.0),
            WaterTank(volume=500.0, loss=2.8, temperature=37.0),
        ]
    )

    def __post_init__(self) -> None:
        """Start with everything off."""
        self.now, self.end = local_day(self.day, ZONE)
        self.ticks = 0.0
        options = Options.parse(_OPTIONS)
        self.controller = Controller(
            options,
            SavedState.restore(Stored({}), options, self.now),
            Energy(),
            [TankMemory.restore(Stored({}), tank.volume) for tank in options.tanks],
            ZONE,
        )
        self.curve = PriceCurve(
            [*slots_of(self.day), *slots_of(self.day + timedelta(days=1))]
        )
        self.controller.curve = self.curve
        self.on = [False] * len(_RODS)
        self.changes: list[Change] = []
        self.energy: defaultdict[Reason, float] = defaultdict(float)
        """Wh by the reason why the stage was on."""
        self.coldest = [tank.temperature for tank in self.tanks]
        self.bought_below_zero = 0.0
        self._planned: datetime | None = None

    def sun(self, at: datetime) -> float:
        """Return the power of the modules (W); the sun has no summer time."""
        return production(_seconds(at, ZONE, summer=False), _PEAK, _CLOUDS)

    def house(self, at: datetime) -> float:
        """Return what the house consumes beside the heating (W)."""
        return load(_seconds(at, ZONE))

    def run(self) -> None:
        """Let the whole day pass."""
        while self.now < self.end:
            self.step()

    def step(self) -> None:
        """Plan if a quarter of an hour begins, decide, and let the time pass."""
        quarter = self.now - timedelta(seconds=self.now.timestamp() % 900)
        if quarter != self._planned:
            self._planned = quarter
            self._plan()
        self.decide()
        self._pass(_STEP)

    def decide(self) -> None:
        """Report the sensors, decide, and switch the relays."""
        clocks = Clocks(wall=self.now, ticks=self.ticks)
        heat = sum(watts for (watts, _), on in zip(_RODS, self.on, strict=True) if on)
        pv = self.sun(self.now)
        controller = self.controller
        controller.follow_clock(clocks)
        controller.house.power.receive(
            _GRID, self.house(self.now) + heat - pv, self.now
        )
        controller.house.power.receive(_PV, pv, self.now)
        for sensor, tank in zip(_SENSORS, self.tanks, strict=True):
            controller.house.temperatures.receive(sensor, tank.temperature, self.now)
        for number, on in enumerate(self.on):
            controller.report_output(number, int(on), self.now)
        day = self.now.astimezone(ZONE).date().isoformat()
        data, commands = controller.cycle(clocks, day)
        for command in commands:
            on = command.level > 0
            reason = data.stages[command.stage].reason
            if on is not self.on[command.stage]:
                self.on[command.stage] = on
                self.changes.append(
                    Change(at=self.now, stage=command.stage, on=on, reason=reason)
                )
        self.data = data

    def _pass(self, seconds: float) -> None:
        """Heat and cool the tanks."""
        price = self.curve.at(self.now) or 0.0
        for number, (watts, _) in enumerate(_RODS):
            if self.on[number]:
                energy = watts * seconds / HOUR
                self.energy[self.data.stages[number].reason] += energy
                self.bought_below_zero += energy if price < 0 else 0.0
        at = _seconds(self.now, ZONE)
        for place, tank in enumerate(self.tanks):
            heat = sum(
                watts
                for (watts, of), on in zip(_RODS, self.on, strict=True)
                if on and of == place + 1
            )
            water = drawn(at, seconds, 1.0 - 0.6 * place)
            self.tanks[place] = tank.step(seconds, heat, water)
            now = self.tanks[place].temperature
            self.coldest[place] = min(self.coldest[place], now)
        self.now += timedelta(seconds=seconds)
        self.ticks += seconds

    def _plan(self) -> None:
        """Make a plan and follow it."""
        options = self.controller.options
        tanks = [
            TankNow(
                options=tank,
                learned=self.controller.memories[number].learned,
                temperature=self.tanks[number].temperature,
                stages=tuple(x.watts for x in options.stages if x.tank == number),
            )
            for number, tank in enumerate(options.tanks)
        ]
        made = make_plan(self._outlook(), tanks, self.now, _TIME_LIMIT)
        self.controller.follower.set_plan(made.plan, range(len(tanks)))

    def _outlook(self) -> Outlook:
        """Return prices and forecasts, as they are published."""
        start = self.now.replace(minute=0, second=0, microsecond=0)
        hours = [start + timedelta(hours=n) for n in range(48)]
        middle = timedelta(minutes=30)
        return Outlook(
            curve=self.curve,
            typical=TypicalWeek(),
            tariff=Tariff(feed_in=_FEED_IN),
            zone=ZONE,
            pv={hour: self.sun(hour + middle) for hour in hours},
            pv_limit=10_000.0,
            load=[300.0] * 24,
        )

    def rows(self) -> Iterator[str]:
        """Run the day and yield a line for each hour."""
        yield f"{self.day}: {len(slots_of(self.day))} quarter hours"
        yield "time       price    sun  Boiler  Buffer  stages  reason"
        while self.now < self.end:
            self.step()
            local = self.now.astimezone(ZONE)
            if local.minute or local.second:
                continue
            stages = "".join("#" if on else "-" for on in self.on)
            boiler, buffer = (tank.temperature for tank in self.tanks)
            yield (
                f"{local:%H:%M%z} {self.curve.at(self.now) or 0.0:6.2f} "
                f"{self.sun(self.now):6.0f} {boiler:7.1f} {buffer:7.1f}  {stages:<6}  "
                f"{self.data.reason}"
            )


def _seconds(at: datetime, zone: ZoneInfo, *, summer: bool = True) -> float:
    """Return the seconds since midnight by the clock, or by the sun."""
    local = at.astimezone(zone)
    if not summer:
        local -= local.dst() or timedelta()
    return float(local.hour * 3600 + local.minute * 60 + local.second)
