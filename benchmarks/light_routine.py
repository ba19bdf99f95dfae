"""What the light routine sends, what a boundary costs, and that off is sacred."""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import label_registry as lr

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.light_routine.coordinator import (
    RoutineCoordinator,
)
from custom_components.jannenkoti.kinds.light_routine.lights.light import Light
from custom_components.jannenkoti.kinds.light_routine.lights.look import Look
from custom_components.jannenkoti.kinds.light_routine.lights.routine import (
    Parameters,
    Routine,
)
from custom_components.jannenkoti.kinds.light_routine.lights.states import (
    Phase,
    Report,
)
from custom_components.jannenkoti.kinds.light_routine.slots.plan import Plan
from custom_components.jannenkoti.kinds.light_routine.slots.table import PRESET
from custom_components.jannenkoti.lib.stored import Stored
from custom_components.jannenkoti.store import entry_store

from .figure import Figure, note, spread
from .light_home import ACTIONS, LAMPS, LONGEST_DELAY, LONGEST_WAIT, LightHome

if TYPE_CHECKING:
    from .light_home import Step

_DAY_LAMPS: Final = 14
_LIGHTS: Final = 200
_ROUNDS: Final = 15
_INTERLEAVINGS: Final = 10_000
_STEPS: Final = 14
_BEGIN: Final = datetime(2026, 1, 12, tzinfo=UTC)
_LAST_LOOK: Final = Look(brightness=180, kelvin=2700)


async def measure() -> list[Figure]:
    """Measure all three."""
    ours, reference = _requests_of_a_day()
    with tempfile.TemporaryDirectory(prefix="jannenkoti-bench-") as folder:
        costs = await _boundary_costs(folder)
    note(f"boundary of {_LIGHTS} lights: {spread(costs, 'ms')}")
    turned_on, commands = _turned_on_by_us()
    note(f"{_INTERLEAVINGS} interleavings with {commands} commands")
    return [
        Figure(
            name="routine_commands",
            ours=ours,
            reference=reference,
            unit="requests a day",
            ratio=ours / reference,
            goal=0.1,
            goal_is_ratio=True,
        ),
        Figure(
            name="routine_cost",
            ours=median(costs),
            reference=None,
            unit="ms",
            ratio=None,
            goal=20.0,
        ),
        Figure(
            name="off_is_sacred",
            ours=turned_on,
            reference=None,
            unit="lights turned on",
            ratio=None,
            goal=0.0,
        ),
    ]


def _requests_of_a_day() -> tuple[int, int]:
    """Return requests for each lamp: ours, and those of an adapter that runs a minute.

    Each lamp is switched ten times a day and comes on with its last look.
    """
    random = Random(1)
    names = [f"light.{number}" for number in range(_DAY_LAMPS)]
    switched = {name: {random.randrange(24 * 60) for _ in range(10)} for name in names}
    plan = Plan(table=PRESET, zone=UTC, sun=lambda _anchor, _day: None)
    routine = Routine(
        plan=plan, parameters=Parameters(), lights={name: Light() for name in names}
    )
    ours = reference = 0
    on: set[str] = set()
    for minute in range(24 * 60):
        now = _BEGIN + timedelta(minutes=minute)
        routine.advance(now)
        for name in names:
            if minute in switched[name]:
                on ^= {name}
                phase = Phase.ON if name in on else Phase.OFF
                look = _LAST_LOOK
                routine.report(name, Report(phase=phase, look=look), now)
        for command in routine.commands(now):
            ours += len(command.lights)
            for name in command.lights:
                report = Report(phase=Phase.ON, look=command.look, ours=True)
                routine.report(name, report, now)
        reference += len(on)
    return ours, reference


async def _boundary_costs(folder: str) -> list[float]:
    """Return the time that a boundary takes in the event loop, in milliseconds."""
    hass = HomeAssistant(folder)
    try:
        dr.async_setup(hass)
        for registry in (ar, dr, er, fr, lr):
            await registry.async_load(hass, load_empty=True)
        names = [f"light.lamp_{number}" for number in range(_LIGHTS)]
        called: list[ServiceCall] = []

        async def turn_on(call: ServiceCall) -> None:
            called.append(call)

        hass.services.async_register("light", "turn_on", turn_on)
        _all_on(hass, names)
        coordinator = _coordinator(hass, names)
        coordinator.async_start()
        costs = []
        await hass.async_block_till_done()
        for number in range(_ROUNDS):
            called.clear()
            begun = time.thread_time()
            coordinator.force(PRESET[3 - number % 2 * 3].name)
            while coordinator.is_sending:
                await hass.async_block_till_done()
            costs.append((time.thread_time() - begun) * 1e3)
            if sum(len(call.data["entity_id"]) for call in called) != _LIGHTS:
                raise RuntimeError
        await coordinator.async_close()
    finally:
        await hass.async_stop(force=True)
    return costs


def _all_on(hass: HomeAssistant, names: list[str]) -> None:
    """Let all lights be on with a look of no slot; they keep it, whatever is sent."""
    attributes = {
        "brightness": _LAST_LOOK.brightness,
        "color_temp_kelvin": _LAST_LOOK.kelvin,
        "xy_color": (0.46, 0.41),
        "supported_color_modes": ["color_temp", "xy"],
        "supported_features": 32,
    }
    for name in names:
        hass.states.async_set(name, "on", attributes)


def _coordinator(hass: HomeAssistant, names: list[str]) -> RoutineCoordinator:
    """Return the routine of an entry in an empty Home Assistant."""
    entry = ConfigEntry(
        data={"kind": "light_routine", "kind_version": 1},
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        minor_version=1,
        options={"targets": {"entity_id": names}, "adapt_when_turned_on": False},
        source="user",
        subentries_data=None,
        title="Bench",
        unique_id="bench",
        version=1,
    )
    store = entry_store(hass, entry.entry_id)
    return RoutineCoordinator(hass, entry, store, Stored({}))


def _turned_on_by_us() -> tuple[int, int]:
    """Return lights turned on by us, and commands, in all random interleavings."""
    random = Random(7)
    turned_on = commands = 0
    for _ in range(_INTERLEAVINGS):
        steps: list[Step] = [
            (
                random.choice(ACTIONS),
                random.randrange(LAMPS),
                random.randint(0, LONGEST_WAIT),
                random.randint(0, LONGEST_DELAY),
            )
            for _ in range(_STEPS)
        ]
        home = LightHome()
        home.run(steps)
        turned_on += home.turned_on_by_us
        commands += home.commands
    return turned_on, commands
