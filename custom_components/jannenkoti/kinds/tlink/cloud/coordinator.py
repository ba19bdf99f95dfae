"""Asks the cloud from time to time."""

import asyncio
from typing import TYPE_CHECKING, override

from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from ....const import DOMAIN, LOGGER
from ..model import Refused
from . import client
from .rhythm import poll_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant

    from ..account import Account
    from ..coordinator import TlinkEntry
    from ..devices import Outcome
    from ..ingest import Ingest
    from .client import Cloud


class CloudCoordinator(DataUpdateCoordinator[None]):
    """Asks the cloud from time to time."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: TlinkEntry,
        cloud: Cloud,
        account: Account,
        ingest: Ingest,
        publish: Callable[[Outcome], None],
    ) -> None:
        """Ask as often as the options say, until a push comes."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} cloud",
            update_interval=account.options.poll_interval,
        )
        self.cloud = cloud
        self._account = account
        self._ingest = ingest
        self._publish = publish

    @override
    async def _async_update_data(self) -> None:
        """Take over the list, and of its values those that no push has told."""
        self.adapt()
        try:
            listed = await self.cloud.async_devices()
            self._publish(self._account.known.learn(listed))
            unseen = (self._account.unseen(each.push) for each in listed)
            await asyncio.gather(
                *(self._ingest.async_store(push) for push in unseen if push.samples)
            )
        except client.BadCredentials as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="tlink_bad_credentials"
            ) from err
        except (client.Unreachable, client.Refused, Refused) as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="tlink_poll_failed",
                translation_placeholders={"reason": str(err)},
            ) from err

    @callback
    def adapt(self) -> bool:
        """Ask more often while pushes are silent; return whether that is new."""
        interval = poll_interval(
            self._account.options.poll_interval,
            ever_pushed=self._account.last_push is not None,
            silent=self._account.silent_since(dt_util.utcnow()) is not None,
        )
        changed = interval != self.update_interval
        self.update_interval = interval
        return changed
