"""Old settings as options and actions: what is readable and within the limits."""

import json
from typing import Any

import pytest

from custom_components.jannenkoti.kinds.air_conditioner import (
    old_settings as air_conditioner,
)
from custom_components.jannenkoti.kinds.heating import old_settings as heating
from custom_components.jannenkoti.kinds.mqtt_devices.claims import (
    old_settings as mqtt_devices,
)
from custom_components.jannenkoti.kinds.printer.timelapse import (
    old_settings as printer,
)

type Rows = dict[str, list[dict[str, Any]]]


def thermostat(**row: Any) -> dict[str, list[dict[str, Any]]]:
    return {"thermostat_conf": [row]}


def test_thermostat_of_the_original_becomes_options() -> None:
    week = {
        "mon": {"start": "22:00", "stop": "06:00"},
        "tue": {"start": "22:00", "stop": "06:00"},
        "wed": None,
    }
    rows = thermostat(
        pos_hysteresis="0.3",
        neg_hysteresis=0.6,
        min_on_s=200,
        min_off_s=10**9,
        poll_interval_s=10,
        smooth_window=6,
        max_stale_s=None,
        sleep_active="0",
        sleep_start="22:30",
        sleep_stop="late",
        sleep_weekly=json.dumps(week),
        target_temp="23.5",
    )
    found = air_conditioner.options_from(rows, {"hysteresis_above": 0.3})
    assert found == {
        "hysteresis_below": 0.6,
        "minimum_on": 200,
        "poll_interval": 10,
        "smoothing": 60,
        "sleep": False,
        "sleep_start": "22:30:00",
        "sleep_days": [
            {"days": ["mon", "tue"], "start": "22:00", "end": "06:00"},
            {"days": ["wed"]},
        ],
    }
    assert [*air_conditioner.calls_from(rows)] == [
        ("ac_control_set_setpoint", "climate", {"value": 23.5})
    ]
    assert [*air_conditioner.names_from(rows)] == ["23.5 °C"]


@pytest.mark.parametrize(
    "weekly",
    [
        None,
        5,
        "{",
        "[]",
        '{"day": {}}',
        '{"mon": 5}',
        '{"mon": {"start": "x"}}',
        "[" * 99_999,
    ],
)
def test_unreadable_sleep_schedule_is_left_out(weekly: object) -> None:
    rows = thermostat(sleep_weekly=weekly, smooth_window=10**6, poll_interval_s=300)
    assert air_conditioner.options_from(rows, {}) == {"poll_interval": 300}
    assert not [*air_conditioner.calls_from(rows)]
    assert not [*air_conditioner.names_from(rows)]
    assert not air_conditioner.options_from({}, {})


def test_delays_of_the_time_lapse_become_options() -> None:
    row = {"image_delay": "5", "temphum_delay": -1, "status_delay": "x"}
    rows = {"timelapse_conf": [row]}
    assert printer.options_from(rows, {}) == {"image_delay": 5}
    assert not printer.options_from(rows, {"image_delay": 5})
    assert not printer.options_from({}, {})
    assert printer.calls_from(rows) == printer.names_from(rows) == ()


def test_heaters_and_tanks_become_options() -> None:
    rows: Rows = {
        "manufacturer": [
            {"description": "Heizstab A", "power_factor": "0.5", "power_size": 3000},
            {"description": "x", "model_type": "HEIZSTAB", "power_size": 1000},
            {"description": "Heizstab", "power_factor": 0, "power_size": 1000},
            {"description": "Heizstab", "power_factor": "x", "power_size": 1000},
            {"description": "Pump", "power_factor": 1, "power_size": 7000},
        ],
        "tank_settings": [{"volume": 300}, {"volume": 0}, {"volume": "500"}],
        "memory": [{"mode": "Automatik"}],
    }
    options = {"stages": [{"entity": "a"}, {"entity": "b"}], "tanks": [{"name": "t"}]}
    assert heating.options_from(rows, options) == {
        "stages": [{"entity": "a", "watts": 1500}, {"entity": "b", "watts": 1000}],
        "tanks": [{"name": "t", "volume": 300}],
    }
    assert [*heating.calls_from(rows)] == [
        ("heating_set_mode", "", {"mode": "Automatik"})
    ]
    assert [*heating.names_from(rows)] == [
        "Automatik",
        "1500 W",
        "1000 W",
        "300 L",
        "500 L",
    ]
    assert not heating.options_from(rows, {})
    assert not heating.options_from({}, options)


def test_phases_that_were_set_up_precede_the_catalog() -> None:
    rows: Rows = {
        "manufacturer": [
            {"id": "7", "description": "Heizstab", "power_factor": "1.00"},
            {
                "id": 8,
                "description": "Heizstab",
                "power_factor": 0.5,
                "power_size": 3000,
            },
            {"id": 9, "description": "Pump", "power_size": 7000},
        ],
        "heating_settings": [
            {"id": "10", "manufacturer": 7, "buffer": None},
            {"id": 9, "manufacturer": "8", "buffer": "250"},
            {"id": None, "manufacturer": 8, "buffer": 9000},
            {"id": 3, "manufacturer": 9, "buffer": 100},
            {"id": 11, "manufacturer": 8, "buffer": 0},
            {"id": 12, "manufacturer": 8, "buffer": 0},
        ],
    }
    options = {"stages": [{"entity": x} for x in "abc"], "buffer": 100}
    found = heating.options_from(rows, options)
    assert [row["watts"] for row in found["stages"]] == [1500, 2000, 1500]
    assert found["buffer"] == 250
    rows["heating_settings"][1]["buffer"] = 99_999
    assert "buffer" not in heating.options_from(rows, options)


def test_claimed_devices_become_claims() -> None:
    rows: Rows = {
        "dispositivo": [
            {"serial_number": "A", "nombre": "", "reclamado": "true"},
            {"serial_number": None, "reclamado": 1},
            {"serial_number": "B", "reclamado": 1, "configuracion": "[]"},
            {
                "serial_number": "C",
                "reclamado": 1,
                "configuracion": json.dumps({"x": "y" * 10**6}),
            },
            {"serial_number": "D", "reclamado": None},
        ]
    }
    claims = [json.loads(data["qr_text"]) for *_, data in mqtt_devices.calls_from(rows)]
    assert claims == [{"serial_number": "A"}, {"serial_number": "B"}]
    assert [*mqtt_devices.names_from(rows)] == ["(A)", "(B)", "(C)"]
    assert mqtt_devices.options_from(rows, {}) == {}
