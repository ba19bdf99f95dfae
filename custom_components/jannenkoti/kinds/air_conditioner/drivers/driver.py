"""The contract between the thermostat and the connections to an air conditioner."""

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from ..model import Abilities, Change, DeviceState


class DriverError(Exception):
    """The air conditioner did not carry out a command."""


class Unreachable(DriverError):
    """It did not answer; try again later."""


class Busy(Unreachable):
    """Its only connection belongs to another client, such as the app on a phone."""


class NoSession(Unreachable):
    """It accepted a connection, but gave no answer that can be read."""


class KeySuspected(Unreachable):
    """It seems to have another key: ask the user, and go on trying meanwhile."""


class DeviceOffline(Unreachable):
    """The cloud answers, but has no connection to the device."""


class SubscriptionExpired(Unreachable):
    """The user's subscription at the cloud has ended; only the user can renew it."""


class QuotaExhausted(Unreachable):
    """The calls of the month are used up: wait for the next, or extend the quota."""


class CommandRefused(DriverError):
    """It answered that it does not do this."""


class BadCredentials(DriverError):
    """It does not accept our key; ask the user for a new one."""


class ConnectionType(StrEnum):
    """How an air conditioner is reached."""

    LAN = "lan"
    CLOUD = "cloud"
    ENTITY = "entity"
    SIMULATED = "simulated"


class Driver(Protocol):
    """One connection to an air conditioner; nothing else uses it."""

    @property
    def connection(self) -> ConnectionType:
        """Return the connection in use, or the one that answered last."""

    @property
    def echo_time(self) -> timedelta:
        """Return how long the device may report its old state after a command."""

    @property
    def abilities(self) -> Abilities:
        """Return what the device can do."""

    async def async_read(self) -> DeviceState:
        """Ask the device for its state; raises DriverError."""

    async def async_send(self, change: Change) -> None:
        """Send a command; raises DriverError."""

    async def async_close(self) -> None:
        """Close the connection and leave nothing running."""
