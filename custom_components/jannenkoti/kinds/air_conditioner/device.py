"""The air conditioner as last known, through the echoes of our own commands."""

from typing import TYPE_CHECKING

from ...const import LOGGER
from ...lib.echo import Echo, Verdict
from .driver import DriverError, Refused
from .model import Change

if TYPE_CHECKING:
    from datetime import datetime

    from .driver import Driver
    from .model import DeviceState


class Device:
    """One air conditioner behind its driver; nobody else uses either."""

    def __init__(self, driver: Driver, name: str) -> None:
        """Know nothing yet."""
        self.driver = driver
        self.state: DeviceState | None = None
        """What to believe of the device; None while it does not answer."""
        self._name = name
        self._answered = True
        self._echo: Echo[DeviceState] | None = None

    async def async_read(self, now: datetime) -> None:
        """Ask the device for its state; raises DriverError."""
        try:
            seen = await self.driver.async_read()
        except DriverError as err:
            self._lose(err)
            raise
        if not self._answered:
            LOGGER.info("%s answers again", self._name)
            self._answered = True
        self.state = self._believe(seen, now)

    async def async_send(self, change: Change, now: datetime) -> DeviceState:
        """Send a command and return what the device will be; raises DriverError."""
        if self.state is None:
            raise DriverError
        try:
            await self.driver.async_send(change)
        except Refused:
            raise  # it is there, it only does not want to
        except DriverError as err:
            self._lose(err)
            raise
        expected = self.state.after(change)
        self.state = expected
        self._echo = Echo(expected=expected, deadline=now + self.driver.echo_time)
        return expected

    def _lose(self, err: DriverError) -> None:
        """Note that the device does not answer; said in the log once."""
        if self._answered and self.state is not None:
            LOGGER.warning("%s does not answer (%s)", self._name, type(err).__name__)
            self._answered = False
        self.state = None

    def _believe(self, seen: DeviceState, now: datetime) -> DeviceState:
        """Return what was commanded until the device has had its time to show it."""
        if self._echo is None:
            return seen
        expected = self._echo.expected
        wanted = Change(
            on=expected.on, mode=expected.mode, fan=expected.fan, target=expected.target
        )
        confirmed = not wanted.differing(seen)
        if self._echo.judge(confirmed=confirmed, now=now) is Verdict.PENDING:
            return expected
        self._echo = None
        return seen
