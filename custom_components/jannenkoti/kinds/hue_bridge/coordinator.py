"""The Home Assistant side of a bridge: connection, devices and entity updates."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from random import random
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ...const import DOMAIN
from ...lib.backoff import Backoff
from ...push import PushSource
from . import const
from .model import BridgeData
from .repairs import async_follow_twice, async_show_busy
from .resources.inventory import Inventory
from .wire.client import Address, HueLink, Timing
from .wire.errors import BadCredentials, Busy, CommandRefused, HueError, Untrusted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from homeassistant.core import HomeAssistant

    from .wire.events import Event

type HueBridgeConfigEntry = ConfigEntry[HueCoordinator]

TIMING: Final = Timing()

# The first connection delays the setup by no more than this, s.
_FIRST_ATTEMPT: Final = 20.0


def make_link(hass: HomeAssistant, data: Mapping[str, Any]) -> HueLink:
    """Return the connection that the data of an entry describe."""
    address = Address(
        host=data[const.CONF_HOST],
        fingerprint=data[const.CONF_FINGERPRINT],
        key=data.get(const.CONF_KEY, ""),
    )
    return HueLink(async_get_clientsession(hass), address, random=random, timing=TIMING)


class HueCoordinator(PushSource[BridgeData]):
    """Connect a bridge with Home Assistant."""

    def __init__(self, hass: HomeAssistant, entry: HueBridgeConfigEntry) -> None:
        """Initialize; nothing is sent yet."""
        super().__init__(BridgeData())
        self.hass = hass
        self.config_entry = entry
        self.bridge_id: str = entry.data[const.CONF_BRIDGE_ID]
        self.link = make_link(hass, entry.data)
        self.reconnects = 0
        """How often the event stream was opened, for diagnostics."""
        self.device_id = ""
        """The id of the device of the bridge."""
        self._inventory = Inventory()

    async def async_start(self) -> None:
        """Read the state and follow it; raises what Home Assistant expects."""
        entry = self.config_entry
        placeholders = {"name": entry.title}
        try:
            async with asyncio.timeout(_FIRST_ATTEMPT):
                await self._async_refresh()
        except (BadCredentials, Untrusted) as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders=placeholders,
            ) from err
        except (HueError, TimeoutError) as err:
            raise ConfigEntryNotReady(
                translation_domain=DOMAIN,
                translation_key=err.key
                if isinstance(err, HueError)
                else "hue_bridge_busy",
                translation_placeholders=placeholders,
            ) from err
        self._register_bridge()
        async_follow_twice(self.hass, entry, self.bridge_id)
        entry.async_create_background_task(
            self.hass, self._async_follow(), f"hue bridge {entry.title}"
        )

    def _register_bridge(self) -> None:
        """Create the device of the bridge, which those of lamps refer to."""
        device = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.config_entry.entry_id,
            identifiers={(DOMAIN, self.bridge_id)},
            name=self.config_entry.title,
            manufacturer="Signify",
            model="Hue Bridge",
        )
        self.device_id = device.id

    # State

    async def _async_refresh(self) -> None:
        """Read the whole state; raises HueError."""
        self._inventory.replace(await self.link.async_resources())
        self._publish(connected=True)

    @callback
    def _take(self, events: list[Event]) -> None:
        """Take events, and delete the devices of what the bridge has deleted."""
        gone = self._inventory.take(events)
        self._publish(connected=True)
        registry = dr.async_get(self.hass)
        for device_id in gone - {self.bridge_id}:
            device = registry.async_get_device_by_identifier(
                (DOMAIN, device_id), self.config_entry.entry_id
            )
            if device is not None:
                registry.async_remove_device(device.id)

    @callback
    def _publish(self, *, connected: bool) -> None:
        """Show the state, and the names that were changed in the app."""
        before = self.data
        data = self._inventory.read(replace(before, connected=connected))
        if data == before:
            return
        self._show_names(before, data)
        self.async_set_updated_data(data)

    @callback
    def _show_names(self, before: BridgeData, data: BridgeData) -> None:
        """Rename the devices of lamps and rooms that have another name."""
        old, new = _device_names(before), _device_names(data)
        registry = dr.async_get(self.hass)
        for device_id, name in new.items():
            if old.get(device_id, name) == name:
                continue
            device = registry.async_get_device_by_identifier(
                (DOMAIN, device_id), self.config_entry.entry_id
            )
            if device is not None:
                registry.async_update_device(device.id, name=name)

    # Connection

    async def _async_follow(self) -> None:
        """Follow the event stream, and open it again when it ends."""
        timing = self.link.timing
        backoff = Backoff(
            first=timedelta(seconds=timing.first_reconnect),
            longest=timedelta(seconds=timing.longest_reconnect),
            random=random,
        )
        while True:
            try:
                await self._async_listen(backoff)
            except Busy:
                async_show_busy(self.hass, self.config_entry, shown=True)
            except HueError as err:
                self._publish(connected=False)
                if isinstance(err, BadCredentials | Untrusted):
                    self.config_entry.async_start_reauth(self.hass)
            await asyncio.sleep(backoff.next().total_seconds())

    async def _async_listen(self, backoff: Backoff) -> None:
        """Take events until the stream ends; raises HueError.

        What has happened without a stream is read at its beginning.
        """
        async with aclosing(self.link.async_events()) as stream:
            async for events in stream:
                if events:
                    self._take(events)
                    continue
                self.reconnects += 1
                await self._async_refresh()
                async_show_busy(self.hass, self.config_entry, shown=False)
                backoff.reset()

    # Commands

    async def async_send(self, command: Awaitable[None]) -> None:
        """Wait for a command; raises HomeAssistantError with a translated text."""
        try:
            await command
        except HueError as err:
            if isinstance(err, BadCredentials | Untrusted):
                self.config_entry.async_start_reauth(self.hass)
            refused = isinstance(err, CommandRefused)
            error = ServiceValidationError if refused else HomeAssistantError
            placeholders = {"name": self.config_entry.title}
            if refused:
                placeholders["reason"] = err.detail
            raise error(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders=placeholders,
            ) from err


def _device_names(data: BridgeData) -> dict[str, str]:
    """Return the names of the devices of lamps and rooms."""
    lamps = {lamp.device_id: lamp.device_name for lamp in data.lamps.values()}
    return lamps | {room.room_id: room.name for room in data.rooms.values()}
