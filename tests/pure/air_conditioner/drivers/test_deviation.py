"""The mode is sent again with a growing delay to a device in a foreign mode."""

from custom_components.jannenkoti.kinds.air_conditioner.drivers.deviation import (
    ModeDeviation,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    DeviceState,
    HvacMode,
)

OWN = DeviceState(on=True, deviating=frozenset({"mode"}))


def test_unknown_mode_is_sent_at_once_then_with_growing_delay() -> None:
    seconds = 0.0
    deviation = ModeDeviation(ticks=lambda: seconds, random=lambda: 1.0)
    sent = []
    for _ in range(4 * 240):
        if deviation.applied(OWN).deviating:
            sent.append(seconds / 60)
            deviation.sent()
        seconds += 15
    assert sent == [0, 4, 12, 28, 60, 120, 180]


def test_known_mode_resets_delay() -> None:
    seconds = 0.0
    deviation = ModeDeviation(ticks=lambda: seconds, random=lambda: 1.0)
    cooling = DeviceState(on=True, mode=HvacMode.COOL)
    for _ in range(5):
        deviation.sent()
    assert not deviation.applied(OWN).deviating
    seconds += 3600
    assert deviation.applied(cooling) == cooling
    deviation.sent()
    seconds += 240
    assert deviation.applied(OWN) == OWN
