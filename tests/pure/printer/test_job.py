"""Status, events and derived values of a print."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.printer.job.completion import (
    completion,
    shown_completion,
)
from custom_components.jannenkoti.kinds.printer.job.events import JobEvent, JobMark
from custom_components.jannenkoti.kinds.printer.job.hms import HmsError, read_hms
from custom_components.jannenkoti.kinds.printer.job.models import model_of
from custom_components.jannenkoti.kinds.printer.job.stages import (
    ALL_STAGES,
    stage_of,
)
from custom_components.jannenkoti.kinds.printer.job.status import (
    JobState,
    PrinterStatus,
    read_status,
)
from custom_components.jannenkoti.kinds.printer.job.trays import read_trays
from custom_components.jannenkoti.kinds.printer.model import (
    LinkState,
    PrinterData,
    link_state,
)
from custom_components.jannenkoti.lib.stored import Stored
from tests.attack.hostile import values

NOW = datetime(2026, 11, 27, 12, 0, 30, tzinfo=UTC)


def status(**raw: Any) -> PrinterStatus:
    return read_status({"print": raw})


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        ({"gcode_state": "finish"}, "job_state", JobState.FINISHED),
        ({"gcode_state": "DANCING"}, "job_state", JobState.UNKNOWN),
        ({"mc_percent": "42"}, "progress", 42),
        ({"mc_percent": 142}, "progress", None),
        ({"mc_remaining_time": "90"}, "remaining", 90),
        ({"layer_num": "7"}, "layer", 7),
        ({"layer_num": -1}, "layer", None),
        ({"nozzle_temper": "219,5"}, "nozzle", 219.5),
        ({"nozzle_temper": "hot"}, "nozzle", None),
        ({"bed_temper": 1e9}, "bed", None),
        ({"cooling_fan_speed": "15"}, "part_fan", 100),
        ({"cooling_fan_speed": "16"}, "part_fan", None),
        ({"spd_lvl": "4"}, "speed", "ludicrous"),
        ({"spd_lvl": 9}, "speed", None),
        ({"wifi_signal": "-45dBm"}, "wifi_signal", -45),
        ({"wifi_signal": -45}, "wifi_signal", None),
        ({"fun": "20000000"}, "needs_signature", True),
        ({"fun": "3EC1AFFF9CFF"}, "needs_signature", True),
        ({"fun": "1EC18FFF9CFF"}, "needs_signature", False),
        ({"fun": None}, "needs_signature", False),
        ({"stg_cur": 255}, "stage", "idle"),
        ({"stg_cur": "4"}, "stage", "changing_filament"),
        ({"stg_cur": 99}, "stage", "other"),
        ({"stg_cur": []}, "stage", None),
        ({"subtask_name": "", "gcode_file": "a.gcode"}, "file", "a.gcode"),
        ({"subtask_name": "a\x00\nb"}, "file", "ab"),
        ({"task_id": 0, "subtask_id": "12"}, "job_id", "12"),
        ({"task_id": 5, "subtask_id": "12"}, "job_id", "5-12"),
        ({"task_id": True, "subtask_id": "0"}, "job_id", None),
        ({"ipcam": {"rtsp_url": "disable"}}, "liveview", None),
        ({"ipcam": {"rtsp_url": "rtsps://x/1"}}, "liveview", "rtsps://x/1"),
        ({"lights_report": [{"node": "chamber_light", "mode": "on"}]}, "light", True),
        ({"lights_report": [{"node": "work_light", "mode": "on"}]}, "light", None),
        ({"lights_report": [1]}, "light", None),
    ],
)
def test_field_is_read_as_documented(
    raw: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(status(**raw), field) == value


def test_version_is_that_of_the_ota_module() -> None:
    def firmware(module: object) -> str | None:
        return read_status({"info": {"module": module}}).firmware

    assert firmware([1, {"name": "mc"}, {"name": "ota", "sw_ver": "01"}]) == "01"
    assert firmware([{"name": "mc"}]) is None
    assert firmware(None) is None
    assert read_status({"info": 1}).firmware is None


FIELDS = (
    "gcode_state",
    "stg_cur",
    "mc_percent",
    "mc_remaining_time",
    "layer_num",
    "total_layer_num",
    "subtask_name",
    "gcode_file",
    "task_id",
    "nozzle_temper",
    "spd_lvl",
    "spd_mag",
    "nozzle_type",
    "print_error",
    "cooling_fan_speed",
    "lights_report",
    "wifi_signal",
    "ams",
    "vt_tray",
    "hms",
    "fun",
    "ipcam",
)


@pytest.mark.parametrize("value", values().values(), ids=values())
def test_hostile_value_loses_only_its_own_field(value: object) -> None:
    for field in FIELDS:
        raw = {"bed_temper": 60, field: value}
        assert status(**raw).bed == 60
    hostile = {"ams": [{"id": value, "tray": value}, {"id": 0, "tray": [value]}]}
    assert status(bed_temper=60, ams=hostile, hms=[value, {"attr": value}]).bed == 60
    assert read_status({"print": value}) == PrinterStatus()


def test_seeds_printing_needs_state_and_stage() -> None:
    assert status(gcode_state="RUNNING", stg_cur=0).printing
    assert not status(gcode_state="RUNNING", stg_cur=4).printing
    assert not status(gcode_state="PAUSE", stg_cur=0).printing


def test_trays_of_a_removed_unit_are_not_shown() -> None:
    units = [{"id": "0", "tray": [{"id": "0"}]}, {"id": "1", "tray": [{"id": "0"}]}]
    both = read_trays({"ams": {"ams": units, "ams_exist_bits": "3"}})
    one = read_trays({"ams": {"ams": units, "ams_exist_bits": "2"}})
    unknown = read_trays({"ams": {"ams": units, "ams_exist_bits": "?"}})
    assert [tray.key for tray in both] == ["1_1", "2_1"]
    assert [tray.key for tray in one] == ["2_1"]
    assert [tray.key for tray in unknown] == ["1_1", "2_1"]


def test_tray_has_type_color_and_remaining_filament() -> None:
    tray = {"id": "1", "tray_type": "PLA", "tray_color": "00ae42FF", "remain": "50"}
    (found,) = read_trays({"ams": {"ams": [{"id": 0, "tray": [tray, {"id": 9}, 1]}]}})
    assert (found.key, found.type, found.color) == ("1_2", "PLA", "#00AE42")
    assert found.remaining == 50


def test_hms_error_has_the_name_of_bambus_wiki() -> None:
    (error,) = read_hms([{"attr": 50331904, "code": "65539"}, {"attr": 1}, "x"])
    assert error == HmsError(50331904, 65539)
    assert error.name == "0300_0100_0001_0003"
    assert error.as_dict()["severity"] == "fatal"
    assert HmsError(0, 9 << 16).severity == "unknown"
    assert len(read_hms([{"attr": 1, "code": 1}] * 500)) == 20


def test_every_stage_has_one_name() -> None:
    assert len(ALL_STAGES) == len(set(ALL_STAGES))
    assert stage_of(None) is None


def test_model_is_known_by_the_serial_number() -> None:
    assert model_of("01p00A").name == "P1S"
    assert model_of("00M123").streams
    assert model_of("ZZZ").name == "Bambu Lab"


def test_completion_does_not_jitter() -> None:
    first = completion(None, 60, NOW)
    assert first == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    assert completion(first, 60, NOW + timedelta(seconds=50)) == first
    assert completion(first, 70, NOW) == datetime(2026, 11, 27, 13, 10, tzinfo=UTC)
    assert completion(first, None, NOW) is None


@pytest.mark.parametrize(
    ("was", "state", "remaining", "shown"),
    [
        (JobState.RUNNING, JobState.RUNNING, 30, 30),
        (JobState.RUNNING, JobState.PAUSED, 30, 30),
        (JobState.RUNNING, JobState.FINISHED, 0, 0),
        (JobState.RUNNING, JobState.IDLE, 57, 0),
        (JobState.RUNNING, JobState.UNKNOWN, 57, None),
        (JobState.IDLE, JobState.IDLE, 57, None),
        (JobState.UNKNOWN, JobState.IDLE, 0, None),
        (JobState.UNKNOWN, JobState.RUNNING, 30, 30),
    ],
)
def test_completion_of_a_job_that_has_ended_does_not_move(
    was: JobState, state: JobState, remaining: int, shown: int | None
) -> None:
    """A printer that is stopped, or just switched on, reports old minutes."""
    before = NOW - timedelta(days=1)
    found = shown_completion(
        before,
        PrinterStatus(job_state=was),
        PrinterStatus(job_state=state, remaining=remaining),
        NOW,
    )
    minute = NOW.replace(second=0)
    assert found == (before if shown is None else minute + timedelta(minutes=shown))


# Events


def follow(*steps: dict[str, Any], mark: JobMark | None = None) -> list[JobEvent]:
    """Return the events of a row of reports."""
    mark = mark or JobMark(state=JobState.IDLE)
    found = []
    for step in steps:
        mark, events = mark.next(status(**step))
        found += events
    return found


RUN = {"gcode_state": "RUNNING", "subtask_id": "1"}
LAN = {"gcode_state": "RUNNING", "subtask_name": "Benchy", "subtask_id": "0"}
S, L, P, R, F, X = (
    JobEvent.STARTED,
    JobEvent.LAYER,
    JobEvent.PAUSED,
    JobEvent.RESUMED,
    JobEvent.FINISHED,
    JobEvent.FAILED,
)


@pytest.mark.parametrize(
    ("steps", "events"),
    [
        ([{"gcode_state": "PREPARE"}, RUN, {**RUN, "layer_num": 1}], [S, L]),
        ([RUN, {**RUN, "gcode_state": "PAUSE"}, RUN], [S, P, R]),
        ([RUN, {"gcode_state": "FINISH"}, {"gcode_state": "IDLE"}], [S, F]),
        ([RUN, {"gcode_state": "FAILED"}], [S, X]),
        ([RUN, {"gcode_state": "IDLE"}], [S, X]),
        ([RUN, {"gcode_state": "?"}, RUN], [S]),
        ([{**RUN, "layer_num": 5}, {**RUN, "layer_num": 3}], [S, L]),
        ([{**RUN, "layer_num": 5}, {**RUN, "layer_num": 9}], [S, L, L]),
        # Another job began while nothing was received.
        ([RUN, {**RUN, "subtask_id": "2"}], [S, S]),
        ([RUN, {**RUN, "subtask_id": "2", "gcode_state": "PAUSE"}], [S, S, P]),
        # The last layer is reported together with the end.
        ([RUN, {**RUN, "layer_num": 9, "gcode_state": "FINISH"}], [S, L, F]),
        ([RUN, {**RUN, "layer_num": 9, "gcode_state": "FAILED"}], [S, X]),
        # Partial reports add to the identification.
        ([{**RUN, "task_id": "7"}, RUN, {**RUN, "gcode_start_time": "9"}], [S]),
        ([{**RUN, "task_id": "7"}, {**RUN, "task_id": "8"}], [S, S]),
        ([RUN, {"gcode_state": "RUNNING"}, {**RUN, "subtask_id": "2"}], [S, S]),
        # The layers of the job before are still reported.
        (
            [
                {**RUN, "layer_num": 9},
                {"gcode_state": "FINISH", "layer_num": 9},
                {"gcode_state": "RUNNING", "subtask_id": "2", "layer_num": 9},
                {"gcode_state": "RUNNING", "subtask_id": "2", "layer_num": 9},
                {"gcode_state": "RUNNING", "subtask_id": "2", "layer_num": 1},
                {"gcode_state": "RUNNING", "subtask_id": "2", "layer_num": 2},
            ],
            [S, L, F, S, L, L],
        ),
        # They are not when the layers begin again at the same number.
        (
            [
                {**RUN, "layer_num": 1},
                {"gcode_state": "FINISH", "layer_num": 1},
                {"gcode_state": "RUNNING", "subtask_id": "2", "layer_num": 0},
                {"gcode_state": "RUNNING", "subtask_id": "2", "layer_num": 1},
            ],
            [S, L, F, S, L],
        ),
        ([{"gcode_state": "IDLE", "layer_num": 200}], []),
        # A P1 reports the names of the next job one after the other.
        (
            [
                {**RUN, "gcode_start_time": "8", "subtask_name": "A", "layer_num": 9},
                {"gcode_state": "FINISH", "layer_num": 9},
                {**RUN, "gcode_state": "PREPARE", "gcode_start_time": "8"},
                {"gcode_state": "RUNNING", "subtask_id": "2", "gcode_start_time": "8"},
                {"gcode_state": "RUNNING", "subtask_id": "2", "gcode_start_time": "9"},
            ],
            [S, L, F, S],
        ),
        (
            [
                {**LAN, "layer_num": 9},
                {**LAN, "gcode_state": "FINISH", "layer_num": 9},
                {**LAN, "layer_num": 9},
                {**LAN, "subtask_name": "Vase", "layer_num": 9},
                {**LAN, "subtask_name": "Vase", "layer_num": 1},
                {**LAN, "subtask_name": "Other", "layer_num": 2},
            ],
            [S, L, F, S, L, S, L],
        ),
        # Objects are printed one after the other.
        ([{**RUN, "layer_num": each} for each in (49, 50, 1, 2, 3)], [S, L, L, L, L]),
        ([{**RUN, "layer_num": each} for each in (49, 50, 0, 50)], [S, L, L]),
        ([{**RUN, "layer_num": each} for each in (9, 1, 2)], [S, L]),
    ],
)
def test_events_of_a_print(steps: list[dict[str, Any]], events: list[JobEvent]) -> None:
    assert follow(*steps) == events


def test_first_status_after_a_start_is_no_event() -> None:
    assert follow({**RUN, "layer_num": 50}, mark=JobMark()) == []
    layers = [{**RUN, "layer_num": 50}, {**RUN, "layer_num": 51}]
    assert follow(*layers, mark=JobMark()) == [L]


def test_mark_survives_a_restart() -> None:
    mark, _ = JobMark(state=JobState.IDLE).next(status(**RUN, layer_num=7))
    assert JobMark.parse(Stored(mark.as_dict())) == mark
    assert JobMark.parse(Stored({"state": 1, "layer": -4, "job": []})) == JobMark()


@pytest.mark.parametrize(
    ("before", "after", "other"),
    [
        # Without an identification, the layers or the file decide.
        ({**LAN, "layer_num": 90}, {**LAN, "layer_num": 3}, True),
        ({**LAN, "layer_num": 90}, {**LAN, "layer_num": 91}, False),
        ({**LAN, "layer_num": 90}, LAN, False),
        ({**LAN, "layer_num": 9}, {**LAN, "subtask_name": "Vase"}, True),
        (LAN, {"gcode_state": "RUNNING", "gcode_file": "/a/benchy.3mf"}, False),
        (LAN, {"gcode_state": "RUNNING", "gcode_file": "Benchy.gcode.3mf"}, False),
        ({**LAN, "subtask_name": "v1.2"}, {**LAN, "subtask_name": "v1.3"}, True),
        # With one, nothing else does.
        ({**RUN, "layer_num": 90}, {**RUN, "layer_num": 3}, False),
        ({**RUN, "layer_num": 3}, {**RUN, "subtask_id": "2", "layer_num": 90}, True),
        ({**RUN, "layer_num": 90}, {**RUN, "gcode_state": "FINISH"}, False),
    ],
)
def test_print_after_a_downtime_is_the_same_or_another(
    before: dict[str, Any], after: dict[str, Any], *, other: bool
) -> None:
    mark, _ = JobMark(state=JobState.IDLE).next(status(**before))
    mark = JobMark.parse(Stored(mark.as_dict()))
    following, events = mark.next(status(**after), fresh=True)
    assert (S in events) is other
    assert (following.number != mark.number) is other


def test_layers_that_go_backwards_are_another_print_only_after_a_downtime() -> None:
    mark, _ = JobMark(state=JobState.IDLE).next(status(**LAN, layer_num=90))
    assert mark.next(status(**LAN, layer_num=3))[1] == []
    assert S in mark.next(status(**LAN, layer_num=3), fresh=True)[1]


@given(st.lists(st.sampled_from(["IDLE", "RUNNING", "PAUSE", "FINISH", "FAILED"])))
def test_prints_start_and_end_in_turn(states: list[str]) -> None:
    events = follow(*({"gcode_state": state, "subtask_id": "1"} for state in states))
    borders = [event for event in events if event in {S, F, X}]
    assert all((a is S) != (b is S) for a, b in pairwise(borders))
    assert not borders or borders[0] is S


@pytest.mark.parametrize(
    ("connected", "grace", "tried", "active", "link"),
    [
        (True, False, True, True, LinkState.CONNECTED),
        (False, True, True, True, LinkState.RECONNECTING),
        (False, False, False, True, LinkState.CONNECTING),
        (False, False, True, True, LinkState.LOST),
        (False, False, True, False, LinkState.OFF),
    ],
)
def test_link_state(
    *, connected: bool, grace: bool, tried: bool, active: bool, link: LinkState
) -> None:
    found = link_state(connected=connected, grace=grace, tried=tried, active=active)
    assert found is link
    shown = PrinterData(link=link).shown_state
    assert shown == (link.value if link in {LinkState.OFF, LinkState.LOST} else None)
