"""What is learned of simulated rooms, how far it may be trusted, and what breaks it."""

import json
import math
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.insight.analytics import (
    ThermalParameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.rates import Point
from custom_components.jannenkoti.kinds.air_conditioner.insight.room_filter import (
    DRIFT,
    PULL,
    RoomFilter,
    Step,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.room_model import (
    GOOD_ERROR,
    Learned,
    RoomModel,
    Running,
)

from ..simulated_room import NIGHT, Room

ROOMS: dict[str, dict[str, Any]] = {
    "an ordinary room": {},
    "a noisy sensor": {"noise": 0.2},
    "steps of a tenth": {"coarse": 0.1},
    "steps of half a degree": {"coarse": 0.5},
    "a sensor that speaks each quarter of a minute": {"every": 15},
    "a sensor that speaks each five minutes": {"every": 300},
    "a small room and a strong unit": {"capacity": 300e3, "loss": 60, "watts": 2000},
    "a heavy room": {"capacity": 1.5e6, "loss": 60, "watts": 2500},
}


def lived(days: int = 4, **what: Any) -> Room:
    room = Room(**what)
    room.live(24 * days)
    return room


@cache
def ordinary() -> dict[str, Any]:
    """Return what four days in an ordinary room have taught."""
    return lived().model.as_dict()


def taught() -> Room:
    """Return an ordinary room at noon of the fifth day, which is known well."""
    room = Room(now=NIGHT + timedelta(days=4), model=RoomModel.from_dict(ordinary()))
    room.live(12)
    return room


@pytest.mark.parametrize("what", ROOMS.values(), ids=ROOMS)
def test_a_room_is_known_after_four_days(what: dict[str, Any]) -> None:
    """Stated in the docs: drive within 15 %, time constant within 2."""
    room = lived(**what)
    learned = room.model.learned(room.now)
    assert learned.trusted
    assert learned.error is not None
    assert learned.error <= 0.3
    assert learned.cooling_drive == pytest.approx(room.drive, rel=0.15)
    if learned.time_constant is not None:
        assert 0.5 <= learned.time_constant / room.time_constant <= 2


def test_a_slow_sensor_is_known_as_such() -> None:
    room = lived(lag=180.0)
    learned = room.model.learned(room.now)
    assert learned.trusted
    assert learned.cooling_drive == pytest.approx(room.drive, rel=0.2)
    assert learned.time_constant is None  # the lag hides it, and that is known


def test_the_drift_is_what_the_room_does_without_the_unit() -> None:
    room = taught()
    wall = room.loss * (room.outside - room.temperature)
    truth = (wall + room.sun) / room.capacity * 3600
    assert room.model.learned(room.now).drift == pytest.approx(truth, abs=0.6)


def test_a_room_that_is_heated() -> None:
    room = Room(heats=True, temperature=20.0, noise=0.05)
    for _ in range(60):
        room.switch(on=True)
        for _ in range(15):
            room.wait(60)
            room.run()
            room.model.hear(Point(at=room.now, value=room.read()))
        room.switch(on=False)
        for _ in range(75):
            room.wait(60)
            room.run()
            room.model.hear(Point(at=room.now, value=room.read()))
    warmer = room.temperature + 1
    taken = room.model.time_to(warmer, room.now, heating=True)
    assert taken is not None
    room.switch(on=True)
    waited = timedelta(0)
    while room.temperature < warmer:
        room.wait(15)
        waited += timedelta(seconds=15)
    assert taken / waited == pytest.approx(1, abs=0.3)
    assert room.model.time_to(warmer, room.now, heating=False) is None


@pytest.mark.parametrize("degrees", [0.5, 1.0, 3.0])
def test_the_time_to_a_target_is_about_right(degrees: float) -> None:
    room = taught()
    room.switch(on=False)
    for _ in range(90):
        room.wait(60)
        room.run()
        room.model.hear(Point(at=room.now, value=room.read()))
    target = room.temperature - degrees
    taken = room.model.time_to(target, room.now)
    assert taken is not None
    room.switch(on=True)
    start = room.now
    while room.temperature > target:
        room.wait(15)
    assert taken / (room.now - start) == pytest.approx(1, abs=0.25)


def test_a_target_that_is_reached_takes_no_time_and_one_too_far_none() -> None:
    room = taught()
    assert room.model.time_to(room.temperature + 2, room.now) == timedelta(0)
    assert room.model.time_to(-20, room.now) is None


def test_a_model_that_knows_nothing_says_so() -> None:
    model = RoomModel()
    assert model.learned(NIGHT) == Learned()
    assert model.time_to(20, NIGHT) is None
    room = Room()
    room.live(2)
    learned = room.model.learned(room.now)
    assert learned.error is not None
    assert not learned.trusted
    assert room.model.time_to(20, room.now) is None


def test_a_silent_sensor_takes_the_trust_away_and_gives_it_back() -> None:
    room = taught()
    assert room.model.learned(room.now).trusted
    room.silent = True
    room.live(1)
    assert not room.model.learned(room.now).trusted
    room.live(5)
    room.silent = False
    room.live(1)
    learned = room.model.learned(room.now)
    assert learned.trusted
    assert learned.cooling_drive == pytest.approx(room.drive, rel=0.15)


def test_a_model_that_errs_is_not_acted_by() -> None:
    room = taught()
    assert room.model.time_to(room.temperature - 1, room.now) is not None
    room.model._squared = (GOOD_ERROR + 0.01) ** 2
    assert not room.model.learned(room.now).trusted
    assert room.model.time_to(room.temperature - 1, room.now) is None


def test_an_open_window_does_not_spoil_what_is_known_of_the_unit() -> None:
    room = taught()
    for _ in range(3):
        room.airing = 2000
        room.live(0.5)
        room.airing = 0
        room.live(3)
    learned = room.model.learned(room.now)
    assert learned.trusted
    assert learned.cooling_drive == pytest.approx(room.drive, rel=0.2)


def test_a_unit_that_has_lost_half_its_power_is_learned_anew() -> None:
    room = taught()
    room.watts /= 2
    room.live(48)
    drive = room.model.learned(room.now).cooling_drive
    assert drive == pytest.approx(room.drive, rel=0.25)


def test_each_fan_speed_is_known_by_itself() -> None:
    room = Room(fan="low", watts=1000.0)
    powers = {"low": 1000.0, "high": 2000.0}
    for _ in range(20):
        for room.fan, room.watts in powers.items():
            room.live(3)
    known: dict[str, float | None] = {}
    for room.fan, room.watts in powers.items():
        room.switch(on=True)
        known[room.fan] = room.model.learned(room.now).cooling_drive
        room.switch(on=False)
    assert known["low"] == pytest.approx(-6.0, rel=0.2)
    assert known["high"] == pytest.approx(-12.0, rel=0.2)
    assert len(room.model._drives) == 4
    # Of a speed that was never seen it is known that nothing is known.
    room.fan = "silent"
    room.switch(on=True)
    assert room.model.learned(room.now).cooling_drive is None


def test_a_room_that_does_as_it_likes_is_not_trusted() -> None:
    model = RoomModel()
    model.run(NIGHT, Running.REST)
    for minute in range(60 * 24):
        at = NIGHT + timedelta(minutes=minute)
        value = 24 + 1.5 * math.sin(minute / 12)
        model.run(at, Running.COOL if minute % 30 < 10 else Running.REST)
        model.hear(Point(at=at, value=value))
    learned = model.learned(NIGHT + timedelta(days=1))
    assert learned.error is not None
    assert learned.error > GOOD_ERROR
    assert not learned.trusted


def test_a_change_of_the_voters_is_no_change_of_the_room() -> None:
    room = taught()
    before = room.model.learned(room.now)
    offset = Point(at=room.now + timedelta(minutes=1), value=29.0, voters=("b",))
    room.model.hear(offset)
    after = room.model.learned(room.now)
    assert after.error == before.error
    assert after.cooling_drive == before.cooling_drive


def test_nothing_reaches_across_a_step_of_the_clock() -> None:
    room = taught()
    before = room.model.learned(room.now).error
    room.model.break_off()
    room.now -= timedelta(hours=5)
    room.run()
    room.live(0.2)
    assert room.model.learned(room.now).error == before
    room.now -= timedelta(hours=2)  # also unnoticed
    room.live(0.2)
    assert room.model.learned(room.now).error == before


def test_what_is_learned_survives_a_restart() -> None:
    room = taught()
    stored = json.loads(json.dumps(room.model.as_dict()))
    again = RoomModel.from_dict(stored)
    assert again.as_dict() == room.model.as_dict()
    room.model = again
    assert not again.learned(room.now).trusted  # before the sensor has spoken
    room.run()
    room.live(0.1)
    assert again.learned(room.now).trusted


def test_memory_is_bounded() -> None:
    model = RoomModel()
    for second in range(0, 40_000, 10):
        model.hear(Point(at=NIGHT + timedelta(seconds=second), value=24.0))
    assert len(model._trail) <= 62


@pytest.mark.parametrize("key", ["filter", "squared", "tested"])
@pytest.mark.parametrize("value", [None, "x", [], [[1.0]], math.nan, -1.0, math.inf])
def test_what_is_damaged_is_refused(key: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        RoomModel.from_dict({**RoomModel().as_dict(), key: value})


@pytest.mark.parametrize(
    ("row", "column", "value"), [(0, 2, 9.0), (1, 0, -1.0), (3, 3, math.nan)]
)
def test_an_impossible_estimate_is_refused(row: int, column: int, value: float) -> None:
    raw = RoomModel().as_dict()
    raw["filter"][row][column] = value
    with pytest.raises(ValueError, match=r"^$"):
        RoomModel.from_dict(raw)


steps = st.builds(
    Step,
    hours=st.floats(0.001, 3),
    cool=st.floats(0, 1),
    heat=st.floats(0, 1),
    unknown=st.floats(0, 1),
    cool_change=st.floats(-1, 1),
    heat_change=st.floats(-1, 1),
)


@settings(max_examples=50)
@given(st.lists(st.tuples(steps, st.floats(-40, 60)), max_size=30))
def test_whatever_comes_the_estimate_stays_possible(
    seen: list[tuple[Step, float]],
) -> None:
    room = RoomFilter()
    for step, value in seen:
        room.predict(step)
        if room.surprise(value, 0.01) > 4:
            room.disturb(value, 0.01)
        else:
            room.correct(value, 0.01)
        assert all(math.isfinite(number) for row in room.as_list() for number in row)
        assert 1 / 48 <= room.x[PULL] <= 2
        assert all(room.spread(which) >= 0 for which in range(DRIFT, 6))


def test_capacity_comes_of_the_plate_unless_the_user_knows_it() -> None:
    learned = Learned(cooling_drive=-9.0)
    assert ThermalParameters(rated_cooling=1500).capacity_by(learned) == pytest.approx(
        600_000
    )
    assert (
        ThermalParameters(rated_cooling=1500, capacity=7.0).capacity_by(learned) == 7.0
    )
    assert ThermalParameters(rated_cooling=1500).capacity_by(Learned()) is None
    assert ThermalParameters().capacity_by(learned) is None
