"""A house for the controller: tanks, sun and meter, in steps of some seconds."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from custom_components.jannenkoti.kinds.heating.control.controller import Controller
from custom_components.jannenkoti.kinds.heating.control.saved_state import SavedState
from custom_components.jannenkoti.kinds.heating.insight.energy import Energy
from custom_components.jannenkoti.kinds.heating.options import Options
from custom_components.jannenkoti.kinds.heating.tank.memory import TankMemory
from custom_components.jannenkoti.lib.clock import Clocks
from custom_components.jannenkoti.lib.stored import Stored

from .heating_physics import WaterTank, drawn, load, production

if TYPE_CHECKING:
    from custom_components.jannenkoti.kinds.heating.model import HeatingData, Reason

MIDNIGHT = datetime(2026, 6, 15, tzinfo=UTC)
GRID, PV, LOAD, TOP = "sensor.grid", "sensor.pv", "sensor.load", "sensor.top"


def raw_options(
    count: int = 3, watts: float = 2000, **changes: object
) -> dict[str, Any]:
    """Return the options of an entry: one tank, equal stages."""
    return {
        "grid_power": GRID,
        "pv_power": PV,
        "tanks": [{"name": "Boiler", "volume": 300, "control_sensor": TOP}],
        "stages": [
            {"entity": f"switch.stage_{n}", "watts": watts, "tank": 1}
            for n in range(1, count + 1)
        ],
        **changes,
    }


def controller_of(raw: dict[str, Any], now: datetime = MIDNIGHT) -> Controller:
    """Return a controller without a past."""
    options = Options.parse(raw)
    saved = SavedState.restore(Stored({}), options, now)
    memories = [TankMemory.restore(Stored({}), tank.volume) for tank in options.tanks]
    return Controller(options, saved, Energy(), memories)


@dataclass
class House:
    """One tank, its heater, a PV system and a meter."""

    raw: dict[str, Any] = field(default_factory=raw_options)
    tank: WaterTank = field(default_factory=WaterTank)
    peak: float = 8000.0
    clouds: float = 0.0
    draw: float = 1.0
    step: float = 15.0
    now: datetime = MIDNIGHT
    ticks: float = 0.0
    grid_sign: float = 1.0
    silent: set[str] = field(default_factory=set)
    deaf: set[int] = field(default_factory=set)
    """Stages whose relay does not obey."""
    base_load: float | None = None

    def __post_init__(self) -> None:
        """Start with everything off."""
        self.controller = controller_of(self.raw, self.now)
        self.on = [False] * len(self.controller.options.stages)
        self.switched = 0
        self.coldest = self.hottest = self.tank.temperature
        self.surplus_used = 0.0
        self.reasons: list[Reason] = []
        self.data: HeatingData | None = None

    @property
    def seconds(self) -> float:
        """Return the seconds since midnight of the first day."""
        return (self.now - MIDNIGHT).total_seconds()

    @property
    def heat(self) -> float:
        """Return what the heater consumes now (W)."""
        stages = self.controller.options.stages
        return sum(s.watts for s, on in zip(stages, self.on, strict=True) if on)

    def production(self) -> float:
        """Return the power of the PV system now (W)."""
        return production(self.seconds, self.peak, self.clouds)

    def load(self) -> float:
        """Return what the house consumes now beside the heating (W)."""
        return load(self.seconds) if self.base_load is None else self.base_load

    def water(self) -> float:
        """Return the hot water (L) that is drawn in this step."""
        return drawn(self.seconds, self.step, self.draw)

    def cycle(self) -> HeatingData:
        """Let the sensors report, decide, and obey; then let the time pass."""
        pv, used = self.production(), self.load()
        grid = used + self.heat - pv
        house = self.controller.house
        clocks = Clocks(wall=self.now, ticks=self.ticks)
        self.controller.follow_clock(clocks)
        if GRID not in self.silent:
            house.power.receive(GRID, grid * self.grid_sign, self.now)
        if PV not in self.silent:
            house.power.receive(PV, pv, self.now)
        if TOP not in self.silent:
            house.temperatures.receive(TOP, self.tank.temperature, self.now)
        for number, on in enumerate(self.on):
            self.controller.report_output(number, int(on), self.now)
        self.data, commands = self.controller.cycle(clocks, f"{self.now:%Y-%m-%d}")
        for command in commands:
            if command.stage not in self.deaf:
                self.switched += self.on[command.stage] is not (command.level > 0)
                self.on[command.stage] = command.level > 0
        self.surplus_used += min(self.heat, max(pv - used, 0)) * self.step / 3.6e6
        self.reasons.append(self.data.reason)
        self.tank = self.tank.step(self.step, self.heat, self.water())
        self.coldest = min(self.coldest, self.tank.temperature)
        self.hottest = max(self.hottest, self.tank.temperature)
        self.now += timedelta(seconds=self.step)
        self.ticks += self.step
        return self.data

    def run(self, hours: float) -> HeatingData:
        """Let some hours pass."""
        for _ in range(int(hours * 3600 / self.step)):
            self.cycle()
        return self.cycle() if self.data is None else self.data
