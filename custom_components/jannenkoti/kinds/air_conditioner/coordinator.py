"""Run the thermostat in Home Assistant: time, storage, sensors, entities."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Unpack, override

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, LOGGER
from ...lib.clock import Clocks
from ...store import entry_store
from ...timers import Timers, detached
from .control.data import AirConditionerData
from .control.decide import Reason
from .control.failure_reason import ERRORS
from .control.gathering import Gathering
from .control.room_temperature import celsius
from .control.saved_state import SavedStateStore
from .control.thermostat import Thermostat
from .drivers.driver import QuotaExhausted, SubscriptionExpired
from .drivers.simulated import ROOM_SENSOR
from .insight.analytics_store import AnalyticsStore
from .logbook import fire_switched
from .model import Request
from .options import Options, check_numbers
from .quota_coordinator import show_quota_issues
from .repairs import (
    close_not_offered,
    setup_error,
    show_connection_issues,
    show_issues,
)

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
    from .drivers.failover import Failover
    from .drivers.simulated import SimulatedDriver
    from .insight.transitions import Transition
    from .model import Abilities, HvacMode, Wanted
    from .planning.overrides import Overrides
    from .planning.planner import Planner

_LAST_DECISION: Final = 2.0  # s

_TURN_PAUSE: Final = timedelta(seconds=5)
"""The shortest time between two decisions by the learned room."""

type AirConditionerConfigEntry = ConfigEntry[AirConditionerCoordinator]


class AirConditionerCoordinator(DataUpdateCoordinator[AirConditionerData]):
    """Give the thermostat the time, its sensors and its stores."""

    config_entry: AirConditionerConfigEntry
    _reported: Transition | None = None
    """The last transition of which the event was fired."""
    _ready = False

    def __init__(
        self,
        hass: HomeAssistant,
        entry: AirConditionerConfigEntry,
        failover: Failover,
        simulated: SimulatedDriver | None = None,
    ) -> None:
        """Initialize with the connections to the device, which only this uses.

        A simulated device has a room of its own, used while no sensor is chosen.
        """
        self.options = Options.parse(entry.options)
        self._simulated = None if self.options.sensors else simulated
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=self.options.poll_interval,
        )
        zone = dt_util.get_default_time_zone()
        options = self.options
        if self._simulated is not None:
            options = replace(options, sensors=(ROOM_SENSOR,))
        self.thermostat = Thermostat(failover, entry.title, options, zone, _clocks)
        self.failover = failover
        state = entry_store(hass, entry.entry_id)
        learned = entry_store(hass, f"{entry.entry_id}.learned")
        self._stores = (state, learned)
        self._saved_states = SavedStateStore(state)
        self._analytics_store = AnalyticsStore(learned, self.thermostat.analytics)
        # One decision at a time: each starts from the commands of the one before.
        self._lock = asyncio.Lock()
        self._timers = Timers(hass)
        self._gathering = Gathering()

    @property
    def abilities(self) -> Abilities:
        """Return what the device can do."""
        return self.failover.abilities

    async def async_start(self) -> None:
        """Restore the state, subscribe to the sensors and read the device."""
        first = Request.first(self.abilities)
        self.thermostat.resume(await self._saved_states.async_restore(first))
        await self._analytics_store.async_restore()
        entry, sensors = self.config_entry, self.options.sensors
        for sensor in sensors:
            if (state := self.hass.states.get(sensor)) is not None:
                self._receive(state, state.last_reported)
        for stop in (
            async_track_state_change_event(self.hass, sensors, self._sensor_changed),
            async_track_state_report_event(self.hass, sensors, self._sensor_reported),
            self._async_watch_occupancy(),
            self._timers.stop,
            # Entries are not unloaded when Home Assistant stops, and it would wait for
            # the thread of a driver until it gives up.
            self.hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self.async_stop),
            # The thermostat works even if the user has disabled all of its entities.
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
            for store in self._stores:
                await store.async_close()
        finally:
            self._lock.release()

    @override
    async def _async_update_data(self) -> AirConditionerData:
        """Read the device and decide."""
        async with self._lock:
            if self._simulated is not None:
                room, now = self._simulated.read_room(), dt_util.utcnow()
                self.thermostat.receive(ROOM_SENSOR, room, now)
            data = await self.thermostat.async_poll()
            failure = self.thermostat.failure
            # A loaded entry shows what only the user or the next month can fix.
            may_load = self._ready or isinstance(
                failure, SubscriptionExpired | QuotaExhausted
            )
            if data.device is None and not may_load:
                await self._saved_states.async_save(self.thermostat.saved)
                show_connection_issues(self.hass, self.config_entry, self.failover)
                raise setup_error(failure)
            self._ready = True
            return await self._async_finish(data)

    async def _async_finish(self, data: AirConditionerData) -> AirConditionerData:
        """Store the state after a decision, and update again when it may change."""
        await self._saved_states.async_save(self.thermostat.saved)
        await self._analytics_store.async_save_changes()
        decision, pause = data.decision, dt_util.utcnow() + _TURN_PAUSE
        check_at = self.thermostat.device.check_at
        self._timers.run_at(self._async_wake, decision.next_change, check_at)
        self._timers.run_at(
            self._async_turn, decision.turn_at and max(decision.turn_at, pause)
        )
        transition = data.analytics.transition
        if transition is not None and transition is not self._reported:
            self._reported = transition
            fire_switched(self.hass, self.config_entry, transition, data)
        show_issues(self.hass, self.config_entry, data)
        show_connection_issues(self.hass, self.config_entry, self.failover)
        if (cloud := self.failover.cloud) is not None:
            show_quota_issues(self.hass, self.config_entry, cloud.quota)
        return data

    @callback
    def _sensor_changed(self, event: Event[EventStateChangedData]) -> None:
        """Use a new state of a room sensor."""
        if (state := event.data["new_state"]) is None:
            self.thermostat.receive(event.data["entity_id"], None, event.time_fired)
        else:
            self._receive(state, state.last_reported)

    @callback
    def _sensor_reported(self, event: Event[EventStateReportedData]) -> None:
        """Use a repeated value: the sensor works though nothing changed."""
        self._receive(event.data["new_state"], event.data["last_reported"])

    @callback
    def _receive(self, state: State, at: datetime) -> None:
        """Use the state of a room sensor."""
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        self.thermostat.receive(state.entity_id, celsius(state.state, unit), at)

    @callback
    def _async_watch_occupancy(self) -> CALLBACK_TYPE:
        """Subscribe to people, expected arrivals, windows and doors."""
        planner = self.thermostat.planner

        @callback
        def receive(entity_id: str, state: State | None) -> bool:
            return planner.receive(entity_id, None if state is None else state.state)

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            news = receive(event.data["entity_id"], event.data["new_state"])
            if news and self._ready:
                self.config_entry.async_create_task(self.hass, self._async_decide())

        for entity_id in planner.watched:
            receive(entity_id, self.hass.states.get(entity_id))
        return async_track_state_change_event(self.hass, planner.watched, changed)

    async def _async_turn(self, _now: datetime) -> None:
        """Decide when the learned room has to be switched; the device is not read."""
        await self._async_decide()

    async def _async_wake(self, _now: datetime) -> None:
        if self.data.decision.reason is Reason.GATHERING:
            self.failover.allow_reserve()  # It is still the user's request.
        await self.async_refresh()

    async def async_request(
        self, change: Callable[[SavedState, datetime], SavedState]
    ) -> None:
        """Apply a request of the user as one decision.

        Raises HomeAssistantError if the device cannot be reached or refuses; if it
        cannot be reached the request is carried out when it responds again.
        """
        async with self._lock:
            self.failover.allow_reserve()
            waits = self.data.decision.reason is Reason.GATHERING
            gather, ticks = self.options.gather, time.monotonic()
            gather = self._gathering.wait(gather, ticks, waits=waits)
            data = await self.thermostat.async_request(change, gather)
            self._show(await self._async_finish(data))
            close_not_offered(self.hass, self.config_entry)
        if (key := ERRORS.get(data.decision.reason)) is not None:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key=key)

    async def async_ask(self, **wanted: Unpack[Wanted]) -> None:
        """Request a target, mode or fan speed; the thermostat stays on or off."""
        await self.async_request(lambda saved, now: saved.asking(now, **wanted))

    async def async_regulate(
        self, hvac_mode: HvacMode, **wanted: Unpack[Wanted]
    ) -> None:
        """Let the thermostat work in a mode, with other settings if given."""

        def change(saved: SavedState, now: datetime) -> SavedState:
            return saved.asking(now, **wanted).regulating(hvac_mode, now)

        await self.async_request(change)

    async def async_switch_off(self, **wanted: Unpack[Wanted]) -> None:
        """Switch the thermostat and the device off, with other settings if given."""
        await self.async_request(
            lambda saved, now: saved.asking(now, **wanted).switched_off()
        )

    async def async_override(
        self, override: Callable[[Planner, Overrides, datetime], Overrides]
    ) -> None:
        """Apply an override of the plan; a hold ends."""
        planner = self.thermostat.planner
        await self.async_request(
            lambda saved, now: replace(
                saved, hold=None, overrides=override(planner, saved.overrides, now)
            )
        )

    async def async_set_options(self, changes: Mapping[str, object]) -> None:
        """Change options without a reload, then act on them; none names entities.

        Raises ServiceValidationError if a number is not within its limits.
        """
        if (bad := check_numbers(changes)) is not None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="air_conditioner_out_of_range",
                translation_placeholders=bad,
            )
        entry = self.config_entry
        self.hass.config_entries.async_update_entry(
            entry, options={**entry.options, **changes}
        )
        self.options = Options.parse(entry.options)
        self.update_interval = self.options.poll_interval
        self.thermostat.configure(self.options)
        self.failover.allow_reserve()
        await self._async_decide()

    async def _async_decide(self) -> None:
        """Decide at once, not only at the next poll."""
        async with self._lock:
            data = await self.thermostat.async_decide()
            self._show(await self._async_finish(data))

    def _show(self, data: AirConditionerData) -> None:
        """Update the entities; the next poll keeps no request in memory."""
        detached(self.async_set_updated_data, data)


def _clocks() -> Clocks:
    return Clocks(wall=dt_util.utcnow(), ticks=time.monotonic())
