"""What a serial number's prefix tells of a device, and a parameter's name of it.

The table of the firmware's templates; device classes and units are Home Assistant's.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..wire.payload import Scalar

_PREFIX_LENGTH: Final = 4


class Actuator(StrEnum):
    """The platform that switches a device over."""

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
    """Translation key, where the device class alone would not name it."""
    is_binary: bool = False
    device_class: str | None = None
    unit: str | None = None
    decimals: int | None = None
    diagnostic: bool = False


_TEMPERATURE: Final = Quantity(
    key="temperature", device_class="temperature", unit="°C", decimals=1
)
_HUMIDITY: Final = Quantity(
    key="humidity", device_class="humidity", unit="%", decimals=0
)
_POWER: Final = Quantity(key="power", device_class="power", unit="W", decimals=0)
_BATTERY: Final = Quantity(
    key="battery", device_class="battery", unit="%", decimals=0, diagnostic=True
)
_SIGNAL: Final = Quantity(
    key="signal_strength",
    device_class="signal_strength",
    unit="dBm",
    decimals=0,
    diagnostic=True,
)

QUANTITIES: Final[dict[str, Quantity]] = {
    "temperatura": _TEMPERATURE,
    "temp": _TEMPERATURE,  # the README's sample
    "humedad": _HUMIDITY,
    "co2_ppm": Quantity(
        key="carbon_dioxide", device_class="carbon_dioxide", unit="ppm", decimals=0
    ),
    "humo_detectado": Quantity(key="smoke", is_binary=True, device_class="smoke"),
    "luz_lux": Quantity(
        key="illuminance", device_class="illuminance", unit="lx", decimals=0
    ),
    "movimiento": Quantity(key="motion", is_binary=True, device_class="motion"),
    "db": Quantity(
        key="sound_pressure", device_class="sound_pressure", unit="dB", decimals=0
    ),
    "stream_activo": Quantity(key="stream", is_binary=True, device_class="running"),
    "alertas_movimiento": Quantity(key="motion_alerts", is_binary=True),
    "consumo_w": _POWER,
    "bateria": _BATTERY,
    "battery": _BATTERY,
    "rssi": _SIGNAL,
}

# What the actuator's own entity shows needs no other.
_SHOWN_BY_ACTUATOR: Final = {
    Actuator.FAN: "velocidad",
    Actuator.COVER: "posicion",
    Actuator.LOCK: "lock_state",
    Actuator.VALVE: "riego_en_curso",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """What devices with one prefix are."""

    name: str
    """The template's name of it, for simulated devices."""
    actuator: Actuator = Actuator.SWITCH
    parameters: tuple[str, ...] = ()
    """Shown from the start, before the device has sent them."""
    acts: bool = False
    """Whether it is an actuator; a sensor can merely be switched off."""

    @property
    def own_parameter(self) -> str | None:
        """The parameter that the actuator's entity shows."""
        return _SHOWN_BY_ACTUATOR.get(self.actuator)


DEVICE_TYPES: Final[dict[str, DeviceType]] = {
    "TMP0": DeviceType(name="temperature", parameters=("temperatura", "humedad")),
    "CO20": DeviceType(name="carbon_dioxide", parameters=("co2_ppm",)),
    "SMK0": DeviceType(name="smoke", parameters=("humo_detectado",)),
    "LUX0": DeviceType(name="illuminance", parameters=("luz_lux",)),
    "MOV0": DeviceType(name="motion", parameters=("movimiento",)),
    "SND0": DeviceType(name="noise", parameters=("db",)),
    "LGT0": DeviceType(name="light", actuator=Actuator.LIGHT, acts=True),
    "FAN0": DeviceType(name="fan", actuator=Actuator.FAN, acts=True),
    "SHD0": DeviceType(name="blind", actuator=Actuator.COVER, acts=True),
    "DRL0": DeviceType(name="door", actuator=Actuator.LOCK, acts=True),
    "RGD0": DeviceType(name="irrigation", actuator=Actuator.VALVE, acts=True),
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
    """Return what a serial number tells of its device."""
    return DEVICE_TYPES.get(prefix_of(serial), _UNKNOWN)


def quantity_of(name: str, value: Scalar | None) -> Quantity | None:
    """Return how to show a parameter: by its name if we know it, else by its type.

    A name that we know with a value of another type is shown by the type.
    """
    known = QUANTITIES.get(name)
    if known is not None and (
        value is None
        or (isinstance(value, bool) is known.is_binary and not isinstance(value, str))
    ):
        return known
    return (
        None
        if value is None
        else Quantity(key="", is_binary=value is True or value is False)
    )
