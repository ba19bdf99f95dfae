"""Data points."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.datapoints import (
    STANDARD,
    Datapoints,
    InvalidDatapoints,
    check_map,
    stored_map,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Change,
    DeviceState,
    HvacMode,
)

DPS = {"1": True, "2": 24, "3": 27, "4": "cold", "5": "low"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["dp", "scale", "values", "minimum"]), inner)
    ),
    max_leaves=8,
)


def test_standard_map_reads_and_writes() -> None:
    points = Datapoints.parse(STANDARD)
    assert points.decode(DPS) == DeviceState(
        on=True, mode=HvacMode.COOL, fan="low", target=24, current=27
    )
    change = Change(on=False, mode=HvacMode.HEAT, fan="auto", target=30.0)
    assert points.encode(change) == {"1": False, "2": 30, "4": "hot", "5": "auto"}
    assert points.numbers == ["1", "2", "3", "4", "5"]
    assert points.abilities.modes == tuple(HvacMode)
    assert (points.abilities.minimum, points.abilities.maximum) == (16, 31)


def test_target_and_current_may_have_different_scales() -> None:
    points = Datapoints.parse(
        {
            "power": {"dp": 1},
            "target": {"dp": 2, "scale": 10, "step": 0.5},
            "current": {"dp": 3, "scale": 100},
        }
    )
    state = points.decode({"1": False, "2": 245, "3": 2650})
    assert state == DeviceState(on=False, target=24.5, current=26.5)
    assert points.encode(Change(target=21.5)) == {"2": 215}


def test_unmapped_words_are_not_sent() -> None:
    points = Datapoints.parse(STANDARD)
    state = points.decode({**DPS, "4": "auto", "5": "turbo", "2": "x", "3": True})
    assert state == DeviceState(on=True, deviating=frozenset({"mode"}))
    assert points.decode({**DPS, "1": False, "4": "auto"}) == DeviceState(
        on=False, fan="low", target=24, current=27
    )
    only_power = Datapoints.parse({"power": {"dp": 1}})
    everything = Change(on=True, mode=HvacMode.COOL, fan="low", target=20.0)
    assert only_power.encode(everything) == {"1": True}
    assert only_power.abilities.modes == ()


def test_numeric_words_are_mapped() -> None:
    points = Datapoints.parse(
        {
            "power": {"dp": 1},
            "mode": {"dp": 4, "values": {"cool": 0, "heat": 1}},
            "fan": {"dp": 5, "values": {"low": "1", "high": True}},
        }
    )
    state = points.decode({"1": True, "4": 1, "5": True})
    assert state == DeviceState(on=True, mode=HvacMode.HEAT, fan="high")
    assert points.encode(Change(mode=HvacMode.COOL, fan="low")) == {"4": 0, "5": "1"}


@pytest.mark.parametrize("power", [None, 1, "on"])
def test_missing_power_gives_no_state(power: object) -> None:
    assert Datapoints.parse(STANDARD).decode({"1": power}) is None


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ({}, "power"),
        ({"power": {"dp": "x"}}, "power"),
        ({"power": 1}, "power"),
        ({"power": {"dp": 1}, "target": {"dp": 2, "scale": 0}}, "target"),
        (
            {"power": {"dp": 1}, "target": {"dp": 2, "minimum": 30, "maximum": 20}},
            "target",
        ),
        ({"power": {"dp": 1}, "target": {"dp": 2, "step": "a"}}, "target"),
        ({"power": {"dp": 1}, "current": {"scale": 1}}, "current"),
        ({"power": {"dp": 1}, "mode": {"dp": 4, "values": {"party": "x"}}}, "mode"),
        ({"power": {"dp": 1}, "fan": {"dp": 5, "values": ["low"]}}, "fan"),
        ({"power": {"dp": 1}, "fan": {"dp": 5, "values": {"low": [1]}}}, "fan"),
        *(
            ({"power": {"dp": 1}, "target": {"dp": 2, "scale": scale}}, "target")
            for scale in (math.nan, math.inf, 1e-300, 10**400, -1, True)
        ),
        *(
            ({"power": {"dp": 1}, "target": {"dp": 2, key: number}}, "target")
            for key in ("minimum", "maximum", "step")
            for number in (math.nan, math.inf, -math.inf, 10**400, False)
        ),
        ([1], "power"),
        ("x", "power"),
        (None, "power"),
    ],
)
def test_invalid_map_names_its_part(raw: Any, part: str) -> None:
    with pytest.raises(InvalidDatapoints, match=f"^{part}$"):
        Datapoints.parse(raw)
    points, left_out = stored_map(raw)
    assert left_out == [part]
    assert points.decode({"1": True}) == DeviceState(on=True)


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ({"mode": {"dp": 4, "values": {"cool": "a", "heat": "a"}}}, "mode"),
        ({"mode": {"dp": 4, "values": {"cool": 1, "heat": 1}}}, "mode"),
        ({"fan": {"dp": 5, "values": {"low": "1", "high": "1"}}}, "fan"),
        ({"target": {"dp": 1}}, "target"),
        ({"target": {"dp": "2"}, "current": {"dp": 2}}, "current"),
    ],
)
def test_map_that_names_something_twice_is_refused_but_a_stored_one_is_used(
    raw: dict[str, Any], part: str
) -> None:
    raw = {"power": {"dp": 1}, **raw}
    with pytest.raises(InvalidDatapoints, match=f"^{part}$"):
        check_map(raw)
    assert stored_map(raw)[1] == []
    check_map(STANDARD)
    check_map(
        {"power": {"dp": 1}, "mode": {"dp": 4, "values": {"cool": 1, "dry": "1"}}}
    )


@given(
    raw=st.dictionaries(
        st.sampled_from(["power", "target", "current", "mode", "fan", "other"]),
        anything,
    )
)
def test_any_map_is_parsed_or_invalid(raw: dict[str, Any]) -> None:
    try:
        points = Datapoints.parse(raw)
    except InvalidDatapoints:
        return
    points.decode(DPS)


@given(dps=st.dictionaries(st.sampled_from("12345"), anything))
def test_any_datapoints_give_state_or_none(dps: dict[str, Any]) -> None:
    state = Datapoints.parse(STANDARD).decode(dps)
    assert state is None or isinstance(state.on, bool)


@pytest.mark.parametrize("unit", ["F", "f", "°F", "℉"])
def test_fahrenheit_on_the_wire_is_read_and_sent_in_whole_degrees(unit: str) -> None:
    points = Datapoints.parse(
        {
            "power": {"dp": 1},
            "target": {"dp": 2, "scale": 10, "unit": unit},
            "current": {"dp": 3},
        }
    )
    state = points.decode({"1": True, "2": 800, "3": 23})
    assert state is not None
    assert state.target == pytest.approx(26.67, abs=0.01)
    assert state.current == 23
    assert points.encode(Change(target=points.abilities.fit(16.0))) == {"2": 610}
    for raw in range(610, 890, 10):
        target = points.decode({"1": True, "2": raw})
        assert target is not None
        assert target.target is not None
        assert points.encode(Change(target=target.target)) == {"2": raw}
        # The echo of a command is what was sent.
        assert points.abilities.fit(target.target) == target.target


@pytest.mark.parametrize("raw", [math.nan, math.inf, 1e7, -1e7, True, "24", None])
def test_impossible_raw_temperature_is_none(raw: object) -> None:
    state = Datapoints.parse(STANDARD).decode({"1": True, "2": raw, "3": raw})
    assert state is not None
    assert (state.target, state.current) == (None, None)


def test_step_is_no_finer_than_the_scale() -> None:
    raw = {"power": {"dp": 1}, "target": {"dp": 2, "scale": 1, "step": 0.5}}
    assert Datapoints.parse(raw).abilities.step == 1


@pytest.mark.parametrize("unit", ["K", "", 5, None])
def test_unknown_unit_of_a_temperature_is_invalid(unit: object) -> None:
    with pytest.raises(InvalidDatapoints, match="target"):
        Datapoints.parse({"power": {"dp": 1}, "target": {"dp": 2, "unit": unit}})
