"""What a sensor measures: the choice of the user, or else a guess by unit and name."""

from typing import TYPE_CHECKING, Final

from ..options import NO_CLASS

if TYPE_CHECKING:
    from ..options import Options
    from .devices import SensorInfo

_UNITS: Final = {
    "℃": "°C",
    "°": "°",
    "度": "°C",
    "摄氏度": "°C",
    "c": "°C",
    "°c": "°C",
    "℉": "°F",
    "°f": "°F",
    "\uff05": "%",
    "%": "%",
    "%rh": "%",
    "rh%": "%",
    "v": "V",
    "mv": "mV",
    "a": "A",
    "ma": "mA",
    "w": "W",
    "kw": "kW",
    "kwh": "kWh",
    "wh": "Wh",
    "hz": "Hz",
    "pa": "Pa",
    "hpa": "hPa",
    "kpa": "kPa",
    "bar": "bar",
    "mbar": "mbar",
    "psi": "psi",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "l": "L",
    "升": "L",
    "m3": "m³",
    "m³": "m³",
    "kg": "kg",
    "g": "g",
    "lux": "lx",
    "lx": "lx",
    "ppm": "ppm",
    "m/s": "m/s",
    "km/h": "km/h",
    "dbm": "dBm",
    "db": "dB",
    "μg/m3": "μg/m³",
    "ug/m3": "μg/m³",
}

# The device class of a unit that has only one.
_CLASSES: Final = {
    "°C": "temperature",
    "°F": "temperature",
    "V": "voltage",
    "mV": "voltage",
    "A": "current",
    "mA": "current",
    "W": "power",
    "kW": "power",
    "kWh": "energy",
    "Wh": "energy",
    "Hz": "frequency",
    "Pa": "pressure",
    "hPa": "pressure",
    "kPa": "pressure",
    "bar": "pressure",
    "mbar": "pressure",
    "psi": "pressure",
    "mm": "distance",
    "cm": "distance",
    "m": "distance",
    "L": "volume_storage",
    "m³": "volume_storage",
    "kg": "weight",
    "g": "weight",
    "lx": "illuminance",
    "m/s": "speed",
    "km/h": "speed",
    "dBm": "signal_strength",
}

# Words in names, in the languages of the users, that decide between device classes.
_WORDS: Final = (
    ("%", ("humid", "湿", "kosteus", "feucht", "humedad"), "humidity"),
    ("%", ("batter", "电量", "akku", "batería"), "battery"),
    ("ppm", ("co2", "二氧化碳"), "carbon_dioxide"),
    ("μg/m³", ("pm2.5", "pm25"), "pm25"),
    ("μg/m³", ("pm10",), "pm10"),
    ("m/s", ("wind", "风", "tuuli", "viento"), "wind_speed"),
)

CLASSES: Final = tuple(sorted({*_CLASSES.values(), *(found for _, _, found in _WORDS)}))
"""All device classes that are guessed or can be chosen."""

TOTALS: Final = frozenset({"energy"})
"""Device classes of totals that only increase."""


def unit_of(unit: str | None) -> str | None:
    """Return a unit as Home Assistant writes it."""
    if unit is None or not (unit := unit.strip()):
        return None
    return _UNITS.get(unit.lower(), unit)


def class_of(unit: str | None, name: str | None) -> str | None:
    """Return the device class of a sensor, None if there are several."""
    if unit is None:
        return None
    words_of_name = (name or "").lower()
    for of_unit, words, found in _WORDS:
        if unit == of_unit and any(word in words_of_name for word in words):
            return found
    return _CLASSES.get(unit)


def quantity_of(info: SensorInfo, options: Options) -> tuple[str | None, str | None]:
    """Return unit and device class of a sensor."""
    unit = unit_of(options.units.get(info.sensor_id) or info.unit)
    chosen = options.device_classes.get(info.sensor_id)
    if chosen is None:
        return unit, class_of(unit, info.name)
    return unit, None if chosen == NO_CLASS else chosen
