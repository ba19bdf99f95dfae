"""The status is read again only where a report has changed something."""

import copy
from typing import Any, override

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.printer.job.status import (
    FIELDS,
    Field,
    PrinterStatus,
    StatusReader,
    read_status,
)
from custom_components.jannenkoti.kinds.printer.wire.merge import merge
from demo.fakes.printer import P1S, X1C
from demo.fakes.printer_report import initial_report, versions

_NUMBERS = st.sampled_from([0, 1, "2", 14, 255, -1, 26.5, "-55dBm", None, True])
_WORDS = st.sampled_from(["RUNNING", "FINISH", "IDLE", "PAUSE", "a", "", "1AFFF9CFF"])
_HOSTILE = st.sampled_from([[], {}, [{}], [None], {"ams": 1}, "\x00", 10**40, [[]]])
_IDS = st.sampled_from([0, "1", 128, 254, "255", None, "x"])
_TRAYS = st.fixed_dictionaries(
    {"id": _IDS},
    optional={
        "tray_type": st.sampled_from(["PLA", "", None, 1]),
        "tray_color": st.sampled_from(["FF00FF00", "00000000", "x", 1]),
        "remain": _NUMBERS,
    },
)
_AMS = st.fixed_dictionaries(
    {},
    optional={
        "ams": st.lists(
            st.fixed_dictionaries({"id": _IDS, "tray": st.lists(_TRAYS, max_size=3)}),
            max_size=3,
        ),
        "ams_exist_bits": st.sampled_from(["1", "11", "0", "x", None]),
        "tray_exist_bits": st.sampled_from(["f", "10001", "0", 1]),
    },
)
_TEMPERATURES = st.sampled_from([26, 14745864, 0xFA00FA, -1, "x", None])
_EXTRUDERS = st.fixed_dictionaries({"id": _IDS}, optional={"temp": _TEMPERATURES})
_DEVICE = st.fixed_dictionaries(
    {},
    optional={
        "extruder": st.fixed_dictionaries(
            {},
            optional={
                "info": st.lists(_EXTRUDERS, max_size=3),
                "state": st.sampled_from([1, 2, 18, 274, "x"]),
            },
        ),
        "ctc": st.fixed_dictionaries({"info": st.just({"temp": 3932220}) | _HOSTILE}),
    },
)
_SIMPLE = sorted({*initial_report(P1S), *initial_report(X1C), "task_id", "unread"})
_PRINTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(_SIMPLE, _NUMBERS | _WORDS | _HOSTILE),
        "ams": _AMS | _HOSTILE,
        "device": _DEVICE | _HOSTILE,
        "vt_tray": _TRAYS | _HOSTILE,
        "vir_slot": st.lists(_TRAYS, max_size=3) | _HOSTILE,
    },
)
_INFOS = st.just({"module": versions(X1C)}) | st.just({"module": []}) | _HOSTILE
_REPORTS = st.fixed_dictionaries(
    {}, optional={"print": _PRINTS | _HOSTILE, "info": _INFOS, "system": _HOSTILE}
)


@given(st.lists(_REPORTS, max_size=6))
def test_status_after_any_reports_is_that_of_all_of_them(
    reports: list[dict[str, Any]],
) -> None:
    reader, merged = StatusReader(), dict[str, Any](print={}, info={})
    for report in reports:
        merge(merged, copy.deepcopy(report))
        before = reader.status
        status = reader.read(report)
        assert status == read_status(merged)
        assert status is before or status != before


@pytest.mark.parametrize("serial", [P1S, X1C])
def test_complete_report_in_single_fields_is_read_as_the_whole(serial: str) -> None:
    complete = initial_report(serial)
    reader = StatusReader()
    for key, value in complete.items():
        reader.read({"print": {key: value}})
    assert reader.status == read_status({"print": complete}) != PrinterStatus()


def test_report_without_news_returns_the_same_status() -> None:
    reader = StatusReader()
    status = reader.read({"print": {"nozzle_temper": 20, "sequence_id": "1"}})
    assert reader.read({"print": {"nozzle_temper": 20, "sequence_id": "2"}}) is status
    assert reader.read({"print": {"nozzle_temper": 21}}).nozzle == 21


@pytest.mark.parametrize("command", ["project_file", "gcode_file", 1, []])
def test_answer_to_another_client_is_no_status(command: object) -> None:
    """The printer repeats what it was asked for, also if it refuses that."""
    reader = StatusReader()
    status = reader.read({"print": {"command": "push_status", "subtask_name": "A"}})
    answer = {"command": command, "subtask_name": "B", "task_id": "7", "result": "fail"}
    assert reader.read({"print": answer}) is status


class _Recording(dict[str, Any]):
    """A report that records which parts of it are read."""

    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__(report)
        self.keys_read = set[str]()

    @override
    def get(self, key: str, default: object = None) -> object:
        self.keys_read.add(key)
        return super().get(key, default)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_field_is_read_from_the_keys_that_it_names(field: Field) -> None:
    read = set[str]()
    for report in ({}, initial_report(P1S), {"stg_cur": 0, "device": {}}):
        recording = _Recording(report)
        field.read(recording)
        read |= recording.keys_read
    assert read == set(field.keys)
