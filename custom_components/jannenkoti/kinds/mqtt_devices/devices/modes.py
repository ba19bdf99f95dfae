"""Manual and schedule mode: which of `encendido` and `estado` follows the other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

import orjson

from ....lib.reading import read_truth
from ..wire.payload import MAX_NAME_LENGTH, clean_text
from .device_types import OF_SOME_TYPES
from .schedule import Schedule, ScheduleError, parse_schedule

if TYPE_CHECKING:
    from ..wire.payload import Json

ACTIVE: Final = "activo"
INACTIVE: Final = "inactivo"
UNKNOWN: Final = "desconocido"
# Nearly every message has one of these.
_ON_BY_ESTADO: Final = {ACTIVE: True, INACTIVE: False}

MODE: Final = "modo"
ON: Final = "encendido"
SCHEDULE: Final = "horarios"
INTERVAL: Final = "intervalo_envio"

# A configuration is a few settings and a schedule.
MAX_CONFIGURATION: Final = 8 * 1024  # bytes
# A schedule of the object form has four levels.
_MAX_DEPTH: Final = 16

# A device that reports less often than once a week is taken for a mistake.
_LONGEST_INTERVAL: Final = 7 * 24 * 3600.0  # s


class ControlMode(StrEnum):
    """What decides whether a device is on, as the firmware writes it."""

    MANUAL = "manual"
    SCHEDULE = "horario"


class TooLarge(ValueError):
    """A configuration that no device could hold."""


def as_on(value: object) -> bool | None:
    """Return whether a state means on; None if it means neither on nor off.

    Open and closed mean neither: a closed valve is off, a closed door is locked.
    """
    if not isinstance(value, str):
        return read_truth(value)
    on = _ON_BY_ESTADO.get(value)
    if on is not None or value.strip().casefold() in OF_SOME_TYPES:
        return on
    return read_truth(value)


def as_estado(*, on: bool) -> str:
    """Return a state as the firmware writes it."""
    return ACTIVE if on else INACTIVE


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a device should do; the document may have more than we understand."""

    document: Mapping[str, Json]
    mode: ControlMode | None = None
    """None: the device ignores its configuration, as before it was claimed."""
    on: bool | None = None
    interval: float | None = None
    """Seconds between its messages."""
    schedule: Schedule | None = None
    """None if there is none, or none that can be read."""

    @classmethod
    def of(cls, document: Mapping[str, Json]) -> Self:
        """Parse a document; raises TooLarge. Unreadable settings count as absent."""
        if not _fits(document):
            raise TooLarge
        document = {name: _plain(name, value) for name, value in document.items()}
        mode = document.get(MODE)
        try:
            schedule = parse_schedule(document[SCHEDULE])
        except KeyError, ScheduleError:
            schedule = None
        return cls(
            document=document,
            mode=_MODES.get(mode) if isinstance(mode, str) else None,
            on=_on(document),
            interval=_interval(document.get(INTERVAL)),
            schedule=schedule,
        )

    @classmethod
    def checked(cls, document: object) -> Self:
        """Parse what a user has entered; raises TooLarge or ScheduleError."""
        if not isinstance(document, Mapping):
            raise ScheduleError(str(type(document).__name__))
        configuration = cls.of(document)
        if (schedule := document.get(SCHEDULE)) is not None:
            parse_schedule(schedule)
        return configuration

    @cached_property
    def served(self) -> Mapping[str, Json]:
        """The document as devices get it: its schedule in the form all firmware has."""
        if self.schedule is None:
            return self.document
        return {**self.document, SCHEDULE: self.schedule.served}

    def merged(self, changes: Mapping[str, Json]) -> Configuration:
        """Return this with some settings replaced, one level deep; raises TooLarge."""
        if ON in changes and not isinstance(_plain(ON, changes[ON]), bool):
            changes = {name: value for name, value in changes.items() if name != ON}
        return Configuration.of({**self.document, **changes}) if changes else self

    def has(self, name: str, value: Json) -> bool:
        """Return whether a setting has this value already, in whatever form."""
        if name not in self.document:
            return False
        value = _plain(name, value)
        if value in (self.document[name], self.served[name]):
            return True
        if name != SCHEDULE or self.schedule is None:
            return False
        try:
            return parse_schedule(value).served == self.schedule.served
        except ScheduleError:
            return False


_MODES: Final = {mode.value: mode for mode in ControlMode}


def _on(document: Mapping[str, Json]) -> bool | None:
    """Return whether firmware that obeys a document is on; None without a setting."""
    on = as_on(document.get(ON))
    return bool(document[ON]) if on is None and ON in document else on


def _plain(name: str, value: Json) -> Json:
    """Return a setting as all firmware reads it, if it can be understood.

    Firmware compares the mode exactly and takes every text for true. It sends without
    a pause if its interval is less than a second.
    """
    if name == MODE and isinstance(value, str):
        mode = value.strip().casefold()
        return mode if mode in _MODES else value
    if name == ON:
        on = as_on(value)
        return value if on is None else on
    if name == INTERVAL and isinstance(value, float) and 0 < value < 1:
        return 1
    return value


def _interval(value: Json) -> float | None:
    """Return an interval that a device can keep to, in seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None  # The firmware ignores a text too.
    return value if 0 < value <= _LONGEST_INTERVAL else None


def _fits(document: Mapping[str, Json]) -> bool:
    """Return whether a device could hold a document, and whether it is JSON."""
    if _is_deeper(document, _MAX_DEPTH):
        return False
    try:
        return len(orjson.dumps(document)) <= MAX_CONFIGURATION
    except orjson.JSONEncodeError:  # such as keys that YAML takes for numbers
        return False


def _is_deeper(value: object, than: int) -> bool:
    """Return whether a value has more levels than that."""
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
        """Return both switched to the same value."""
        return Switched(
            configuration=self.configuration.merged({ON: on}),
            estado=as_estado(on=on),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A change of a device; None leaves a field as it is."""

    name: str | None = None
    type: str | None = None
    model: str | None = None
    description: str | None = None
    parameters: object = None
    configuration: Mapping[str, Json] | None = None
    replaces: bool = False
    """Whether the configuration is the whole of it, not only what changes."""
    on: bool | None = None
    estado: str | None = None

    @classmethod
    def of(cls, body: Mapping[str, Json]) -> Self:
        """Parse the body of a PUT; fields of the wrong type are ignored."""
        configuration = body.get("configuracion")
        description = body.get("descripcion")
        return cls(
            name=clean_text(body.get("nombre"), MAX_NAME_LENGTH),
            type=clean_text(body.get("tipo"), MAX_NAME_LENGTH),
            model=clean_text(body.get("modelo"), MAX_NAME_LENGTH),
            description=description[:255] if isinstance(description, str) else None,
            parameters=body.get("parametros"),
            configuration=configuration if isinstance(configuration, dict) else None,
            on=as_on(body[ON]) if ON in body else None,
            estado=clean_text(str(body["estado"]), MAX_NAME_LENGTH)
            if "estado" in body
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
    changes = update.configuration or {}
    configuration = (
        Configuration.of(changes)
        if update.replaces and update.configuration is not None
        else before.configuration.merged(changes)
    )
    after = replace(before, configuration=configuration)
    by_switch, by_estado = update.wanted
    manual = configuration.mode is ControlMode.MANUAL
    first, second = (by_switch, by_estado) if manual else (by_estado, by_switch)
    wanted = second if first is None else first
    if wanted is None and manual and ON in changes:
        # The original's README sends it there; its server stored it only.
        wanted = as_on(changes[ON])
    if (
        wanted is None
        and manual
        and before.configuration.mode is not configuration.mode
    ):
        # A change of the mode alone does not switch the device.
        on = as_on(before.estado)
        return (
            after
            if on is None
            else replace(after, configuration=configuration.merged({ON: on}))
        )
    return after if wanted is None else after.set(on=wanted)
