"""What a printer reports while it is idle, types as the firmware sends them."""

from typing import Any


def initial_report(serial: str) -> dict[str, Any]:
    """Return the complete `print` object."""
    streams = serial.startswith("00M")
    return {
        "ams": {
            "ams": [
                {
                    "id": "0",
                    "humidity": "4",
                    "temp": "24.8",
                    "tray": [
                        _tray("0", "PLA", "00AE42FF", 83),
                        _tray("1", "PETG", "161616FF", 40),
                        _tray("2", "PLA", "FFFFFFFF", -1),
                        {"id": "3"},
                    ],
                }
            ],
            "ams_exist_bits": "1",
            "tray_exist_bits": "7",
            "tray_now": "255",
            "version": 4,
        },
        "bed_target_temper": 0.0,
        "bed_temper": 24.2,
        "big_fan1_speed": "0",
        "big_fan2_speed": "0",
        "chamber_temper": 27.0 if streams else 5.0,
        "cooling_fan_speed": "0",
        "fail_reason": "0",
        "fun": "0",
        "gcode_file": "",
        "gcode_file_prepare_percent": "0",
        "gcode_start_time": "0",
        "gcode_state": "IDLE",
        "heatbreak_fan_speed": "0",
        "hms": [],
        "home_flag": 0,
        "ipcam": {
            "ipcam_dev": "1",
            "ipcam_record": "enable",
            "timelapse": "disable",
            **({"rtsp_url": "rtsps://127.0.0.1/streaming/live/1"} if streams else {}),
        },
        "layer_num": 0,
        "lights_report": [{"mode": "off", "node": "chamber_light"}],
        "mc_percent": 0,
        "mc_print_stage": "1",
        "mc_remaining_time": 0,
        "nozzle_diameter": "0.4",
        "nozzle_target_temper": 0.0,
        "nozzle_temper": 23.9,
        "nozzle_type": "hardened_steel",
        "print_error": 0,
        "project_id": "0",
        "sdcard": True,
        "spd_lvl": 2,
        "spd_mag": 100,
        "stg": [],
        "stg_cur": 255 if streams else -1,
        "subtask_id": "0",
        "subtask_name": "",
        "task_id": "0",
        "total_layer_num": 0,
        "vt_tray": _tray("254", "", "00000000", 0),
        "wifi_signal": "-51dBm",
    }


def versions(serial: str) -> list[dict[str, str]]:
    """Return what the printer answers to `get_version`."""
    streams = serial.startswith("00M")
    return [
        {
            "name": "ota",
            "hw_ver": "OTA",
            "sn": serial,
            "sw_ver": "01.07.00.00" if streams else "01.06.01.02",
            "product_name": "X1 Carbon" if streams else "P1S",
        },
        {"name": "mc", "hw_ver": "MC07", "sn": "", "sw_ver": "00.00.30.69"},
    ]


def _tray(number: str, material: str, color: str, remaining: int) -> dict[str, Any]:
    return {
        "id": number,
        "remain": remaining,
        "tray_color": color,
        "tray_type": material,
        "tray_info_idx": "GFA00",
        "nozzle_temp_max": "230",
        "nozzle_temp_min": "190",
    }
