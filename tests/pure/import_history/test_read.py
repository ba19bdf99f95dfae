"""Old stores of every format: what is read, what is skipped, and why."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.jannenkoti.import_history import scan as scans
from custom_components.jannenkoti.import_history import spool
from custom_components.jannenkoti.import_history import sql_dump as dumps
from custom_components.jannenkoti.import_history.csv_source import CsvSource
from custom_components.jannenkoti.import_history.json_source import JsonSource
from custom_components.jannenkoti.import_history.local_time import LocalTimes, Skip
from custom_components.jannenkoti.import_history.plan import (
    found_series,
    statistic_ids,
)
from custom_components.jannenkoti.import_history.problem import HistoryError, Problem
from custom_components.jannenkoti.import_history.read import read_store
from custom_components.jannenkoti.import_history.report import (
    scan_report,
    series_report,
)
from custom_components.jannenkoti.import_history.scan import Watch, number
from custom_components.jannenkoti.import_history.source import (
    fingerprint,
    head_of,
    resolve,
)
from custom_components.jannenkoti.import_history.sql_dump import SqlDump
from custom_components.jannenkoti.import_history.stores import parameters_of

from .stores import (
    DISPOSITIVOS,
    JANNENKOTI,
    TLINK,
    VIKI,
    make_sqlite,
    reading,
)

if TYPE_CHECKING:
    from pathlib import Path

    from custom_components.jannenkoti.import_history.plan import Found
    from custom_components.jannenkoti.import_history.scan import Scan

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
INSERT = "INSERT INTO temphum VALUES "
NOON = int(datetime(2025, 9, 8, 12, tzinfo=UTC).timestamp())


def read(path: Path, **more: Any) -> tuple[Scan, dict[str, Found]]:
    """Read a store; return what was found, and its series."""
    given: dict[str, Any] = {"zone": HELSINKI, "now": NOW} | more
    watch = Watch(**given)
    found = read_store(path, watch, path.parent)
    return found, {each.id: each for each in found_series(found)}


def problem(path: Path, **more: Any) -> Problem:
    """Return why a store cannot be read."""
    with pytest.raises(HistoryError) as caught:
        read(path, **more)
    return caught.value.problem


@pytest.fixture
def old(tmp_path: Path) -> Path:
    rows = [
        reading("2025-09-08T15:00:00+03:00", 20),
        reading("2025-09-08T15:30:00+03:00", 22),
        reading("2025-09-08 16:15:00", 24),
    ]
    return make_sqlite(tmp_path / "old.db", JANNENKOTI, esp32_temphum=rows)


def test_hours_of_a_room_are_read_from_sqlite(old: Path) -> None:
    before = old.read_bytes()
    scan, series = read(old)
    hours = series["esp32_temphum/Makuuhuone/temperature"].hours
    assert [hours[i].start for i in range(2)] == [NOON, NOON + 3600]
    first, second = hours[0], hours[1]
    assert (first.mean, first.lowest, first.highest) == (21, 20, 22)
    assert second.mean == pytest.approx((22 * 15 + 24 * 45) / 60)
    assert scan.tables["esp32_temphum"].rows == 3
    report = scan_report(scan)
    assert report["tables"]["esp32_temphum"]["first"] == "2025-09-08T12:00:00+00:00"
    assert "users" in report["unknown_tables"]
    assert [*old.parent.iterdir()] == [old]
    assert old.read_bytes() == before


BAD = {
    "nan": (reading("2025-09-08T16:00:00+03:00", "nan"), Skip.NOT_A_NUMBER),
    "text": (reading("2025-09-08T16:00:00+03:00", "warm"), Skip.NOT_A_NUMBER),
    "infinite": (reading("2025-09-08T16:00:00+03:00", 9e999), Skip.NOT_A_NUMBER),
    "blob": (reading("2025-09-08T16:00:00+03:00", b"\0"), Skip.NOT_A_NUMBER),
    "duplicate": (reading("2025-09-08T15:30:00+03:00", 22), Skip.DUPLICATE),
    "future": (reading("2099-01-01T00:00:00+03:00"), Skip.FUTURE),
    "1970": (reading("1970-01-01 00:00:12"), Skip.BAD_TIME),
    "no time": (reading("yesterday"), Skip.BAD_TIME),
    "year 0": (reading("0001-01-01T00:00:00"), Skip.BAD_TIME),
    "no place": (
        reading("2025-09-08T16:00:00+03:00", location=" "),
        Skip.UNKNOWN_SOURCE,
    ),
    "place of bytes": (
        reading("2025-09-08T16:00:00+03:00", location=b"\xff"),
        Skip.UNKNOWN_SOURCE,
    ),
    "a gap in spring": (reading("2025-03-30 03:30:00"), Skip.WRONG_ZONE),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_row_is_skipped_with_its_reason(tmp_path: Path, what: str) -> None:
    row, reason = BAD[what]
    good = [
        reading("2025-09-08T15:00:00+03:00", 20),
        reading("2025-09-08T15:30:00+03:00", 22),
    ]
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=[*good, row])
    scan, series = read(path)
    hours = series["esp32_temphum/Makuuhuone/temperature"].hours
    assert len(hours) == 1
    assert hours[0].mean == 21
    skipped = {k: n for k, n in scan.tables["esp32_temphum"].skipped.items() if n}
    assert skipped.keys() == {reason}
    assert scan_report(scan)["tables"]["esp32_temphum"]["skipped"] == {
        reason.value: skipped[reason]
    }


def test_rows_in_any_order_give_the_same_hours(old: Path, tmp_path: Path) -> None:
    times = [
        f"2025-09-08T{hour:02}:{minute:02}:00Z"
        for hour in (9, 10, 11)
        for minute in (0, 20, 40)
    ]
    rows = [reading(at, number) for number, at in enumerate(times)]
    ordered = make_sqlite(tmp_path / "a.db", JANNENKOTI, esp32_temphum=rows)
    mixed = make_sqlite(tmp_path / "b.db", JANNENKOTI, esp32_temphum=rows[::-1] + rows)
    one, two = read(ordered)[1], read(mixed)[1]
    for name in one:
        assert [one[name].hours[i] for i in range(3)] == [
            two[name].hours[i] for i in range(3)
        ]
    assert not [x for x in tmp_path.iterdir() if x.name.startswith(".")]


def test_night_when_summer_time_ends_has_both_hours(tmp_path: Path) -> None:
    rows = [
        reading(f"2025-10-26 03:{minute:02}:00", number)
        for number, minute in enumerate([0, 30, 0, 30])
    ]
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=rows)
    hours = read(path)[1]["esp32_temphum/Makuuhuone/temperature"].hours
    midnight = int(datetime(2025, 10, 26, tzinfo=UTC).timestamp())
    assert [*hours.starts] == [midnight, midnight + 3600]
    assert [hours[i].mean for i in range(2)] == [0.5, 2.5]


def test_time_zone_of_the_old_server_can_be_chosen(tmp_path: Path) -> None:
    path = make_sqlite(
        tmp_path / "x.db", JANNENKOTI, esp32_temphum=[reading("2025-09-08 20:00:00")]
    )
    for zone, hours in (("Asia/Shanghai", 0), ("Europe/Helsinki", 5), ("UTC", 8)):
        found = read(path, zone=ZoneInfo(zone))[1]
        start = found["esp32_temphum/Makuuhuone/humidity"].hours[0].start
        assert start == NOON + hours * 3600


def test_mysql_dump_of_tlink_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tlink.sql"
    path.write_text(
        TLINK
        % (
            "(1,7,'2025-09-08 20:00:00','20:00:00',0,1,'1.5','15.0',"
            '\'{\\"v\\": \\"x\\\'),'
            "(1\\\"}'),\n"
            "(2,7,'2024-01-01 00:00:00','2025-09-08 20:30:00',0,1,'1.6','17.0',NULL),"
            "(3,8,'2025-09-08 20:00:00','20:00:00',0,1,'1','1',NULL),"
            "(4,9,'2025-09-08 20:00:00',NULL,0,1,NULL,'100',NULL),"
            "(5,9,'2025-09-08 21:00:00',NULL,0,1,'103',NULL,NULL),"
            "(6,99,'2025-09-08 21:00:00',NULL,0,1,'1','1',NULL)"
        )
    )
    scan, series = read(path, zone=ZoneInfo("Asia/Shanghai"))
    assert series.keys() == {"sensor_readings/55001", "sensor_readings/55003"}
    level = series["sensor_readings/55001"]
    assert level.subject == "Tank 'A', old · Level"
    assert level.quantity.unit == "mm"
    assert level.unique_id_end == "_sensor_55001_value"
    assert (level.hours[0].start, level.hours[0].mean) == (NOON, 16)
    meter = series["sensor_readings/55003"]
    assert meter.quantity.total
    assert [meter.hours[i].growth for i in range(2)] == [0, 3]
    skipped = scan.tables["sensor_readings"].skipped
    assert skipped[Skip.NO_STATISTIC] == 1
    assert skipped[Skip.UNKNOWN_SOURCE] == 1


def test_log_of_mqtt_devices_is_read_in_utc(tmp_path: Path) -> None:
    path = make_sqlite(
        tmp_path / "iot.db",
        DISPOSITIVOS,
        dispositivo=[
            {
                "id": 1,
                "serial_number": "TMP0A1B2C3D4",
                "nombre": "Sala",
                "tipo": "s",
                "configuracion": '{"modo": "manual"}',
                "reclamado": 1,
            },
        ],
        estado_log=[
            {
                "dispositivo_id": 1,
                "timestamp": "2025-09-08 12:00:00.000000",
                "parametros": '{"temperatura": 23.5, "humedad": 48, "on": true,'
                ' "t": "x"}',
            },
            {
                "dispositivo_id": 1,
                "timestamp": "2025-09-08 12:10:00",
                "parametros": "{",
            },
            {
                "dispositivo_id": 2,
                "timestamp": "2025-09-08 12:00:00",
                "parametros": '{"temperatura": 1}',
            },
        ],
    )
    scan, series = read(path)
    assert series.keys() == {
        "estado_log/TMP0A1B2C3D4/humedad",
        "estado_log/TMP0A1B2C3D4/temperatura",
    }
    found = series["estado_log/TMP0A1B2C3D4/temperatura"]
    assert found.unique_id_end == "_TMP0A1B2C3D4_parameter_temperatura"
    assert found.hours[0].start == NOON
    assert series_report(found) == {
        "name": "Sala",
        "quantity": "temperatura",
        "unit": "°C",
        "hours": 1,
        "first": "2025-09-08T12:00:00+00:00",
        "last": "2025-09-08T12:00:00+00:00",
    }
    (device,) = scan_report(scan)["settings"]["dispositivo"]
    assert device["serial_number"] == "TMP0A1B2C3D4"
    assert scan.tables["estado_log"].skipped[Skip.UNKNOWN_SOURCE] == 1


def test_postgresql_dump_of_viki_is_read(tmp_path: Path) -> None:
    path = tmp_path / "viki.sql"
    path.write_text(VIKI)
    scan, series = read(path)
    assert not series
    settings = scan_report(scan)["settings"]
    assert [row["power_size"] for row in settings["manufacturer"]] == ["2000", "300"]
    assert settings["manufacturer"][0]["notice"] == "Watt\tje Phase"
    assert settings["tank_settings"] == [{"description": "Warmwasser", "volume": "300"}]
    assert "users" not in scan.rows
    assert scan.unknown == {"users"}


def test_mode_of_the_heating_is_read(tmp_path: Path) -> None:
    path = tmp_path / "memory.json"
    path.write_text('{"heat_pipes": {"1": false}, "mode": "Urlaub"}')
    assert read(path)[0].rows["memory"] == [
        {"mode": "Urlaub", "heat_pipes": '{"1": false}'}
    ]
    assert not [*JsonSource(path).batches(lambda _name, _columns: None)]
    path.write_text("{}")
    assert problem(path) is Problem.NOT_A_STORE


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_a_header_is_read(tmp_path: Path, delimiter: str) -> None:
    lines = [
        ("Location", "timestamp", "temperature", "humidity"),
        ("WC", "2025-09-08T12:00:00Z", "20", ""),
        ("WC", "2025-09-08T12:30:00Z", "22", "50"),
        ("WC", "2025-09-08T12:30"),
    ]
    path = tmp_path / "my export.csv"
    path.write_text("\n".join(map(delimiter.join, lines)), encoding="utf-8-sig")
    scan, series = read(path)
    assert series["esp32_temphum/WC/temperature"].hours[0].mean == 21
    skipped = scan.tables["esp32_temphum"].skipped
    assert skipped[Skip.DAMAGED] == skipped[Skip.NOT_A_NUMBER] == 1


def test_csv_of_tlink_readings_alone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sensor_readings.csv"
    path.write_text(
        "sensor_id,recorded_at,raw_value,scaled_value\n7,2025/09/08 12:00:00,1,\\N\n"
    )
    (found,) = read(path, zone=UTC)[1].values()
    assert (found.id, found.hours[0].mean) == ("sensor_readings/7", 1)


def test_dump_of_sqlite_is_read(tmp_path: Path, old: Path) -> None:
    path = tmp_path / "old.sql"
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE esp32_temphum SET location = 'O''Neill \\'")
        path.write_text("\n".join(connection.iterdump()))
    found = read(path)[1]["esp32_temphum/O'Neill \\/temperature"]
    assert found.hours[0].mean == 21


# The file as a whole


def test_store_that_a_server_uses_is_refused(old: Path) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert problem(old) is Problem.LOCKED
    assert read(old)


def test_store_with_an_unfinished_log_is_refused(old: Path) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DELETE FROM ac_events")
        connection.execute("INSERT INTO timelapse_conf VALUES (1, 5, 10, 15)")
        assert problem(old) is Problem.LOCKED
    assert read(old)


def test_truncated_store_is_refused(old: Path, tmp_path: Path) -> None:
    rows = [reading(f"2025-09-08T12:{x % 60:02}:00Z", x) for x in range(3000)]
    path = make_sqlite(tmp_path / "big.db", JANNENKOTI, esp32_temphum=rows)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert problem(path) is Problem.DAMAGED
    path.write_bytes(whole[:100] + b"\xff" * 4000)
    assert problem(path) is Problem.DAMAGED


def test_truncated_dump_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text(VIKI[: VIKI.index("10\tuniSTOR")])
    assert problem(path) is Problem.DAMAGED
    path.write_text("INSERT INTO temphum VALUES (1,'2025")
    assert problem(path) is Problem.DAMAGED
    path.write_text("COPY temphum (timestamp) FROM stdin;\n2025")
    assert problem(path) is Problem.DAMAGED


def test_newer_schema_is_refused(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "x.db", "CREATE TABLE esp32_temphum (place, t, v)")
    assert problem(path) is Problem.NEWER
    raw = bytearray(path.read_bytes())
    raw[18:20] = b"\x09\x09"
    path.write_bytes(raw)
    assert problem(path) is Problem.NEWER


@pytest.mark.parametrize("content", ["", "hello", "a,b\n1,2\n", "{", "\0\1", "{}"])
def test_other_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    assert problem(path) is Problem.NOT_A_STORE
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE other (a)")
    assert problem(tmp_path / "x.db") is Problem.NOT_A_STORE


def test_file_that_changes_meanwhile_is_refused(old: Path) -> None:
    def write(_share: float) -> None:
        with old.open("ab") as file:
            file.write(b"\0")

    assert problem(old, progress=write) is Problem.CHANGED


def test_scan_can_be_stopped(old: Path) -> None:
    assert problem(old, cancelled=lambda: True) is Problem.CANCELLED


def test_progress_ends_with_the_whole_file(tmp_path: Path) -> None:
    shares: list[float] = []
    rows = [reading("2025-09-08T12:00:00Z", x) for x in range(2500)]
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=rows)
    read(path, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) == 3
    assert 0 < shares[0] < shares[-1] <= 1


# Where files may be


def test_path_outside_the_folder_is_refused(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "link.db").symlink_to(old)
    (folder / "loop.db").symlink_to(folder / "loop.db")
    inside = make_sqlite(folder / "inside.db", JANNENKOTI)
    (folder / "good.db").symlink_to(inside)
    assert resolve(folder, "inside.db") == resolve(folder, "good.db") == inside
    assert resolve(folder, str(inside)) == inside
    for name, expected in {
        "../old.db": Problem.OUTSIDE,
        str(old): Problem.OUTSIDE,
        "link.db": Problem.OUTSIDE,
        "../missing.db": Problem.OUTSIDE,
        "missing.db": Problem.NOT_FOUND,
        "loop.db": Problem.NOT_FOUND,
        ".": Problem.NOT_FOUND,
        "": Problem.NOT_FOUND,
        "a\0b": Problem.NOT_FOUND,
        "x" * 5000: Problem.NOT_FOUND,
    }.items():
        with pytest.raises(HistoryError) as caught:
            resolve(folder, name)
        assert caught.value.problem is expected, name[:20]


def test_series_with_similar_names_have_different_statistics(tmp_path: Path) -> None:
    rows = [
        reading("2025-09-08T12:00:00Z", location=place)
        for place in ("A b", "a-b", "??")
    ]
    path = make_sqlite(tmp_path / "x.db", JANNENKOTI, esp32_temphum=rows)
    series = [*read(path)[1].values()]
    ids = statistic_ids(
        series,
        "jannenkoti",
        lambda text: "".join(x if x.isalnum() else "_" for x in text.lower()),
    )
    assert len({*ids.values()}) == 6
    assert ids["esp32_temphum/A b/humidity"] == "jannenkoti:esp32_temphum_a_b_humidity"
    assert (
        ids["esp32_temphum/a-b/humidity"] == "jannenkoti:esp32_temphum_a_b_humidity_2"
    )


# Rare cases


def test_series_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "MOST_SERIES", 3)
    monkeypatch.setattr(scans, "MOST_ROWS_OF_SETTINGS", 1)
    rows = [reading("2025-09-08T12:00:00Z", location=x) for x in "abc"]
    conf = {"image_delay": 1, "temphum_delay": 1, "status_delay": 1}
    path = make_sqlite(
        tmp_path / "x.db",
        JANNENKOTI.replace("id INTEGER PRIMARY KEY CHECK (id = 1)", "id INTEGER"),
        esp32_temphum=rows,
        timelapse_conf=[conf, conf],
    )
    scan, series = read(path)
    assert len(series) == 3
    assert scan.tables["esp32_temphum"].skipped[Skip.TOO_MANY] == 3
    assert scan.tables["timelapse_conf"].skipped[Skip.TOO_MANY] == 1
    assert len(scan.rows["timelapse_conf"]) == 1


def test_value_of_tlink_without_a_number_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "sensor_id,recorded_at,raw_value,scaled_value\n7,2025-09-08 12:00:00,x,\n"
        f"{'7' * 101},2025-09-08 12:00:00,1,1\n"
    )
    skipped = read(path)[0].tables["sensor_readings"].skipped
    assert skipped[Skip.NOT_A_NUMBER] == skipped[Skip.UNKNOWN_SOURCE] == 1


def test_long_csv_comes_in_batches(tmp_path: Path) -> None:
    lines = [f"2025-09-08T12:{n % 60:02}:{n // 60:02}Z,{n},1" for n in range(2500)]
    path = tmp_path / "temphum.csv"
    path.write_text("\n".join(["timestamp,temperature,humidity", *lines, "", "1"]))
    shares: list[float] = []
    scan, series = read(path, progress=shares.append)
    assert scan.tables["temphum"].rows == 2500
    assert series["temphum/temperature"].hours[0].highest == 2499
    assert len(shares) == 3
    path.write_text('timestamp,temperature,humidity\n"' + "x" * 200_000)
    assert problem(path) is Problem.DAMAGED


def test_long_dumps_come_in_batches(tmp_path: Path) -> None:
    rows = [f"(1,'2025-09-08T12:{n % 60:02}:{n // 60:02}Z',{n},1)" for n in range(2500)]
    path = tmp_path / "x.sql"
    create = (
        "CREATE TABLE temphum (id int, timestamp text, temperature real, humidity real"
    )
    path.write_text(
        f"{create}\n);\n{INSERT}\n"
        + ",\n".join([*rows, "(1,2)"])
        + f";\nINSERT INTO logs VALUES (1,'{INSERT}(1)');\n"
    )
    scan, _ = read(path)
    assert scan.tables["temphum"].rows == 2500
    assert scan.tables["temphum"].skipped[Skip.DAMAGED] == 1
    path.write_text(create)
    assert problem(path) is Problem.NOT_A_STORE


def test_long_lines_of_a_dump_are_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "_CHUNK", 120)
    path = tmp_path / "x.sql"
    note = "x" * 300
    columns = "timestamp, temperature, humidity, note"
    copied = f"2025-09-08T12:00:00Z\t20\t40\t{note}\n"
    path.write_text(
        f"-- {note}\nCOPY t ({columns}) FROM stdin;\n{copied}\\.\n"
        f"COPY temphum ({columns}) FROM stdin;\n{copied}\\.\n"
        "CREATE TABLE temphum (timestamp int,\ntemperature int, humidity int,\n"
        f"note int);\n{INSERT}('2025-09-08T13:00:00Z',20,40,'{note}');\n"
    )
    scan, _ = read(path)
    assert scan.tables["temphum"].rows == 2
    monkeypatch.setattr(dumps, "_LONGEST_ROW", 200)
    assert problem(path) is Problem.DAMAGED
    path.write_text(f"{INSERT}('{note}', 1);")
    assert problem(path) is Problem.DAMAGED
    path.write_text("INSERT INTO temphum VALUES (1 2);")
    assert problem(path) is Problem.DAMAGED


def test_table_without_ids_is_read(tmp_path: Path) -> None:
    schema = """CREATE TABLE temphum (timestamp TEXT PRIMARY KEY, temperature, humidity)
    WITHOUT ROWID"""
    row = {"timestamp": "2025-09-08T12:00:00Z", "temperature": 1, "humidity": 2}
    path = make_sqlite(tmp_path / "x.db", schema, temphum=[row])
    assert read(path)[1]["temphum/humidity"].hours[0].mean == 2


def test_empty_journal_of_an_ended_server_is_no_lock(old: Path) -> None:
    """SQLite leaves one behind with `journal_mode = truncate`."""
    old.with_name("old.db-journal").touch()
    assert read(old)[0].tables["esp32_temphum"].rows == 3
    old.with_name("old.db-journal").write_bytes(b"x")
    assert problem(old) is Problem.LOCKED


def test_only_decoding_falls_back_to_single_bytes() -> None:
    """Text that cannot be encoded is an error of ours, never replaced."""
    assert b"Keitti\xf6".decode(errors="jannenkoti_single_bytes") == "Keittiö"
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode(errors="jannenkoti_single_bytes")


def test_file_that_cannot_be_read_is_refused(old: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    for act in (fingerprint, head_of):
        with pytest.raises(HistoryError) as caught:
            act(missing)
        assert caught.value.problem is Problem.NOT_FOUND
    for source in (CsvSource(missing), SqlDump(missing), JsonSource(missing)):
        with pytest.raises(HistoryError):
            [*source.batches(lambda _name, columns: columns)]


def test_folder_that_cannot_be_resolved_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_path: Path, *, strict: bool = False) -> None:
        raise OSError

    monkeypatch.setattr(type(tmp_path), "resolve", broken)
    with pytest.raises(HistoryError) as caught:
        resolve(tmp_path, "x.db")
    assert caught.value.problem is Problem.NOT_FOUND


def test_dump_that_disappears_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.sql"
    path.write_text(VIKI)
    source = SqlDump(path)

    def vanish(_head: bytes) -> None:
        path.unlink()

    monkeypatch.setattr(source, "_check_whole", vanish)
    with pytest.raises(HistoryError) as caught:
        [*source.batches(lambda _name, columns: columns)]
    assert caught.value.problem is Problem.DAMAGED


def test_table_of_another_name_counts_in_a_csv_file_only(tmp_path: Path) -> None:
    schema = "CREATE TABLE other (timestamp, temperature, humidity)"
    path = make_sqlite(tmp_path / "x.db", schema)
    assert problem(path) is Problem.NOT_A_STORE


def test_extreme_times_and_numbers_are_skipped() -> None:
    times = LocalTimes(UTC, NOW)
    assert times.read("8999-01-01 00:00:00", "x") is Skip.FUTURE
    assert times.read(" " * 41, "x") is Skip.BAD_TIME
    assert number(10**400) is None
    for text, value in (("2.5", 2.5), ("-inf", None), ("nan", None), ("warm", None)):
        assert number(text) == value
    assert number(raw=True) is None


def test_sorting_needs_room_on_the_disk(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(
            "INSERT INTO esp32_temphum SELECT 9, location, timestamp, 1, 1, 0"
            " FROM esp32_temphum LIMIT 1"
        )
        connection.commit()
    assert read(old)
    monkeypatch.setattr(spool, "_LEAST_FREE", 1 << 60)
    assert problem(old) is Problem.NO_SPACE
    monkeypatch.undo()

    def full(*_: object) -> None:
        raise sqlite3.OperationalError

    monkeypatch.setattr(spool, "_sorted", full)
    assert problem(old) is Problem.NO_SPACE


def test_unreadable_parameters_are_left_out() -> None:
    assert not [*parameters_of(None)]
    assert not [*parameters_of("[1]")]
    assert not [*parameters_of("[" * 60_000)]
    assert not [*parameters_of(" " * 70_000)]
    assert [*parameters_of('{"a": 1}')] == [("a", 1)]
