"""Polls the cloud."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, LOGGER
from .cloud import errors
from .model import Rejected
from .options import SHORTEST_POLL

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .cloud.client import Cloud
    from .push.ingest import Ingest


_FAILURES: Final = (
    errors.Unreachable,
    errors.UserIdMissing,
    errors.CloudRefused,
    Rejected,
)


# With pushes a poll only brings names, and values that were lost.
_WITH_PUSH: Final = 5
_WITHOUT: Final = 0.5
_SHORTEST: Final = timedelta(seconds=SHORTEST_POLL)


class CloudCoordinator(DataUpdateCoordinator[None]):
    """Polls the device list, for names and for values that no push has brought."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], cloud: Cloud, ingest: Ingest
    ) -> None:
        """Initialize with the interval of the options, until a push arrives."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} cloud",
            update_interval=ingest.account.options.poll_interval,
        )
        self.cloud = cloud
        self._ingest = ingest

    @override
    async def _async_update_data(self) -> None:
        """Apply the device list, and those of its values that are new."""
        self.adapt()
        account = self._ingest.account
        try:
            listed = await self.cloud.async_devices()
            if self._ingest.clock.is_behind(dt_util.utcnow()):
                return
            self._ingest.publish(account.inventory.learn(listed))
            unseen = [account.unseen(each.push) for each in listed]
            await asyncio.gather(
                *(self._ingest.async_store(push) for push in unseen if push.samples)
            )
        except errors.BadCredentials as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="tlink_bad_credentials"
            ) from err
        except _FAILURES as err:
            raise _update_failed(err) from err

    @callback
    def adapt(self) -> bool:
        """Poll more often while pushes are silent; return whether that is new."""
        account = self._ingest.account
        interval = account.options.poll_interval
        if account.last_push is not None:
            silent = account.silent_since(dt_util.utcnow()) is not None
            interval = max(interval * (_WITHOUT if silent else _WITH_PUSH), _SHORTEST)
        changed = interval != self.update_interval
        self.update_interval = interval
        return changed


def _update_failed(err: Exception) -> UpdateFailed:
    """Return a failure in the user's language."""
    key, placeholders = "tlink_not_stored", dict[str, str]()
    if isinstance(err, errors.Unreachable):
        LOGGER.debug("The poll failed: %s", err)
        key, placeholders = err.problem.value, {"detail": err.detail}
    elif isinstance(err, errors.UserIdMissing):
        key = "tlink_user_id_missing"
    elif isinstance(err, errors.CloudRefused):
        key, placeholders = "tlink_refused", {"reason": str(err)}
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )
