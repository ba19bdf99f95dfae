"""What a device is, by the prefix of its serial number, and what its parameters are.

The tables follow the templates of the firmware, old and new; device classes and units
are Home Assistant's.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ....lib.reading import read_truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..wire.payload import Scalar

_PREFIX_LENGTH: Final = 4

ACTUATOR_TYPE: Final = "actuador"
SENSOR_TYPE: Final = "sensor"
"""What the firmware calls the types of devices."""


class Actuator(StrEnum):
    """The platform of the entity that switches a device."""

    SWITCH = "switch"
    LIGHT = "light"
    FAN = "fan"
    COVER = "cover"
    LOCK = "lock"
    VALVE = "valve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """How a parameter is shown."""

    key: str
    """Translation key; empty for a parameter that is shown under its own name."""
    is_binary: bool = False
    device_class: str | None = None
    unit: str | None = None
    decimals: int | None = None
    diagnostic: bool = False
    safety: bool = False
    """Whether an unreadable value must be reported, because it may hide a danger."""


def _safety(key: str, device_class: str) -> Quantity:
    """Return the quantity of an alarm."""
    return Quantity(key=key, is_binary=True, device_class=device_class, safety=True)


QUANTITIES: Final[dict[str, Quantity]] = {
    "temperatura": Quantity(
        key="temperature", device_class="temperature", unit="°C", decimals=1
    ),
    "humedad": Quantity(key="humidity", device_class="humidity", unit="%", decimals=0),
    "co2_ppm": Quantity(
        key="carbon_dioxide", device_class="carbon_dioxide", unit="ppm", decimals=0
    ),
    "humo_detectado": _safety("smoke", "smoke"),
    "gas_detectado": _safety("gas", "gas"),
    "co_detectado": _safety("carbon_monoxide", "carbon_monoxide"),
    "fuga_detectada": _safety("moisture", "moisture"),
    "luz_lux": Quantity(
        key="illuminance", device_class="illuminance", unit="lx", decimals=0
    ),
    "movimiento": Quantity(key="motion", is_binary=True, device_class="motion"),
    "db": Quantity(
        key="sound_pressure", device_class="sound_pressure", unit="dB", decimals=0
    ),
    "stream_activo": Quantity(key="stream", is_binary=True, device_class="running"),
    "alertas_movimiento": Quantity(key="motion_alerts", is_binary=True),
    "consumo_w": Quantity(key="power", device_class="power", unit="W", decimals=0),
    "bateria": Quantity(
        key="battery", device_class="battery", unit="%", decimals=0, diagnostic=True
    ),
    "rssi": Quantity(
        key="signal_strength",
        device_class="signal_strength",
        unit="dBm",
        decimals=0,
        diagnostic=True,
    ),
}
"""By the firmware's name of the parameter."""

SPEED: Final = "velocidad"
POSITION: Final = "posicion"
LOCK_STATE: Final = "lock_state"
WATERING: Final = "riego_en_curso"
SETPOINT: Final = "setpoint_c"

ONLY_OF_ACTUATORS: Final = frozenset({SPEED, POSITION, LOCK_STATE, WATERING, SETPOINT})
"""New firmware reports all of these, whatever the device is."""

_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "temperatura": ("temp", "temperature", "temp_c", "temperatura_c", "temperature_c"),
    "humedad": ("hum", "humidity", "humedad_pct", "humidity_pct", "rh"),
    "co2_ppm": ("co2",),
    "humo_detectado": (
        *("humo", "smoke", "smoke_detected", "smoke_alarm"),
        *("alarma_humo", "alarma_de_humo"),
    ),
    "gas_detectado": (
        *("gas_detected", "fuga_gas", "fuga_de_gas", "gas_leak", "gas_alarm"),
        *("alarma_gas", "alarma_de_gas"),
    ),
    "co_detectado": ("co_detected", "co_alarm", "alarma_co"),
    "fuga_detectada": (
        *("fuga", "fuga_agua", "fuga_de_agua", "inundacion", "agua_detectada"),
        *("leak", "water_leak", "leak_detected", "water_detected", "flood"),
    ),
    "luz_lux": ("lux", "luz", "illuminance", "iluminancia", "light_lux"),
    "movimiento": ("motion", "motion_detected", "movimiento_detectado", "pir"),
    "db": ("ruido", "ruido_db", "noise", "noise_db", "sonido_db"),
    "consumo_w": ("power", "power_w", "potencia", "potencia_w", "consumo"),
    "bateria": ("battery", "bateria_pct", "battery_pct", "battery_level"),
    "rssi": ("wifi_rssi", "rssi_dbm", "senal", "signal"),
    SPEED: ("speed",),
    POSITION: ("position",),
    LOCK_STATE: (
        *("cerradura", "lock", "locked", "lock_status", "door_lock"),
        *("estado_cerradura", "bloqueado", "bloqueada"),
    ),
    WATERING: ("regando", "watering", "irrigating"),
}
_CANONICAL: Final = {
    alias: name for name, aliases in _ALIASES.items() for alias in (name, *aliases)
}


_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str:
    """Return the firmware's name of a parameter, or the name itself if it has none.

    Case, accents, spaces and punctuation do not matter, nor do the humps of a name such
    as ``humoDetectado``. A unit belongs to the name.
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = (plain, _HUMP.sub("_", plain))
    found = (_SEPARATORS.sub("_", word).strip("_").casefold() for word in words)
    return next((_CANONICAL[it] for it in found if it in _CANONICAL), name)


_OPEN: Final = frozenset({"open", "opened", "abierto", "abierta"})
_CLOSED: Final = frozenset({"close", "closed", "cerrado", "cerrada"})
_LOCKED: Final = _CLOSED | {"lock", "locked", "bloqueado", "bloqueada"}
_UNLOCKED: Final = _OPEN | {"unlock", "unlocked", "desbloqueado", "desbloqueada"}
# Words for yes and no of other quantities, which say nothing about a lock.
_OF_OTHERS: Final = frozenset({"detected", "detectado", "detectada", "clear"})
OF_SOME_TYPES: Final = _OPEN | _CLOSED | _OF_OTHERS
"""Words that mean on or off for some device types only."""


def read_locked(value: object) -> bool | None:
    """Return whether a lock state means locked; None for any word that is unknown."""
    word = value.strip().casefold() if isinstance(value, str) else ""
    if word in _LOCKED:
        return True
    if word in _UNLOCKED:
        return False
    return None if word in _OF_OTHERS else read_truth(value)


def read_state(device_type: DeviceType, word: str) -> bool | None:
    """Return whether a word for the state of a device means on, which locked is."""
    is_lock = device_type.actuator is Actuator.LOCK
    return read_locked(word) if is_lock else read_truth(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """What devices with one prefix are."""

    name: str
    """Key of the translated name."""
    actuator: Actuator = Actuator.SWITCH
    parameters: tuple[str, ...] = ()
    """Shown from the start, before the device has reported them."""
    acts: bool = False
    """Whether the device is an actuator; a sensor can only be switched off."""
    own_parameter: str | None = None
    """The parameter that the actuator's entity shows."""

    def is_of_another_type(self, parameter: str) -> bool:
        """Return whether only devices of another type have a use for a parameter."""
        return parameter in ONLY_OF_ACTUATORS and parameter != self.own_parameter

    @property
    def safety_parameters(self) -> tuple[str, ...]:
        """The safety parameters that every device of this type has."""
        own = self.own_parameter
        names = (*self.parameters, *(() if own is None else (own,)))
        return tuple(name for name in names if _is_safety(name, own))


DEVICE_TYPES: Final[dict[str, DeviceType]] = {
    "TMP0": DeviceType(name="temperature", parameters=("temperatura", "humedad")),
    "CO20": DeviceType(name="carbon_dioxide", parameters=("co2_ppm",)),
    "SMK0": DeviceType(name="smoke", parameters=("humo_detectado",)),
    "LUX0": DeviceType(name="illuminance", parameters=("luz_lux",)),
    "MOV0": DeviceType(name="motion", parameters=("movimiento",)),
    "SND0": DeviceType(name="noise", parameters=("db",)),
    "LGT0": DeviceType(name="light", actuator=Actuator.LIGHT, acts=True),
    "FAN0": DeviceType(
        name="fan", actuator=Actuator.FAN, acts=True, own_parameter=SPEED
    ),
    "SHD0": DeviceType(
        name="blind", actuator=Actuator.COVER, acts=True, own_parameter=POSITION
    ),
    "DRL0": DeviceType(
        name="door", actuator=Actuator.LOCK, acts=True, own_parameter=LOCK_STATE
    ),
    "RGD0": DeviceType(
        name="irrigation", actuator=Actuator.VALVE, acts=True, own_parameter=WATERING
    ),
    "CAM0": DeviceType(
        name="camera", parameters=("stream_activo", "alertas_movimiento"), acts=True
    ),
    "PLG0": DeviceType(name="plug", parameters=("consumo_w",), acts=True),
}
_UNKNOWN: Final = DeviceType(name="unknown")


def prefix_of(serial: str) -> str:
    """Return the prefix of a serial number."""
    return serial[:_PREFIX_LENGTH].upper()


def device_type_of(serial: str) -> DeviceType:
    """Return the device type that the prefix of a serial number stands for."""
    return DEVICE_TYPES.get(prefix_of(serial), _UNKNOWN)


def quantity_of(name: str, value: Scalar | None) -> Quantity | None:
    """Return how to show a parameter, by its name, else by its JSON type.

    None if neither is known. The type of a known parameter never depends on its value.
    """
    quantity = QUANTITIES.get(canonical_name(name))
    if quantity is not None or value is None:
        return quantity
    return Quantity(key="", is_binary=isinstance(value, bool))


def unreadable_safety(
    device_type: DeviceType, parameters: Mapping[str, Scalar], broken: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the safety parameters whose values cannot be read.

    ``broken`` are parameters that had a value of no usable type.
    """
    own = device_type.own_parameter
    found = [name for name in broken if _is_safety(canonical_name(name), own)]
    for name, value in parameters.items():
        canonical = canonical_name(name)
        if not _is_safety(canonical, own):
            continue
        read = read_locked if canonical == LOCK_STATE else read_truth
        if read(value) is None:
            found.append(name)
    return tuple(found)


def has_safety(names: Iterable[str], own_parameter: str | None) -> bool:
    """Return whether one of the names is that of a safety parameter."""
    return any(_is_safety(canonical_name(name), own_parameter) for name in names)


def _is_safety(name: str, own_parameter: str | None) -> bool:
    """Return whether a parameter is an alarm, or the state of a lock or valve."""
    if name in {LOCK_STATE, WATERING}:
        return name == own_parameter
    quantity = QUANTITIES.get(name)
    return quantity is not None and quantity.safety
