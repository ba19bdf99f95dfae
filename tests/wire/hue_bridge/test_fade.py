"""How long a fade is that an action asks for."""

import pytest
from homeassistant.exceptions import ServiceValidationError

from custom_components.jannenkoti.kinds.hue_bridge.entity import fade_time


@pytest.mark.parametrize(
    ("transition", "milliseconds"),
    [
        (None, None),
        (0, 0),
        (0.04, 0),
        (0.4, 400),
        (1.26, 1300),
        (6553, 6_000_000),
        (-1, 0),
    ],
)
def test_fade_has_the_steps_and_limits_of_the_bridge(
    transition: float | None, milliseconds: int | None
) -> None:
    assert fade_time(transition) == milliseconds


@pytest.mark.parametrize("transition", [float("nan"), float("inf"), True, "soon"])
def test_fade_that_is_no_number_is_refused(transition: object) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        fade_time(transition)
    assert raised.value.translation_key == "hue_bridge_no_transition"
