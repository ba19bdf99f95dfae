"""Each place that shows the plan shows what will be carried out, in every mode."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.util import dt as dt_util

from custom_components.jannenkoti.answers import async_what_next
from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.llm import PlanTool
from custom_components.jannenkoti.subjects import Asker

from .conftest import STAGES, TOP, Wait, entity_id_of, state_of
from .test_prices_and_plan import QUARTER, set_prices, set_up
from .test_slot_reasons import powers, set_mode, slots_from_now

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

pytestmark = pytest.mark.usefixtures("relays", "all_enabled")

ASKER = Asker(context=None, assistant=None, language="en")
TANK = {"name": "Boiler", "volume": 300, "control_sensor": TOP, "legionella_days": 2}

type Times = list[tuple[datetime, datetime]]
type Change = Callable[[HomeAssistant, MockConfigEntry, Wait], Awaitable[None]]


def time_of(text: str) -> datetime:
    """Return a time."""
    return dt_util.parse_datetime(text, raise_on_error=True)


def runs_of(slots: list[dict[str, Any]]) -> Times:
    """Return start and end of neighboring slots with heat."""
    groups = (
        list(group)
        for heats, group in groupby(slots, key=lambda slot: powers([slot]) != [0])
        if heats
    )
    return [(time_of(x[0]["start"]), time_of(x[-1]["end"])) for x in groups]


def energy_of(slot: dict[str, Any]) -> float:
    """Return the heat of a slot (kWh)."""
    length = time_of(slot["end"]) - time_of(slot["start"])
    return powers([slot])[0] * (length / timedelta(hours=1)) / 1000


async def events_of(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the events of the calendar from now on."""
    calendar, now = entity_id_of(hass, "calendar", "plan"), dt_util.utcnow()
    response: Any = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": calendar,
            "start_date_time": now,
            "end_date_time": now + timedelta(days=3),
        },
        blocking=True,
        return_response=True,
    )
    events: list[dict[str, Any]] = response[calendar]["events"]
    return events


async def press(hass: HomeAssistant, minutes: int) -> None:
    """Boost."""
    await hass.services.async_call(
        DOMAIN, "heating_boost", {"duration": minutes}, blocking=True
    )


async def automatic(_hass: HomeAssistant, _entry: MockConfigEntry, _wait: Wait) -> None:
    """Change nothing."""


async def holiday(hass: HomeAssistant, _entry: MockConfigEntry, _wait: Wait) -> None:
    """Leave."""
    await set_mode(hass, "holiday")


async def boost_in_holiday(
    hass: HomeAssistant, _entry: MockConfigEntry, _wait: Wait
) -> None:
    """Boost, and leave before it ends."""
    await press(hass, 60)
    await set_mode(hass, "holiday")


async def fast(hass: HomeAssistant, _entry: MockConfigEntry, _wait: Wait) -> None:
    """Heat now."""
    await set_mode(hass, "fast")


async def boost(hass: HomeAssistant, _entry: MockConfigEntry, _wait: Wait) -> None:
    """Heat for twenty minutes."""
    await press(hass, 20)


async def manual(hass: HomeAssistant, _entry: MockConfigEntry, _wait: Wait) -> None:
    """Switch by hand, and nothing on."""
    await set_mode(hass, "manual")


async def manual_on(hass: HomeAssistant, entry: MockConfigEntry, _wait: Wait) -> None:
    """Switch one stage on by hand."""
    await set_mode(hass, "manual")
    await entry.runtime_data.async_request(
        lambda controller: controller.set_manual(1, on=True)
    )


async def too_hot(_hass: HomeAssistant, _entry: MockConfigEntry, wait: Wait) -> None:
    """Let the tank be above its limit."""
    await wait(60, top=76)


async def too_cold(_hass: HomeAssistant, _entry: MockConfigEntry, wait: Wait) -> None:
    """Let the tank be at its floor."""
    await wait(60, top=40.5)


async def unavailable(hass: HomeAssistant, _entry: MockConfigEntry, wait: Wait) -> None:
    """Let the outputs be unavailable."""
    for entity in STAGES:
        hass.states.async_set(entity, "unavailable")
    await wait(30)


async def by_hand(hass: HomeAssistant, _entry: MockConfigEntry, wait: Wait) -> None:
    """Switch a relay by hand, which counts for an hour."""
    await wait(30)
    hass.states.async_set(STAGES[0], "on")
    await hass.async_block_till_done()
    await wait(15)


async def legionella(_hass: HomeAssistant, entry: MockConfigEntry, wait: Wait) -> None:
    """Let a hot run be due."""
    memory = entry.runtime_data.controller.memories[0]
    memory.ledger = memory.ledger.shifted(timedelta(hours=-24))
    await wait(15)


CHANGES: tuple[Change, ...] = (
    *(automatic, holiday, boost_in_holiday, fast, boost, manual, manual_on),
    *(too_hot, too_cold, unavailable, by_hand, legionella),
)
SILENT = {holiday, boost_in_holiday, manual}


@pytest.mark.parametrize(
    ("change", "cheap"),
    [*((change, 4) for change in CHANGES), (fast, -1), (boost, -1), (manual_on, -1)],
)
async def test_calendar_sensors_and_voice_show_the_runs_of_the_action(
    hass: HomeAssistant, wait: Wait, change: Change, cheap: int
) -> None:
    set_prices(hass, cheap=cheap)
    entry = await set_up(hass, optimal=False, hold=60, tanks=[TANK])
    await change(hass, entry, wait)
    slots, now = await slots_from_now(hass), dt_util.utcnow()
    runs = runs_of(slots)
    assert change not in SILENT or not runs
    assert change is not manual_on or runs[0][0] <= now
    await check_calendar(hass, slots, runs)
    start = dt_util.parse_datetime(state_of(hass, "sensor", "next_start").state)
    assert start == (runs[0][0] if runs else None)
    answer = await PlanTool().async_answer(hass, ASKER, "Boiler")
    (calendar,) = answer["Boiler"].values()
    day = now + timedelta(days=1)
    assert len(calendar["events"]) == sum(start < day for start, _ in runs)
    await check_next_change(hass, [t for run in runs for t in run], slots)


async def check_calendar(
    hass: HomeAssistant, slots: list[dict[str, Any]], runs: Times
) -> None:
    """Check the events, their energy, and the state."""
    events = await events_of(hass)
    assert [(time_of(e["start"]), time_of(e["end"])) for e in events] == runs
    shown = [float(event["summary"].split()[-2]) for event in events]
    rounding = 0.06 * len(events)
    assert sum(shown) == pytest.approx(sum(map(energy_of, slots)), abs=rounding)
    is_on = bool(runs) and runs[0][0] <= dt_util.utcnow()
    assert state_of(hass, "calendar", "plan").state == ("on" if is_on else "off")


async def check_next_change(
    hass: HomeAssistant, boundaries: list[datetime], slots: list[dict[str, Any]]
) -> None:
    """Check that it is not after the next start or end of a run, also by voice."""
    now, last = dt_util.utcnow(), time_of(slots[-1]["end"])
    expected = min((at for at in boundaries if now < at < last), default=None)
    shown = dt_util.parse_datetime(state_of(hass, "sensor", "next_change").state)
    answer = await async_what_next(hass, ASKER, "Boiler")
    if shown is None:
        assert expected is None
        assert answer == "Boiler: no change is planned."
    else:
        assert expected is None or shown <= expected
        assert f"{dt_util.as_local(shown):%H:%M}" in answer


async def test_new_plan_is_shown_at_once(hass: HomeAssistant) -> None:
    set_prices(hass, cheap=-1)
    await set_up(hass, optimal=False)
    assert state_of(hass, "calendar", "plan").state == "off"
    set_prices(hass, cheap=4)
    await hass.async_block_till_done(wait_background_tasks=True)
    runs = runs_of(await slots_from_now(hass))
    assert runs
    now = dt_util.utcnow()
    assert runs[0][0] <= now < runs[0][0] + QUARTER
    assert state_of(hass, "calendar", "plan").state == "on"
    assert time_of(state_of(hass, "sensor", "next_start").state) == runs[0][0]


async def test_calendar_between_two_times_has_the_runs_that_touch_them(
    hass: HomeAssistant,
) -> None:
    set_prices(hass, cheap=4)
    await set_up(hass, optimal=False)
    (start, end), *_ = runs_of(await slots_from_now(hass))
    calendar = entity_id_of(hass, "calendar", "plan")
    for before, after, found in (
        (start - QUARTER, start, 0),
        (start, start + QUARTER, 1),
        (end, end + QUARTER, 0),
    ):
        response: Any = await hass.services.async_call(
            "calendar",
            "get_events",
            {
                "entity_id": calendar,
                "start_date_time": before,
                "end_date_time": after,
            },
            blocking=True,
            return_response=True,
        )
        assert len(response[calendar]["events"]) == found
