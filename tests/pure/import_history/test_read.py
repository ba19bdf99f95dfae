"""Old stores of every format: what is read, what is skipped, and why."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.jannenkoti.import_history.local_time import Skip
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
from custom_components.jannenkoti.import_history.scan import Watch
from custom_components.jannenkoti.import_history.source import resolve

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
