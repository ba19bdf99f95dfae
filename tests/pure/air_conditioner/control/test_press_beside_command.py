"""Presses of the remote control within the echo time of our own commands."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner import options
from custom_components.jannenkoti.kinds.air_conditioner.control.device import (
    TrackedDevice,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.thermostat import (
    Thermostat,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    ConnectionType,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.lib.clock import Clocks

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
OFF = DeviceState(on=False, mode=HvacMode.COOL, fan="low", target=24.0)
ON = replace(OFF, on=True)
ECHO = 60
"""Every change is reported within this time, s."""


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@dataclass
class Report:
    at: float
    state: DeviceState
    pressed: bool = False
    """Whether the power is that of the remote control."""
    ordered: bool | None = None
    """The power that was commanded with it."""


class Unit:
    """A unit that reports each change after a lag, in order."""

    connection = ConnectionType.LAN
    echo_time = timedelta(seconds=ECHO)
    abilities = Abilities(modes=tuple(HvacMode), fans=("low", "high"))

    def __init__(self, state: DeviceState) -> None:
        self.now = 0.0
        self.lag = 0.0
        """How much later the next change is reported, s."""
        self.state = state
        self.reports = [Report(0.0, state)]
        self.sent: list[Change] = []
        self.read: list[bool] = []
        """The power of each read."""
        self._read_at = 0.0

    async def async_read(self) -> DeviceState:
        self.read.append(self.reported.state.on)
        self._read_at = self.now
        return self.reported.state

    async def async_send(self, change: Change) -> None:
        self.sent.append(change)
        state = self.state.after(change)
        pressed = self.reports[-1].pressed and state.on is self.state.on
        self._become(state, pressed=pressed, ordered=change.on)

    async def async_close(self) -> None:
        """Nothing to close."""

    @property
    def reported(self) -> Report:
        return next(r for r in reversed(self.reports) if r.at <= self.now)

    @property
    def unread(self) -> list[Report]:
        """Return the changes that no read has shown."""
        return [report for report in self.reports[1:] if report.at > self._read_at]

    def press(self, *, on: bool) -> None:
        if on is not self.state.on:
            self._become(replace(self.state, on=on), pressed=True)

    def _become(
        self, state: DeviceState, *, pressed: bool, ordered: bool | None = None
    ) -> None:
        self.state = state
        due = max(self.now + self.lag, self.reports[-1].at)
        self.reports.append(Report(due, state, pressed, ordered))


async def passed(device: TrackedDevice, unit: Unit, seconds: int) -> None:
    """Let time pass, read the device as it asks to be, and check what it finds."""
    for _ in range(seconds):
        unit.now += 1
        check_at = device.check_at
        if int(unit.now) % 15 and (check_at is None or at(unit.now) < check_at):
            continue
        before, unread = unit.read[-1], unit.unread
        await device.async_read(at(unit.now))
        report, on = unit.reported, unit.reported.state.on
        if before is on:
            continue
        # Until it is reported, a press looks like a command of ours that does the same.
        duplicated = any(r.ordered is on for r in unread)
        if report.pressed and not duplicated:
            assert device.remote_used
            assert device.state == report.state
        elif not report.pressed:
            assert not device.remote_used


COMMANDS = {
    "start": Change(on=True),
    "start with settings": Change(on=True, fan="high", target=16.0),
    "stop": Change(on=False),
    "fan": Change(fan="high"),
    "slow fan": Change(fan="low"),
    "target": Change(target=20.0),
    "mode": Change(mode=HvacMode.DRY),
}
PRESSES = {"press on": True, "press off": False}


@given(
    first=st.sampled_from([ON, OFF]),
    events=st.lists(
        st.tuples(
            st.integers(0, 40),
            st.sampled_from([*COMMANDS, *PRESSES]),
            st.integers(0, ECHO - 1),
        ),
        max_size=6,
    ),
)
def test_visible_press_near_commands_is_remote_control_and_echo_is_not(
    first: DeviceState, events: list[tuple[int, str, int]]
) -> None:
    async def run() -> None:
        unit = Unit(first)
        device = TrackedDevice(unit, "unit")
        await device.async_read(NOW)
        for wait, what, lag in events:
            await passed(device, unit, wait)
            unit.lag = lag
            if what in PRESSES:
                unit.press(on=PRESSES[what])
                continue
            assert device.state is not None
            change = COMMANDS[what].differing(device.state)
            is_stop = change == Change(on=False)
            runs = device.state.on or change.on
            if change and runs and (device.is_clear or is_stop):
                await device.async_send(change, at(unit.now))
        await passed(device, unit, 3 * ECHO)
        assert device.check_at is None
        assert device.state == unit.state

    asyncio.run(run())


@pytest.mark.parametrize("lag", [0, 4, 30])
@pytest.mark.parametrize("pending", ["fan", "target", "start with settings", "stop"])
async def test_press_after_reported_power_is_remote_control_while_rest_is_pending(
    pending: str, lag: int
) -> None:
    unit = Unit(ON if pending in ("fan", "target", "stop") else OFF)
    device = TrackedDevice(unit, "unit")
    await device.async_read(NOW)
    await device.async_send(COMMANDS[pending], NOW)
    # The unit changes its power, but has not taken the settings yet.
    unit.reports[1:] = [Report(2.0, replace(OFF, on=unit.state.on))]
    unit.state = unit.reports[-1].state
    await passed(device, unit, 10)
    unit.lag = lag
    unit.press(on=not unit.state.on)
    on = unit.state.on
    found = []
    for _ in range(8):
        await passed(device, unit, 5)
        found.append(device.remote_used)
    assert any(found)
    assert device.state is not None
    assert device.state.on is on


class Home:
    """A thermostat in a warm room whose unit lags."""

    def __init__(self) -> None:
        self.unit = Unit(OFF)
        raw = {options.SENSORS: ["room"], options.SMOOTHING: 0}
        self.thermostat = Thermostat(
            self.unit, "unit", Options.parse(raw), UTC, self._clocks
        )

    def _clocks(self) -> Clocks:
        return Clocks(wall=at(self.unit.now), ticks=self.unit.now)

    def receive(self, value: float) -> None:
        self.thermostat.receive("room", value, at(self.unit.now))

    async def wait(self, seconds: int, room: float) -> None:
        for _ in range(seconds):
            self.unit.now += 1
            check_at = self.thermostat.device.check_at
            if self.unit.now % 60 == 0:
                self.receive(room)
            due = check_at is not None and at(self.unit.now) >= check_at
            if self.unit.now % 15 == 0 or due:
                await self.thermostat.async_poll()

    @property
    def switches(self) -> Iterator[bool]:
        return (change.on for change in self.unit.sent if change.on is not None)


async def running_home() -> Home:
    """Return a home whose thermostat has just started the unit."""
    home = Home()
    home.receive(26.0)
    await home.thermostat.async_poll()
    await home.wait(600, 26.0)
    assert list(home.switches) == [True]
    return home


@pytest.mark.parametrize("before", range(1, 30, 3))
async def test_press_off_reported_before_turn_decision_is_read_and_held(
    before: int,
) -> None:
    home = await running_home()
    home.unit.press(on=False)
    home.unit.now += before
    home.receive(23.0)  # Cold enough to stop: the decision reads the unit first.
    await home.thermostat.async_decide()
    assert home.thermostat.saved.hold is not None
    await home.wait(3600, 27.0)
    assert list(home.switches) == [True]


@pytest.mark.parametrize("lag", [0, 1, 4, 9])
@pytest.mark.parametrize("after", [6, 10, 20, 40])
async def test_press_on_beside_own_stop_is_held(after: int, lag: int) -> None:
    home = await running_home()
    while list(home.switches) == [True]:
        await home.wait(1, 23.0)
    await home.wait(after, 23.0)
    home.unit.lag = lag
    home.unit.press(on=True)
    await home.wait(1800, 23.0)
    assert home.thermostat.saved.hold is not None
    assert list(home.switches) == [True, False]


async def test_echo_of_start_that_the_user_canceled_is_no_remote_control() -> None:
    home = Home()
    home.unit.lag = 30
    while not home.unit.sent:
        await home.wait(1, 26.0)
    await home.wait(3, 26.0)
    await home.thermostat.async_request(
        lambda saved, _now: saved.switched_off(), timedelta(0)
    )
    await home.wait(120, 26.0)
    assert list(home.switches) == [True, False]
    assert home.thermostat.saved.hold is None
    assert home.thermostat.device.disobeyed_at is None


async def test_press_with_other_target_that_hides_own_stop_is_held() -> None:
    home = await running_home()
    home.unit.lag = ECHO - 1
    while list(home.switches) == [True]:
        await home.wait(1, 23.0)
    # Both changes are reported at once, so the stop is never seen.
    home.unit.state = replace(home.unit.state, target=22.0)
    home.unit.press(on=True)
    await home.wait(1800, 23.0)
    assert home.thermostat.saved.hold is not None
    assert list(home.switches) == [True, False]
