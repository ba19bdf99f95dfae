"""A printer that another integration provides: its entities and its actions."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import callback, split_entity_id
from homeassistant.exceptions import ServiceNotFound, Unauthorized
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...calls import CallFailed, CallTimedOut, async_call_action
from ...const import DOMAIN
from ...timers import async_call_later
from .adopted.controls import (
    GCODE_ACTIONS,
    PRESS,
    ROLES,
    ControlUnavailable,
    NotAllowed,
    NotOffered,
    absent_commands,
    is_gcode,
)
from .adopted.reading import read
from .adopted.roles import CONF_KEY, Role
from .adopted_entity import SourceEntities
from .model import LinkState
from .repairs import async_show_missing
from .source_coordinator import PrinterSource
from .wire.errors import CommandRefused, NoAnswer, PrinterError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant

    from ...lib.stored import Stored
    from ...store import KindStore
    from .source_coordinator import PrinterConfigEntry
    from .wire.requests import Request

MODEL: Final = "3D printer"
"""The model of the device: the actions offer devices of it."""

_LONGEST_ACTION: Final = 30.0
# Entities of one printer can change one after the other, s.
_SETTLE: Final = 2.0


class AdoptedPrinter(PrinterSource):
    """A printer that another integration provides."""

    link: SourceEntities

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PrinterConfigEntry,
        store: KindStore,
        stored: Stored,
    ) -> None:
        """Initialize with what the previous run stored."""
        super().__init__(hass, entry, store, stored)
        self.key: str = entry.data[CONF_KEY]
        self.link = SourceEntities(hass, entry.data, self._changed)
        self._tried = False
        self._end_wait: CALLBACK_TYPE | None = None
        self._settle: CALLBACK_TYPE | None = None
        self._soon: asyncio.Handle | None = None
        action = GCODE_ACTIONS.get(self.link.platform)
        self.has_named_gcode = action is not None and action.named
        absent = absent_commands(self.link.roles, gcode=action is not None)
        self.data = replace(self.data, absent=absent)

    @property
    @override
    def device_info(self) -> DeviceInfo:
        """Return how the device is registered: beside that of the integration."""
        identifiers, name = {(DOMAIN, self.key)}, self.config_entry.title
        if (source := self.link.device()) is None:
            return DeviceInfo(identifiers=identifiers, name=name, model=MODEL)
        return DeviceInfo(
            identifiers=identifiers,
            name=name,
            manufacturer=source.manufacturer,
            model=MODEL,
            via_device_id=source.id,
        )

    @property
    @override
    def tried(self) -> bool:
        """Return whether the other integration has had time to connect."""
        return self._tried

    async def async_start(self) -> None:
        """Read the entities and follow them."""
        entry = self.config_entry
        entry.async_on_unload(self._async_stop)
        entry.async_on_unload(self.link.async_listen())
        self._read()
        entry.async_on_unload(async_at_started(self.hass, self._started))
        await self.async_begin()

    async def _async_stop(self) -> None:
        """Stop the timers and save."""
        for timer in (self._end_wait, self._settle):
            if timer is not None:
                timer()
        if self._soon is not None:
            self._soon.cancel()
        await self.async_stop()

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        """Give an integration that is not connected yet the usual time."""
        if not self.link.connected:
            self._end_wait = async_call_later(
                self.hass, self.options.lost_after, self._waited
            )
        self._read()

    @callback
    def _waited(self, _now: datetime) -> None:
        self._end_wait = None
        self._tried = True
        self.update()

    # --- reading ---------------------------------------------------------------------

    @callback
    def _changed(self) -> None:
        """Read when all entities of the same update have been written."""
        if self._soon is None:
            self._soon = self.hass.loop.call_soon(self._read)

    @callback
    def _settled(self, _now: datetime) -> None:
        self._settle = None
        self._read(settled=True)

    @callback
    def _read(self, *, settled: bool = False) -> None:
        """Read all entities, and show what has changed."""
        self._soon = None
        link = self.link
        now = dt_util.utcnow()
        found = read(link.platform, link.states(), self.data.status, now)
        if found.ambiguous and not settled:
            if self._settle is None:
                self._settle = async_call_later(self.hass, _SETTLE, self._settled)
            return
        if self._settle is not None and not found.ambiguous:
            self._settle()
            self._settle = None
        link.connected = found.connected
        if found.connected:
            self._tried = True
            self.end_grace()
        elif self.data.link is LinkState.CONNECTED:
            self.start_grace()
        self._show_missing()
        if found.status == self.data.status:
            self.update()
        else:
            self.take_status(found.status)

    @callback
    def _show_missing(self) -> None:
        """Create or delete the repair issue of missing entities."""
        missing = self.link.missing() if self.hass.is_running else []
        async_show_missing(self.hass, self.config_entry, missing)

    @override
    def link_state(self) -> LinkState:
        """Return the state of the connection, or that there is nothing to read."""
        if self.hass.is_running and not self.link.has_state:
            return LinkState.NO_SOURCE
        return super().link_state()

    # --- commands --------------------------------------------------------------------

    @override
    async def async_request(self, request: Request, context: Context | None) -> None:
        """Perform the counterpart of a command; raises PrinterError."""
        if is_gcode(request):
            await self._async_send_gcode(request, context)
            return
        role = ROLES.get(request.command)
        found = [] if role is None else self.link.ids(role)
        if not found:
            raise NotOffered
        state = self.hass.states.get(found[0])
        # Home Assistant leaves an unavailable entity out, without an error.
        if state is None or state.state == STATE_UNAVAILABLE:
            raise ControlUnavailable(found[0])
        domain = split_entity_id(found[0])[0]
        await self._async_call(domain, PRESS[domain], {"entity_id": found[0]}, context)
        self.config_entry.async_create_background_task(
            self.hass, self._async_refresh(), "printer refresh"
        )

    async def _async_refresh(self) -> None:
        """Show the effect of a command early: some integrations poll slowly."""
        with suppress(PrinterError):
            await self.link.async_refresh()

    async def _async_send_gcode(
        self, request: Request, context: Context | None
    ) -> None:
        """Send a line of G-code by the action of the integration."""
        platform, device = self.link.platform, self.link.device()
        if (action := GCODE_ACTIONS.get(platform)) is None or device is None:
            raise NotOffered
        data = action.data(device.id, request)
        await self._async_call(platform, action.action, data, context)

    async def _async_call(
        self,
        domain: str,
        action: str,
        data: Mapping[str, Any],
        context: Context | None,
    ) -> None:
        """Call an action of the other integration; raises PrinterError."""
        try:
            await async_call_action(
                self.hass,
                domain,
                action,
                data,
                within=_LONGEST_ACTION,
                context=context,
            )
        except CallTimedOut as err:
            raise NoAnswer from err
        except CallFailed as err:
            cause = err.__cause__
            if isinstance(cause, Unauthorized):
                raise NotAllowed from err
            if isinstance(cause, ServiceNotFound):
                raise NotOffered from err
            raise CommandRefused(str(cause or err)) from err

    @override
    def signature_refused(self) -> None:
        """Do nothing: the other integration shows what its firmware refuses."""

    @override
    def diagnostics(self) -> Mapping[str, Any]:
        """Return the entities and their values, for a bug report."""
        link = self.link
        return {
            "platform": link.platform,
            "missing": link.missing(),
            "entities": {role.value: link.ids(role) for role in link.roles},
            "shown": {
                role.value: [each.state for each in shown]
                for role, shown in link.states().items()
                if role is not Role.FILE
            },
        }
