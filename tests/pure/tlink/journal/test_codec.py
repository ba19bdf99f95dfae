"""Lines of the journal keep units and names; damaged ones are skipped."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.jannenkoti.kinds.tlink.journal.codec import decode, encode
from custom_components.jannenkoti.kinds.tlink.model import Push, Sample

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


def push(**more: Any) -> Push:
    sample = Sample(
        sensor_id="1", measured=NOW, recorded=None, sensor_time="", value="5", **more
    )
    return Push(
        device_id="7",
        samples=(sample,),
        received=NOW,
        device_name="Tank",
        device_number="AB",
    )


def test_line_has_the_current_unit_of_the_sensor() -> None:
    line = encode(push(), {"1": "mm"}.get)
    found = decode(line)
    assert found is not None
    assert found.samples[0].unit == "mm"
    assert decode(encode(push(unit="cm"), {"1": "mm"}.get)) == push(unit="cm")


@pytest.mark.parametrize("more", [{}, {"unit": "mm"}, {"name": "Level"}])
def test_push_without_time_and_with_names_is_read_as_it_was(
    more: dict[str, Any],
) -> None:
    assert decode(encode(push(**more))) == push(**more)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *((0, 7), (1, "x"), (2, None), (2, 1e300), (2, 1e11), (3, "x"), (4, None)),
        *((5, 7), (6, []), (7, "on"), (8, None), (9, 1), (10, {}), (11, "x")),
        *((12, True), (13, [])),
    ],
)
def test_line_with_a_damaged_row_is_skipped(column: int, value: object) -> None:
    line = json.loads(encode(push(unit="mm")))
    line["sensors"][0][column] = value
    assert decode(json.dumps(line).encode()) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("device", {}), ("device", None), ("user", 7), ("parent", []), ("flag", 0)),
        *(("sent", "x"), ("raw", {}), ("via", None), ("name", 7), ("number", [])),
        *(("at", None), ("at", 1e11), ("sensors", 7), ("sensors", [7])),
    ],
)
def test_line_with_a_damaged_field_is_skipped(field: str, value: object) -> None:
    line = json.loads(encode(push()))
    line[field] = value
    assert decode(json.dumps(line).encode()) is None


@pytest.mark.parametrize("line", [b"", b"{", b"{}", b"[1]", b'{"device":1}', b"\xff"])
def test_damaged_line_is_none(line: bytes) -> None:
    assert decode(line) is None
