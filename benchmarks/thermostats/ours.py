"""Our thermostat, as its coordinator runs it."""

import json
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.air_conditioner import options
from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    Comfort,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.saved_state import (
    SavedState,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.thermostat import (
    Thermostat,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    ConnectionType,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.lib.clock import Clocks

from .world import BAND, FANS, HOUR, MINIMUM, SLEEP, TARGET, instant

if TYPE_CHECKING:
    from custom_components.jannenkoti.kinds.air_conditioner.control.data import (
        AirConditionerData,
    )
    from custom_components.jannenkoti.kinds.air_conditioner.model import (
        Change,
        DeviceState,
    )

    from .world import Place, Unit

_FIRST = Request(target=TARGET)


class _Driver:
    """The connection to the simulated unit."""

    connection = ConnectionType.LAN

    def __init__(self, unit: Unit, echo_time: timedelta, fans: tuple[str, ...]) -> None:
        self.abilities = Abilities(modes=tuple(HvacMode), fans=fans)
        self._unit = unit
        self.echo_time = echo_time

    async def async_read(self) -> DeviceState:
        return self._unit.report()

    async def async_send(self, change: Change) -> None:
        self._unit.receive(change)

    async def async_close(self) -> None:
        """Nothing to close."""


class Ours:
    """The pure thermostat; its memory goes through JSON at a restart."""

    def __init__(
        self,
        place: Place,
        unit: Unit,
        *,
        comfort: Comfort = Comfort.BALANCED,
        fans: tuple[str, ...] = tuple(FANS),
    ) -> None:
        """Start with nothing remembered.

        With the one speed "auto" the fan is fixed.
        """
        slow = place.lag[1] > 5  # noqa: PLR2004 - what the two ways to a device wait
        echo_time = timedelta(seconds=120 if slow else 5)
        self._driver = _Driver(unit, echo_time, fans)
        self._unit = unit
        self._sensors = [str(index) for index in range(place.sensors)]
        night = [f"{at // HOUR % 24:02}:00:00" for at in SLEEP]
        self._options = Options.parse(
            {
                options.SENSORS: self._sensors,
                options.ABOVE: BAND,
                options.BELOW: BAND,
                options.MINIMUM_ON: MINIMUM,
                options.MINIMUM_OFF: MINIMUM,
                options.COMFORT: comfort.value,
                options.SLEEP: place.sleep,
                options.SLEEP_START: night[0],
                options.SLEEP_END: night[1],
            }
        )
        self._stored: str | None = None
        self._learned: str | None = None
        self._thermostat = self._new()
        self._snapshot: AirConditionerData | None = None
        self._asked = instant(0)

    def _new(self) -> Thermostat:
        thermostat = Thermostat(
            self._driver, "unit", self._options, UTC, self._read_clocks
        )
        stored = json.loads(self._stored) if self._stored else None
        thermostat.resume(SavedState.from_dict(stored, _FIRST))
        thermostat.analytics.resume(json.loads(self._learned or "null"))
        return thermostat

    def _read_clocks(self) -> Clocks:
        now = self._unit.now
        return Clocks(wall=instant(now), ticks=float(now))

    def trusts(self, now: int) -> bool:
        """Return whether the learned room is trusted."""
        return self._thermostat.analytics.room.is_trusted(instant(now))

    async def receive(self, now: int, sensor: int, value: float | None) -> None:
        """Take a reading."""
        self._thermostat.receive(self._sensors[sensor], value, instant(now))

    async def edit(self, target: float) -> None:
        """Take another target, and act on it."""
        saved = self._thermostat.saved
        self._thermostat.saved = replace(
            saved, request=replace(saved.request, target=target)
        )
        self._keep(await self._thermostat.async_decide())

    async def sleep(self, *, asleep: bool) -> None:
        """Know by itself when it is night."""

    async def stop(self) -> None:
        """Leave what is stored."""
        self._learned = json.dumps(self._thermostat.analytics.as_dict())

    async def start(self) -> None:
        """Start again with what is stored."""
        self._thermostat = self._new()
        self._snapshot = None

    async def pass_step(self) -> None:
        """Read the clocks of the simulation."""

    async def tick(self, now: int) -> None:
        """Poll when it is due, or when the last decision requested it."""
        if now % int(self._options.poll_interval.total_seconds()) == 0 or self._due():
            self._keep(await self._thermostat.async_poll())
        elif self._turns():
            self._keep(await self._thermostat.async_decide())

    def _turns(self) -> bool:
        if self._snapshot is None:
            return False
        at = self._snapshot.decision.turn_at
        return at is not None and self._asked < at <= instant(self._unit.now)

    def _due(self) -> bool:
        if self._snapshot is None:
            return True
        now = instant(self._unit.now)
        soon = (self._snapshot.decision.next_change, self._thermostat.device.check_at)
        return any(at is not None and self._asked < at <= now for at in soon)

    def _keep(self, snapshot: AirConditionerData) -> None:
        self._snapshot = snapshot
        self._asked = instant(self._unit.now)
        self._stored = json.dumps(self._thermostat.saved.as_dict())
