"""The tables of the five old servers: which are read, and what is in them."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .source import Value

_CELSIUS: Final = "°C"
_PERCENT: Final = "%"


class Store(StrEnum):
    """An old server."""

    JANNENKOTI = "jannenkoti"
    TLINK = "tlink"
    VIKI = "viki"
    DISPOSITIVOS = "dispositivos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What a column or parameter measures."""

    name: str
    """The key in the name of a series; texts have one of the same name if they can."""
    unit: str | None
    total: bool = False
    """Whether it is a meter that only counts up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A table of readings."""

    store: Store
    table: str
    time: str = "timestamp"
    key: str | None = None
    """The column that says what was measured: a location or the id of a device."""
    values: Mapping[str, Quantity]
    """Columns with numbers."""
    parameters: str | None = None
    """A column with an object of numbers."""
    precise_time: str | None = None
    """A column with a time that is preferred where it is a whole one."""
    first_of: tuple[str, ...] = ()
    """Columns that hold the same value; the first with a number counts."""
    utc: bool = False
    """Whether times without a zone are UTC, whatever the zone of the home."""

    @property
    def required(self) -> frozenset[str]:
        """Return the columns without which the table cannot be read."""
        some = [name for name in (self.key, self.parameters) if name is not None]
        return frozenset((self.time, *some, *self.values, *self.first_of))

    @property
    def optional(self) -> frozenset[str]:
        """Return the columns that are read where they exist."""
        return frozenset([self.precise_time] if self.precise_time else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A small table that is kept as a whole: names of devices, or settings."""

    store: Store
    table: str
    required: frozenset[str]
    columns: frozenset[str] = frozenset()
    """Further columns that are read where they exist."""
    settings: bool = False
    """Whether it is shown as a setting."""

    @property
    def optional(self) -> frozenset[str]:
        """Return the columns that are read where they exist."""
        return self.columns


def _quantities(**units: str | None) -> dict[str, Quantity]:
    return {name: Quantity(name=name, unit=unit) for name, unit in units.items()}


_CLIMATE: Final = _quantities(temperature=_CELSIUS, humidity=_PERCENT)

READINGS: Final = (
    Readings(store=Store.JANNENKOTI, table="temphum", values=_CLIMATE),
    Readings(
        store=Store.JANNENKOTI, table="esp32_temphum", key="location", values=_CLIMATE
    ),
    Readings(
        store=Store.JANNENKOTI,
        table="bmp_sensor_data",
        values=_quantities(temperature=_CELSIUS),
    ),
    Readings(
        store=Store.JANNENKOTI,
        table="car_heater_status",
        values={
            "instant_power_w": Quantity(name="power", unit="W"),
            "energy_total_wh": Quantity(name="energy", unit="Wh", total=True),
            "ambient_temp": Quantity(name="temperature", unit=_CELSIUS),
        },
    ),
    Readings(
        store=Store.DISPOSITIVOS,
        table="estado_log",
        key="dispositivo_id",
        values={},
        parameters="parametros",
        utc=True,
    ),
    Readings(
        store=Store.TLINK,
        table="sensor_readings",
        time="recorded_at",
        key="sensor_id",
        values={},
        precise_time="sensor_timestamp",
        first_of=("scaled_value", "raw_value"),
    ),
)

DEVICES: Final = "dispositivo"
TLINK_SENSORS: Final = "sensors"
TLINK_DEVICES: Final = "devices"
THERMOSTAT: Final = "thermostat_conf"
TIMELAPSE: Final = "timelapse_conf"
MANUFACTURERS: Final = "manufacturer"
HEATERS: Final = "heating_settings"
TANKS: Final = "tank_settings"
MEMORY: Final = "memory"

ROWS: Final = (
    Rows(
        store=Store.DISPOSITIVOS,
        table=DEVICES,
        required=frozenset({"id", "serial_number", "reclamado"}),
        columns=frozenset({"nombre", "tipo", "modelo", "descripcion", "configuracion"}),
        settings=True,
    ),
    Rows(
        store=Store.TLINK,
        table=TLINK_SENSORS,
        required=frozenset({"id", "external_id", "device_id"}),
        columns=frozenset({"unit", "sensor_name", "sensor_type_id"}),
    ),
    Rows(
        store=Store.TLINK,
        table=TLINK_DEVICES,
        required=frozenset({"id", "external_id"}),
        columns=frozenset({"device_name"}),
    ),
    Rows(
        store=Store.JANNENKOTI,
        table=THERMOSTAT,
        required=frozenset({"target_temp", "pos_hysteresis", "neg_hysteresis"}),
        columns=frozenset(
            [
                "sleep_active",
                "sleep_start",
                "sleep_stop",
                "min_on_s",
                "min_off_s",
                "poll_interval_s",
                "smooth_window",
                "max_stale_s",
                "sleep_weekly",
                "control_locations",
            ]
        ),
        settings=True,
    ),
    Rows(
        store=Store.JANNENKOTI,
        table=TIMELAPSE,
        required=frozenset({"image_delay", "temphum_delay", "status_delay"}),
        settings=True,
    ),
    Rows(
        store=Store.VIKI,
        table=MANUFACTURERS,
        required=frozenset({"description", "power_factor", "power_size"}),
        columns=frozenset({"id", "manufacturer", "model_type", "notice"}),
        settings=True,
    ),
    Rows(
        store=Store.VIKI,
        table=HEATERS,
        required=frozenset({"id", "manufacturer", "buffer"}),
        columns=frozenset({"description"}),
        settings=True,
    ),
    Rows(
        store=Store.VIKI,
        table=TANKS,
        required=frozenset({"description", "volume"}),
        settings=True,
    ),
    Rows(
        store=Store.VIKI,
        table=MEMORY,
        required=frozenset({"mode", "heat_pipes"}),
        settings=True,
    ),
)

# Parameters of the MQTT devices whose unit is known.
_PARAMETERS: Final = _quantities(
    temperatura=_CELSIUS,
    temp=_CELSIUS,
    humedad=_PERCENT,
    co2_ppm="ppm",
    luz_lux="lx",
    db="dB",
    consumo_w="W",
    posicion=_PERCENT,
)
_LONGEST_PARAMETERS: Final = 64 * 1024
_MOST_PARAMETERS: Final = 50
_ENERGIES: Final = frozenset({"Wh", "kWh", "MWh"})


def parameter(name: str) -> Quantity:
    """Return what a parameter of an MQTT device measures."""
    return _PARAMETERS.get(name) or Quantity(name=name, unit=None)


def quantity_of_unit(unit: str | None) -> Quantity:
    """Return what a TLINK sensor with a unit measures."""
    return Quantity(name="value", unit=unit, total=unit in _ENERGIES)


def parameters_of(raw: Value) -> Iterator[tuple[str, object]]:
    """Yield the parameters of a row; nothing if they cannot be read."""
    if not isinstance(raw, str | bytes) or len(raw) > _LONGEST_PARAMETERS:
        return
    try:
        found = json.loads(raw)
    except ValueError, RecursionError:
        return
    if isinstance(found, dict):
        yield from [*found.items()][:_MOST_PARAMETERS]


type Table = Readings | Rows


def known_table(name: str, columns: Sequence[str]) -> Table | None:
    """Return what a table is by its name and columns, None if it is not known.

    Tables of two servers have the same name, so the columns decide. Names may have been
    changed by an export; then the columns alone decide.
    """
    named = [table for table in (*READINGS, *ROWS) if table.table == name.lower()]
    there = {column.lower() for column in columns}
    return next((table for table in named if table.required <= there), None)


def table_of_columns(columns: Sequence[str]) -> Table | None:
    """Return the table with the most columns that all are there, for files of any name.

    Columns such as ``id`` and ``description`` are in many tables: only readings count.
    """
    there = {column.lower() for column in columns}
    fitting = [table for table in READINGS if table.required <= there]
    return max(fitting, key=lambda table: len(table.required), default=None)


def has_name_of_table(name: str) -> bool:
    """Return whether a table has the name of a known one, whatever its columns."""
    return any(table.table == name.lower() for table in READINGS)
