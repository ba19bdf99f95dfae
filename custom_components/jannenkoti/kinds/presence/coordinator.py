"""The Home Assistant side of a person: sources, probes, time and storage."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_GPS_ACCURACY,
    STATE_HOME,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ...push import PushSource
from ...timers import Timers
from .model import as_saved, restore
from .options import Options
from .stages.rules import Presence, Sign, Source, State

if TYPE_CHECKING:
    from homeassistant.core import Event, EventStateChangedData, HomeAssistant
    from homeassistant.core import State as EntityState

    from ...lib.stored import Stored
    from ...store import KindStore

type PresenceConfigEntry = ConfigEntry[PresenceCoordinator]

PHONE: Final = "phone"
"""The name of the source that is the phone's address."""

PROBE_INTERVAL: Final = timedelta(seconds=10)
_SAVE_DELAY: Final = 30.0
_PLACES: Final = ("person.", "device_tracker.")


class Probe(Protocol):
    """Asks whether a host answers."""

    async def __call__(self, host: str) -> bool:
        """Return whether a host answers."""
        ...


class PresenceCoordinator(PushSource[State]):
    """Collects the evidence for one person."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PresenceConfigEntry,
        store: KindStore,
        stored: Stored,
        probe: Probe,
    ) -> None:
        """Initialize with what is saved; nothing is asked yet."""
        self.hass = hass
        self.config_entry = entry
        self.options = Options.parse(entry.options)
        names = [*self.options.sources, *([PHONE] if self.options.host else [])]
        self.presence = Presence(
            parameters=self.options.parameters,
            zone=dt_util.get_default_time_zone(),
            sources={name: Source() for name in names},
        )
        restore(self.presence, stored)
        self.reference_lost = False
        """Whether the reference host did not answer either."""
        self._store = store
        self._probe = probe
        self._probing = False
        self._saved: dict[str, Any] = {}
        self._timers = Timers(hass)
        super().__init__(self.presence.state)

    @callback
    def async_start(self) -> None:
        """Read the sources, and subscribe to them."""
        entry, hass, options = self.config_entry, self.hass, self.options
        entry.async_on_unload(self.async_close)
        for source in options.sources:
            self._read(source, hass.states.get(source))
        if options.sources:
            entry.async_on_unload(
                async_track_state_change_event(
                    hass, options.sources, self._async_source_changed
                )
            )
        if options.doors:
            entry.async_on_unload(
                async_track_state_change_event(
                    hass, options.doors, self._async_door_changed
                )
            )
        entry.async_on_unload(
            async_track_time_interval(
                hass, self._async_tick, PROBE_INTERVAL, cancel_on_shutdown=True
            )
        )
        if options.host or options.reference_host:
            entry.async_create_background_task(
                hass, self._async_tick(dt_util.utcnow()), "presence probe"
            )
        self.async_decide()

    async def async_close(self) -> None:
        """Stop, and save."""
        self._timers.stop()
        self._store.save_soon(lambda: as_saved(self.presence), 0)
        await self._store.async_close()

    @callback
    def async_decide(self) -> None:
        """Show what follows from the evidence."""
        state = self.presence.decide(dt_util.utcnow())
        self._timers.run_at(self._async_due, self.presence.next_at())
        if state != self.data:
            self.async_set_updated_data(state)
        saved = as_saved(self.presence) | {"last_seen": None}
        if saved != self._saved:
            self._saved = saved
            self._store.save_soon(lambda: as_saved(self.presence), _SAVE_DELAY)

    async def _async_due(self, _now: datetime) -> None:
        """Decide at a time that was planned."""
        self.async_decide()

    async def _async_tick(self, _now: datetime) -> None:
        """Ask the phone, and the reference host where the phone is silent."""
        if self._probing:
            return
        self._probing = True
        try:
            await self._async_probe()
        finally:
            self._probing = False
        self.async_decide()

    async def _async_probe(self) -> None:
        """Report whether the phone's address answers."""
        host, reference = self.options.host, self.options.reference_host
        answers = bool(host) and await self._probe(host)
        if answers:
            self.reference_lost = False
        elif reference:
            self.reference_lost = not await self._probe(reference)
        if host:
            sign = Sign.LOST if self.reference_lost else Sign.NOT_HERE
            self.presence.report(
                PHONE, Sign.HERE if answers else sign, dt_util.utcnow()
            )
        for source in self.options.sources:
            self._read(source, self.hass.states.get(source))

    @callback
    def _async_source_changed(self, event: Event[EventStateChangedData]) -> None:
        """Take the state of a source."""
        self._read(event.data["entity_id"], event.data["new_state"])
        self.async_decide()

    @callback
    def _async_door_changed(self, event: Event[EventStateChangedData]) -> None:
        """Take a door that opened, or one whose sensor was away meanwhile."""
        old, new = event.data["old_state"], event.data["new_state"]
        was_closed = old is not None and old.state == STATE_OFF
        if new is None or new.state != STATE_OFF or not was_closed:
            self.presence.door(dt_util.utcnow())
            self.async_decide()

    def _read(self, name: str, state: EntityState | None) -> None:
        """Read the state of a source; one that repeats our tracker is ignored."""
        if state is not None and self._is_our_own(state):
            self.presence.sources.pop(name, None)
            return
        source = self.presence.sources.setdefault(name, Source())
        sign = sign_of(state)
        if state is not None:
            source.decides = ATTR_GPS_ACCURACY in state.attributes
            routed = state.attributes.get("source_type") == "router"
            if routed and self.reference_lost and sign is Sign.NOT_HERE:
                sign = Sign.LOST
        self.presence.report(name, sign, dt_util.utcnow())

    def _is_our_own(self, state: EntityState) -> bool:
        """Return whether a person or tracker only repeats what we have decided."""
        registry = er.async_get(self.hass)
        for entity_id in (state.entity_id, str(state.attributes.get("source"))):
            entity = registry.async_get(entity_id)
            if entity and entity.config_entry_id == self.config_entry.entry_id:
                return True
        return False


def sign_of(state: EntityState | None) -> Sign:
    """Return the evidence in the state of a source."""
    if state is None or state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
        return Sign.LOST
    if state.state in {STATE_HOME, STATE_ON}:
        return Sign.HERE
    if state.state == STATE_OFF or state.entity_id.startswith(_PLACES):
        return Sign.NOT_HERE
    return Sign.LOST
