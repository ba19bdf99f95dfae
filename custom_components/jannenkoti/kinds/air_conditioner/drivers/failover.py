"""Several ways to one air conditioner that work as one.

The first way that answers is used. Another one may lag behind it, so whoever listens
has to doubt for a while what it tells after a change (`device.py` does).
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

# A way that was lost is tried again seldom: in vain it costs seconds or calls.
_FIRST_PROBE: Final = timedelta(minutes=1)
_LONGEST_PROBE: Final = timedelta(minutes=30)
# A way in reserve is tried once a day, so that its failure is known before its hour; a
# failed one each hour, so that a note about it closes. Not at a start, which hurries.
_FIRST_CHECK: Final = timedelta(minutes=5)
_CHECK: Final = timedelta(days=1)
_CHECK_FAILED: Final = timedelta(hours=1)


_PLAIN: Final = (Unreachable, Busy, NoSession)


class Failover:
    """One driver made of several, the preferred one first."""

    def __init__(
        self,
        ways: Sequence[Driver],
        *,
        name: str,
        ticks: Callable[[], float],
        random: Callable[[], float],
        cloud: TuyaCloud | None = None,
    ) -> None:
        """Use the ways, with a clock that is never set and chance handed in."""
        self.cloud = cloud
        """The one among them whose calls are counted."""
        self._ways = tuple(ways)
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
        """Why a way failed when it was last tried; without those that work."""

    @property
    def connection(self) -> ConnectionType:
        """Return the way that answered last; before any has, the preferred one."""
        return (self._active or self._ways[0]).connection

    @property
    def echo_time(self) -> timedelta:
        """Return how long the way in use may lag; at first that of the slowest."""
        if self._active is None:
            return max(way.echo_time for way in self._ways)
        return self._active.echo_time

    @property
    def abilities(self) -> Abilities:
        """Return what can be done by the preferred way."""
        return self._ways[0].abilities

    async def async_read(self) -> DeviceState:
        """Ask by the way in use, else by the next; raises if none answers."""
        errors: list[DriverError] = []
        for way in self._order():
            try:
                state = await way.async_read()
            except DriverError as err:
                self._fail(way, err)
                errors.append(err)
            else:
                self._use(way)
                await self._async_check_reserve()
                return self._mode_deviation.applied(self._known(way, state))
        # An error that the user can fix is more useful than "no answer".
        raise next((err for err in errors if type(err) not in _PLAIN), errors[0])

    async def async_send(self, change: Change) -> None:
        """Send by the way in use; if it is lost, by another."""
        first = self._active or self._ways[0]
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
        """Let go of all ways."""
        for way in self._ways:
            await way.async_close()

    @property
    def refused(self) -> frozenset[Part]:
        """Return the parts of a command that the device does not accept."""
        parts = (way.refused for way in self._ways if isinstance(way, EntityDriver))
        return frozenset[Part]().union(*parts)

    def allow_reserve(self) -> None:
        """Serve the user now: use the reserved calls, try refused parts again."""
        if self.cloud is not None:
            self.cloud.allow_reserve()
        for way in self._ways:
            if isinstance(way, EntityDriver):
                way.allow_retry()

    async def _async_send_elsewhere(self, lost: Driver, change: Change) -> bool:
        """Send by the first other way that works; return whether there is one."""
        for way in self._ways:
            if way is lost:
                continue
            try:
                await way.async_send(change)
            except DriverError as err:
                self._fail(way, err)
            else:
                self._use(way)
                return True
        return False

    def _order(self) -> tuple[Driver, ...]:
        """Return the ways in the order in which to try them now."""
        first = self._ways[0]
        if self._active in (None, first) or self._ticks() >= self._probe_at:
            return self._ways
        return (*self._ways[1:], first)

    def _use(self, way: Driver) -> None:
        """Note that a way works, and go on by it."""
        self.failures.pop(way.connection, None)
        if way is self._ways[0]:
            self._probing.reset()
        if way is not self._active and self._active is not None:
            LOGGER.info("%s is now reached by %s", self._name, way.connection)
        self._active = way

    def _fail(self, way: Driver, err: DriverError) -> None:
        """Note that a way is lost."""
        self.failures[way.connection] = err
        if way is self._ways[0]:
            self._probe_at = self._ticks() + self._probing.next().total_seconds()

    async def _async_check_reserve(self) -> None:
        """See whether the other ways would work; what they tell may be old."""
        if self._active is not self._ways[0] or self._ticks() < self._check_at:
            return
        wait = _CHECK
        for way in self._ways[1:]:
            try:
                await way.async_read()
            except DriverError as err:
                self.failures[way.connection] = err
                wait = _CHECK_FAILED
            else:
                self.failures.pop(way.connection, None)
        self._check_at = self._ticks() + wait.total_seconds()

    def _known(self, way: Driver, state: DeviceState) -> DeviceState:
        """Return a state without words that the preferred way does not know."""
        if way is self._ways[0]:
            return state
        abilities = self.abilities
        return replace(
            state,
            mode=state.mode if state.mode in abilities.modes else None,
            fan=state.fan if state.fan in abilities.fans else None,
        )
