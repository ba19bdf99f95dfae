"""Runs the thermostat: gathers what is known, decides, commands, remembers."""

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, override

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
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
from ...lib.guard import observe
from ...store import entry_store
from .decide import Decision, Inputs, Reason, decide, follow
from .device import Device
from .driver import BadCredentials, DriverError, Refused
from .memory import Keeper, Memory
from .model import Intent
from .options import Options
from .room import RoomTemperature, celsius
from .snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
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

    from ...lib.weekly import Moment
    from .driver import Driver
    from .model import Abilities, Mode

type AirConditionerEntry = ConfigEntry[AirConditionerCoordinator]

_FAILURES = {
    Reason.UNREACHABLE: "air_conditioner_unreachable",
    Reason.REFUSED: "air_conditioner_refused",
}


class AirConditionerCoordinator(DataUpdateCoordinator[Snapshot]):
    """The one thermostat of one air conditioner."""

    config_entry: AirConditionerEntry

    def __init__(
        self, hass: HomeAssistant, entry: AirConditionerEntry, driver: Driver
    ) -> None:
        """Hold the driver, which nobody else uses."""
        self.options = Options.parse(entry.options)
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=self.options.poll_interval,
        )
        self.memory = Memory(intent=Intent.first(driver.abilities))
        self.room = RoomTemperature(
            smoothing=self.options.smoothing, stale_after=self.options.stale_after
        )
        self._keeper = Keeper(entry_store(hass, entry.entry_id))
        self._device = Device(driver, entry.title)
        self._sleep: Moment | None = None
        # One decision at a time: a command must be known before the next is thought of.
        self._lock = asyncio.Lock()
        self._clocks = _clocks()
        self._cancel_wake: CALLBACK_TYPE | None = None

    @property
    def abilities(self) -> Abilities:
        """Return what the device can do."""
        return self._device.driver.abilities

    # Life

    async def async_start(self) -> None:
        """Remember, listen to the room's sensors and ask the device."""
        first = Intent.first(self.abilities)
        self.memory = await self._keeper.async_recall(first)
        entry = self.config_entry
        for sensor in self.options.sensors:
            if (state := self.hass.states.get(sensor)) is not None:
                self._hear(state, state.last_reported)
        entry.async_on_unload(
            async_track_state_change_event(
                self.hass, self.options.sensors, self._sensor_changed
            )
        )
        entry.async_on_unload(
            async_track_state_report_event(
                self.hass, self.options.sensors, self._sensor_reported
            )
        )
        entry.async_on_unload(self._stop_waking)
        # The thermostat works on when the user has disabled all its entities.
        entry.async_on_unload(self.async_add_listener(lambda: None))
        await self.async_config_entry_first_refresh()

    async def async_stop(self) -> None:
        """Let go of the device once a decision under way is through."""
        async with self._lock:
            await self._device.driver.async_close()

    @override
    async def _async_update_data(self) -> Snapshot:
        """Ask the device and decide."""
        async with self._lock:
            try:
                await self._device.async_read(dt_util.utcnow())
            except DriverError as err:
                if self.data is None:
                    raise _setup_error(err) from err
                self._ask_for_credentials(err)
            return await self._async_decide()

    # The room

    @callback
    def _sensor_changed(self, event: Event[EventStateChangedData]) -> None:
        """Take a new value of a room sensor."""
        if (state := event.data["new_state"]) is None:
            self.room.hear(event.data["entity_id"], None, event.time_fired)
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
        self.room.hear(state.entity_id, celsius(state.state, unit), at)

    # The decision

    async def _async_decide(self) -> Snapshot:
        """Decide, carry it out and return what there is to show."""
        now = self._now()
        intent = self.memory.intent
        if self._device.state is not None:
            intent = follow(intent, self.memory.seen, self._device.state)
        inputs = Inputs(
            device=self._device.state,
            room=self.room.value(now),
            sleep=self._sleeping(now),
        )
        decision = decide(
            intent,
            self.memory.phase,
            inputs,
            now,
            tuning=self.options.tuning,
            abilities=self.abilities,
        )
        if decision.change:
            decision = await self._async_command(decision, now)
        intent = self._spent(intent, decision)
        await self._async_remember(intent, decision)
        self._wake_at(decision.next_change, now)
        return Snapshot(
            device=self._device.state,
            room=inputs.room,
            intent=intent,
            decision=decision,
        )

    def _spent(self, intent: Intent, decision: Decision) -> Intent:
        """Return the intent without what has been carried out or was refused."""
        device = self._device.state
        if device is not None and (
            intent.power is device.on or decision.reason is Reason.REFUSED
        ):
            intent = replace(intent, power=None)
        return replace(intent, drive=False)

    async def _async_command(self, decision: Decision, now: datetime) -> Decision:
        """Send a command; return the decision with the phase that it begins."""
        try:
            expected = await self._device.async_send(decision.change, now)
        except Refused:
            return replace(decision, reason=Reason.REFUSED)
        except DriverError as err:
            self._ask_for_credentials(err)
            return replace(decision, reason=Reason.UNREACHABLE)
        phase = observe(decision.phase, on=expected.compressor, now=now)
        return replace(decision, phase=phase)

    def _ask_for_credentials(self, err: DriverError) -> None:
        if isinstance(err, BadCredentials):
            self.config_entry.async_start_reauth(self.hass)

    def _sleeping(self, now: datetime) -> Moment | None:
        """Return what the sleep schedule says; worked out at its edges only."""
        if (weekly := self.options.weekly(dt_util.get_default_time_zone())) is None:
            return None
        if self._sleep is None or not self._sleep.holds(now):
            self._sleep = weekly.at(now)
        return self._sleep

    async def _async_remember(self, intent: Intent, decision: Decision) -> None:
        """Store what must survive a power cut, at once, when it has changed."""
        device = self._device.state
        # The temperature at its own sensor changes often and is of no use later.
        seen = self.memory.seen if device is None else replace(device, current=None)
        self.memory = Memory(intent=intent, phase=decision.phase, seen=seen)
        await self._keeper.async_keep(self.memory)

    def _now(self) -> datetime:
        """Return the time; when the clock was stepped, ages stay as they were."""
        clocks = _clocks()
        if step := self._clocks.step_to(clocks):
            self.room.shift(step)
            if self.memory.phase is not None:
                phase = self.memory.phase.shifted(step)
                self.memory = replace(self.memory, phase=phase)
        self._clocks = clocks
        return clocks.wall

    @callback
    def _wake_at(self, when: datetime | None, now: datetime) -> None:
        """Decide again when something changes by itself, not only at the next poll."""
        self._stop_waking()
        if when is not None and when > now:
            self._cancel_wake = async_track_point_in_utc_time(
                self.hass, self._async_wake, when
            )

    @callback
    def _stop_waking(self) -> None:
        if self._cancel_wake is not None:
            self._cancel_wake()
            self._cancel_wake = None

    async def _async_wake(self, _now: datetime) -> None:
        self._cancel_wake = None
        await self.async_refresh()

    # The user

    async def async_intend(self, wish: Callable[[Intent], Intent]) -> None:
        """Take a wish of the user and act on it.

        Raises HomeAssistantError if the device cannot be reached, when the wish is kept
        and carried out once it answers, or if it refuses.
        """
        async with self._lock:
            self.memory = replace(self.memory, intent=wish(self.memory.intent))
            self.async_set_updated_data(await self._async_decide())
        if (key := _FAILURES.get(self.data.decision.reason)) is not None:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key=key)

    async def async_regulate(self, mode: Mode) -> None:
        """Let the thermostat work in a mode, also where the device ran by hand."""
        await self.async_intend(
            lambda intent: replace(
                intent,
                regulate=True,
                mode=mode,
                power=None,
                drive=not intent.regulate,
            )
        )

    async def async_tune(self, key: str, value: object) -> None:
        """Change an option without a reload, then act on it."""
        entry = self.config_entry
        self.hass.config_entries.async_update_entry(
            entry, options={**entry.options, key: value}
        )
        self.options = Options.parse(entry.options)
        self._sleep = None
        async with self._lock:
            self.async_set_updated_data(await self._async_decide())


def _clocks() -> Clocks:
    return Clocks(wall=dt_util.utcnow(), ticks=time.monotonic())


def _setup_error(err: DriverError) -> Exception:
    """Return what Home Assistant has to know when the first answer fails."""
    if isinstance(err, BadCredentials):
        return ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="air_conditioner_bad_credentials"
        )
    return UpdateFailed(
        translation_domain=DOMAIN, translation_key="air_conditioner_unreachable"
    )
