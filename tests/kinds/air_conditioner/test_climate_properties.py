"""Any climate entity, in any home: the rules of commands hold, whatever it refuses."""

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest
from homeassistant.components.climate import (
    DATA_COMPONENT,
    ClimateEntityFeature,
    HVACMode,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.unit_system import METRIC_SYSTEM, US_CUSTOMARY_SYSTEM
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.drivers.ha_entity import Part
from custom_components.jannenkoti.kinds.air_conditioner.insight.transitions import (
    Source,
)

from .conftest import report_room
from .test_climate_entities import ON_OFF, STEPS, C, F, Unit, add, entry_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

ACTIONS: Final = {
    "set_hvac_mode": Part.MODE,
    "set_temperature": Part.TARGET,
    "set_fan_mode": Part.FAN,
}
ORDER: Final = ("set_hvac_mode", "turn_on", "set_temperature", "set_fan_mode")
POLL: Final = 90.0  # s
HOURS: Final = 2
FIRST_DELAY: Final = 120.0  # s
LONGEST_DELAY: Final = 3600.0  # s
MOST_CALLS: Final = 8
"""Of a refused part in two hours; without growing delay there would be 80."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A home, a climate entity in it, and what it refuses."""

    fahrenheit_home: bool
    fahrenheit_unit: bool
    lowest: float
    """In the unit's own unit of temperature."""
    highest: float
    step: float | None
    on_off: bool
    """Whether it has the actions turn_on and turn_off."""
    narrow: bool
    """Whether it offers only off and the mode in use while it is on."""
    fans: dict[HVACMode, list[str]]
    drive: float
    """The set temperature while it cools, °C."""
    refused: str | None

    @property
    def grid(self) -> float:
        return self.step or 1.0


fan_lists = st.sampled_from([["low", "high"], ["auto"], ["1", "2", "3"], []])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    fahrenheit = draw(st.booleans())
    low, high = ([60, 61, 63, 65], [84, 86, 88]) if fahrenheit else ([16, 17], [30, 31])
    return Case(
        fahrenheit_home=draw(st.booleans()),
        fahrenheit_unit=fahrenheit,
        lowest=draw(st.sampled_from(low)),
        highest=draw(st.sampled_from(high)),
        step=draw(st.sampled_from([*STEPS, None])),
        on_off=draw(st.booleans()),
        narrow=draw(st.booleans()),
        fans={mode: draw(fan_lists) for mode in (HVACMode.COOL, HVACMode.DRY)},
        drive=draw(st.integers(32, 60)) / 2,
        refused=draw(st.sampled_from([None, *ACTIONS])),
    )


class AnyUnit(Unit):
    """A unit whose modes and fan speeds depend on the mode in use."""

    def __init__(self, number: int, case: Case) -> None:
        super().__init__(
            number,
            unit=F if case.fahrenheit_unit else C,
            limits=(case.lowest, case.highest),
            step=case.step,
            features=ON_OFF if case.on_off else ClimateEntityFeature(0),
        )
        self.case = case
        self.poll = 0
        self.log: list[tuple[int, str]] = []
        """Each call with the poll in which it came."""
        self.refuses = {case.refused} if case.refused else set()
        # Far from what is sent, so that a command is needed.
        self._attr_target_temperature = case.highest
        if case.drive > 22:
            self._attr_target_temperature = case.lowest

    @property
    def fan_modes(self) -> list[str]:
        mode = self.hvac_mode
        return self.case.fans.get(mode or HVACMode.OFF, self.case.fans[HVACMode.COOL])

    @property
    def hvac_modes(self) -> list[HVACMode]:
        mode = self.hvac_mode
        if self.case.narrow and mode not in (None, HVACMode.OFF):
            return [HVACMode.OFF, mode]
        return self._attr_hvac_modes

    def _take(self, action: str) -> None:
        self.log.append((self.poll, action))
        super()._take(action)

    def calls_of(self, action: str) -> list[int]:
        """Return the polls in which an action was called."""
        return [poll for poll, called in self.log if called == action]


async def pass_polls(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    coordinator: Any,
    unit: AnyUnit,
    rooms: Iterable[float],
) -> None:
    """Poll again and again; the room sensor reports each time."""
    for room in rooms:
        unit.poll += 1
        freezer.tick(POLL)
        report_room(hass, room)
        await coordinator.async_refresh()
        assert coordinator.thermostat.saved.hold is None, "blamed on the remote"
        transition = coordinator.data.analytics.transition
        assert transition is None or transition.source is not Source.REMOTE


def check_numbers(unit: AnyUnit) -> None:
    """Assert that the nearest number on the unit's own grid was sent."""
    case = unit.case
    drive = case.drive * 1.8 + 32 if case.fahrenheit_unit else case.drive
    drive = min(max(drive, case.lowest), case.highest)
    for sent in unit.sent:
        assert case.lowest <= sent <= case.highest
        at_limit = sent in (case.lowest, case.highest)
        steps = sent / case.grid
        assert at_limit or steps == pytest.approx(round(steps), abs=1e-6)
        # Next to a limit that is not on the grid, the nearest may be beyond it.
        near_limit = min(sent - case.lowest, case.highest - sent) < case.grid
        far = case.grid if near_limit else case.grid / 2
        assert abs(sent - drive) <= far + 1e-6


def check_order(unit: AnyUnit) -> None:
    """Assert that each command was mode, then temperature, then fan speed."""
    for poll in {poll for poll, _ in unit.log}:
        order = [ORDER.index(action) for at, action in unit.log if at == poll]
        assert order == sorted(set(order))


def check_delays(polls: list[int]) -> None:
    """Assert that each delay is twice the last one, up to an hour, or half of that."""
    gaps = [after - before for before, after in pairwise(polls)]
    longest = FIRST_DELAY
    for gap in gaps:
        assert longest / 2 <= (gap + 1) * POLL, gaps
        # A command that is still unconfirmed may delay it by a poll.
        assert (gap - 2) * POLL <= longest, gaps
        longest = min(longest * 2, LONGEST_DELAY)
    # The next one is not overdue.
    assert (HOURS * 3600 / POLL - polls[-1] - 2) * POLL <= longest
    assert 2 <= len(polls) <= MOST_CALLS


def check_refusal(hass: HomeAssistant, entry: MockConfigEntry, unit: AnyUnit) -> None:
    """Assert that the refused part was retried less and less often and is named."""
    calls = {action: unit.calls_of(action) for action in ACTIONS}
    refused = {action for action in unit.refuses if calls[action]}
    event(f"refused: {refused}")
    issues = {
        action
        for action, part in ACTIONS.items()
        if ir.async_get(hass).async_get_issue(
            DOMAIN, f"air_conditioner_{part}_refused_{entry.entry_id}"
        )
    }
    assert issues == refused
    for action, polls in calls.items():
        if action in refused:
            check_delays(polls)
        else:
            assert len(polls) <= 1
    if unit.case.refused in ("set_hvac_mode", "set_temperature"):
        assert refused == {unit.case.refused}


async def ask_for_last_fan_speed(
    hass: HomeAssistant, entry: MockConfigEntry, unit: AnyUnit
) -> None:
    """Let the user choose a fan speed of the mode in use, if it has any."""
    if not (fans := unit.fan_modes):
        return
    climate = er.async_get(hass).async_get_entity_id(
        "climate", DOMAIN, f"{entry.unique_id}_climate"
    )
    unit.poll += 1
    data = {"entity_id": climate, "fan_mode": fans[-1]}
    await hass.services.async_call("climate", "set_fan_mode", data, blocking=True)


# The same few examples each time; `CLIMATE_EXAMPLES=300` tries as many random ones.
@settings(
    max_examples=int(os.environ.get("CLIMATE_EXAMPLES", "12")),
    derandomize="CLIMATE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(case=cases())
async def test_commands_to_any_climate_entity_keep_the_rules(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, case: Case
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM if case.fahrenheit_home else METRIC_SYSTEM
    unit = AnyUnit(0, case)
    await add(hass, unit)
    report_room(hass, 28.0)
    entry = entry_of(unit, drive_cool=case.drive, gather=0)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    coordinator = entry.runtime_data
    try:
        if unit.hvac_mode is HVACMode.COOL:
            await ask_for_last_fan_speed(hass, entry, unit)
        polls = int(HOURS * 3600 / POLL)
        rooms = [28.0 + poll % 2 / 10 for poll in range(polls)]
        await pass_polls(hass, freezer, coordinator, unit, rooms)
        check_refusal(hass, entry, unit)
        is_on = unit.state != HVACMode.OFF.value
        assert is_on is (case.refused != "set_hvac_mode")
        reason = "cooling" if is_on else "refused"
        assert coordinator.data.decision.reason == reason
        # It accepts everything again: all parts arrive, and no issue is left.
        unit.refuses.clear()
        await pass_polls(hass, freezer, coordinator, unit, rooms[:43])
        assert unit.state == HVACMode.COOL.value
        assert coordinator.data.decision.reason == "cooling"
        assert not coordinator.failover.refused
        assert unit.sent
        # The room is cold: the unit is stopped.
        await pass_polls(hass, freezer, coordinator, unit, [18.0] * 12)
        assert unit.state == HVACMode.OFF.value
        check_numbers(unit)
        check_order(unit)
    finally:
        await hass.config_entries.async_remove(entry.entry_id)
        await hass.data[DATA_COMPONENT].async_remove_entity(unit.entity_id)
        await hass.async_block_till_done()
