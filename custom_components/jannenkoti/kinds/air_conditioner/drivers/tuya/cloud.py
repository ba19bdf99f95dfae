"""Tuya air conditioner through Tuya's cloud, with as few calls as possible.

The cloud limits the calls of a month. So the last answer is returned again until the
next call: soon after a command, else as seldom as the quota requires.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from .....lib.backoff import Backoff
from .....lib.quota import Level, Quota
from ..driver import (
    BadCredentials,
    CommandRefused,
    ConnectionType,
    DeviceOffline,
    DriverError,
    QuotaExhausted,
    SubscriptionExpired,
)
from .watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ...model import Abilities, Change, DeviceState
    from .datapoints import Datapoints
    from .openapi import OpenApi

_ECHO_TIME: Final = timedelta(seconds=120)  # the longest lag that was seen
_AFTER_COMMAND: Final = timedelta(seconds=10)
_IDLE: Final = timedelta(seconds=60)
# Failures that only the user or the next month can end need no frequent calls.
_NEEDS_USER: Final = timedelta(hours=1)
_FIRST_RETRY: Final = timedelta(seconds=30)
_LONGEST_RETRY: Final = timedelta(minutes=15)


class TuyaCloud:
    """One device as its cloud reports it."""

    connection = ConnectionType.CLOUD
    echo_time = _ECHO_TIME

    def __init__(
        self,
        api: OpenApi,
        device_id: str,
        datapoints: Datapoints,
        quota: Quota,
        *,
        now: Callable[[], datetime],
        ticks: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        """Use an account, the wall clock, a monotonic clock and random numbers."""
        self.quota = quota
        self._api = api
        self._device_id = device_id
        self._datapoints = datapoints
        self._now = now
        self._ticks = ticks
        self._retry = Backoff(first=_FIRST_RETRY, longest=_LONGEST_RETRY, random=random)
        self._watchdog = Watchdog(_ECHO_TIME)
        self._due = 0.0
        self._state: DeviceState | None = None
        self._failure: type[DriverError] = DriverError
        self._awaited: Change | None = None
        self._awaited_until = 0.0
        self._may_use_reserve = False

    @property
    def abilities(self) -> Abilities:
        """Return the abilities of the device according to its map."""
        return self._datapoints.abilities

    def allow_reserve(self) -> None:
        """Let the next read use the reserved calls at once: the user asked for it."""
        self._may_use_reserve = self._state is None and self._failure is QuotaExhausted

    async def async_read(self) -> DeviceState:
        """Return the state; the cloud is asked only as often as the quota allows."""
        if self._ticks() < self._due and not self._may_use_reserve:
            if self._state is None:
                raise self._failure
            return self._state
        try:
            self._state = await self._async_ask()
        except DriverError as err:
            self._fail(err)
            raise
        finally:
            self._may_use_reserve = False
        self._retry.reset()
        self._due = self._ticks() + self._pace(self._state).total_seconds()
        return self._state

    async def async_send(self, change: Change) -> None:
        """Send a command also when the quota is used up; the cloud may refuse it."""
        values = self._datapoints.encode(change)
        if not values:
            return
        try:
            await self._api.async_command(self._device_id, values)
        except CommandRefused:
            raise
        except DriverError as err:
            self._fail(err)
            raise
        ticks = self._ticks()
        self._watchdog.sent(ticks)
        self._awaited = change
        self._awaited_until = ticks + _ECHO_TIME.total_seconds()
        self._due = min(self._due, ticks + _AFTER_COMMAND.total_seconds())

    async def async_close(self) -> None:
        """Do nothing: it has no connection of its own."""

    async def _async_ask(self) -> DeviceState:
        if self.quota.interval(self._now()) is None and not self._may_use_reserve:
            raise QuotaExhausted
        status = await self._api.async_status(self._device_id)
        self.quota.accept()
        deaf = self._watchdog.is_deaf(status.values, self._ticks())
        if not status.online or deaf:
            raise DeviceOffline
        if (state := self._datapoints.decode(status.values)) is None:
            raise CommandRefused
        return state

    def _fail(self, err: DriverError) -> None:
        """Wait before the next call, longest where only the user can help."""
        now = self._now()
        if isinstance(err, QuotaExhausted) and self.quota.interval(now) is not None:
            self.quota.refuse(now)
        needs_user = isinstance(
            err, BadCredentials | SubscriptionExpired | QuotaExhausted
        )
        wait = _NEEDS_USER if needs_user else self._retry.next()
        self._state, self._failure = None, type(err)
        self._due = self._ticks() + wait.total_seconds()

    def _pace(self, state: DeviceState) -> timedelta:
        """Return how long the answer is used."""
        if self._awaited is not None and (
            not self._awaited.differing(state) or self._ticks() >= self._awaited_until
        ):
            self._awaited = None
        now = self._now()
        if self._awaited is not None and self.quota.level(now) is Level.ENOUGH:
            return _AFTER_COMMAND
        return max(_IDLE, self.quota.interval(now) or _NEEDS_USER)
