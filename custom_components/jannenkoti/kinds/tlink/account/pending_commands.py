"""Commands whose confirmation is outstanding."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ....lib.echo import Echo, Verdict
from ....lib.reading import read_number
from ..model import SensorType, flag

if TYPE_CHECKING:
    from datetime import datetime

    from .devices import Sensor

# A device reports after the platform has reached it and polled it again; some are
# polled once a minute.
CONFIRM_WITHIN: Final = timedelta(seconds=90)

type Value = bool | float | str


class PendingCommands:
    """What each sensor is expected to report after a command."""

    def __init__(self) -> None:
        """Initialize without commands."""
        self.unanswered = 0
        self._echoes: dict[str, Echo[Value]] = {}

    def expect(self, sensor_id: str, value: Value, now: datetime) -> None:
        """Expect a sensor to report a value."""
        self._echoes[sensor_id] = Echo(expected=value, deadline=now + CONFIRM_WITHIN)

    def expected(self, sensor_id: str) -> Value | None:
        """Return what a sensor is expected to report, None if nothing is."""
        echo = self._echoes.get(sensor_id)
        return None if echo is None else echo.expected

    def confirm(self, sensor: Sensor, now: datetime) -> Verdict | None:
        """Compare a sensor with its command; None if there is none."""
        sensor_id = sensor.info.sensor_id
        if (echo := self._echoes.get(sensor_id)) is None:
            return None
        verdict = echo.judge(confirmed=reported(sensor) == echo.expected, now=now)
        if verdict is not Verdict.PENDING:
            del self._echoes[sensor_id]
        if verdict is Verdict.MISSED:
            self.unanswered += 1
        return verdict

    def waiting(self) -> list[str]:
        """Return the sensors that have not confirmed their command."""
        return list(self._echoes)

    def forget(self, sensor_id: str) -> None:
        """Remove a command that has not reached the platform."""
        self._echoes.pop(sensor_id, None)


def reported(sensor: Sensor) -> Value | None:
    """Return what a sensor that can be commanded reports."""
    if sensor.info.type == SensorType.SWITCH:
        return sensor.on
    return expected_value(sensor.info.type, sensor.value)


def expected_value(kind: int, written: str | None) -> Value | None:
    """Return what a sensor reports after this is written; None if that is unknown."""
    if written is None or kind == SensorType.SWITCH:
        return flag(written)
    found = read_number(written)
    return written.strip() if found is None else found
