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


def test_unknown_room_keeps_the_compressor_as_it_is() -> None:
    unknown = Temperature(mode=HvacMode.COOL, parameters=Parameters(), room=None)
    assert unknown.is_outside(24.0, on=True)
    assert not unknown.is_outside(24.0, on=False)
    assert not unknown.runs(24.0, on=True)


def test_band_of_heating_is_that_of_cooling_mirrored() -> None:
    parameters = Parameters(above=0.5, below=1.0)
    cooling = Temperature(mode=HvacMode.COOL, parameters=parameters, room=20.0)
    heating = Temperature(mode=HvacMode.HEAT, parameters=parameters, room=20.0)
    assert cooling._band(REFERENCE).low == -1.0
    assert cooling._band(REFERENCE).high == 0.5
    assert heating._band(REFERENCE).low == -0.5
    assert heating._band(REFERENCE).high == 1.0


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
    below = Temperature(mode=mode, parameters=Parameters(), room=room, air=air)
    assert not below.runs(REFERENCE, on=False)
    above = replace(below, air=learned(1.5))
    assert above.runs(REFERENCE, on=False)
    # The sensors contradict it.
    against = replace(above, room=REFERENCE - sign * 0.1)
    assert not against.runs(REFERENCE, on=False)


@pytest.mark.parametrize(("level", "starts"), [(0.9, False), (1.8, True)])
def test_start_without_readings_has_to_be_likely_needed(
    level: float, *, starts: bool
) -> None:
    air = learned(level, spread=1.0)
    silent = Temperature(
        mode=HvacMode.COOL, parameters=Parameters(), room=None, air=air
    )
    assert silent.runs(REFERENCE, on=False) is starts
    assert silent.runs(REFERENCE, on=True)
