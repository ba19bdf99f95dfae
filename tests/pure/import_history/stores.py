"""Old stores, made by the schemas of the original servers."""

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

JANNENKOTI = """
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE NOT NULL,
  password_hash TEXT NOT NULL);
CREATE TABLE temphum (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,
  temperature REAL NOT NULL, humidity REAL NOT NULL);
CREATE TABLE esp32_temphum (id INTEGER PRIMARY KEY AUTOINCREMENT,
  location TEXT NOT NULL, timestamp TEXT NOT NULL, temperature REAL NOT NULL,
  humidity REAL NOT NULL, ac_on BOOLEAN);
CREATE TABLE ac_events (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,
  is_on BOOLEAN NOT NULL, source TEXT, note TEXT);
CREATE TABLE timelapse_conf (id INTEGER PRIMARY KEY CHECK (id = 1),
  image_delay INTEGER NOT NULL, temphum_delay INTEGER NOT NULL,
  status_delay INTEGER NOT NULL);
CREATE TABLE thermostat_conf (id INTEGER PRIMARY KEY CHECK (id = 1),
  sleep_active BOOLEAN NOT NULL, sleep_start TEXT, sleep_stop TEXT,
  target_temp REAL NOT NULL, pos_hysteresis REAL NOT NULL, neg_hysteresis REAL NOT NULL,
  thermo_active BOOLEAN NOT NULL DEFAULT 1, min_on_s INTEGER NOT NULL DEFAULT 240,
  min_off_s INTEGER NOT NULL DEFAULT 240, poll_interval_s INTEGER NOT NULL DEFAULT 15,
  smooth_window INTEGER NOT NULL DEFAULT 5, max_stale_s INTEGER, sleep_weekly TEXT,
  control_locations TEXT);
CREATE TABLE car_heater_status (id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp TEXT NOT NULL, is_heater_on BOOLEAN NOT NULL, instant_power_w REAL NOT NULL,
  energy_total_wh REAL, ambient_temp REAL);
"""

DISPOSITIVOS = """
CREATE TABLE dispositivo (id INTEGER NOT NULL PRIMARY KEY,
  serial_number VARCHAR(100) NOT NULL UNIQUE, nombre VARCHAR(80) NOT NULL,
  tipo VARCHAR(50) NOT NULL, modelo VARCHAR(100), descripcion VARCHAR(255),
  estado VARCHAR(20), parametros JSON, configuracion JSON, reclamado BOOLEAN);
CREATE TABLE estado_log (id INTEGER NOT NULL PRIMARY KEY,
  dispositivo_id INTEGER NOT NULL, estado VARCHAR(20), parametros JSON,
  timestamp DATETIME, FOREIGN KEY(dispositivo_id) REFERENCES dispositivo (id));
"""

TLINK = """-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `devices`;
CREATE TABLE `devices` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `external_id` bigint NOT NULL,
  `device_name` varchar(191) DEFAULT NULL,
  `last_raw_payload` longtext,
  PRIMARY KEY (`id`),
  UNIQUE KEY `external_id` (`external_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
INSERT INTO `devices` VALUES (1,4711,'Tank \\'A\\', old','{"a": [1,2]}');
CREATE TABLE `sensor_readings` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `sensor_id` bigint unsigned NOT NULL,
  `recorded_at` datetime NOT NULL,
  `sensor_timestamp` varchar(64) DEFAULT NULL,
  `is_alarm` tinyint(1) DEFAULT NULL,
  `is_line` tinyint(1) DEFAULT NULL,
  `raw_value` varchar(255) DEFAULT NULL,
  `scaled_value` varchar(255) DEFAULT NULL,
  `raw_payload` longtext,
  PRIMARY KEY (`id`),
  CONSTRAINT `fk` FOREIGN KEY (`sensor_id`) REFERENCES `sensors` (`id`)
) ENGINE=InnoDB;
LOCK TABLES `sensor_readings` WRITE;
INSERT INTO `sensor_readings` VALUES
%s;
UNLOCK TABLES;
CREATE TABLE `sensors` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `external_id` bigint NOT NULL,
  `device_id` bigint unsigned NOT NULL,
  `sensor_type_id` int DEFAULT NULL,
  `sensor_name` varchar(191) DEFAULT NULL,
  `unit` varchar(64) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `sensors` VALUES (7,55001,1,1,'Level','mm'),(8,55002,1,2,'Pump',NULL),
(9,55003,1,1,'Meter','kWh');
-- Dump completed on 2025-12-15 10:00:00
"""

VIKI = """--
-- PostgreSQL database dump
--
SET standard_conforming_strings = on;
CREATE TABLE public.manufacturer (
    id integer NOT NULL,
    description character varying(256) NOT NULL,
    category integer NOT NULL,
    manufacturer character varying(256) NOT NULL,
    model_type character varying(256) NOT NULL,
    url character varying(256),
    api character varying(256),
    power_factor numeric(3,2),
    power_size integer,
    notice character varying(256) NOT NULL
);
COPY public.manufacturer (id, description, category, manufacturer, model_type, url,\
 api, power_factor, power_size, notice) FROM stdin;
7\tVaillant Elektro-Heizstab 2-4-6 kW\t8\tVaillant\tElektro-Heizstab\t\\N\t\\N\t1.00\
\t2000\tWatt\\tje Phase
10\tuniSTOR\t9\tVaillant\tVIH\t\\N\t\\N\t1.00\t300\t300 Liter
\\.
COPY public.tank_settings (id, description, volume) FROM stdin;
1\tWarmwasser\t300
\\.
COPY public.users (id, username, password) FROM stdin;
1\tviki\tsecret
\\.
-- PostgreSQL database dump complete
"""


def make_sqlite(path: Path, schema: str, **tables: Iterable[dict[str, Any]]) -> Path:
    """Make an SQLite file with rows."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
        for table, rows in tables.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
                    [*row.values()],
                )
        connection.commit()
    return path


def reading(at: str, temperature: object = 21.0, **more: object) -> dict[str, Any]:
    """Return a row of ``esp32_temphum``."""
    return {
        "location": "Makuuhuone",
        "timestamp": at,
        "temperature": temperature,
        "humidity": 40.0,
    } | more
