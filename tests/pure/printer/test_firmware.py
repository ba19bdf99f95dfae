"""What firmware of different models reports, as users have published it."""

from typing import Any

import pytest

from custom_components.jannenkoti.kinds.printer.job.models import model_of
from custom_components.jannenkoti.kinds.printer.job.nozzles import Nozzle
from custom_components.jannenkoti.kinds.printer.job.stages import STAGES, stage_of
from custom_components.jannenkoti.kinds.printer.job.status import (
    JobState,
    PrinterStatus,
    read_status,
)
from custom_components.jannenkoti.kinds.printer.timelapse.session import (
    CONTINUING_STAGES,
)


def status(**raw: object) -> PrinterStatus:
    return read_status({"print": raw})


def extruders(state: int, *packed: object) -> dict[str, Any]:
    """Return the part of a report that newer firmware has."""
    info = [{"id": number, "temp": temp} for number, temp in enumerate(packed)]
    return {"extruder": {"info": info, "state": state}}


def tray(number: int, kind: str = "PLA", **more: object) -> dict[str, Any]:
    return {"id": str(number), "tray_type": kind, "tray_color": "161616FF", **more}


def unit(number: int, *trays: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(number), "tray": list(trays)}


# 14745864 = 225 << 16 | 264; the state has the number of the active one in bits 4-7.
@pytest.mark.parametrize(
    ("state", "active"),
    [(2, Nozzle(264, 225)), (0x12, Nozzle(40, 0)), (33042, Nozzle(40, 0))],
)
def test_nozzle_of_an_h2d_is_the_one_that_prints(state: int, active: Nozzle) -> None:
    """The old field has 40 °C although the other nozzle prints at 264 °C."""
    found = status(
        nozzle_temper=40,
        nozzle_target_temper=0,
        device=extruders(state, 14745864, 40),
    )
    assert Nozzle(found.nozzle, found.nozzle_target) == active
    assert found.nozzles == (Nozzle(264, 225), Nozzle(40, 0))


@pytest.mark.parametrize(
    "device", [extruders(1, 26), extruders(0xF2, 26, 30), {"extruder": 1}, None]
)
def test_nozzle_is_that_of_the_old_field_if_no_other_is_named(device: object) -> None:
    """An X1 or P2S has one nozzle, and reports its fractions in the old field."""
    found = status(nozzle_temper=25.9, nozzle_target_temper=220, device=device)
    assert (found.nozzle, found.nozzle_target) == (25.9, 220)


def test_unreadable_temperature_of_a_nozzle_is_unknown() -> None:
    found = status(device=extruders(2, "hot", 40))
    assert (found.nozzle, found.nozzles) == (None, (Nozzle(None, None), Nozzle(40, 0)))


def test_chamber_is_without_its_target() -> None:
    """Newer firmware has 60 << 16 | 60, and no `chamber_temper`."""
    assert status(device={"ctc": {"info": {"temp": 3932220}}}).chamber == 60
    assert status(chamber_temper=27.5).chamber == 27.5
    assert status(chamber_temper=27.5, device={"ctc": {"info": {}}}).chamber == 27.5


@pytest.mark.parametrize(
    ("serial", "measures"),
    [("01P0", False), ("01S0", False), ("039", False), ("030", False), ("00M", True)],
)
def test_model_without_a_sensor_has_no_chamber(serial: str, *, measures: bool) -> None:
    """It reports 5 °C always."""
    assert model_of(serial).chamber is measures


def test_trays_of_ams_2_pro_and_ams_ht_are_found() -> None:
    """An AMS HT has a number from 128 and one tray; its bits follow those of an AMS."""
    found = status(
        ams={
            "ams": [
                unit(0, tray(0), tray(1), {"id": "2"}, tray(3)),
                unit(128, tray(0, "PA")),
                unit(129, tray(0, "PC")),
            ],
            "ams_exist_bits": "11",
            "tray_exist_bits": "1000b",
        }
    ).trays
    assert [(each.key, each.type) for each in found] == [
        ("1_1", "PLA"),
        ("1_2", "PLA"),
        ("1_3", None),
        ("1_4", "PLA"),
        ("ht1_1", "PA"),
    ]


def test_unit_without_a_known_bit_is_shown() -> None:
    """The AMS of an A2L has the number 16."""
    ams = {"ams": [unit(16, tray(1))], "ams_exist_bits": "1000"}
    assert [each.key for each in status(ams=ams).trays] == ["17_2"]


def test_tray_that_was_emptied_is_empty_although_its_report_was_merged() -> None:
    """The report of an empty tray has its number only, and merging keeps the rest."""
    ams = {"ams": [unit(0, tray(0, remain=80))], "tray_exist_bits": "1"}
    assert status(ams=ams).trays[0].type == "PLA"
    (found,) = status(ams={**ams, "tray_exist_bits": "0"}).trays
    assert (found.type, found.color, found.remaining) == (None, None, None)


@pytest.mark.parametrize(
    ("color", "shown"),
    [
        ("161616FF", "#161616"),
        ("161616", "#161616"),
        ("f7d959ff", "#F7D959"),
        ("00000000", "#00000000"),  # clear PETG is not black
        ("FFFFFF80", "#FFFFFF80"),
        ("", None),
        ("red", None),
        (0, None),
    ],
)
def test_color_has_its_opacity_unless_it_is_opaque(
    color: object, shown: str | None
) -> None:
    (found,) = status(ams={"ams": [unit(0, {**tray(0), "tray_color": color})]}).trays
    assert found.color == shown


@pytest.mark.parametrize(
    ("tags", "remain", "shown"),
    [
        # A1 with an AMS Lite; X1 of 2023; an external spool of theirs in an AMS.
        ({"tag_uid": "0" * 16, "tray_uuid": "0" * 32}, 100, None),
        ({"tag_uid": "0" * 16}, 0, None),
        ({"tag_uid": "DAE3707400000100", "tray_uuid": "BB23523A8367"}, 65, 65),
        ({"tag_uid": "0" * 16, "tray_uuid": "BB23523A8367"}, 65, 65),
        ({"tag_uid": "DAE3707400000100"}, 0, 0),
        ({"tag_uid": ""}, 40, 40),
        ({"tag_uid": 0, "tray_uuid": None}, 40, 40),
        ({}, -1, None),
    ],
)
def test_rest_of_a_spool_without_a_tag_is_unknown(
    tags: dict[str, Any], remain: int, shown: int | None
) -> None:
    ams = {"ams": [unit(0, tray(0, remain=remain, **tags))]}
    assert status(ams=ams).trays[0].remaining == shown


@pytest.mark.parametrize(
    ("word", "updating"),
    [
        *((word, True) for word in ("DOWNLOADING", "FLASHING", "UPGRADE_REQUEST")),
        *((word, True) for word in ("PRE_FLASH_START", "PRE_FLASH_SUCCESS", "new")),
        *((word, False) for word in ("IDLE", "", "idle", "UPGRADE_SUCCESS", None)),
        *((word, False) for word in ("UPGRADE_FAIL", "DOWNLOAD_FAIL", "FLASH_FAIL")),
        ("PRE_FLASH_FAIL", False),
    ],
)
def test_update_that_has_failed_is_over(word: str | None, *, updating: bool) -> None:
    """Else the plug would stay on until the printer is switched off by hand."""
    assert status(upgrade_state={"status": word}).updating is updating


@pytest.mark.parametrize("bits", ["x", "", "f" * 17, 1, None])
def test_unreadable_bits_hide_no_unit_and_no_tray(bits: object) -> None:
    ams = {"ams": [unit(0, tray(0))], "ams_exist_bits": bits, "tray_exist_bits": bits}
    assert [(each.key, each.type) for each in status(ams=ams).trays] == [("1_1", "PLA")]


def test_number_of_trays_is_bounded() -> None:
    units = [unit(number, *map(tray, range(4))) for number in range(100)]
    assert len(status(ams={"ams": units}).trays) == 32


@pytest.mark.parametrize(
    ("raw", "spools"),
    [
        ({"vt_tray": tray(254, remain=0)}, ["external"]),
        ({"vt_tray": tray(255)}, ["external"]),
        ({"vir_slot": [tray(255)]}, ["external"]),
        (
            {"vir_slot": [tray(254), tray(255)], "vt_tray": tray(255)},
            ["external", "external_left"],
        ),
        ({"vir_slot": [], "vt_tray": {}}, []),
        ({}, []),
    ],
)
def test_external_spools_are_one_or_two(raw: dict[str, Any], spools: list[str]) -> None:
    """H2C, X2D and A2L have no `vt_tray`; a printer with two nozzles has two spools."""
    found = status(**raw).trays
    assert [each.key for each in found] == spools
    # The firmware always reports 0.
    assert all(each.remaining is None for each in found)


def test_idle_printer_does_not_show_that_it_prints() -> None:
    """An A1 or P1 reports the stage of printing after it was switched on."""
    for state in ("IDLE", "FINISH", "FAILED"):
        assert status(gcode_state=state, stg_cur=0).stage == "idle"
    assert status(gcode_state="RUNNING", stg_cur=0).stage == "printing"
    assert status(stg_cur=0).stage == "printing"


def test_stages_of_newer_firmware_have_names() -> None:
    assert all(number in STAGES for number in range(78))
    assert stage_of(78) == "other"
    # The numbers of the original server, and what an H2 does between two filaments.
    goes_on = {number for number, name in STAGES.items() if name in CONTINUING_STAGES}
    assert goes_on == {0, 4, 5, 64, 68, 76, 77}


@pytest.mark.parametrize(
    ("fun", "needs"),
    [
        ("3EC1AFFF9CFF", True),
        ("3EC18FFF9CFF", False),
        ("60029FD1A3FF9CB7", True),
        ("40029FD1B30F9CB7", True),
        ("100d122002fbd", True),
        ("0", False),
        ("", False),
        (None, False),
    ],
)
def test_signature_is_required_by_a_bit_of_fun(fun: str | None, *, needs: bool) -> None:
    assert status(fun=fun).needs_signature is needs


def test_unknown_state_is_no_job_and_no_end_of_one() -> None:
    found = status(gcode_state="CALIBRATING").job_state
    assert found is JobState.UNKNOWN
    assert not found.active
    assert not found.ended


def test_half_of_a_surrogate_pair_is_removed_from_names() -> None:
    """It cannot be written as JSON, so the state would not be stored."""
    found = status(subtask_name="a\ud83d", vt_tray=tray(254, "P\ud83dLA"))
    assert (found.file, found.trays[0].type) == ("a", "PLA")


@pytest.mark.parametrize(
    ("reported", "shown"),
    [
        ("HS01", "hardened_steel"),
        ("HH00-0.4", "stainless_steel"),
        ("HX05", "tungsten_carbide"),
        ("HS77", "HS77"),
        ("hardened_steel", "hardened_steel"),
        ("", None),
    ],
)
def test_code_of_a_nozzle_names_its_material(reported: str, shown: str | None) -> None:
    assert status(nozzle_type=reported).nozzle_type == shown


@pytest.mark.parametrize(
    ("name", "product"),
    [("Bambu Lab H2S", "H2S"), ("Bambu Lab A1 mini", "A1 mini"), ("", None), (1, "1")],
)
def test_model_is_that_of_the_firmware(name: object, product: str | None) -> None:
    """The serial numbers of H2D and H2S begin alike."""
    info = {"module": [{"name": "esp32"}, {"name": "ota", "product_name": name}]}
    assert read_status({"info": info}).product == product


def test_camera_of_a_new_model_is_known() -> None:
    assert model_of("20P90A123").streams
    assert not model_of("26A19A123").streams
    assert not model_of("26A19A123").chamber
