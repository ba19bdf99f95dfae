"""The picture of a plate in a project file that arrives in pieces."""

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.printer.job import plate
from custom_components.jannenkoti.kinds.printer.job.plate import (
    NoPicture,
    PlateScanner,
    paths_of,
    plate_of,
)
from custom_components.jannenkoti.kinds.printer.job.status import read_status
from demo.fakes.printer_files import draw_plate, make_project

PROJECT = make_project(1, 12)


def scan(data: bytes, number: int | None = None, size: int = 1000) -> bytes | None:
    """Return the picture in data that arrive in pieces of a size."""
    scanner = PlateScanner(number)
    for at in range(0, len(data), size):
        if (found := scanner.feed(data[at : at + size])) is not None:
            return found
    return None


def archive(content: bytes, method: int = zipfile.ZIP_STORED) -> bytearray:
    """Return a project file with a picture only."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        packed.writestr("Metadata/plate_1.png", content)
    return bytearray(file.getvalue())


@given(st.integers(1, len(PROJECT)))
def test_picture_is_found_in_pieces_of_any_size(size: int) -> None:
    assert scan(PROJECT, 12, max(size, 50)) == draw_plate(12)


def test_picture_in_single_bytes_is_found() -> None:
    assert scan(PROJECT, size=1) == draw_plate(1)


def test_file_is_read_only_until_the_picture_is_complete() -> None:
    begin = PROJECT[: PROJECT.index(b"Metadata/plate_1_small.png")]
    assert scan(begin) == draw_plate(1)
    assert scan(begin[:-200]) is None


@pytest.mark.parametrize(
    ("file", "gcode", "number", "paths"),
    [
        (
            "Benchy",
            "/data/Metadata/plate_3.gcode",
            3,
            ["/cache/Benchy.3mf", "/Benchy.3mf", "/cache/Benchy.gcode.3mf"],
        ),
        ("36mm", "36mm.gcode.3mf", None, ["/cache/36mm.3mf", "/36mm.3mf"]),
        ("a.3mf", "a.3mf", None, ["/cache/a.3mf", "/a.3mf"]),
        (None, "/sdcard/x/../b.3mf", None, ["/cache/b.3mf", "/b.3mf"]),
        (None, "/data/Metadata/plate_1.gcode", 1, None),
        (None, None, None, None),
        ("dir/", None, None, None),
    ],
)
def test_project_file_is_where_firmware_puts_it(
    file: str | None, gcode: str | None, number: int | None, paths: list[str] | None
) -> None:
    status = read_status({"print": {"subtask_name": file, "gcode_file": gcode}})
    assert plate_of(status) == number
    found = paths_of(status)
    if paths is None and gcode is not None and number is not None:
        # Only the path in the memory of an X1 is known, which is not readable.
        assert found == []
    else:
        assert found[: len(paths or [])] == (paths or [])


def _flags(data: bytearray) -> bytearray:
    data[6] |= 8
    return data


def _method(data: bytearray) -> bytearray:
    data[8] = 99
    return data


def _sizes(data: bytearray, size: int) -> bytearray:
    data[18:22] = data[22:26] = size.to_bytes(4, "little")
    return data


PNG = draw_plate(1)
BAD: dict[str, Any] = {
    "no archive": b"x" * 100,
    "no png": archive(b"GIF89a"),
    "sizes follow": _flags(archive(PNG)),
    "unknown method": _method(archive(PNG)),
    "too large": _sizes(archive(PNG), 5 * 1024 * 1024),
    "no picture": make_project() + b"x" * 100,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_file_without_a_readable_picture_has_none(data: bytes) -> None:
    with pytest.raises(NoPicture):
        scan(bytes(data))


def test_broken_deflate_stream_has_no_picture() -> None:
    data = archive(PNG, zipfile.ZIP_DEFLATED)
    at = data.index(b"Metadata/plate_1.png") + 20
    data[at : at + 20] = b"\xff" * 20
    with pytest.raises(NoPicture):
        scan(bytes(data))


def test_picture_that_expands_without_end_is_cut_off() -> None:
    content = PNG + bytes(plate.LARGEST_PICTURE * 2)
    data = archive(content, zipfile.ZIP_DEFLATED)
    data[22:26] = len(PNG).to_bytes(4, "little")
    found = scan(bytes(data))
    assert found is not None
    assert len(found) == plate.LARGEST_PICTURE


@given(st.binary(max_size=300), st.integers(1, 40))
def test_any_bytes_have_no_picture_or_an_error(data: bytes, size: int) -> None:
    with suppress(NoPicture):
        assert scan(b"PK\x03\x04" + data, size=size) is None
