"""The plan: presets, the curve, edges, nights."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.model import HvacMode, Request
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.kinds.air_conditioner.planning.occupancy import (
    Occupancy,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import (
    NO_OVERRIDES,
    Overrides,
    Preset,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.plan import Plan
from custom_components.jannenkoti.kinds.air_conditioner.planning.planner import (
    FAR,
    Planner,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AT_HOME = Occupancy()
OFF = {"sleep": True, "sleep_start": "22:00:00", "sleep_end": "06:00:00"}
CURVE = {**OFF, "sleep_mode": "curve", "curve": 2}


def planner(raw: dict[str, object]) -> Planner:
    options = Options.parse({"temperature_sensors": [], **raw})
    return Planner(
        options.planning, options.weekly(HELSINKI), options.people, options.contacts
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def plan_at(
    raw: dict[str, object],
    text: str,
    overrides: Overrides = NO_OVERRIDES,
    around: Occupancy = AT_HOME,
) -> Plan:
    return planner(raw).plan(overrides, around, local(text))


DAY, NIGHT, MORNING = "2026-07-10 12:00", "2026-07-10 23:00", "2026-07-11 06:00"


def test_plan_without_inputs_is_plain() -> None:
    assert plan_at({}, NIGHT) == Plan()


def test_sleep_window_switches_off_until_it_closes() -> None:
    plan = plan_at(OFF, NIGHT)
    assert plan.asleep
    assert plan.preset is Preset.SLEEP
    assert plan.edge == plan.ready_at == local(MORNING)
    before = plan_at(OFF, DAY)
    assert before.edge == local("2026-07-10 22:00")
    assert before.ready_at is None


def test_adjacent_windows_are_one_night() -> None:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    halves = [
        {"days": days, "start": "22:00:00", "end": "02:00:00"},
        {"days": days, "start": "02:00:00", "end": "06:00:00"},
    ]
    plan = plan_at({**OFF, "sleep_days": halves}, NIGHT)
    assert (plan.asleep, plan.relief) == (True, 0)
    assert plan.edge == plan.ready_at == local(MORNING)


@pytest.mark.parametrize(
    ("text", "relief"),
    [
        ("2026-07-10 22:00", 0),
        ("2026-07-10 23:30", 1),
        ("2026-07-11 01:00", 2),
        ("2026-07-11 05:00", 2),
        ("2026-07-11 05:30", 1),
        ("2026-07-11 05:57", 0.1),
        ("2026-07-11 06:00", 0),
    ],
)
def test_sleep_curve_rises_and_returns(text: str, relief: float) -> None:
    plan = plan_at(CURVE, text)
    assert plan.relief == relief
    assert not plan.asleep


def test_sleep_curve_fits_night_length() -> None:
    # The spring night has seven hours: 01:00 plus two hours is 04:00.
    assert plan_at(CURVE, "2026-03-29 04:00").relief == 2
    assert plan_at(CURVE, "2026-03-29 05:30").relief == 1
    # A window shorter than rise and return never reaches the height.
    short = {**CURVE, "sleep_end": "23:00:00"}
    assert plan_at(short, "2026-07-10 22:45").relief == 0.5
    # No rise, no return: the whole height at once.
    steep = {**CURVE, "curve_rise": 0, "curve_return": 0}
    assert plan_at(steep, "2026-07-10 22:00").relief == 2


def test_changed_input_replaces_plan_at_once() -> None:
    ours = planner({**CURVE, "contacts": ["binary_sensor.window"]})
    times = ("2026-07-10 23:30", "2026-07-11 01:00")
    reliefs = [ours.plan(NO_OVERRIDES, AT_HOME, local(text)).relief for text in times]
    assert reliefs == [1, 2]
    assert ours.plan(NO_OVERRIDES, AT_HOME, local(DAY)).preset is Preset.NONE
    eco = ours.choose(NO_OVERRIDES, Preset.ECO, local(DAY))
    assert ours.plan(eco, AT_HOME, local(DAY)).preset is Preset.ECO
    around = Occupancy(opened={"binary_sensor.window": local(DAY) - HOUR})
    assert not ours.plan(eco, around, local(DAY)).window_open
    ours.contacts["binary_sensor.window"] = True
    assert ours.plan(eco, around, local(DAY)).window_open


def test_relief_is_warmer_in_cooling_and_colder_in_heating() -> None:
    plan = Plan(relief=2.0)
    assert plan.target(Request(target=24)) == 26
    assert plan.target(Request(target=24, mode=HvacMode.HEAT)) == 22


@pytest.mark.parametrize(
    ("preset", "relief"),
    [(Preset.ECO, 2), (Preset.AWAY, 4), (Preset.BOOST, -2), (Preset.NONE, 0)],
)
def test_chosen_preset_overrides_sleep_window(preset: Preset, relief: float) -> None:
    overrides = planner(OFF).choose(NO_OVERRIDES, preset, local(NIGHT))
    plan = plan_at(OFF, "2026-07-10 23:10", overrides)
    assert (plan.preset, plan.relief, plan.asleep) == (preset, relief, False)
    after = planner(OFF).update(overrides, AT_HOME, local("2026-07-11 06:00"))[0]
    assert (after == NO_OVERRIDES) is (preset is not Preset.AWAY)


def test_chosen_sleep_ends_with_next_window() -> None:
    overrides = planner(OFF).choose(
        NO_OVERRIDES, Preset.SLEEP, local("2026-07-10 20:00")
    )
    evening = plan_at(OFF, "2026-07-10 20:30", overrides)
    assert evening.asleep
    assert evening.edge == local(MORNING)
    # Also while the windows are switched off; and never for more than twelve hours.
    off = {**OFF, "sleep": False}
    night = planner(off).choose(NO_OVERRIDES, Preset.SLEEP, local(NIGHT))
    assert plan_at(off, NIGHT, night).ready_at == local(MORNING)
    at_noon = planner(off).choose(NO_OVERRIDES, Preset.SLEEP, local(DAY))
    assert plan_at(off, DAY, at_noon).ready_at == local(DAY) + 12 * HOUR


def test_early_sleep_and_window_are_one_night() -> None:
    early = NO_OVERRIDES.asleep(local("2026-07-10 21:00"), local("2026-07-10 23:00"))
    assert plan_at(CURVE, "2026-07-10 22:30", early).relief == 1
    assert plan_at(CURVE, "2026-07-10 22:30", early).ready_at == local(MORNING)


def test_suspended_sleep_resumes_after_suspension() -> None:
    suspended = NO_OVERRIDES.suspended(local(NIGHT), local(NIGHT) + HOUR)
    plan = plan_at(OFF, "2026-07-10 23:30", suspended)
    assert not plan.asleep
    assert plan.edge == local("2026-07-11 00:00")
    assert plan_at(OFF, "2026-07-11 00:00", NO_OVERRIDES).asleep


PEOPLE = {**OFF, "people": ["person.ann"]}


def gone(text: str) -> Occupancy:
    return Occupancy(gone_since=local(text))


def test_away_starts_after_grace_time() -> None:
    plan = plan_at(PEOPLE, "2026-07-10 12:14", NO_OVERRIDES, gone(DAY))
    assert plan.preset is Preset.NONE
    assert plan.edge == local("2026-07-10 12:15")
    plan = plan_at(PEOPLE, "2026-07-10 12:15", NO_OVERRIDES, gone(DAY))
    assert (plan.preset, plan.relief) == (Preset.AWAY, 4)


def test_clock_set_back_replaces_plan() -> None:
    ours = planner({"people": ["person.ann"]})
    presets = [
        ours.plan(NO_OVERRIDES, gone(DAY), local(text)).preset
        for text in ("2026-07-10 12:20", "2026-07-10 12:10", "2026-07-10 12:15")
    ]
    assert presets == [Preset.AWAY, Preset.NONE, Preset.AWAY]


def test_sleep_window_applies_while_away() -> None:
    assert plan_at(PEOPLE, NIGHT, NO_OVERRIDES, gone(DAY)).asleep
    curve = plan_at({**PEOPLE, **CURVE}, NIGHT, NO_OVERRIDES, gone(DAY))
    assert (curve.preset, curve.relief) == (Preset.SLEEP, 4)


@pytest.mark.parametrize("preset", [Preset.NONE, Preset.ECO, Preset.AWAY])
def test_arrival_and_departure_end_chosen_preset(preset: Preset) -> None:
    ours = planner(PEOPLE)
    chosen = ours.choose(NO_OVERRIDES, preset, local(DAY))
    ours.people["person.ann"] = False
    overrides, around = ours.update(chosen, AT_HOME, local(DAY) + MINUTE)
    assert overrides == chosen
    overrides, around = ours.update(overrides, around, local(DAY) + 16 * MINUTE)
    assert (overrides == NO_OVERRIDES) is (preset is not Preset.AWAY)
    # Chosen while away: it lasts until a person comes home.
    chosen = ours.choose(NO_OVERRIDES, preset, local(DAY) + 20 * MINUTE)
    overrides, around = ours.update(chosen, around, local(DAY) + 60 * MINUTE)
    assert overrides == chosen
    ours.people["person.ann"] = True
    assert ours.update(overrides, around, local(DAY) + 61 * MINUTE) == (
        NO_OVERRIDES,
        AT_HOME,
    )


def test_people_staying_home_keep_chosen_preset() -> None:
    ours = planner(PEOPLE)
    ours.people["person.ann"] = True
    chosen = ours.choose(NO_OVERRIDES, Preset.ECO, local(DAY))
    assert ours.update(chosen, AT_HOME, local(DAY) + HOUR) == (chosen, AT_HOME)


def test_only_changes_of_watched_entities_are_reported() -> None:
    options = Options.parse(
        {
            "temperature_sensors": [],
            "people": ["person.ann"],
            "contacts": ["binary_sensor.window"],
            "arrivals": ["time.home"],
        }
    )
    ours = Planner(options.planning, options.weekly(HELSINKI), *options.watched)
    states = {
        "person.ann": "home",
        "binary_sensor.window": "on",
        "time.home": "17:30:00",
        "switch.other": "on",
    }
    for entity_id, state in states.items():
        ours.receive(entity_id, state)
    assert ours.watched == list(states)[:3]
    assert ours.people == {"person.ann": True}
    assert ours.contacts == {"binary_sensor.window": True}
    assert ours.arrivals == {"time.home": time(17, 30)}


def test_open_window_pauses_in_every_preset() -> None:
    ours = planner({**OFF, "contacts": ["binary_sensor.window"]})
    ours.contacts["binary_sensor.window"] = True
    boosted = ours.choose(NO_OVERRIDES, Preset.BOOST, local(DAY))
    overrides, around = ours.update(boosted, AT_HOME, local(DAY))
    plan = ours.plan(overrides, around, local(DAY))
    assert not plan.window_open
    assert plan.edge == local(DAY) + MINUTE
    plan = ours.plan(overrides, around, local(DAY) + MINUTE)
    assert plan.window_open
    assert plan.edge == local(DAY) + 30 * MINUTE
    stuck = ours.plan(NO_OVERRIDES, around, local(DAY) + 24 * HOUR)
    assert not stuck.window_open
    assert stuck.stuck == ("binary_sensor.window",)


# Nights, as the calendar shows them


def test_nights_of_week_follow_schedule() -> None:
    nights = planner(OFF).nights(NO_OVERRIDES, local(DAY), local(DAY) + 3 * 24 * HOUR)
    assert [night.start for night in nights] == [
        local(f"2026-07-{day} 22:00") for day in (10, 11, 12)
    ]
    # The current night is listed, one that has just ended or not started is not.
    assert (
        len(planner(OFF).nights(NO_OVERRIDES, local(NIGHT), local(NIGHT) + HOUR)) == 1
    )
    assert not planner(OFF).nights(NO_OVERRIDES, local(MORNING), local(DAY))
    assert not planner({}).nights(NO_OVERRIDES, local(DAY), local(DAY) + FAR)


def test_suspended_part_is_removed_from_night() -> None:
    suspended = NO_OVERRIDES.suspended(local(NIGHT), local(NIGHT) + HOUR)
    nights = planner(OFF).nights(suspended, local(DAY), local(DAY) + 24 * HOUR)
    assert [(night.start, night.end) for night in nights] == [
        (local("2026-07-10 22:00"), local(NIGHT)),
        (local("2026-07-11 00:00"), local(MORNING)),
    ]
    evening = NO_OVERRIDES.suspended(local("2026-07-10 21:00"), local(NIGHT))
    late = NO_OVERRIDES.suspended(local(NIGHT), local(MORNING) + HOUR)
    for overrides, start, end in (
        (evening, local(NIGHT), local(MORNING)),
        (late, local("2026-07-10 22:00"), local(NIGHT)),
    ):
        (night,) = planner(OFF).nights(overrides, local(DAY), local(DAY) + 24 * HOUR)
        assert (night.start, night.end) == (start, end)
    woken = planner(OFF).wake(NO_OVERRIDES, local(NIGHT))
    (night,) = planner(OFF).nights(woken, local(DAY), local(DAY) + 24 * HOUR)
    assert night.end == local(NIGHT)


def test_requested_sleep_is_a_night() -> None:
    nap = NO_OVERRIDES.asleep(local(DAY), local(DAY) + HOUR)
    nights = planner({}).nights(nap, local(DAY), local(DAY) + FAR)
    assert [(night.start, night.end) for night in nights] == [
        (local(DAY), local(DAY) + HOUR)
    ]


@given(
    hours=st.integers(0, 24 * 365),
    length=st.integers(1, 24 * 30),
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "days": st.lists(
                    st.sampled_from(("mon", "thu", "sun")), min_size=1, unique=True
                ),
                "start": st.sampled_from(("00:00:00", "03:30:00", "23:00:00")),
                "end": st.sampled_from(("02:30:00", "04:00:00", "12:00:00")),
            }
        ),
        max_size=2,
    ),
)
def test_calendar_matches_plan(
    hours: int, length: int, rows: list[dict[str, object]]
) -> None:
    """Check a whole year, with both daylight saving changes."""
    ours = planner({**OFF, "sleep_days": rows})
    begin = local("2026-01-01 00:00") + hours * HOUR
    end = begin + length * HOUR
    nights = ours.nights(NO_OVERRIDES, begin, end)
    for night in nights:
        assert night.start < end
        assert night.end > begin
    for minute in range(0, length * 60, 97):
        now = begin + minute * MINUTE
        is_night = any(night.start <= now < night.end for night in nights)
        assert ours.plan(NO_OVERRIDES, AT_HOME, now).asleep is is_night


@given(text=st.sampled_from([DAY, NIGHT, MORNING]), sleep=st.booleans())
def test_plan_edges_are_in_the_future(text: str, *, sleep: bool) -> None:
    now = local(text)
    edge = plan_at({**OFF, "sleep": sleep}, text).edge
    assert edge is None or edge > now
