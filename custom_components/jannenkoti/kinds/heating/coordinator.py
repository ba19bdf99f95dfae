"""Run the heating in Home Assistant: time, inputs, outputs and storage."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, LOGGER
from ...lib.clock import Clocks
from ...lib.stored import Stored
from ...lib.temperature import TemperatureUnit, from_celsius
from ...occurrences import Occurrence, async_report_occurrence
from ...store import entry_store
from ...timers import detached
from .control.controller import Controller
from .control.output import Command
from .control.saved_state import SavedState
from .control.situations import coming_runs
from .equipment_runtime import async_load_catalogue, async_show_equipment_issue
from .inputs.options_history import OptionsHistory
from .inputs.units import celsius, percent, watts
from .insight.costs import Costs
from .insight.energy import Energy
from .model import HeatingData
from .options import TANK_NUMBERS, TANKS, Options
from .output_entity import async_send, read_level
from .plan_coordinator import PlanCoordinator
from .planning.runs import next_boundary
from .repairs import async_show_issues
from .tank.memory import TankMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from homeassistant.core import (
        Event,
        EventStateChangedData,
        EventStateReportedData,
        HomeAssistant,
        State,
    )

CYCLE: Final = timedelta(seconds=15)
"""Between two decisions; a change of a mode or of an output causes one at once."""

_SAVE_DELAY: Final = 1.0  # s; minimum times must survive a crash

type HeatingConfigEntry = ConfigEntry[HeatingCoordinator]


class HeatingCoordinator(DataUpdateCoordinator[HeatingData]):
    """Give the controller its inputs and carry out its commands."""

    config_entry: HeatingConfigEntry

    def __init__(self, hass: HomeAssistant, entry: HeatingConfigEntry) -> None:
        """Initialize without state."""
        super().__init__(
            hass, LOGGER, config_entry=entry, name=entry.title, update_interval=CYCLE
        )
        self.options = Options.parse(entry.options)
        self._store = entry_store(hass, entry.entry_id)
        self._saved: SavedState | None = None
        self._lock = asyncio.Lock()
        self._stopped = False

    async def async_start(self) -> None:
        """Restore the state, subscribe to the inputs and decide."""
        stored = Stored(await self._store.async_load())
        now = dt_util.utcnow()
        self.controller = self._restored(stored, now)
        self.history = OptionsHistory.restore(stored.child("history"))
        self.history.start(self.config_entry.options, now)
        self.catalogue = await async_load_catalogue(self.hass)
        async_show_equipment_issue(self.hass, self.config_entry, self.catalogue)
        self.plan = PlanCoordinator(
            self.hass, self.config_entry, self.controller, self._async_show_plan
        )
        self._store.report_rejected(stored)
        inputs, outputs = self._inputs(), self.options.outputs
        for entity in inputs:
            if (state := self.hass.states.get(entity)) is not None:
                self._receive(state, state.last_reported)
        self._report_outputs()
        self._subscribe(inputs, outputs)
        await self.async_config_entry_first_refresh()
        await self.plan.async_start()

    def _subscribe(self, inputs: list[str], outputs: tuple[str, ...]) -> None:
        """Subscribe to inputs and outputs until the entry is unloaded."""
        entry = self.config_entry
        for stop in (
            async_track_state_change_event(self.hass, inputs, self._input_changed),
            async_track_state_report_event(self.hass, inputs, self._input_reported),
            async_track_state_change_event(self.hass, outputs, self._output_changed),
            self.hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self.async_stop),
            # The heating works even if the user has disabled all of its entities.
            self.async_add_listener(lambda: None),
        ):
            entry.async_on_unload(stop)

    def _restored(self, stored: Stored, now: datetime) -> Controller:
        """Return a controller with the state of the previous run."""
        tanks, memories = self.options.tanks, stored.child("memories")
        controller = Controller(
            self.options,
            SavedState.restore(stored, self.options, now),
            Energy.restore(stored.child("energy"), now),
            [TankMemory.restore(memories.child(at.name), at.volume) for at in tanks],
            dt_util.get_default_time_zone(),
        )
        controller.costs = Costs.restore(stored.child("costs"), len(tanks))
        return controller

    async def async_stop(self, _event: Event | None = None) -> None:
        """Switch everything off, for no cut-off works while this does not run."""
        async with self._lock:
            if self._stopped:
                return
            self._stopped = True
            await self._store.async_save(self._as_dict())
            await self.async_shutdown()
            await self._async_send(
                Command(stage=number, level=0, before=output.level)
                for number, output in enumerate(self.controller.saved.outputs)
                if output.level != 0
            )
            await self._store.async_close()

    @override
    async def _async_update_data(self) -> HeatingData:
        """Decide, and carry out what was decided."""
        async with self._lock:
            return await self._async_cycle()

    async def _async_cycle(self) -> HeatingData:
        """Decide, and carry out what was decided; the caller has the lock."""
        self._report_outputs()
        clocks = _clocks()
        day = dt_util.now().date().isoformat()
        data, commands = self.controller.cycle(clocks, day)
        if not self._stopped:
            await self._async_send(commands)
        if self.controller.saved != self._saved:
            self._saved = self.controller.saved
            self._store.save_soon(self._as_dict, _SAVE_DELAY)
        else:
            self._store.save_soon(self._as_dict)
        self._report_due(clocks.wall)
        async_show_issues(self.hass, self.config_entry, self.controller)
        return self._with_plan(data, clocks.wall)

    def _with_plan(self, data: HeatingData, now: datetime) -> HeatingData:
        """Return the result of a decision with the plan as it will be carried out."""
        runs = coming_runs(self.controller, data, now)
        by_plan = next_boundary(self.controller.follower.plan, runs, now)
        return replace(
            data,
            plan_quality=self.plan.quality.value,
            runs=runs,
            next_by_plan=by_plan,
        )

    @callback
    def _async_show_plan(self) -> None:
        """Show a new plan; it does not delay the next decision."""
        self.data = self._with_plan(self.data, dt_util.utcnow())
        self.async_update_listeners()

    @callback
    def _report_due(self, now: datetime) -> None:
        """Let the trigger run for each tank that must be heated against legionella.

        In any mode: in some of them, only the user can see to it.
        """
        controller = self.controller
        for number, tank in enumerate(controller.options.tanks):
            start = controller.legionella_start(
                number, controller.temperature(number, now), now
            )
            if controller.memories[number].becomes_due(due=start == now):
                occurrence = Occurrence(
                    entry_id=self.config_entry.entry_id, details={"tank": tank.name}
                )
                async_report_occurrence(self.hass, "heating_legionella_due", occurrence)

    async def _async_send(self, commands: Iterable[Command]) -> None:
        """Send commands to different outputs at the same time."""
        stages = self.options.stages
        sent = (async_send(self.hass, stages[x.stage], x) for x in commands)
        await asyncio.gather(*sent)

    def _as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        controller = self.controller
        return {
            **controller.saved.as_dict(controller.options),
            "energy": controller.energy.as_dict(),
            "costs": controller.costs.as_dict(),
            "history": self.history.as_dict(),
            "memories": {
                tank.name: memory.as_dict()
                for tank, memory in zip(
                    controller.options.tanks, controller.memories, strict=True
                )
            },
        }

    def _inputs(self) -> list[str]:
        """Return the entities that are read."""
        options = self.options
        soc = (options.soc,) if options.soc else ()
        return [*dict.fromkeys((*options.powers, *options.temperatures, *soc))]

    @callback
    def _input_changed(self, event: Event[EventStateChangedData]) -> None:
        """Use a new state of an input."""
        if (state := event.data["new_state"]) is not None:
            self._receive(state, state.last_reported)

    @callback
    def _input_reported(self, event: Event[EventStateReportedData]) -> None:
        """Use a repeated value: the sensor works though nothing changed."""
        self._receive(event.data["new_state"], event.data["last_reported"])

    @callback
    def _receive(self, state: State, at: datetime) -> None:
        """Use the state of an input."""
        self.controller.follow_clock(_clocks())
        house, entity = self.controller.house, state.entity_id
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        if entity in self.options.temperatures:
            house.temperatures.receive(entity, celsius(state.state, unit), at)
        elif entity == self.options.soc:
            house.power.receive(entity, percent(state.state), at)
        else:
            house.power.receive(entity, watts(state.state, unit), at)
            self.controller.sample(at)

    @callback
    def _output_changed(self, _event: Event[EventStateChangedData]) -> None:
        """Decide at once when an output was switched."""
        self._report_outputs()
        if not self._stopped:
            self.config_entry.async_create_task(self.hass, self.async_refresh())

    @callback
    def _report_outputs(self) -> None:
        """Pass the reports of the outputs to the controller."""
        clocks = _clocks()
        self.controller.follow_clock(clocks)
        for number, stage in enumerate(self.options.stages):
            level = read_level(self.hass, stage)
            self.controller.report_output(number, level, clocks.wall)

    async def async_request(self, request: Callable[[Controller], None]) -> None:
        """Apply a request of the user, decide at once, and save it."""
        async with self._lock:
            request(self.controller)
            data = await self._async_cycle()
            detached(self.async_set_updated_data, data)
        await self._store.async_save_now(self._as_dict)

    async def async_set_tank_number(self, tank: int, key: str, value: float) -> None:
        """Change a temperature of a tank without a reload, and act on it.

        Raises ServiceValidationError if it is not within its limits.
        """
        limits = TANK_NUMBERS[key]
        # Comparing NaN with a limit is always false.
        if not limits.minimum <= value <= limits.maximum:
            unit = TemperatureUnit(self.hass.config.units.temperature_unit)
            placeholders = {
                name: f"{round(from_celsius(number, unit), 1):g}"
                for name, number in (
                    ("value", value),
                    ("minimum", limits.minimum),
                    ("maximum", limits.maximum),
                )
            }
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="heating_out_of_range",
                translation_placeholders={**placeholders, "unit": unit.value},
            )
        entry = self.config_entry
        rows = [dict(row) for row in entry.options[TANKS]]
        rows[tank][key] = value
        self.hass.config_entries.async_update_entry(
            entry, options={**entry.options, TANKS: rows}
        )
        self.options = Options.parse(entry.options)
        self.history.accept(entry.options)
        await self.async_request(lambda controller: controller.configure(self.options))
        await self.plan.async_replan()


def _clocks() -> Clocks:
    """Return both clocks."""
    return Clocks(wall=dt_util.utcnow(), ticks=time.monotonic())
