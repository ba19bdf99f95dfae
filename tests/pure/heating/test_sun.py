"""The estimate of the solar production, against a library and known yields."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from astral import Observer
from astral.sun import azimuth, elevation
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.heating.inputs.solar_options import SolarOptions
from custom_components.jannenkoti.kinds.heating.inputs.sun import (
    UNKNOWN_SKY,
    Sky,
    SolarArray,
    clear_power,
    estimate,
    sky_of_yesterday,
    sun_direction,
    through_clouds,
)
from custom_components.jannenkoti.kinds.heating.options import Options

HOUR = timedelta(hours=1)
VIENNA, HELSINKI, SYDNEY = (48.2, 16.4), (60.2, 24.9), (-33.9, 151.2)
SOUTH = SolarArray(peak=1000, tilt=30, azimuth=180)


@settings(deadline=None)
@given(
    latitude=st.floats(-66, 66),
    longitude=st.floats(-180, 180),
    at=st.datetimes(datetime(2024, 1, 1), datetime(2036, 12, 31)),  # noqa: DTZ001
)
def test_position_of_the_sun_equals_astral(
    latitude: float, longitude: float, at: datetime
) -> None:
    at = at.replace(tzinfo=UTC)
    east, north, up = sun_direction(latitude, longitude, at)
    observer = Observer(latitude, longitude, 0)
    height = elevation(observer, at, with_refraction=False)
    assert math.degrees(math.asin(up)) == pytest.approx(height, abs=0.6)
    if abs(height) < 80:
        angle = math.degrees(math.atan2(east, north)) % 360
        turned = (angle - azimuth(observer, at) + 180) % 360 - 180
        assert abs(turned) < 3
    assert east**2 + north**2 + up**2 == pytest.approx(1)


def day_of(place: tuple[float, float], array: SolarArray, month: int) -> float:
    """Return the energy (kWh) of a clear day in the middle of a month."""
    start = datetime(2027, month, 15, tzinfo=UTC)
    hours = [start + n * HOUR for n in range(24)]
    clear = {hour: Sky(clouds=0.0) for hour in hours}
    return sum(estimate([array], place, hours, clear).values()) / 1000


@pytest.mark.parametrize(
    ("place", "month", "least", "most"),
    [
        (VIENNA, 6, 6.0, 8.0),
        (VIENNA, 12, 2.0, 3.6),
        (HELSINKI, 6, 6.0, 8.5),
        (HELSINKI, 12, 0.2, 1.6),
    ],
)
def test_clear_day_of_a_kilowatt_has_a_known_yield(
    place: tuple[float, float], month: int, least: float, most: float
) -> None:
    assert least < day_of(place, SOUTH, month) < most


def test_north_roof_is_best_in_the_south_and_worst_in_the_north() -> None:
    north = SolarArray(peak=1000, tilt=30, azimuth=0)
    assert day_of(SYDNEY, north, 6) > 1.5 * day_of(SYDNEY, SOUTH, 6)
    assert day_of(VIENNA, SOUTH, 3) > 1.5 * day_of(VIENNA, north, 3)


def test_east_roof_has_its_best_hour_before_noon_and_west_after_it() -> None:
    start = datetime(2027, 6, 15, tzinfo=UTC)
    hours = [start + n * HOUR for n in range(24)]

    def best(direction: float) -> int:
        array = SolarArray(peak=1000, tilt=35, azimuth=direction)
        found = estimate([array], VIENNA, hours, {}, 1.0)
        return max(found, key=lambda hour: found[hour]).hour

    assert best(90) < 10 <= best(180) <= 11 < best(270)


@settings(deadline=None)
@given(
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
    tilt=st.floats(0, 90),
    direction=st.floats(0, 360),
    clouds=st.floats(0, 1),
    temperature=st.none() | st.floats(-40, 50),
)
def test_power_is_between_nothing_and_a_little_more_than_rated(
    latitude: float,
    longitude: float,
    at: datetime,
    tilt: float,
    direction: float,
    clouds: float,
    temperature: float | None,
) -> None:
    hour = at.replace(tzinfo=UTC, minute=0, second=0, microsecond=0)
    array = SolarArray(peak=1000, tilt=tilt, azimuth=direction)
    skies = {hour: Sky(clouds=clouds, temperature=temperature)}
    found = estimate([array], (latitude, longitude), [hour], skies)[hour]
    assert 0 <= found < 1300
    clear = estimate([array], (latitude, longitude), [hour], {}, 1.0)[hour]
    if temperature is None:
        assert found == pytest.approx(clear * through_clouds(clouds))


def test_cold_modules_produce_more() -> None:
    sun = (0.0, 0.0, 1.0)
    assert clear_power(SOUTH, sun, -10) > 1.1 * clear_power(SOUTH, sun, 30)


def test_production_at_night_is_zero() -> None:
    assert clear_power(SOUTH, (0.0, 1.0, 0.0)) == 0.0


@pytest.mark.parametrize(
    ("clouds", "share"), [(0, 1.0), (1, 0.25), (0.5, 0.929), (-1, 1.0), (9, 0.25)]
)
def test_cloud_transmission_equals_kasten_and_czeplak(
    clouds: float, share: float
) -> None:
    assert through_clouds(clouds) == pytest.approx(share, abs=0.001)


def test_unknown_sky_is_like_the_day_before() -> None:
    hours = [datetime(2027, 6, 15, n, tzinfo=UTC) for n in range(8, 16)]
    clear = estimate([SOUTH], VIENNA, hours, {}, 1.0)
    half = {hour: energy / 2 for hour, energy in clear.items()}
    assert sky_of_yesterday(half, clear) == pytest.approx(0.5)
    assert sky_of_yesterday({}, clear) == UNKNOWN_SKY
    assert sky_of_yesterday(dict.fromkeys(hours, 0.0), clear) == UNKNOWN_SKY
    assert sky_of_yesterday({hours[0]: 1.0}, {hours[0]: 10.0}) == UNKNOWN_SKY
    assert sky_of_yesterday(dict.fromkeys(hours, 1e6), clear) == 1.0
    assert sky_of_yesterday(dict.fromkeys(hours, 0.1), clear) == pytest.approx(0.1)


ROOF = {"modules": 10, "module_watts": 400, "tilt": 20, "orientation": "west"}


def test_two_roofs_are_parsed_and_their_peak_limits_the_forecast() -> None:
    second = {f"{key}_2": value for key, value in {**ROOF, "modules": 5}.items()}
    options = Options.parse({**ROOF, **second, "pv_limit": 10_000})
    assert [roof.peak for roof in options.solar.roofs] == [4000, 2000]
    assert options.solar.roofs[0].azimuth == 270
    assert options.pv_limit == 6000
    assert Options.parse({**ROOF, "pv_limit": 3000}).pv_limit == 3000
    assert Options.parse({"pv_limit": 3000}).pv_limit == 3000


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({"latitude": 60, "longitude": 25}, (60, 25)),
        ({"latitude": 91, "longitude": 25}, None),
        ({"latitude": 60, "longitude": 181}, None),
        ({"latitude": "x", "longitude": 25}, None),
        ({"latitude": 60}, None),
        ([60, 25], None),
        (None, None),
    ],
)
def test_place_is_used_only_if_it_is_on_earth(
    raw: Any, place: tuple[float, float] | None
) -> None:
    assert SolarOptions.parse({"location": raw}).place == place


@given(
    raw=st.dictionaries(
        st.sampled_from([*ROOF, *(f"{key}_2" for key in ROOF), "location", "weather"]),
        st.one_of(st.none(), st.text(max_size=9), st.floats(), st.lists(st.integers())),
    )
)
def test_any_options_give_possible_roofs(raw: dict[str, Any]) -> None:
    for roof in SolarOptions.parse(raw).roofs:
        assert 0 < roof.peak <= 500_000
        assert 0 <= roof.tilt <= 90
        assert 0 <= roof.azimuth < 360
