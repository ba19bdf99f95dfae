"""The temperature that a decision compares with the target."""

from dataclasses import replace

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    Parameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.temperature import (
    Temperature,
)
from custom_components.jannenkoti.kinds.air_conditioner.estimator.kalman import (
    REFERENCE,
)
from custom_components.jannenkoti.kinds.air_conditioner.estimator.turning_point import (
    Air,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import HvacMode


def temperature(
    *,
    room: float | None,
    mode: HvacMode = HvacMode.COOL,
    air: Air | None = None,
    parameters: Parameters | None = None,
) -> Temperature:
    return Temperature(
        mode=mode,
        target=REFERENCE,
        parameters=parameters or Parameters(),
        room=room,
        air=air,
    )


def test_unknown_room_keeps_the_compressor_as_it_is() -> None:
    unknown = temperature(room=None)
    assert unknown.is_outside(on=True)
    assert not unknown.is_outside(on=False)
    assert not unknown.runs(on=True)


def test_band_of_heating_is_that_of_cooling_mirrored() -> None:
    parameters = Parameters(above=0.5, below=1.0)
    cooling = temperature(parameters=parameters, room=20.0)
    heating = temperature(mode=HvacMode.HEAT, parameters=parameters, room=20.0)
    assert cooling._band().low == -1.0
    assert cooling._band().high == 0.5
    assert heating._band().low == -0.5
    assert heating._band().high == 1.0


def learned(level: float, *, drift: float = 10.0, spread: float = 0.0) -> Air:
    return Air(
        level=level, drift=drift, pull=1.0, power=20.0, effect=0.0, spread=spread
    )


@pytest.mark.parametrize("mode", [HvacMode.COOL, HvacMode.HEAT])
def test_learned_room_starts_nothing_on_the_wrong_side_of_the_target(
    mode: HvacMode,
) -> None:
    sign = -1 if mode is HvacMode.HEAT else 1
    # It may rise fast, but it is still below the target.
    air = learned(-0.1, drift=60.0)
    room = REFERENCE + sign * 0.4
    below = temperature(mode=mode, room=room, air=air)
    assert not below.runs(on=False)
    above = replace(below, air=learned(1.5))
    assert above.runs(on=False)
    # The sensors contradict it.
    against = replace(above, room=REFERENCE - sign * 0.1)
    assert not against.runs(on=False)


@pytest.mark.parametrize(("level", "starts"), [(0.9, False), (1.8, True)])
def test_start_without_readings_has_to_be_likely_needed(
    level: float, *, starts: bool
) -> None:
    air = learned(level, spread=1.0)
    silent = temperature(room=None, air=air)
    assert silent.runs(on=False) is starts
    assert silent.runs(on=True)


def test_learned_room_says_when_to_switch_and_whether_that_is_ahead() -> None:
    # Just below the upper edge of the band, and rising.
    near = temperature(room=REFERENCE + 0.3, air=learned(0.3, drift=6.0))
    assert not near.runs(on=False)
    assert near.switches_within(on=False) is not None
    assert near.anticipates(on=False, runs=True)
    assert not near.anticipates(on=False, runs=False)
    assert temperature(room=REFERENCE).switches_within(on=False) is None
