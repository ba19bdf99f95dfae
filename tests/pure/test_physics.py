"""The demo house's physics is plausible, whatever the weather and however it is cut."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from demo.house import House
from demo.physics import (
    DAY,
    HOUR,
    Clock,
    Fan,
    Mode,
    Room,
    Unit,
    outdoor,
    outdoor_humidity,
    saturation,
    step,
    sunshine,
)

times = st.floats(0, 10 * DAY)
units = st.builds(
    Unit,
    power=st.booleans(),
    mode=st.sampled_from(Mode),
    target=st.integers(16, 31),
    fan=st.sampled_from(Fan),
)
rooms = st.builds(
    Room,
    time=times,
    temperature=st.floats(10, 40),
    vapour=st.floats(5, 9),
    compressor=st.booleans(),
    heat=st.floats(-2100, 2100),
)
OFF = Unit(power=False)


@given(times)
def test_the_weather_is_that_of_a_northern_heat_wave(at: float) -> None:
    assert 19 < outdoor(at) < 35
    assert 20 < outdoor_humidity(at) <= 100
    assert 0 <= sunshine(at) <= 350


def test_the_afternoon_is_warmer_than_the_night_and_the_sun_is_down_then() -> None:
    assert outdoor(15 * HOUR) > outdoor(3 * HOUR) + 5
    assert sunshine(3 * HOUR) == 0 < sunshine(13 * HOUR)


@given(rooms, units, st.floats(0, DAY))
def test_room_stays_at_a_livable_temperature(
    room: Room, unit: Unit, seconds: float
) -> None:
    later = step(room, unit, seconds)
    assert math.isclose(later.time, room.time + seconds, abs_tol=1e-3)
    assert 5 < later.temperature < 60
    assert 0 < later.humidity <= 100
    assert abs(later.heat) <= 2100


@given(rooms, st.integers(1, 12), st.integers(1, 300))
def test_many_short_steps_lead_where_one_long_step_leads(
    room: Room, parts: int, seconds: int
) -> None:
    unit = Unit(power=True, mode=Mode.WET)  # Whose compressor asks no thermostat.
    long = step(room, unit, parts * seconds)
    short = room
    for _ in range(parts):
        short = step(short, unit, seconds)
    assert math.isclose(long.temperature, short.temperature, abs_tol=0.01)
    assert math.isclose(long.vapour, short.vapour, abs_tol=0.01)


@given(rooms, st.sampled_from([Mode.COLD, Mode.WET, Mode.HOT]))
def test_what_runs_changes_the_room_and_the_fan_alone_does_not(
    room: Room, mode: Mode
) -> None:
    target = 16 if mode is Mode.COLD else 31
    room = replace(room, temperature=24.0, heat=0.0)
    alone = step(room, OFF, HOUR)
    driven = step(room, Unit(power=True, mode=mode, target=target), HOUR)
    warmer = driven.temperature > alone.temperature
    assert warmer is (mode is Mode.HOT)
    fan = step(room, Unit(power=True, mode=Mode.WIND), HOUR)
    assert fan.temperature == alone.temperature
    assert not fan.compressor


@given(st.sampled_from(Fan))
def test_cooling_takes_degrees_per_hour_not_per_minute(fan: Fan) -> None:
    room = Room(temperature=26)
    cooled = step(room, Unit(power=True, target=16, fan=fan), HOUR)
    assert -10 < cooled.temperature - room.temperature < -1.5


def test_drying_takes_more_water_and_less_heat_out_than_cooling() -> None:
    room = Room(temperature=26)
    dried = step(room, Unit(power=True, mode=Mode.WET), HOUR)
    cooled = step(room, Unit(power=True, target=16), HOUR)
    assert dried.vapour < cooled.vapour < step(room, OFF, HOUR).vapour
    assert dried.temperature > cooled.temperature


def test_a_started_compressor_needs_a_while_to_cool() -> None:
    on = Unit(power=True, target=16, fan=Fan.HIGH)
    started = step(Room(temperature=26), on, 0)
    assert started.compressor
    assert started.heat == 0
    assert -1500 < step(started, on, 30).heat < -500
    assert step(started, on, 600).heat < -2000


def test_the_unit_keeps_the_temperature_that_it_is_set_to() -> None:
    room = step(Room(temperature=28), Unit(power=True, target=24), 3 * HOUR)
    for _ in range(120):
        room = step(room, Unit(power=True, target=24), 60)
        assert 23 < room.temperature < 25


def test_a_heater_warms_up_to_its_target_only() -> None:
    unit = Unit(power=True, mode=Mode.HOT, target=22)
    assert step(Room(temperature=15), unit, 0).compressor
    assert not step(Room(temperature=25), unit, 0).compressor


@given(st.floats(-20, 49), st.floats(0.1, 10))
def test_warmer_air_holds_more_water(temperature: float, more: float) -> None:
    assert saturation(temperature + more) > saturation(temperature)


def test_a_clock_runs_at_its_speed() -> None:
    now = 100.0
    clock = Clock(60, lambda: now)
    assert clock.elapsed() == 0
    now += 2
    assert clock.elapsed() == 120
    assert clock.real(120) == 2


def test_house_runs_by_its_clock() -> None:
    now = 0.0
    house = House(Clock(60, lambda: now), Room(time=0, temperature=26))
    house.set_unit(Unit(power=True, target=16))
    assert house.room.compressor
    now = 30
    assert house.room.time == 1800
    assert house.indoors == (house.room.temperature, house.room.humidity)
    assert house.indoors[0] < 25.9
    assert house.outdoors == (outdoor(1800), outdoor_humidity(1800))
    house.set_temperature(29)
    assert house.room.temperature == 29
