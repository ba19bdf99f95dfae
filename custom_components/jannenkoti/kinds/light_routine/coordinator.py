"""The Home Assistant side of a routine: time, storage, and commands to the lights."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_TRANSITION,
    ATTR_XY_COLOR,
)
from homeassistant.components.light import DOMAIN as LIGHT
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_ENTITY_ID,
    EVENT_CORE_CONFIG_UPDATE,
    SERVICE_TURN_ON,
    STATE_HOME,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Context, callback
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ...adjusting import only_adjusts
from ...calls import CallFailed, async_call_action
from ...const import LOGGER
from ...push import PushSource
from ...timers import Timers, detached
from .lights.grouping import addressed
from .lights.light import Light
from .lights.routine import Command, Routine
from .lights.states import PauseEnd, Phase
from .lights_coordinator import LightsCoordinator
from .model import RoutineData, as_saved, read_pauses, read_switches
from .options import Options
from .plan_coordinator import HolidaysCoordinator, home_plan

if TYPE_CHECKING:
    from datetime import date

    from homeassistant.core import Event, HomeAssistant

    from ...lib.stored import Stored
    from ...store import KindStore
    from .lights.states import Report
    from .slots.plan import Plan

type LightRoutineConfigEntry = ConfigEntry[RoutineCoordinator]

# A clock that is set, and anything that a timer missed, is detected within this time.
_CHECK_INTERVAL: Final = timedelta(minutes=1)
_SAVE_DELAY: Final = 5.0
# A command that takes longer is given up and tried again.
_LONGEST_ACTION: Final = 30.0  # s

# The states of a person, tracker or presence stage that mean a person is home, and
# those that mean that it is unknown, which never stops the routine.
_NOT_AWAY: Final = {
    STATE_HOME,
    STATE_ON,
    "just_left",
    STATE_UNKNOWN,
    STATE_UNAVAILABLE,
}


class RoutineCoordinator(PushSource[RoutineData]):
    """Sets the lights to the slots of the table."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: LightRoutineConfigEntry,
        store: KindStore,
        stored: Stored,
    ) -> None:
        """Initialize with what is saved; nothing is sent yet."""
        self.hass = hass
        self.config_entry = entry
        self.options = Options.parse(entry.options)
        self.routine = Routine(
            plan=self._plan(frozenset()),
            parameters=self.options.parameters,
            switches=read_switches(stored),
        )
        self._known = read_pauses(stored)
        self._store = store
        self._slot_before = stored.text("slot", None)
        self._saved: dict[str, Any] = {}
        self._timers = Timers(hass)
        self._running: dict[asyncio.Task[None], Command] = {}
        self._acting = False
        self._closed = False
        self.sent = 0
        """Lights and rooms that were sent something so far, for diagnostics."""
        self.lights = LightsCoordinator(hass, self.options.targets, self)
        self.holidays = HolidaysCoordinator(
            hass, self.options.holiday_calendar, self._set_holidays
        )
        super().__init__(RoutineData.of(self.routine))

    # Start and stop

    @callback
    def async_start(self) -> None:
        """Find the lights and start the timers."""
        entry, hass = self.config_entry, self.hass
        entry.async_on_unload(self.async_close)
        if (presence := self.options.presence_entity) is not None:
            entry.async_on_unload(
                async_track_state_change_event(
                    hass, presence, self._async_presence_changed
                )
            )
            self.routine.switches.away = self._is_away()
        entry.async_on_unload(
            async_track_time_interval(
                hass, self._async_check, _CHECK_INTERVAL, cancel_on_shutdown=True
            )
        )
        entry.async_on_unload(
            hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._async_home_moved)
        )
        self.routine.advance(dt_util.utcnow())
        slot = self.routine.slot
        if (
            self.options.parameters.pause_ends is PauseEnd.NEXT_SLOT
            and slot is not None
            and slot.name != self._slot_before
        ):
            self._known.clear()
        self.lights.async_start()
        self.holidays.async_start(entry)
        self.async_act()

    async def async_close(self) -> None:
        """Stop; commands that are under way are canceled."""
        self._closed = True
        self.lights.async_stop()
        self._timers.stop()
        running = list(self._running)
        for task in running:
            task.cancel()
        for task in running:
            with suppress(asyncio.CancelledError):
                await task
        self._store.save_soon(lambda: as_saved(self.routine), 0)
        await self._store.async_close()

    # --- what the user requests

    @callback
    def set_enabled(self, *, enabled: bool) -> None:
        """Switch the routine; when it begins, lights that are on get the slot."""
        self.routine.switches.enabled = enabled
        self.routine.request_all(dt_util.utcnow())
        self.async_act()

    @callback
    def force(self, name: str | None) -> None:
        """Let one slot be in effect until another is chosen; None is automatic."""
        self.routine.switches.forced = name
        self.async_act()

    @callback
    def apply_now(self, *, paused_too: bool) -> None:
        """Set the lights that are on to the slot."""
        if paused_too:
            self.routine.end_pauses()
        self.routine.request_all(dt_util.utcnow())
        self.async_act()

    @property
    def is_sending(self) -> bool:
        """Return whether a command is planned for this moment or under way."""
        return self._acting or bool(self._running)

    # What the lights report: the listener of LightsCoordinator

    def lights_are(self, light_ids: set[str]) -> None:
        """Take the lights that the targets mean now."""
        lights = self.routine.lights
        for light_id in lights.keys() - light_ids:
            del lights[light_id]
        for light_id in sorted(light_ids - lights.keys()):
            lights[light_id] = self._known.pop(light_id, Light())
        self._act_soon()

    def reported(self, light_id: str, report: Report) -> None:
        """Take a state of a light."""
        self.routine.report(light_id, report, dt_util.utcnow())
        if report.phase is not Phase.ON:
            self._cancel_for({light_id})
        self._act_soon()

    def off_requested(self, light_ids: set[str]) -> None:
        """Drop what is pending for lights that an action turns off."""
        now = dt_util.utcnow()
        for light_id in light_ids & self.routine.lights.keys():
            self.routine.lights[light_id].off_requested(now)
        self._cancel_for(light_ids)

    def on_requested(self, light_ids: set[str], *, explicit: bool) -> None:
        """Record an action that turns lights on."""
        now = dt_util.utcnow()
        for light_id in light_ids & self.routine.lights.keys():
            self.routine.lights[light_id].on_requested(now, explicit=explicit)

    # What drives it

    def _act_soon(self) -> None:
        """Act once for all that happens in this turn of the event loop."""
        if not self._acting and not self._closed:
            self._acting = True
            detached(self.hass.loop.call_soon, self.async_act)

    @callback
    def async_act(self) -> None:
        """Send what is due, and wait for the next time."""
        self._acting = False
        if self._closed:
            return
        now = dt_util.utcnow()
        self.routine.advance(now)
        for command in self.routine.commands(now):
            self._start(command)
        self._timers.run_at(self._async_due, self.routine.next_at())
        data = RoutineData.of(self.routine)
        if data != self.data:
            self.async_set_updated_data(data)
        saved = as_saved(self.routine)
        if saved != self._saved:
            self._saved = saved
            self._store.save_soon(lambda: as_saved(self.routine), _SAVE_DELAY)

    async def _async_due(self, _now: datetime) -> None:
        """Act at a time that was planned."""
        self.async_act()

    @callback
    def _async_check(self, _now: datetime) -> None:
        """Detect a clock that was set."""
        self.async_act()

    @callback
    def _async_presence_changed(self, _event: Event[Any]) -> None:
        """Stop while the home is empty; then continue with the slot of the time."""
        away = self._is_away()
        if away == self.routine.switches.away:
            return
        self.routine.switches.away = away
        self.routine.request_all(dt_util.utcnow())
        self.async_act()

    def _is_away(self) -> bool:
        """Return whether the home is empty; what is unknown is not away."""
        state = self.hass.states.get(self.options.presence_entity or "")
        return state is not None and state.state not in _NOT_AWAY

    @callback
    def _async_home_moved(self, _event: Event[Any]) -> None:
        """Take another time zone or place."""
        self._set_holidays(self.routine.plan.holidays)

    @callback
    def _set_holidays(self, holidays: frozenset[date]) -> None:
        """Take the holidays of the calendar."""
        self.routine.plan = self._plan(holidays)
        self._act_soon()

    def _plan(self, holidays: frozenset[date]) -> Plan:
        """Return the table for where the home is."""
        return home_plan(self.hass, self.options.table, holidays)

    # Commands

    def _start(self, command: Command) -> None:
        """Send a command in a task of its own."""
        task = self.config_entry.async_create_task(
            self.hass, self._async_send(command), f"light routine {command.look}"
        )
        if not task.done():
            self._running[task] = command
            task.add_done_callback(lambda done: self._running.pop(done, None))

    def _cancel_for(self, light_ids: set[str]) -> None:
        """Cancel commands under way to lights that are off; resend to the others."""
        now = dt_util.utcnow()
        for task, command in tuple(self._running.items()):
            if light_ids.isdisjoint(command.lights):
                continue
            task.cancel()
            self._running.pop(task)
            for light_id in set(command.lights) - light_ids:
                if (light := self.routine.lights.get(light_id)) is not None:
                    light.request(now, fade=False)
            self._act_soon()

    async def _async_send(self, command: Command) -> None:
        """Send to those lights that are on at this moment."""
        allowed = self.routine.allowed(command.lights, dt_util.utcnow())
        lights = [each for each in allowed if self.lights.is_on(each)]
        if not lights:
            return
        context = Context()
        self.lights.add_context(context)
        only_adjusts(self.hass, context)
        targets = addressed(lights, self.lights.rooms())
        self.sent += len(targets)
        try:
            await async_call_action(
                self.hass,
                LIGHT,
                SERVICE_TURN_ON,
                {ATTR_ENTITY_ID: targets, **action_data(command)},
                within=_LONGEST_ACTION,
                context=context,
            )
        except CallFailed as err:
            LOGGER.debug("%s: command failed: %s", self.config_entry.title, err)
            self._failed(lights, command)

    def _failed(self, lights: list[str], command: Command) -> None:
        """Try again later for the lights that do not show what was sent."""
        for light_id in lights:
            light = self.routine.lights.get(light_id)
            if light is not None and not command.look.reached_by(light.look):
                light.failed(dt_util.utcnow())
        self._act_soon()


def action_data(command: Command) -> dict[str, Any]:
    """Return the data of `light.turn_on` for a command."""
    look = command.look
    data: dict[str, Any] = {
        ATTR_BRIGHTNESS: look.brightness,
        ATTR_COLOR_TEMP_KELVIN: look.kelvin,
        ATTR_XY_COLOR: look.xy,
        ATTR_TRANSITION: command.transition or None,
    }
    return {key: value for key, value in data.items() if value is not None}
