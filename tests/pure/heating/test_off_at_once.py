"""Holiday and a tank that is too hot switch off every type of output in one cycle."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.jannenkoti.kinds.heating.model import Mode, Reason
from demo.heating_house import MIDNIGHT, House, raw_options
from demo.heating_physics import WaterTank

OUTPUTS: dict[str, dict[str, Any]] = {
    "switch": {"entity": "switch.heater"},
    "SG-Ready": {"entity": "switch.lock", "second_relay": "switch.second"},
    "climate": {"entity": "climate.pump", "normal": 45, "boost": 60},
    "water heater": {"entity": "water_heater.tank", "normal": 45, "boost": 60},
    "number": {"entity": "number.set_point", "normal": 45, "boost": 60},
    "input number": {"entity": "input_number.set_point", "normal": 45, "boost": 60},
}


def heating(output: dict[str, Any], mode: Mode) -> House:
    """Return a house at noon with three outputs that have just been turned on."""
    stages = [
        {
            **{
                key: f"{value}_{n}" if "." in str(value) else value
                for key, value in output.items()
            },
            "watts": 2000,
            "tank": 1,
        }
        for n in range(3)
    ]
    house = House(
        raw=raw_options(stages=stages, minimum_on=3600),
        now=MIDNIGHT + timedelta(hours=11),
        tank=WaterTank(temperature=44),
    )
    house.run(0.25)
    house.controller.set_mode(Mode.FAST)
    house.run(0.25)
    assert all(house.on)
    house.controller.set_mode(mode)
    house.cycle()
    return house


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_holiday_switches_every_type_of_output_off_within_a_cycle(
    output: dict[str, Any],
) -> None:
    house = heating(output, Mode.HOLIDAY)
    assert house.on == [False] * 3
    assert house.reasons[-1] is Reason.HOLIDAY
    house.run(1)
    assert house.on == [False] * 3


@pytest.mark.parametrize("mode", [Mode.AUTOMATIC, Mode.MANUAL, Mode.FAST])
@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_hot_tank_switches_every_type_of_output_off_within_a_cycle(
    output: dict[str, Any], mode: Mode
) -> None:
    house = heating(output, mode)
    assert any(house.on)
    house.tank = WaterTank(temperature=76)
    # A jump is accepted once three readings agree.
    for _ in range(2):
        house.cycle()
    assert any(house.on)
    house.cycle()
    assert house.on == [False] * 3
    assert house.reasons[-1] is Reason.OVER_TEMPERATURE
