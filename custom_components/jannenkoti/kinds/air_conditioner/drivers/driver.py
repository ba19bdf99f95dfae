"""What the thermostat needs of whatever reaches the air conditioner."""

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from ..model import Abilities, Change, DeviceState


class DriverError(Exception):
    """The air conditioner did not do what it was asked."""


class Unreachable(DriverError):
    """It did not answer; try again later."""


class DeviceOffline(Unreachable):
    """The cloud answers, but has lost the device."""


class SubscriptionExpired(Unreachable):
    """The user's subscription at the cloud has ended; only the user can renew it."""


class QuotaExhausted(Unreachable):
    """The month's calls are used up; wait, or the user gets more."""


class CommandRefused(DriverError):
    """It answered, but will not or cannot; trying again does not help."""


class BadCredentials(DriverError):
    """It does not accept our key; ask the user for a new one."""


class ConnectionType(StrEnum):
    """The ways to an air conditioner."""

    LAN = "lan"
    CLOUD = "cloud"
    ENTITY = "entity"


class Driver(Protocol):
    """One way to an air conditioner; owns its connection alone."""

    @property
    def connection(self) -> ConnectionType:
        """Return which way it is, or was when the device answered last."""

    @property
    def echo_time(self) -> timedelta:
        """Return how long the device may still tell its old state after a command."""

    @property
    def abilities(self) -> Abilities:
        """Return what the device can do."""

    async def async_read(self) -> DeviceState:
        """Ask the device for its state; raises DriverError."""

    async def async_send(self, change: Change) -> None:
        """Tell the device to change; raises DriverError."""

    async def async_close(self) -> None:
        """Let go of the device; nothing is left behind."""
