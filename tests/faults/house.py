"""A thermostat whose room, unit, clock and hands are the test's."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from custom_components.jannenkoti.kinds.air_conditioner.control.saved_state import (
    SavedState,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.thermostat import (
    Thermostat,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    ConnectionType,
    DriverError,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.lib.clock import Clocks

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import tzinfo

    from custom_components.jannenkoti.kinds.air_conditioner.control.data import (
        AirConditionerData,
    )

BEGIN = datetime(2026, 7, 1, 12, tzinfo=UTC)
MINIMUM = 240.0
POLL = 15


def done[ResultT](steps: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine that never waits."""
    try:
        steps.send(None)
    except StopIteration as end:
        result: ResultT = end.value
        return result
    raise AssertionError


class Unit:
    """An air conditioner that obeys and knows how its compressor was treated."""

    abilities = Abilities(modes=tuple(HvacMode), fans=())
    connection = ConnectionType.LAN
    echo_time = timedelta(seconds=5)

    def __init__(self) -> None:
        self.seconds = 0.0
        self.state = DeviceState(on=False, mode=HvacMode.COOL, target=24.0)
        self.failure: DriverError | None = None
        self.obeys = True
        self.too_early: list[float] = []
        self._changed = -MINIMUM

    async def async_read(self) -> DeviceState:
        if self.failure is not None:
            raise self.failure
        return self.state

    async def async_send(self, change: Change) -> None:
        if self.failure is not None:
            raise self.failure
        if not self.obeys:
            return
        after = self.state.after(change)
        age = self.seconds - self._changed
        if after.compressor is not self.state.compressor and age < MINIMUM:
            self.too_early.append(age)
        self.become(after)

    async def async_close(self) -> None:
        """Nothing to close."""

    def become(self, state: DeviceState) -> None:
        if state.compressor is not self.state.compressor:
            self._changed = self.seconds
        self.state = state


class House:
    """One room with its sensors, and what befalls it."""

    def __init__(
        self,
        sensors: tuple[str, ...] = ("a",),
        *,
        begin: datetime = BEGIN,
        zone: tzinfo = UTC,
        **options: Any,
    ) -> None:
        self.unit = Unit()
        self.sensors = sensors
        self.words: dict[str, float | None] = dict.fromkeys(sensors, 26.0)
        self.wall = begin
        self.spoken = 0
        self.stored: str | None = None
        self._zone = zone
        self._options = Options.parse({"temperature_sensors": sensors, **options})
        self.start()

    def start(self) -> None:
        """Start with what was stored."""
        self.thermostat = Thermostat(
            self.unit, "unit", self._options, self._zone, self.clocks
        )
        stored = json.loads(self.stored) if self.stored else None
        self.thermostat.resume(SavedState.from_dict(stored, Request()))

    def clocks(self) -> Clocks:
        return Clocks(wall=self.wall, ticks=self.unit.seconds)

    def wait(self, seconds: float) -> None:
        """Let time pass without polls."""
        self.wall += timedelta(seconds=seconds)
        self.unit.seconds += seconds

    def poll(self) -> AirConditionerData:
        snapshot = done(self.thermostat.async_poll())
        self.stored = json.dumps(self.thermostat.saved.as_dict())
        return snapshot

    def speak(self) -> None:
        """Let the sensors say what they say; None is that they are not there."""
        self.spoken += 1
        # No working sensor reports the same value for an hour.
        noise = 0.06 if self.spoken % 100 == 0 else 0.0
        for sensor, value in self.words.items():
            noisy = None if value is None else value + noise
            self.thermostat.room.receive(sensor, noisy, self.wall)

    def live(self, minutes: float) -> AirConditionerData:
        """Let minutes pass, poll by poll."""
        snapshot = None
        for _ in range(int(minutes * 60 / POLL)):
            self.wait(POLL)
            self.speak()
            snapshot = self.poll()
        assert snapshot is not None
        return snapshot

    # --- faults ----------------------------------------------------------------------

    def lose_sensor(self) -> None:
        self.words = dict.fromkeys(self.sensors)

    def lose_unit(self) -> None:
        self.unit.failure = Unreachable()

    def press_power(self) -> None:
        """Press the key of the remote control, which switches on or off."""
        state = self.unit.state
        self.unit.become(replace(state, on=not state.on))

    def restart(self) -> None:
        self.wait(60)
        self.start()

    def step_clock(self, hours: float) -> None:
        self.wall += timedelta(hours=hours)

    def repair(self) -> None:
        self.words = dict.fromkeys(self.sensors, 26.0)
        self.unit.failure = None
