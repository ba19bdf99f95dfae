"""Several connections to one air conditioner that work as one driver.

The first connection that answers is used. Another one may lag behind it, so what it
reports just after a switch is not trusted for a while (see `control/device.py`).
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ....const import LOGGER
from ....lib.backoff import Backoff
from .deviation import ModeDeviation
from .driver import (
    BadCredentials,
    Busy,
    ConnectionType,
    Driver,
    DriverError,
    NoSession,
    Unreachable,
)
from .ha_entity import EntityDriver, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..model import Abilities, Change, DeviceState
    from .tuya.cloud import TuyaCloud

# A lost connection is tried again seldom: an attempt costs seconds or calls.
_FIRST_PROBE: Final = timedelta(minutes=1)
_LONGEST_PROBE: Final = timedelta(minutes=30)
# A connection in reserve is tested once a day, so that a failure is known before it is
# needed; a failed one each hour, so that its repair issue closes. Not at a start.
_FIRST_CHECK: Final = timedelta(minutes=5)
_CHECK: Final = timedelta(days=1)
_CHECK_FAILED: Final = timedelta(hours=1)


_PLAIN: Final = (Unreachable, Busy, NoSession)


class Failover:
    """One driver made of several, the preferred one first."""

    def __init__(
        self,
        drivers: Sequence[Driver],
        *,
        name: str,
        ticks: Callable[[], float],
        random: Callable[[], float],
        cloud: TuyaCloud | None = None,
    ) -> None:
        """Use the drivers, a monotonic clock in seconds and random numbers."""
        self.cloud = cloud
        """The driver whose calls are counted, if there is one."""
        self._drivers = tuple(drivers)
        self._name = name
        self._ticks = ticks
        self._active: Driver | None = None
        self._probing = Backoff(
            first=_FIRST_PROBE, longest=_LONGEST_PROBE, random=random
        )
        self._mode_deviation = ModeDeviation(ticks=ticks, random=random)
        self._probe_at = 0.0
        self._check_at = ticks() + _FIRST_CHECK.total_seconds()
        self.failures: dict[ConnectionType, DriverError] = {}
        """Why a connection failed when it was last used; without those that work."""

    @property
    def connection(self) -> ConnectionType:
        """Return the connection that answered last, else the preferred one."""
        return (self._active or self._drivers[0]).connection

    @property
    def echo_time(self) -> timedelta:
        """Return the lag of the connection in use; at first that of the slowest."""
        if self._active is None:
            return max(driver.echo_time for driver in self._drivers)
        return self._active.echo_time

    @property
    def abilities(self) -> Abilities:
        """Return what the preferred driver can do."""
        return self._drivers[0].abilities

    async def async_read(self) -> DeviceState:
        """Read by the connection in use, else by the next; raises if none answers."""
        errors: list[DriverError] = []
        for driver in self._order():
            try:
                state = await driver.async_read()
            except DriverError as err:
                self._fail(driver, err)
                errors.append(err)
            else:
                self._use(driver)
                await self._async_check_reserve()
                return self._mode_deviation.applied(self._known(driver, state))
        # An error that the user can fix is more useful than "no answer".
        raise next((err for err in errors if type(err) not in _PLAIN), errors[0])

    async def async_send(self, change: Change) -> None:
        """Send by the connection in use; if it is lost, by another."""
        first = self._active or self._drivers[0]
        if change.mode is not None:
            self._mode_deviation.sent()
        try:
            await first.async_send(change)
        except (Unreachable, BadCredentials) as err:
            self._fail(first, err)
            if not await self._async_send_elsewhere(first, change):
                raise
        else:
            self._use(first)

    async def async_close(self) -> None:
        """Close all connections."""
        for driver in self._drivers:
            await driver.async_close()

    @property
    def refused(self) -> frozenset[Part]:
        """Return the parts of a command that the device does not accept."""
        parts = (
            driver.refused
            for driver in self._drivers
            if isinstance(driver, EntityDriver)
        )
        return frozenset[Part]().union(*parts)

    def allow_reserve(self) -> None:
        """Serve the user now: use the reserved calls, try refused parts again."""
        if self.cloud is not None:
            self.cloud.allow_reserve()
        for driver in self._drivers:
            if isinstance(driver, EntityDriver):
                driver.allow_retry()

    async def _async_send_elsewhere(self, lost: Driver, change: Change) -> bool:
        """Send by the first other connection that works; return whether one did."""
        for driver in self._drivers:
            if driver is lost:
                continue
            try:
                await driver.async_send(change)
            except DriverError as err:
                self._fail(driver, err)
            else:
                self._use(driver)
                return True
        return False

    def _order(self) -> tuple[Driver, ...]:
        """Return the drivers in the order in which to try them now."""
        first = self._drivers[0]
        if self._active in (None, first) or self._ticks() >= self._probe_at:
            return self._drivers
        return (*self._drivers[1:], first)

    def _use(self, driver: Driver) -> None:
        """Use a connection that works from now on."""
        self.failures.pop(driver.connection, None)
        if driver is self._drivers[0]:
            self._probing.reset()
        if driver is not self._active and self._active is not None:
            LOGGER.info("%s is now reached by %s", self._name, driver.connection)
        self._active = driver

    def _fail(self, driver: Driver, err: DriverError) -> None:
        """Keep why a connection failed."""
        self.failures[driver.connection] = err
        if driver is self._drivers[0]:
            self._probe_at = self._ticks() + self._probing.next().total_seconds()

    async def _async_check_reserve(self) -> None:
        """Test the other connections; what they report may be old and is not used."""
        if self._active is not self._drivers[0] or self._ticks() < self._check_at:
            return
        wait = _CHECK
        for driver in self._drivers[1:]:
            try:
                await driver.async_read()
            except DriverError as err:
                self.failures[driver.connection] = err
                wait = _CHECK_FAILED
            else:
                self.failures.pop(driver.connection, None)
        self._check_at = self._ticks() + wait.total_seconds()

    def _known(self, driver: Driver, state: DeviceState) -> DeviceState:
        """Return a state without words that the preferred driver does not have."""
        if driver is self._drivers[0]:
            return state
        abilities = self.abilities
        return replace(
            state,
            mode=state.mode if state.mode in abilities.modes else None,
            fan=state.fan if state.fan in abilities.fans else None,
        )
