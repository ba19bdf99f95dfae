"""The stages of a printer, by the numbers that its firmware uses (`stg_cur`)."""

from typing import Final

STAGES: Final[dict[int, str]] = {
    0: "printing",
    1: "bed_leveling",
    2: "bed_preheating",
    3: "vibration_compensation",
    4: "changing_filament",
    5: "m400_pause",
    6: "paused_filament_runout",
    7: "heating_hotend",
    8: "calibrating_extrusion",
    9: "scanning_bed_surface",
    10: "inspecting_first_layer",
    11: "identifying_build_plate",
    12: "calibrating_lidar",
    13: "homing",
    14: "cleaning_nozzle",
    15: "checking_extruder_temperature",
    16: "paused_by_user",
    17: "paused_front_cover",
    18: "calibrating_lidar",
    19: "calibrating_flow",
    20: "paused_nozzle_temperature",
    21: "paused_bed_temperature",
    22: "unloading_filament",
    23: "paused_skipped_step",
    24: "loading_filament",
    25: "calibrating_motor_noise",
    26: "paused_ams_lost",
    27: "paused_fan_speed",
    28: "paused_chamber_temperature",
    29: "cooling_chamber",
    30: "paused_by_gcode",
    31: "motor_noise_demonstration",
    32: "paused_nozzle_covered",
    33: "paused_cutter",
    34: "paused_first_layer",
    35: "paused_nozzle_clog",
    # From here on of an H2, P2S or X2D.
    36: "calibrating_accuracy",
    37: "calibrating_accuracy",
    38: "calibrating_accuracy",
    39: "calibrating_nozzle_offset",
    40: "bed_leveling",
    41: "checking_hardware",
    42: "checking_hardware",
    43: "calibrating",
    44: "checking_hardware",
    45: "checking_hardware",
    46: "calibrating",
    47: "bed_leveling",
    48: "bed_leveling",
    49: "heating_chamber",
    50: "cooling_bed",
    51: "calibrating_extrusion",
    52: "checking_hardware",
    53: "calibrating",
    54: "bed_preheating",
    55: "checking_hardware",
    56: "calibrating",
    57: "calibrating",
    58: "thermal_preconditioning",
    59: "homing",
    60: "calibrating",
    61: "calibrating",
    62: "checking_hardware",
    63: "heating_chamber",
    64: "changing_filament",  # a hotend, on an H2C
    65: "calibrating",
    66: "purifying_air",
    67: "calibrating",
    68: "changing_filament",  # above the purge chute
    69: "cooling_nozzle",
    70: "homing",
    71: "calibrating",
    72: "checking_hardware",
    73: "checking_hardware",
    74: "checking_hardware",
    75: "checking_hardware",
    76: "changing_filament",  # extruding before it prints
    77: "changing_filament",  # the AMS prepares
    -1: "idle",
    255: "idle",
}

OTHER: Final = "other"
"""A stage that newer firmware has added; its number is an attribute."""

ALL_STAGES: Final = (*dict.fromkeys(STAGES.values()), OTHER)


def stage_of(number: int | None) -> str | None:
    """Return the name of a stage."""
    return None if number is None else STAGES.get(number, OTHER)
