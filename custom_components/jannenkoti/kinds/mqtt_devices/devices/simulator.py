"""Devices that only pretend to be there, for trying out automations."""

import asyncio
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from ..wire.payload import Report
from .device_types import DEVICE_TYPES, Actuator, prefix_of
from .modes import as_estado, as_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ..claims.registry import DeviceRegistry, Received
    from ..wire.payload import Json, Scalar
    from .device_rules import DeviceRules

MARK: Final = "SIM"
"""Follows the prefix in the serial numbers of simulated devices."""
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LETTERS: Final = 5

_INTERVAL: Final = 10.0
_SHORTEST_INTERVAL: Final = 1.0

# Of the templates: a value wanders by a twentieth of its range.
_STEP: Final = 0.05
_FLIP: Final = 0.05
"""How likely a yes becomes a no with each message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """Between which values a parameter wanders."""

    low: float
    high: float
    decimals: int = 0


_RANGES: Final = {
    "temperatura": _Range(low=15, high=30, decimals=1),
    "humedad": _Range(low=30, high=70),
    "co2_ppm": _Range(low=400, high=800),
    "luz_lux": _Range(low=0, high=500, decimals=1),
    "db": _Range(low=30, high=80, decimals=1),
    "consumo_w": _Range(low=0, high=2000, decimals=1),
}


def new_serial(prefix: str, chance: Random) -> str:
    """Return an unused serial number, marked as simulated."""
    return prefix + MARK + "".join(chance.choices(_ALPHABET, k=_LETTERS))


class Simulator:
    """One device."""

    def __init__(self, serial: str, chance: Random) -> None:
        """Initialize each parameter with a value in its range."""
        self.serial = serial
        self._chance = chance
        self._profile = DEVICE_TYPES[prefix_of(serial)]
        self._values: dict[str, Scalar] = {}
        for name in self._profile.parameters:
            limits = _RANGES.get(name)
            self._values[name] = (
                False
                if limits is None
                else round(chance.uniform(limits.low, limits.high), limits.decimals)
            )

    def speak(self, *, on: bool, document: Mapping[str, Json]) -> Report:
        """Return the next message; a device that is off repeats its last values."""
        if on:
            self._values = {name: self._step(name) for name in self._values}
        return Report(
            serial=self.serial,
            estado=as_estado(on=on),
            parameters=self._values | self._obeyed(document, on=on),
        )

    def _step(self, name: str) -> Scalar:
        """Return the next value of a parameter."""
        value, limits = self._values[name], _RANGES.get(name)
        if limits is None:
            return value if self._chance.random() > _FLIP else not value
        reach = (limits.high - limits.low) * _STEP
        wandered = float(value) + self._chance.uniform(-reach, reach)
        return round(min(max(wandered, limits.low), limits.high), limits.decimals)

    def _obeyed(self, document: Mapping[str, Json], *, on: bool) -> dict[str, Scalar]:
        """Return what an actuator shows of what it was sent."""
        match self._profile.actuator:
            case Actuator.FAN:
                return {"velocidad": _sent(document, "velocidad", 3) if on else 0}
            case Actuator.COVER:
                return {"posicion": _sent(document, "posicion", 100) if on else 0}
            case Actuator.LOCK:
                return {"lock_state": "locked" if on else "unlocked"}
            case Actuator.VALVE:
                return {"riego_en_curso": on}
            case _:
                return {}


def _sent(document: Mapping[str, Json], name: str, most: int) -> int:
    """Return a setting of the configuration, its greatest value if it has none."""
    value = document.get(name)
    return value if isinstance(value, int) and 0 < value <= most else most


class Simulation:
    """All simulated devices of an entry."""

    def __init__(
        self,
        registry: DeviceRegistry,
        received: Callable[[Received | None], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Let the registry take in what they say, as what comes from the broker."""
        self._hub = registry
        self._on_received = received
        self._clock = clock
        self._simulated: dict[str, Simulator] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def start(self, rules: DeviceRules) -> None:
        """Let a device report at its interval from now on."""
        serial = rules.device.serial
        self._simulated[serial] = Simulator(serial, Random())  # noqa: S311
        self._speak(rules)

    def stop(self, serial: str) -> None:
        """Let a device be silent."""
        self._simulated.pop(serial, None)
        if (timer := self._timers.pop(serial, None)) is not None:
            timer.cancel()

    def stop_all(self) -> None:
        """Let all be silent."""
        for serial in list(self._simulated):
            self.stop(serial)

    def obey(self, rules: DeviceRules) -> None:
        """Let a device show at once what it was sent, if that differs."""
        device = rules.device
        if device.serial in self._simulated and rules.decides(self._clock()) is not (
            as_on(device.estado) if device.pending is None else None
        ):
            self._speak(rules)

    def _speak(self, rules: DeviceRules) -> None:
        """Say something, and again after the interval."""
        device = rules.device
        if (timer := self._timers.pop(device.serial, None)) is not None:
            timer.cancel()
        interval = max(device.configuration.interval or _INTERVAL, _SHORTEST_INTERVAL)
        self._timers[device.serial] = asyncio.get_running_loop().call_later(
            interval, self._speak, rules
        )
        on = rules.decides(self._clock()) is not False
        document = device.served.document
        report = self._simulated[device.serial].speak(on=on, document=document)
        self._on_received(self._hub.take_in(report, self._clock()))
