"""The temperature that a decision compares with the target."""

from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    Parameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.temperature import (
    Temperature,
)
from custom_components.jannenkoti.kinds.air_conditioner.estimator.kalman import (
    REFERENCE,
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
