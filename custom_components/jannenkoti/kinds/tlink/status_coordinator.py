"""Tells how an account does, now and then."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ...const import LOGGER
from .status import Status

if TYPE_CHECKING:
    from .account import Account
    from .coordinator import TlinkEntry

# What is counted is told at most so often, for a push shall not cost a state more.
_STATUS_INTERVAL: Final = timedelta(seconds=10)


class StatusCoordinator(DataUpdateCoordinator[Status]):
    """The account, told now and then."""

    def __init__(
        self, hass: HomeAssistant, entry: TlinkEntry, account: Account
    ) -> None:
        """Begin with what was counted in an earlier life."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title)
        self._account = account
        self._rested = HassJob(self._async_rested, "status", cancel_on_shutdown=True)
        self._stop_rest: CALLBACK_TYPE | None = None
        self.data = self._status()

    @callback
    def async_changed(self) -> None:
        """Tell what is counted, at once if the last time was long enough ago."""
        if self._stop_rest is None:
            self.async_tell()
            self._stop_rest = async_call_later(
                self.hass, _STATUS_INTERVAL, self._rested
            )

    @callback
    def async_tell(self) -> None:
        """Tell what is counted."""
        self.async_set_updated_data(self._status())

    @callback
    def async_stop(self) -> None:
        """Tell no more."""
        if self._stop_rest is not None:
            self._stop_rest()
            self._stop_rest = None

    @callback
    def _async_rested(self, _now: datetime) -> None:
        """Tell what was counted meanwhile."""
        self._stop_rest = None
        self.async_tell()

    def _status(self) -> Status:
        return Status.of(self._account, dt_util.utcnow())
