"""Commands that wait for the device to show that it has obeyed."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ...lib.echo import Echo, Verdict
from .model import SensorType, flag, number

if TYPE_CHECKING:
    from datetime import datetime

    from .devices import Sensor

# A device speaks when the platform has reached it and has heard it again; those that
# are asked once a minute need that minute.
PATIENCE: Final = timedelta(seconds=90)

type Value = bool | float | str


class Commands:
    """What was commanded of each sensor and is not seen yet."""

    def __init__(self) -> None:
        """Begin with no command."""
        self.unanswered = 0
        self._echoes: dict[str, Echo[Value]] = {}

    def expect(self, sensor_id: str, value: Value, now: datetime) -> None:
        """Wait for a sensor to show a value."""
        self._echoes[sensor_id] = Echo(expected=value, deadline=now + PATIENCE)

    def expected(self, sensor_id: str) -> Value | None:
        """Return what a sensor is expected to show, None if nothing is."""
        echo = self._echoes.get(sensor_id)
        return None if echo is None else echo.expected

    def see(self, sensor: Sensor, now: datetime) -> Verdict | None:
        """Compare a sensor with what was commanded; None if nothing was."""
        sensor_id = sensor.info.sensor_id
        if (echo := self._echoes.get(sensor_id)) is None:
            return None
        verdict = echo.judge(confirmed=shown(sensor) == echo.expected, now=now)
        if verdict is not Verdict.PENDING:
            del self._echoes[sensor_id]
        if verdict is Verdict.MISSED:
            self.unanswered += 1
        return verdict

    def waiting(self) -> list[str]:
        """Return the sensors that have not shown what was commanded."""
        return list(self._echoes)

    def forget(self, sensor_id: str) -> None:
        """Wait no more: the command has not reached the platform."""
        self._echoes.pop(sensor_id, None)


def shown(sensor: Sensor) -> Value | None:
    """Return what a sensor that can be commanded shows."""
    if sensor.info.type == SensorType.SWITCH:
        return sensor.on
    return meant(sensor.info.type, sensor.value)


def meant(kind: int, written: str | None) -> Value | None:
    """Return what a sensor shows that is told this; None if that cannot be said."""
    if written is None or kind == SensorType.SWITCH:
        return flag(written)
    found = number(written)
    return written.strip() if found is None else found
