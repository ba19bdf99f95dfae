"""Spikes of a sensor start nothing; real changes do."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner import options
from custom_components.jannenkoti.kinds.air_conditioner.control.thermostat import (
    Thermostat,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.simulated import (
    SimulatedDriver,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.lib.clock import Clocks

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Home:
    """A thermostat whose sensor reports once a minute."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.driver = SimulatedDriver(lambda: self.seconds)
        raw = {options.SENSORS: ["room"]}
        self.thermostat = Thermostat(
            self.driver, "unit", Options.parse(raw), UTC, self._clocks
        )

    def _clocks(self) -> Clocks:
        wall = NOW + timedelta(seconds=self.seconds)
        return Clocks(wall=wall, ticks=self.seconds)

    async def report(self, value: float) -> None:
        """Report a value and let a minute pass."""
        self.thermostat.receive("room", value, self._clocks().wall)
        for _ in range(4):
            await self.thermostat.async_poll()
            self.seconds += 15

    @property
    def starts(self) -> int:
        counters = self.thermostat.saved.counters
        return 0 if counters is None else counters.starts


async def quiet_home() -> Home:
    """Return a home whose room has been at the target for half an hour."""
    home = Home()
    for minute in range(30):
        await home.report(24.4 + 0.1 * (minute % 2))
    return home


@given(
    spikes=st.lists(
        st.tuples(st.floats(2.0, 8.0), st.integers(4, 15)), min_size=1, max_size=5
    )
)
def test_single_readings_far_off_start_nothing_before_the_room_is_learned(
    spikes: list[tuple[float, int]],
) -> None:
    async def run() -> None:
        home = await quiet_home()
        for by, normal in spikes:
            await home.report(24.4 + by)
            for minute in range(normal):
                await home.report(24.4 + 0.1 * (minute % 2))
        assert home.starts == 0

    asyncio.run(run())


@pytest.mark.parametrize("by", [1.0, 2.0, 4.0])
async def test_real_jump_starts_within_four_reports(by: float) -> None:
    home = await quiet_home()
    for _ in range(5):
        await home.report(24.4 + by)
    assert home.starts == 1


async def test_jump_of_change_only_sensor_starts_within_five_minutes() -> None:
    home = await quiet_home()
    await home.report(26.4)
    for _ in range(16):
        await home.thermostat.async_poll()
        home.seconds += 15
    assert home.starts == 1
