"""What the two versions of the devices' firmware do with a configuration.

Written from the source of the public simulator, its quirks included.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SPANISH = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_ENGLISH = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_CAPABILITIES = {
    "LGT0": "binary",
    "PLG0": "binary",
    "CAM0": "binary",
    "FAN0": "speed",
    "SHD0": "position",
    "DRL0": "lock",
    "RGD0": "duration",
    "TMP0": "setpoint",
    **dict.fromkeys(("CO20", "SMK0", "LUX0", "MOV0", "SND0"), "sensor"),
}


@dataclass
class OldFirmware:
    """One switch, in manual mode or by a list of windows."""

    serial: str
    on: bool = True
    sent: Mapping[str, Any] | None = None
    """What it has to PUT after it has obeyed, if anything."""
    _reported: bool | None = None

    def obey(self, received: Mapping[str, Any], now: datetime) -> None:
        """Apply a configuration."""
        self.sent = None
        mode = received.get("modo")
        if mode == "manual":  # compared as it is written
            self.on = bool(received.get("encendido", True))
        elif mode == "horario":
            self._follow(received, now)

    def _follow(self, received: Mapping[str, Any], now: datetime) -> None:
        """Apply a schedule, and send the result if it is another than before."""
        schedule = received.get("horarios")
        self.on = isinstance(schedule, list) and _is_open(schedule, now)
        if self._reported is not self.on:
            document = {**received, "encendido": self.on}
            self.sent = {"configuracion": document, "encendido": self.on}
            self._reported = self.on

    def report(self, _now: datetime) -> dict[str, Any]:
        """Return its message without the values that it measures."""
        estado = "activo" if self.on else "inactivo"
        return {"serial_number": self.serial, "estado": estado, "parametros": {}}

    def is_on(self, _now: datetime) -> bool:
        """Return what it does, whatever it reports."""
        return self.on


@dataclass
class NewFirmware(OldFirmware):
    """The parameters of all types; each type obeys its own schedule."""

    position: int = 0
    speed: int = 0
    lock: str = "unlock"
    waters_until: datetime | None = None
    capability: str = field(init=False)

    def __post_init__(self) -> None:
        """Derive the capability from the serial number."""
        self.capability = _CAPABILITIES.get(self.serial[:4], "binary")

    def obey(self, received: Mapping[str, Any], now: datetime) -> None:
        """Apply a configuration."""
        self.sent = None
        mode = str(received.get("modo") or "").lower()
        capability = received.get("capability") or self.capability
        if capability == "binary" and mode == "manual":
            self.on = bool(received.get("encendido", True))
        elif capability == "binary" and mode == "horario":
            self._follow(received, now)
        elif mode == "horario":
            self._move(capability, received, now)

    def _move(self, capability: str, got: Mapping[str, Any], now: datetime) -> None:
        """Apply the last event of today of the schedule of its type."""
        match capability:
            case "position":
                for _, value in _events(got.get("horarios_pos"), now):
                    self.position = max(0, min(100, int(value)))
            case "speed":
                for _, value in _events(got.get("horarios_speed"), now):
                    self.speed = int(value)
            case "lock":
                for _, value in _events(got.get("horarios_lock"), now):
                    self.lock = value
            case "duration":
                for at, value in _events(got.get("horarios_riego"), now):
                    minutes = max(1, int(value))
                    start = now.replace(
                        hour=at.hour, minute=at.minute, second=0, microsecond=0
                    )
                    self.waters_until = start + timedelta(minutes=minutes)

    def waters(self, now: datetime) -> bool:
        """Return whether the water runs; it ends by itself."""
        return self.waters_until is not None and now < self.waters_until

    def report(self, now: datetime) -> dict[str, Any]:
        """Return its message without the values that it measures."""
        waters = self.waters(now)
        moves = self.speed and self.position and waters and self.on
        return {
            "serial_number": self.serial,
            "estado": "activo" if moves else "inactivo",
            "parametros": {
                "posicion": self.position,
                "velocidad": self.speed,
                "riego_en_curso": waters,
                "setpoint_c": None,
                "lock_state": self.lock,
            },
        }

    def is_on(self, now: datetime) -> bool:
        """Return what it does, whatever it reports."""
        match self.capability:
            case "position":
                return self.position > 0
            case "speed":
                return self.speed > 0
            case "lock":
                return self.lock == "lock"
            case "duration":
                return self.waters(now)
        return self.on


def _events(schedule: object, now: datetime) -> Iterator[tuple[time, Any]]:
    """Yield the events of today that are over, the last one last."""
    if not isinstance(schedule, dict):
        return
    today = [*schedule.get(_ENGLISH[now.weekday()], []), *schedule.get("diario", [])]
    timed = [(time.fromisoformat(at), value) for at, value in today]
    for at, value in sorted(timed, key=lambda event: event[0]):
        if at <= now.time():
            yield at, value


def _is_open(windows: list[dict[str, Any]], now: datetime) -> bool:
    """Decide as the firmware does: an end is included, the day is that of now."""
    today = {_SPANISH[now.weekday()], _ENGLISH[now.weekday()], "todos", "all"}
    at = now.time()
    for window in windows:
        if not today & set(window.get("dias", ["todos"])):
            continue
        start = time.fromisoformat(window["inicio"])
        end = time.fromisoformat(window["fin"])
        if start <= at <= end if start <= end else at >= start or at <= end:
            return True
    return False
