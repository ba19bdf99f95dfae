"""Large, hostile and foreign files: bounded work, and every readable row."""

# ruff: noqa: S608 - the SQL is only read.

import codecs
import gzip
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.import_history import hours as series
from custom_components.jannenkoti.import_history import scan as scans
from custom_components.jannenkoti.import_history import sql_dump as dumps
from custom_components.jannenkoti.import_history import sql_tokens
from custom_components.jannenkoti.import_history.local_time import Skip
from custom_components.jannenkoti.import_history.opened import open_source
from custom_components.jannenkoti.import_history.problem import HistoryError, Problem
from custom_components.jannenkoti.import_history.source import head_of, resolve
from custom_components.jannenkoti.import_history.sql_tokens import INSERT

from .stores import JANNENKOTI, make_sqlite, reading
from .test_read import problem, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from custom_components.jannenkoti.import_history.source import Value

NOON = "2025-09-08T12:00:00+00:00"
ROOM = "esp32_temphum/Makuuhuone/temperature"
COLUMNS = ("location", "timestamp", "temperature", "humidity")
HEADER = ",".join(COLUMNS)
INTO = f"INSERT INTO esp32_temphum ({HEADER}) VALUES "


def dump_rows(path: Path) -> Iterator[list[Value]]:
    """Yield all rows of a dump."""
    for batch in open_source(path).batches(lambda _table, columns: columns):
        yield from (list(row) for row in batch.rows)


# --- dumps ----------------------------------------------------------------------------


def test_value_of_many_short_lines_is_matched_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = 50_000
    path = tmp_path / "x.sql"
    value = "x\n" * lines
    path.write_text(f"{INTO}('{value}','{NOON}',1,2);\n{INTO}('b','{NOON}',3,4);\n")
    matched: list[int] = []
    original = sql_tokens.next_values

    def counting(text: str, at: int, *, backslashes: bool) -> Any:
        matched.append(len(text) - at)
        return original(text, at, backslashes=backslashes)

    monkeypatch.setattr(dumps, "next_values", counting)
    rows = [*dump_rows(path)]
    assert [row[0] for row in rows] == [value, "b"]
    assert sum(matched) < 5 * path.stat().st_size


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.lists(st.text("a\n;'(),-\r", max_size=12), min_size=1, max_size=4),
        min_size=1,
        max_size=6,
    ),
    chunk=st.integers(1, 40),
)
def test_lines_within_values_do_not_hide_the_next_statement(
    tmp_path: Path, values: list[list[str]], chunk: int
) -> None:
    path = tmp_path / "x.sql"
    text = ""
    for row in values:
        quoted = ",".join("'" + x.replace("'", "''") + "'" for x in row)
        names = ",".join(f"c{number}" for number in range(len(row)))
        text += f"INSERT INTO t ({names}) VALUES ({quoted}),\n({quoted});\nSELECT 1;\n"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dumps, "_CHUNK", 40 + chunk)
        # The beginning of a statement is in one part, as in chunks of a million.
        assert [*dump_rows(path)] == [row for row in values for _ in "12"]


def test_unterminated_value_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text(f"{INTO}('a','{NOON}',1,2),('b\n" + "y\n" * 1000)
    assert problem(path) is Problem.DAMAGED


def test_binary_value_is_no_row_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    blob = b"\\'),(\\0\xff\x80\\\n'"
    row = f"INSERT INTO `esp32_temphum` ({HEADER}) VALUES (_binary '".encode()
    path.write_bytes(row + blob + f",'{NOON}',1,2);\n".encode())
    scan, found = read(path)
    assert scan.tables["esp32_temphum"].skipped[Skip.UNKNOWN_SOURCE] == 1
    assert not found


def test_line_of_a_dump_may_have_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    rows = [
        f"('Room','2025-09-08T12:{n % 60:02}:00+00:00',20,30)" for n in range(30_000)
    ]
    path.write_text(INTO + ",".join(rows) + ";\n")
    assert path.stat().st_size > 1 << 20
    scan, _ = read(path)
    assert scan.tables["esp32_temphum"].rows == 30_000


def test_spaces_of_a_statement_take_linear_time() -> None:
    # With two neighboring quantifiers this does not end within minutes.
    assert INSERT.match("INSERT INTO a" + " " * 1_000_000) is None


def test_blank_lines_before_a_dump_take_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text("\n" * 60_000 + f"{INTO}('a','{NOON}',1,2);\n")
    assert len([*dump_rows(path)]) == 1


def test_table_of_many_short_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    columns = ",\n\n".join(COLUMNS)
    create = "CREATE TABLE esp32_temphum (\n" + "\n" * 100_000 + columns + "\n);\n"
    path.write_text(create + f"INSERT INTO esp32_temphum VALUES ('a','{NOON}',1,2);\n")
    assert read(path)[0].tables["esp32_temphum"].rows == 1


@pytest.mark.parametrize("rows", [True, False])
def test_reading_of_unwanted_parts_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, rows: bool
) -> None:
    monkeypatch.setattr(dumps, "_BEAT", 2)
    monkeypatch.setattr(dumps, "_CHUNK", 128)
    monkeypatch.setattr(dumps, "_ROWS", 5)
    path = tmp_path / "x.sql"
    more = (
        "INSERT INTO images VALUES " + ",".join(["(1)"] * 50) if rows else "x\n" * 999
    )
    path.write_text(f"{INTO}('a','{NOON}',1,2);\n{more};\n")
    calls: list[float] = []
    scan, _ = read(path, progress=calls.append)
    assert len(calls) > 3
    assert scan.tables["esp32_temphum"].rows == 1


# --- CSV ------------------------------------------------------------------------------


@pytest.mark.parametrize("bom", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"", None])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("dump", [True, False])
def test_encodings_of_old_programs_are_read(
    tmp_path: Path, bom: bytes | None, end: str, *, dump: bool
) -> None:
    """UTF-8 and UTF-16 with a byte order mark, UTF-8, and Windows-1252 (None)."""
    encodings = {codecs.BOM_UTF16_LE: "utf-16-le", None: "cp1252"}
    lines = [HEADER, f"Keittiö,{NOON},20,30", f'"Keittiö","{NOON}",21,30']
    if dump:
        lines = ["-- MySQL dump", f"{INTO}('Keittiö','{NOON}',20,30);"]
        lines.append("-- Dump completed")
    path = tmp_path / "esp32_temphum.csv"
    text = (end.join(lines) + end).encode(encodings.get(bom, "utf-8"))
    path.write_bytes((bom or b"") + text)
    assert "esp32_temphum/Keittiö/temperature" in read(path)[1]


def test_utf_16_of_the_other_order_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    text = f"{HEADER}\nWC,{NOON},20,30\n".encode("utf-16-be")
    path.write_bytes(codecs.BOM_UTF16_BE + text)
    assert "esp32_temphum/WC/temperature" in read(path)[1]


def test_line_without_an_end_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{HEADER}\nWC,{NOON},20,30\n" + "x" * (2 << 20))
    assert problem(path) is Problem.DAMAGED


def test_quote_without_an_end_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'{HEADER}\n"WC,{NOON},20,30\n' + "x\n" * 100_000)
    assert problem(path) is Problem.DAMAGED


def test_unreadable_lines_can_be_stopped_and_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{HEADER}\n" + "x,y\n" * 5000)
    calls: list[float] = []
    scan, _ = read(path, progress=calls.append)
    assert len(calls) == 6
    assert scan.tables["esp32_temphum"].skipped[Skip.DAMAGED] == 5000


# --- any file -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"PGDMP\x01\x0e",
        b"x" * 257 + b"ustar  \0" + b"CREATE TABLE x (a);",
        gzip.compress(b"-- MySQL dump"),
        b"PK\x03\x04-",
        b"BZh9",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
    ],
)
def test_archive_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.sql"
    path.write_bytes(content)
    assert problem(path) is Problem.ARCHIVE


def test_file_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_args: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(HistoryError) as caught:
        head_of(tmp_path)
    assert caught.value.problem is Problem.NO_PERMISSION


@pytest.mark.parametrize("name", ["pipe", "folder", "link", "/dev/zero"])
def test_what_is_no_file_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/dev/zero")
    with pytest.raises(HistoryError) as caught:
        resolve(tmp_path, name)
    expected = Problem.NOT_FOUND if name in ("pipe", "folder") else Problem.OUTSIDE
    assert caught.value.problem is expected


def test_store_of_ten_gigabytes_costs_what_is_read_of_it(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=[reading(NOON)])
    os.truncate(path, 10 << 30)
    assert path.stat().st_blocks * 512 < 1 << 20, "not a sparse file"
    assert read(path)[0].tables["esp32_temphum"].rows == 1


def test_incomplete_dump_of_ten_gigabytes_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text(f"-- MySQL dump\n{INTO}('a','{NOON}',1,2);\n")
    os.truncate(path, 10 << 30)
    assert problem(path) is Problem.DAMAGED


def test_huge_text_is_damage_only_where_it_is_read(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=[reading(NOON)])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE esp32_temphum ADD COLUMN picture TEXT")
        connection.execute("UPDATE esp32_temphum SET picture = ?", ["x" * 3_000_000])
        connection.commit()
        assert ROOM in read(path)[1]
        connection.execute("UPDATE esp32_temphum SET location = picture")
        connection.commit()
    assert problem(path) is Problem.DAMAGED


def test_hours_beyond_the_limit_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [reading(f"2025-09-08T{hour:02}:00:00Z") for hour in range(4)]
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=rows)
    monkeypatch.setattr(scans, "MOST_HOURS", 8)
    assert read(path)[0].hours == 8
    monkeypatch.setattr(scans, "MOST_HOURS", 7)
    assert problem(path) is Problem.TOO_LARGE


def test_values_of_an_hour_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "MOST_VALUES", 3)
    rows = [reading(f"2025-09-08T12:{minute:02}:00Z", minute) for minute in range(5)]
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=rows)
    scan, found = read(path)
    assert scan.tables["esp32_temphum"].skipped[Skip.TOO_MANY] == 4
    assert found[ROOM].hours[0].highest == 2


def test_name_with_line_breaks_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text(
        "INSERT INTO `devices` (id,external_id,device_name) VALUES (1,9,'Old\\nbin');\n"
        "INSERT INTO `sensors` (id,external_id,device_id) VALUES (1,99,1);\n"
        "INSERT INTO `sensor_readings` (sensor_id,recorded_at,scaled_value,raw_value)"
        " VALUES (1,'2025-09-08 12:00:00','1','1');\n"
    )
    assert read(path)[1]["sensor_readings/99"].subject == "Old bin · 99"
