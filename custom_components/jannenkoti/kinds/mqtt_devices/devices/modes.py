"""Manual and schedule: which of `encendido` and `estado` follows which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

import orjson

from ..wire.payload import MAX_NAME_LENGTH, clean_text
from .schedule import Schedule, ScheduleError, parse_schedule

if TYPE_CHECKING:
    from ..wire.payload import Json

ACTIVE: Final = "activo"
INACTIVE: Final = "inactivo"
UNKNOWN: Final = "desconocido"

# A configuration is a few settings and a schedule.
MAX_CONFIGURATION: Final = 8 * 1024
# A schedule of the object form has four levels.
_DEEPEST: Final = 16

# Who speaks less often than once a week is no device.
_LONGEST_INTERVAL: Final = 7 * 24 * 3600.0  # s

_TRUE: Final = frozenset({"activo", "on", "true", "1"})
_FALSE: Final = frozenset({"inactivo", "off", "false", "0"})


class ControlMode(StrEnum):
    """Who decides whether a device is on, as the firmware writes it."""

    MANUAL = "manual"
    SCHEDULE = "horario"


class TooLarge(ValueError):
    """A configuration that no device could hold."""


def as_on(value: object) -> bool | None:
    """Read what may stand for on or off; None if it stands for neither."""
    word = str(value).strip().casefold()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def as_estado(*, on: bool) -> str:
    """Return how the firmware writes it."""
    return ACTIVE if on else INACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a device is sent to do; the document may have more than we know."""

    document: Mapping[str, Json]
    mode: ControlMode | None = None
    """None: the device does nothing that it is sent, as before it was claimed."""
    on: bool | None = None
    interval: float | None = None
    """Seconds between its messages."""
    schedule: Schedule | None = None
    """None if there is none, or none that can be read."""

    @classmethod
    def of(cls, document: Mapping[str, Json]) -> Self:
        """Read a document; raises TooLarge. What cannot be read counts as absent."""
        if not _fits(document):
            raise TooLarge
        mode = str(document.get("modo")).strip().casefold()
        try:
            schedule = parse_schedule(document["horarios"])
        except KeyError, ScheduleError:
            schedule = None
        return cls(
            document=dict(document),
            mode=ControlMode(mode) if mode in set(ControlMode) else None,
            on=as_on(document.get("encendido")),
            interval=_interval(document.get("intervalo_envio")),
            schedule=schedule,
        )

    @classmethod
    def checked(cls, document: object) -> Self:
        """Read what a user has written; raises TooLarge or ScheduleError."""
        if not isinstance(document, Mapping):
            raise ScheduleError(str(document)[:40])
        configuration = cls.of(document)
        if (schedule := document.get("horarios")) is not None:
            parse_schedule(schedule)
        return configuration

    def merged(self, changes: Mapping[str, Json]) -> Configuration:
        """Return this with some settings replaced, one level deep; raises TooLarge."""
        return Configuration.of({**self.document, **changes}) if changes else self


def _interval(value: Json) -> float | None:
    """Return an interval that a device can keep to."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 < value <= _LONGEST_INTERVAL else None


def _fits(document: Mapping[str, Json]) -> bool:
    """Say whether a device could hold it, and we can write it."""
    if _is_deeper(document, _DEEPEST):
        return False
    try:
        return len(orjson.dumps(document)) <= MAX_CONFIGURATION
    except orjson.JSONEncodeError:  # such as keys that YAML takes for numbers
        return False


def _is_deeper(value: object, than: int) -> bool:
    """Say whether a value has more levels than that."""
    if isinstance(value, Mapping):
        return than == 0 or any(_is_deeper(it, than - 1) for it in value.values())
    if isinstance(value, list):
        return than == 0 or any(_is_deeper(it, than - 1) for it in value)
    return False


EMPTY: Final = Configuration(document={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """A device's configuration and state, which follow each other."""

    configuration: Configuration
    estado: str

    def set(self, *, on: bool) -> Switched:
        """Switch it over: both say so."""
        return Switched(
            configuration=self.configuration.merged({"encendido": on}),
            estado=as_estado(on=on),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What somebody wants to change about a device; None leaves it as it is."""

    name: str | None = None
    type: str | None = None
    model: str | None = None
    description: str | None = None
    parameters: object = None
    configuration: Mapping[str, Json] | None = None
    replaces: bool = False
    """Whether the configuration is the whole of it, not what is to be changed."""
    on: bool | None = None
    estado: str | None = None

    @classmethod
    def of(cls, said: Mapping[str, Json]) -> Self:
        """Read the body of a PUT; what is of the wrong type is not said."""
        configuration = said.get("configuracion")
        description = said.get("descripcion")
        return cls(
            name=clean_text(said.get("nombre"), MAX_NAME_LENGTH),
            type=clean_text(said.get("tipo"), MAX_NAME_LENGTH),
            model=clean_text(said.get("modelo"), MAX_NAME_LENGTH),
            description=description[:255] if isinstance(description, str) else None,
            parameters=said.get("parametros"),
            configuration=configuration if isinstance(configuration, dict) else None,
            on=as_on(said["encendido"]) if "encendido" in said else None,
            estado=clean_text(str(said["estado"]), MAX_NAME_LENGTH)
            if "estado" in said
            else None,
        )

    @property
    def wanted(self) -> tuple[bool | None, bool | None]:
        """What `encendido` and `estado` ask for."""
        return self.on, None if self.estado is None else as_on(self.estado)


def apply(before: Switched, update: Update) -> Switched:
    """Return a device after an update; raises TooLarge.

    The configuration is merged first, and the mode is that of the result. In manual
    mode `encendido` leads and `estado` follows, in all others it is the reverse.
    """
    said = update.configuration or {}
    configuration = (
        Configuration.of(said) if update.replaces else before.configuration.merged(said)
    )
    after = replace(before, configuration=configuration)
    by_switch, by_estado = update.wanted
    manual = configuration.mode is ControlMode.MANUAL
    first, second = (by_switch, by_estado) if manual else (by_estado, by_switch)
    wanted = second if first is None else first
    if wanted is None and manual and "encendido" in (update.configuration or {}):
        # The README's own example puts it there; the original stored it only.
        wanted = configuration.on
    return after if wanted is None else after.set(on=wanted)
