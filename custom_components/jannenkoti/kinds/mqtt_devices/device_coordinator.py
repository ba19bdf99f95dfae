"""A coordinator for each device, so that a message wakes one; and what is stored."""

from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ...const import LOGGER
from ...store import entry_store
from .claims.registry import Counts, DeviceRegistry
from .const import SIMULATED
from .devices.device import Device
from .devices.device_types import device_type_of, quantity_of
from .wire.payload import MAX_PARAMETERS

if TYPE_CHECKING:
    from datetime import tzinfo

    from homeassistant.config_entries import ConfigEntry, ConfigSubentry

    from .devices.device_rules import DeviceRules, MessageOutcome
    from .devices.device_types import Quantity

# A flood shall not keep the recorder busy.
_OVERVIEW_INTERVAL: Final = timedelta(seconds=5)

# What a device was sent is saved at once, a burst of it together.
_SAVE_DELAY: Final = 1
# What it has said may be lost by a crash; unloading and stopping save as well.
_HISTORY_DELAY: Final = 15 * 60


class DeviceCoordinator(DataUpdateCoordinator[Device]):
    """Tells the entities of one device, and only those, what is new."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        subentry: ConfigSubentry,
        rules: DeviceRules,
    ) -> None:
        """Begin with what is rules about the device."""
        super().__init__(hass, LOGGER, config_entry=entry, name=rules.device.serial)
        self.data = rules.device
        self.entry = entry
        self.rules = rules
        self.serial = rules.device.serial
        self.subentry_id = subentry.subentry_id
        self.is_simulated = subentry.subentry_type == SIMULATED
        self._by_parameter: dict[str, CALLBACK_TYPE] = {}
        self._shown: set[str] = set()
        self._silence = HassJob(
            self._async_is_silent, f"silence of {self.serial}", cancel_on_shutdown=True
        )
        self._edge = HassJob(
            self._async_edge, f"schedule of {self.serial}", cancel_on_shutdown=True
        )
        self._reported_at = self._looks_at = 0.0
        self._stop_watch: CALLBACK_TYPE | None = None
        self._stop_edge: CALLBACK_TYPE | None = None
        self._edge_at: datetime | None = None
        self.async_plan()

    @callback
    def async_listen_to_parameter(
        self, name: str, listener: CALLBACK_TYPE
    ) -> CALLBACK_TYPE:
        """Call the listener when the parameter has another value than before."""
        self._by_parameter[name] = listener
        return lambda: _forget(self._by_parameter, name)

    @callback
    def async_new_parameters(self, *, binary: bool) -> list[tuple[str, Quantity]]:
        """Return those parameters that have no entity yet, and are of one sort."""
        profile, values = device_type_of(self.serial), self.data.parameters
        found: list[tuple[str, Quantity]] = []
        for name in dict.fromkeys((*profile.parameters, *values)):
            if name in self._shown or name == profile.own_parameter:
                continue
            if len(self._shown) >= MAX_PARAMETERS:
                break  # Who calls them otherwise each time shall not fill the home.
            quantity = quantity_of(name, values.get(name))
            if quantity is not None and quantity.is_binary is binary:
                self._shown.add(name)
                found.append((name, quantity))
        return found

    @callback
    def async_received(self, news: MessageOutcome) -> None:
        """Tell what a message has brought, and watch for the next."""
        before, self.data = self.data, self.rules.device
        if news.more:
            self.async_update_listeners()
        else:
            for name in news.parameters:
                if (listener := self._by_parameter.get(name)) is not None:
                    listener()
        if before.silent and before.last_seen is not None:
            LOGGER.info("The device %s is received again", self.serial)
        self.async_watch()
        # A timer does not see that the clock was set, nor a schedule of the device's.
        if self.rules.next_change(dt_util.utcnow()) != self._edge_at:
            self.async_edge_passed()

    @callback
    def async_publish(self) -> None:
        """Tell what is rules now, after something else than a message."""
        self.data = self.rules.device
        self.async_plan()
        self.async_update_listeners()

    # --- silence ---------------------------------------------------------------------

    @callback
    def async_watch(self) -> None:
        """Wait for the device to fall silent, by a clock that nobody sets.

        A message moves the timer only if it comes too late; that looks again when it
        is over.
        """
        self._reported_at = monotonic()
        after = self.rules.rhythm.silent_after.total_seconds()
        if self._stop_watch is not None:
            if self._reported_at + after >= self._looks_at:
                return
            self._stop_watch()
        self._async_look_in(after)

    @callback
    def _async_look_in(self, seconds: float) -> None:
        """Look whether the device is silent."""
        self._looks_at = monotonic() + seconds
        self._stop_watch = async_call_later(self.hass, seconds, self._silence)

    @callback
    def _async_is_silent(self, _now: datetime) -> None:
        """Let the entities become unavailable, if nothing was received meanwhile."""
        self._stop_watch = None
        after = self.rules.rhythm.silent_after.total_seconds()
        left = self._reported_at + after - monotonic()
        if left > 0:
            self._async_look_in(left)
            return
        LOGGER.info("The device %s has been silent for %.0f s", self.serial, after)
        self.rules.fall_silent()
        self.async_publish()

    # --- the schedule ----------------------------------------------------------------

    @callback
    def async_plan(self) -> None:
        """Wait for the next edge of the schedule, or the end of a hold."""
        if self._stop_edge is not None:
            self._stop_edge()
            self._stop_edge = None
        self._edge_at = at = self.rules.next_change(dt_util.utcnow())
        if at is not None:
            self._stop_edge = async_track_point_in_utc_time(self.hass, self._edge, at)

    @callback
    def _async_edge(self, now: datetime) -> None:
        """Let a hold end, and send when the next change is."""
        self._stop_edge = None
        self.rules.tick(now)
        self.async_edge_passed()

    @callback
    def async_edge_passed(self) -> None:
        """Tell the entry, which tells the device."""
        self.async_publish()
        self.entry.runtime_data.async_send_configuration(self.serial)

    @callback
    def async_stop(self) -> None:
        """Stop all timers."""
        for stop in (self._stop_watch, self._stop_edge):
            if stop is not None:
                stop()
        self._stop_watch = self._stop_edge = None


def _forget(listeners: dict[str, CALLBACK_TYPE], name: str) -> None:
    """Forget a listener."""
    listeners.pop(name, None)


class EntryCounts(DataUpdateCoordinator[Counts]):
    """Tells how many are unclaimed and what was refused, at most once in a while."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, registry: DeviceRegistry
    ) -> None:
        """Begin with nothing counted."""
        super().__init__(hass, LOGGER, config_entry=entry, name="counts")
        self.data = registry.counts()
        self._hub = registry
        self._rested = HassJob(self._async_rested, "counts", cancel_on_shutdown=True)
        self._stop_rest: CALLBACK_TYPE | None = None

    @callback
    def async_counted(self) -> None:
        """Tell the new counts, at once if the last time was long enough ago."""
        if self._stop_rest is None and self._hub.counts() != self.data:
            self.data = self._hub.counts()
            self.async_update_listeners()
            self._stop_rest = async_call_later(
                self.hass, _OVERVIEW_INTERVAL, self._rested
            )

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
        self.async_counted()


class DevicesStore:
    """The rules of an entry, and what of them survives a restart."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Know where it is stored; what is sent and what is said stand apart."""
        self._settings = entry_store(hass, entry_id)
        self._history = entry_store(hass, f"{entry_id}.history")
        self._unsaved = False

    async def async_load(self, zone: tzinfo, per_minute: int) -> None:
        """Begin with what was stored."""
        self.registry = DeviceRegistry(
            zone,
            per_minute=per_minute,
            settings=await self._settings.async_load() or None,
            history=await self._history.async_load() or None,
        )

    @callback
    def async_save_settings_soon(self) -> None:
        """Save what devices are sent."""
        self._settings.async_delay_save(self.registry.settings, _SAVE_DELAY)

    @callback
    def async_save_history_later(self) -> None:
        """Save what devices say; a message costs no more than this look."""
        if not self._unsaved:
            self._unsaved = True
            self._history.async_delay_save(self._history_to_save, _HISTORY_DELAY)

    async def async_save(self) -> None:
        """Save all now."""
        await self._settings.async_save(self.registry.settings())
        await self._history.async_save(self.registry.history())

    async def async_remove(self) -> None:
        """Delete all."""
        await self._settings.async_remove()
        await self._history.async_remove()

    def _history_to_save(self) -> dict[str, Any]:
        """Return what to save, now that it is saved."""
        self._unsaved = False
        return self.registry.history()
