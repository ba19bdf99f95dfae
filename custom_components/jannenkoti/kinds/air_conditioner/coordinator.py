"""Lets the thermostat run in Home Assistant."""

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, override

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    EVENT_HOMEASSISTANT_STOP,
)
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.event import (
    async_track_point_in_utc_time,
    async_track_state_change_event,
    async_track_state_report_event,
)
from homeassistant.helpers.update_coordinator import (
    DataUpdateCoordinator,
    UpdateFailed,
)
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, LOGGER
from ...lib.clock import Clocks
from ...store import entry_store
from .control.failure_reason import COMPLAINTS
from .control.room_temperature import celsius
from .control.saved_state import SavedStateStore
from .control.snapshot import AirConditionerData
from .control.thermostat import Thermostat
from .drivers.driver import BadCredentials, QuotaExhausted, SubscriptionExpired
from .insight.analytics_store import AnalyticsStore
from .model import Request
from .options import Options
from .quota_repairs import show_quota_issues
from .repairs import follow_names, show_connection_issues, show_issues

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import (
        CALLBACK_TYPE,
        Event,
        EventStateChangedData,
        EventStateReportedData,
        HomeAssistant,
        State,
    )

    from .control.saved_state import SavedState
    from .drivers.driver import DriverError
    from .drivers.failover import Failover
    from .model import Abilities, HvacMode
    from .planning.overrides import Overrides
    from .planning.planner import Planner

_LAST_DECISION: Final = 2.0  # s

type AirConditionerEntry = ConfigEntry[AirConditionerCoordinator]


class AirConditionerCoordinator(DataUpdateCoordinator[AirConditionerData]):
    """Gives a thermostat its time, its sensors and its memory."""

    config_entry: AirConditionerEntry

    def __init__(
        self, hass: HomeAssistant, entry: AirConditionerEntry, failover: Failover
    ) -> None:
        """Hold the ways to the device, which nobody else uses."""
        self.options = Options.parse(entry.options)
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=self.options.poll_interval,
        )
        zone = dt_util.get_default_time_zone()
        self.thermostat = Thermostat(failover, entry.title, self.options, zone, _clocks)
        self.failover = failover
        self._saved_states = SavedStateStore(entry_store(hass, entry.entry_id))
        learned = entry_store(hass, f"{entry.entry_id}.learned")
        self._analytics_store = AnalyticsStore(learned, self.thermostat.analytics)
        # One decision at a time: a command must be known before the next is thought of.
        self._lock = asyncio.Lock()
        self._cancel_wake: CALLBACK_TYPE | None = None
        self._ready = False

    @property
    def abilities(self) -> Abilities:
        """Return what the device can do."""
        return self.failover.abilities

    async def async_start(self) -> None:
        """Remember, listen to the room's sensors and ask the device."""
        first = Request.first(self.abilities)
        self.thermostat.resume(await self._saved_states.async_recall(first))
        await self._analytics_store.async_recall()
        entry, sensors = self.config_entry, self.options.sensors
        for sensor in sensors:
            if (state := self.hass.states.get(sensor)) is not None:
                self._hear(state, state.last_reported)
        for stop in (
            async_track_state_change_event(self.hass, sensors, self._sensor_changed),
            async_track_state_report_event(self.hass, sensors, self._sensor_reported),
            self._async_watch_surroundings(),
            follow_names(self.hass, entry),
            self._stop_waking,
            # Entries are not unloaded when Home Assistant stops, and it would wait for
            # the thread of a driver in vain.
            self.hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self.async_stop),
            # The thermostat works on when the user has disabled all its entities.
            self.async_add_listener(lambda: None),
        ):
            entry.async_on_unload(stop)
        await self.async_config_entry_first_refresh()

    async def async_stop(self, _event: Event | None = None) -> None:
        """Close the connections once a running decision has ended, at most in 2 s."""
        await self.async_shutdown()
        try:
            async with asyncio.timeout(_LAST_DECISION):
                await self._lock.acquire()
        except TimeoutError:
            # A device that answers slowly must delay neither a reload nor a stop.
            await self.failover.async_close()
            await self._lock.acquire()
        try:
            await self.failover.async_close()
            await self._analytics_store.async_save()
        finally:
            self._lock.release()

    @override
    async def _async_update_data(self) -> AirConditionerData:
        """Ask the device and decide."""
        async with self._lock:
            snapshot = await self.thermostat.async_poll()
            failure = self.thermostat.failure
            # What only the user or the calendar can mend is told by a loaded entry.
            may_load = self._ready or isinstance(
                failure, SubscriptionExpired | QuotaExhausted
            )
            if snapshot.device is None and not may_load:
                await self._saved_states.async_keep(snapshot.saved)
                show_connection_issues(self.hass, self.config_entry, self.failover)
                raise _setup_error(failure)
            self._ready = True
            return await self._async_finish(snapshot)

    async def _async_finish(self, snapshot: AirConditionerData) -> AirConditionerData:
        """Keep what a decision has left, and look again when it says so."""
        await self._saved_states.async_keep(snapshot.saved)
        await self._analytics_store.async_keep()
        self._wake_at(snapshot.decision.next_change, self.thermostat.device.echo_due)
        show_issues(self.hass, self.config_entry, snapshot)
        show_connection_issues(self.hass, self.config_entry, self.failover)
        if (cloud := self.failover.cloud) is not None:
            show_quota_issues(self.hass, self.config_entry, cloud.quota)
        return snapshot

    @callback
    def _sensor_changed(self, event: Event[EventStateChangedData]) -> None:
        """Take a new value of a room sensor."""
        if (state := event.data["new_state"]) is None:
            self.thermostat.hear(event.data["entity_id"], None, event.time_fired)
        else:
            self._hear(state, state.last_reported)

    @callback
    def _sensor_reported(self, event: Event[EventStateReportedData]) -> None:
        """Take the same value again: the sensor lives though nothing changed."""
        self._hear(event.data["new_state"], event.data["last_reported"])

    @callback
    def _hear(self, state: State, at: datetime) -> None:
        """Take what a room sensor says."""
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        self.thermostat.hear(state.entity_id, celsius(state.state, unit), at)

    @callback
    def _async_watch_surroundings(self) -> CALLBACK_TYPE:
        """Notice who comes, goes and is expected, and which windows are open."""
        planner = self.thermostat.planner

        @callback
        def notice(entity_id: str, state: State | None) -> None:
            planner.notice(entity_id, None if state is None else state.state)

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            notice(event.data["entity_id"], event.data["new_state"])
            if self._ready:
                self.config_entry.async_create_task(self.hass, self._async_think())

        for entity_id in planner.watched:
            notice(entity_id, self.hass.states.get(entity_id))
        return async_track_state_change_event(self.hass, planner.watched, changed)

    @callback
    def _wake_at(self, *times: datetime | None) -> None:
        """Update again at the earliest of these times, not only at the next poll."""
        self._stop_waking()
        now = dt_util.utcnow()
        coming = [when for when in times if when is not None and when > now]
        if coming:
            self._cancel_wake = async_track_point_in_utc_time(
                self.hass, self._async_wake, min(coming)
            )

    @callback
    def _stop_waking(self) -> None:
        if self._cancel_wake is not None:
            self._cancel_wake()
            self._cancel_wake = None

    async def _async_wake(self, _now: datetime) -> None:
        self._cancel_wake = None
        await self.async_refresh()

    async def async_request(self, wish: Callable[[Request], Request]) -> None:
        """Take a wish of the user and act on it.

        Raises HomeAssistantError if the device cannot be reached, when the wish is kept
        and carried out once it answers, or if it refuses.
        """
        await self._async_change(
            lambda saved: replace(saved, request=wish(saved.request))
        )

    async def async_regulate(self, mode: HvacMode) -> None:
        """Let the thermostat work in a mode, also where the device ran by hand."""
        await self._async_change(lambda saved: saved.regulated(mode))

    async def async_power(self, *, on: bool) -> None:
        """Switch the device by hand; a hold by the remote control ends."""
        await self._async_change(lambda saved: saved.powered(on=on))

    async def async_end_hold(self) -> None:
        """Let the thermostat decide again."""
        await self._async_change(lambda saved: replace(saved, hold=None))

    async def async_override(
        self, wish: Callable[[Planner, Overrides, datetime], Overrides]
    ) -> None:
        """Take a wish that the plan goes by; a hold by the remote control ends."""
        planner, now = self.thermostat.planner, dt_util.utcnow()
        await self._async_change(
            lambda saved: replace(
                saved, hold=None, overrides=wish(planner, saved.overrides, now)
            )
        )

    async def async_set_option(self, key: str, value: object) -> None:
        """Change an option without a reload, then act on it."""
        await self.async_set_options({key: value})

    async def async_set_options(self, changes: Mapping[str, object]) -> None:
        """Change options without a reload, then act on them; none names entities."""
        entry = self.config_entry
        self.hass.config_entries.async_update_entry(
            entry, options={**entry.options, **changes}
        )
        self.options = Options.parse(entry.options)
        self.update_interval = self.options.poll_interval
        self.thermostat.configure(self.options)
        await self._async_change(lambda saved: saved)

    async def _async_think(
        self, change: Callable[[SavedState], SavedState] = lambda saved: saved
    ) -> AirConditionerData:
        """Change what the thermostat goes by, and let it decide at once."""
        async with self._lock:
            self.failover.allow_reserve()
            self.thermostat.saved = change(self.thermostat.saved)
            snapshot = await self.thermostat.async_decide()
            self.async_set_updated_data(await self._async_finish(snapshot))
        return snapshot

    async def _async_change(self, change: Callable[[SavedState], SavedState]) -> None:
        """Take a wish of the user, who is told if it could not be carried out."""
        snapshot = await self._async_think(change)
        if (key := COMPLAINTS.get(snapshot.decision.reason)) is not None:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key=key)


def _clocks() -> Clocks:
    return Clocks(wall=dt_util.utcnow(), ticks=time.monotonic())


def _setup_error(failure: DriverError | None) -> Exception:
    """Return what Home Assistant has to know when the first answer fails."""
    if isinstance(failure, BadCredentials):
        return ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="air_conditioner_bad_credentials"
        )
    return UpdateFailed(
        translation_domain=DOMAIN, translation_key="air_conditioner_unreachable"
    )
