"""The rows of the table with a restart, in Home Assistant with its store."""

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.util import dt as dt_util

from custom_components.jannenkoti.kinds.air_conditioner import coordinator
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    Unreachable,
)
from custom_components.jannenkoti.lib.clock import Clocks
from tests.kinds.air_conditioner.conftest import (
    HandDriver,
    SetUp,
    report_room,
    state_of,
)

from .table import FAULTS, TIMES, Outcome, Row, directions

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


class Home:
    """A Home Assistant that restarts, with a clock that can be set."""

    def __init__(
        self,
        hass: HomeAssistant,
        driver: HandDriver,
        entry: MockConfigEntry,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        self.hass = hass
        self.driver = driver
        self.entry = entry
        self.freezer = freezer
        self.ticks = 0.0
        self.room: float | str = 26.0

    def clocks(self) -> Clocks:
        return Clocks(wall=dt_util.utcnow(), ticks=self.ticks)

    async def live(self, minutes: float) -> None:
        """Let minutes pass; timers follow the wall clock, so look without them."""
        for _ in range(int(minutes * 2)):
            self.ticks += 30
            self.freezer.tick(timedelta(seconds=30))
            report_room(self.hass, self.room)
            if self.entry.state is ConfigEntryState.LOADED:
                await self.entry.runtime_data.async_refresh()
            await self.hass.async_block_till_done()

    async def befall(self, fault: str, hours: float) -> None:
        match fault:
            case "sensor":
                self.room = "unavailable"
                report_room(self.hass, self.room)
            case "remote":
                self.driver.press(on=not self.driver.state.on)
            case "unit":
                self.driver.failure = Unreachable()
            case "restart":
                await self.hass.config_entries.async_unload(self.entry.entry_id)
                await self.live(1)
                await self.hass.config_entries.async_setup(self.entry.entry_id)
                await self.hass.async_block_till_done()
            case "clock":
                self.freezer.tick(timedelta(hours=hours))

    async def repair(self) -> None:
        self.room, self.driver.failure = 26.0, None
        report_room(self.hass, self.room)
        if self.entry.state is ConfigEntryState.SETUP_RETRY:
            await self.hass.config_entries.async_reload(self.entry.entry_id)

    def outcome(self) -> Outcome:
        if self.entry.state is ConfigEntryState.SETUP_RETRY:
            reason = "unreachable"  # as the documentation says of the set-up
        else:
            reason = state_of(self.hass, "reason")
        return Outcome(reason=reason, runs=self.driver.state.on)


@pytest.fixture
def home(
    hass: HomeAssistant,
    driver: HandDriver,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Home:
    made = Home(hass, driver, entry, freezer)
    monkeypatch.setattr(coordinator, "_clocks", made.clocks)
    return made


@pytest.mark.parametrize(("row", "hours"), directions("restart"), ids=str)
async def test_stated_outcome_holds_across_a_restart(
    home: Home, set_up: SetUp, row: Row, hours: float
) -> None:
    await set_up()
    await home.live(20)
    assert home.driver.state.on
    for fault in FAULTS:
        if fault in row.faults:
            await home.befall(fault, hours)
            await home.live(1)
    seen = []
    for before, until in pairwise((0, *TIMES)):
        await home.live(until - before)
        seen.append(home.outcome())
        if until == 30:
            await home.repair()
    assert tuple(seen) == row.outcomes
