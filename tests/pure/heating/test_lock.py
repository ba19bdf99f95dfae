"""SG-Ready lock in expensive hours: price, budget, comfort, hold and relay order."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.control.controller import Controller
from custom_components.jannenkoti.kinds.heating.control.lock import (
    DEARER,
    WARM,
    WARM_ENOUGH,
    count_lock,
    level_of,
    lock_slots,
    with_locks,
)
from custom_components.jannenkoti.kinds.heating.control.output import command, report
from custom_components.jannenkoti.kinds.heating.control.saved_state import SavedState
from custom_components.jannenkoti.kinds.heating.control.sg_ready import (
    LOCK_BUDGET,
    RELAYS,
    LockBudget,
    SgState,
    steps,
)
from custom_components.jannenkoti.kinds.heating.inputs.prices import (
    PriceSlot,
    local_day,
)
from custom_components.jannenkoti.kinds.heating.insight.energy import Energy
from custom_components.jannenkoti.kinds.heating.model import (
    Mode,
    Reason,
    StageDecision,
)
from custom_components.jannenkoti.kinds.heating.options import (
    SG_READY_HOLD,
    Options,
    OutputType,
)
from custom_components.jannenkoti.kinds.heating.planning.curve import PriceCurve
from custom_components.jannenkoti.kinds.heating.tank.memory import TankMemory
from custom_components.jannenkoti.lib.clock import Clocks
from custom_components.jannenkoti.lib.stored import Stored
from demo.heating_house import GRID, TOP, raw_options

HELSINKI = ZoneInfo("Europe/Helsinki")
MINUTE, QUARTER, HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
# Local days of 24, 23 and 25 hours.
PLAIN, SPRING, AUTUMN = date(2026, 6, 15), date(2026, 3, 29), date(2026, 10, 25)
STAGE = {"entity": "switch.a", "second_relay": "switch.b", "watts": 1500, "tank": 1}
OFF = StageDecision(on=False, reason=Reason.NO_SURPLUS)


def raw(**changes: Any) -> dict[str, Any]:
    """Return options with a heat pump that may be locked."""
    return raw_options(0, stages=[STAGE], lock_expensive=True, **changes)


OPTIONS = Options.parse(raw())


def curve_of(
    prices: list[float], day: date = PLAIN, length: timedelta = HOUR, days: int = 1
) -> PriceCurve:
    """Return the prices of local days, repeated as often as needed."""
    start = local_day(day, HELSINKI)[0]
    end = local_day(day + timedelta(days=days - 1), HELSINKI)[1]
    slots, number = [], 0
    while start < end:
        price = prices[number % len(prices)]
        slots.append(PriceSlot(start, start + length, price))
        start, number = start + length, number + 1
    return PriceCurve(slots)


def at(hour: float, day: date = PLAIN) -> datetime:
    """Return a time some hours after the start of a local day."""
    return local_day(day, HELSINKI)[0] + hour * HOUR


# 18:00 to 20:00 cost most, 17:00 is the third.
EVENING = [0.1] * 17 + [0.3, 0.5, 0.4] + [0.1] * 4


@pytest.mark.parametrize(
    ("prices", "hours"),
    [
        (EVENING, [18, 19]),
        ([0.1] * 24, []),
        ([0.1] * 23 + [0.12], []),
        ([0.1] * 23 + [0.125], [23]),
        ([-0.1] * 23 + [-0.01], []),
        ([0.0] * 23 + [0.2], [23]),
        ([0.1] * 10 + [0.5] * 14, []),
        ([0.1] * 14 + [0.5] * 10, [14, 15]),
    ],
    ids=[
        "the two most expensive hours",
        "all alike",
        "little more than the median",
        "a quarter more than the median",
        "negative",
        "median of zero",
        "most hours expensive",
        "the first ones of equal price",
    ],
)
def test_locked_slots_are_the_most_expensive_of_the_day(
    prices: list[float], hours: list[int]
) -> None:
    found = lock_slots(curve_of(prices), at(12), HELSINKI)
    assert sorted(slot.start for slot in found) == [at(hour) for hour in hours]


def test_no_slot_is_locked_unless_all_prices_of_the_day_are_known() -> None:
    curve = curve_of(EVENING)
    assert lock_slots(curve, at(30), HELSINKI) == []
    curve.slots.pop(3)
    assert lock_slots(curve, at(12), HELSINKI) == []


@settings(max_examples=60, deadline=None)
@given(
    day=st.sampled_from([PLAIN, SPRING, AUTUMN]),
    length=st.sampled_from([QUARTER, HOUR]),
    prices=st.lists(st.floats(-1, 2), min_size=1, max_size=100),
)
def test_locked_slots_of_any_day_last_two_hours_at_most_and_cost_most(
    day: date, length: timedelta, prices: list[float]
) -> None:
    curve = curve_of(prices, day, length)
    found = lock_slots(curve, at(12, day), HELSINKI)
    assert sum((slot.end - slot.start for slot in found), timedelta()) <= LOCK_BUDGET
    others = [slot for slot in curve.slots if slot not in found]
    cheapest = min((slot.price for slot in found), default=9.0)
    assert cheapest >= max(slot.price for slot in others)
    below = sum(slot.price <= cheapest / (1 + DEARER) + 1e-9 for slot in others)
    assert not found or below * 2 >= len(curve.slots)
    assert cheapest > 0


@dataclass
class Pump:
    """A heat pump that obeys, in steps of a minute."""

    spare: dict[int, float] = field(default_factory=dict)
    """K above the start of heating, by the hour; 20 without."""
    decisions: dict[int, StageDecision] = field(default_factory=dict)
    """By the hour; off without need without."""
    restarts: set[int] = field(default_factory=set)
    """Minutes at which Home Assistant crashes and starts again."""

    def run(self, curve: PriceCurve, day: date, days: int = 1) -> list[tuple[Any, ...]]:
        """Return time, level before and after, and what was decided, by the minute."""
        saved = SavedState.restore(Stored({}), OPTIONS, at(0, day))
        now, rows, level = at(0, day), [], 0
        known: dict[date, list[PriceSlot]] = {}
        end = at(0, day + timedelta(days=days))
        for minute in range(int((end - now) / MINUTE)):
            now = at(0, day) + minute * MINUTE
            if minute in self.restarts:
                stored = Stored(saved.as_dict(OPTIONS))
                saved = SavedState.restore(stored, OPTIONS, now)
            output = report(saved.outputs[0], level, now, timedelta())
            saved = count_lock(replace(saved, outputs=(output,)), now, HELSINKI)
            asked = self.decisions.get(minute // 60, OFF)
            spare = self.spare.get(minute // 60, 20.0)
            date_now = now.astimezone(HELSINKI).date()
            if date_now not in known:
                known[date_now] = lock_slots(curve, now, HELSINKI)
            slots = known[date_now]
            (done,) = with_locks(OPTIONS, saved, [asked], [spare], slots, now)
            before, wanted = level, level_of(done, OutputType.SG_READY)
            output, sent = command(
                output, wanted, now, urgent=done.urgent, held_for=SG_READY_HOLD
            )
            if sent and output.echo is not None:
                level = output.echo.expected
            saved = count_lock(replace(saved, outputs=(output,)), now, HELSINKI)
            rows.append((now, before, level, spare, asked))
        return rows


def locks_of(rows: list[tuple[Any, ...]]) -> list[tuple[datetime, datetime]]:
    """Return start and end of each lock."""
    found: list[tuple[datetime, datetime]] = []
    for now, before, level, *_ in rows:
        if level == -1 and before != -1:
            found.append((now, now + MINUTE))
        elif level == -1:
            found[-1] = found[-1][0], now + MINUTE
    return found


def test_lock_lasts_for_the_expensive_hours_less_a_spare_minute() -> None:
    locks = locks_of(Pump().run(curve_of(EVENING), PLAIN))
    assert locks == [(at(18), at(20) - MINUTE)]


def test_lock_ends_when_the_tank_cools_or_heat_is_needed() -> None:
    curve = curve_of(EVENING)
    cold = Pump(spare={19: WARM - 0.1})
    assert locks_of(cold.run(curve, PLAIN)) == [(at(18), at(19))]
    floor = StageDecision(on=True, reason=Reason.FLOOR, forced=True)
    rows = Pump(decisions={19: floor}).run(curve, PLAIN)
    assert locks_of(rows) == [(at(18), at(19))]
    assert rows[19 * 60][2] == 2


def report_of(level: int) -> Any:
    """Return an output that has reported a level."""
    saved = SavedState.restore(Stored({}), OPTIONS, at(0))
    return report(saved.outputs[0], level, at(18), timedelta())


@pytest.mark.parametrize(
    "reason",
    sorted(
        set(Reason)
        - {Reason.NO_POWER, Reason.NO_SURPLUS, Reason.TARGET_REACHED, Reason.WAITING}
    ),
)
def test_no_lock_begins_while_a_stage_is_off_for_another_reason(reason: Reason) -> None:
    slots = lock_slots(curve_of(EVENING), at(18), HELSINKI)
    saved = SavedState(outputs=(report_of(0),))
    decision = StageDecision(on=False, reason=reason)
    assert with_locks(OPTIONS, saved, [decision], [9.0], slots, at(18)) == (decision,)


@pytest.mark.parametrize("mode", [Mode.MANUAL, Mode.FAST, Mode.HOLIDAY])
def test_no_lock_begins_in_another_mode_than_automatic(mode: Mode) -> None:
    slots = lock_slots(curve_of(EVENING), at(18), HELSINKI)
    output = replace(report_of(0), level_since=at(12))
    saved = SavedState(outputs=(output,))
    (locked,) = with_locks(OPTIONS, saved, [OFF], [9.0], slots, at(18))
    assert locked.locked
    assert locked.reason is Reason.EXPENSIVE
    saved = replace(saved, mode=mode)
    assert with_locks(OPTIONS, saved, [OFF], [9.0], slots, at(18)) == (OFF,)


def test_no_lock_begins_with_an_unknown_temperature_or_an_unavailable_output() -> None:
    slots = lock_slots(curve_of(EVENING), at(18), HELSINKI)
    saved = SavedState(outputs=(report_of(0),))
    assert with_locks(OPTIONS, saved, [OFF], [None], slots, at(18)) == (OFF,)
    lost = SavedState(outputs=(replace(report_of(0), available=False),))
    assert with_locks(OPTIONS, lost, [OFF], [9.0], slots, at(18)) == (OFF,)


def test_plain_switch_is_never_locked() -> None:
    options = Options.parse(raw_options(1, lock_expensive=True))
    slots = lock_slots(curve_of(EVENING), at(18), HELSINKI)
    saved = SavedState(outputs=(report_of(0),))
    assert with_locks(options, saved, [OFF], [9.0], slots, at(18)) == (OFF,)


@settings(max_examples=15, deadline=None)
@given(
    day=st.sampled_from([PLAIN, SPRING, AUTUMN]),
    length=st.sampled_from([QUARTER, HOUR]),
    prices=st.lists(st.sampled_from([0.1, 0.2, 0.5]), min_size=3, max_size=60),
    spare=st.dictionaries(st.integers(0, 48), st.floats(0, 8), max_size=8),
    heating=st.sets(st.integers(0, 48), max_size=8),
    restarts=st.sets(st.integers(0, 48 * 60), max_size=6),
)
def test_any_two_days_keep_budget_hold_and_comfort(
    day: date,
    length: timedelta,
    prices: list[float],
    spare: dict[int, float],
    heating: set[int],
    restarts: set[int],
) -> None:
    on = StageDecision(on=True, reason=Reason.PLAN, forced=True)
    pump = Pump(spare, dict.fromkeys(heating, on), restarts)
    rows = pump.run(curve_of(prices, day, length, 2), day, 2)
    for each in (day, day + timedelta(days=1)):
        start, end = local_day(each, HELSINKI)
        inside = [row for row in rows if start <= row[0] < end and row[2] == -1]
        assert len(inside) * MINUTE <= LOCK_BUDGET
    for start, end in locks_of(rows):
        assert end - start >= SG_READY_HOLD or end == rows[-1][0] + MINUTE
    for now, before, level, warm, asked in rows:
        if level == -1 and before != -1:
            assert warm >= WARM_ENOUGH
            assert not asked.on
        if level == -1 and (warm < WARM or asked.on):
            begun = max(start for start, _ in locks_of(rows) if start <= now)
            assert now - begun < SG_READY_HOLD


def test_lock_over_midnight_counts_for_each_day_with_its_part() -> None:
    start, end = local_day(PLAIN, HELSINKI)
    budget = LockBudget().observe("a", start, end - HOUR, locked=True)
    assert budget.left(end) == HOUR
    budget = budget.observe("b", end, end + QUARTER, locked=True)
    assert budget.left(end + QUARTER) == LOCK_BUDGET - QUARTER
    budget = budget.observe("b", end, end + HOUR, locked=False)
    assert budget.left(end + 9 * HOUR) == HOUR
    assert budget.used == 3600


def test_lock_keeps_its_length_when_the_clock_is_set() -> None:
    saved = SavedState.restore(Stored({}), OPTIONS, at(0))
    saved = replace(saved, lock=LockBudget(day="a", since=at(18)))
    assert saved.shifted(HOUR).lock.left(at(20)) == HOUR
    # A lock that would be in the future, after an offline change, counts from now on.
    budget = LockBudget(day="a", since=at(20)).observe("a", at(0), at(19), locked=True)
    assert budget.since == at(19)
    budget = LockBudget(day="a", since=at(20)).observe("a", at(0), at(19), locked=False)
    assert budget.used == 0


@pytest.mark.parametrize(("before", "after"), product(SgState, repeat=2))
def test_relays_show_no_lock_or_forced_start_between_two_states(
    before: SgState, after: SgState
) -> None:
    pair = list(RELAYS[before])
    allowed = {before, after, SgState.NORMAL, SgState.RECOMMENDED}
    for relay, on in steps(before, after):
        pair[relay] = on
        state = next(x for x, relays in RELAYS.items() if relays == tuple(pair))
        assert state in allowed
    assert tuple(pair) == RELAYS[after]


def commands_of(
    *, enabled: bool = True, minutes: int = 200, holiday: int | None = None
) -> list[tuple[int, int, Reason]]:
    """Return minute, level and reason of each command from 17:00 on."""
    options = Options.parse({**raw(), "lock_expensive": enabled})
    saved = SavedState.restore(Stored({}), options, at(17))
    memory = TankMemory.restore(Stored({}), 300)
    controller = Controller(options, saved, Energy(), [memory], HELSINKI)
    controller.curve = curve_of(EVENING)
    sent: list[tuple[int, int, Reason]] = []
    level = 0
    for minute in range(minutes):
        now = at(17) + minute * MINUTE
        clocks = Clocks(wall=now, ticks=minute * 60.0)
        if minute == holiday:
            controller.set_mode(Mode.HOLIDAY)
        controller.follow_clock(clocks)
        controller.house.power.receive(GRID, 500, now)
        controller.house.temperatures.receive(TOP, 55, now)
        controller.report_output(0, level, now)
        data, commands = controller.cycle(clocks, "2026-06-15")
        for each in commands:
            level = each.level
            sent.append((minute, level, data.reason))
    return sent


def test_controller_locks_in_the_expensive_hours_if_the_option_is_on() -> None:
    assert commands_of() == [(60, -1, Reason.EXPENSIVE), (179, 0, Reason.NO_SURPLUS)]
    assert commands_of(enabled=False) == []


def test_holiday_ends_a_lock_at_once() -> None:
    sent = commands_of(minutes=70, holiday=64)
    assert sent == [(60, -1, Reason.EXPENSIVE), (64, 0, Reason.HOLIDAY)]
