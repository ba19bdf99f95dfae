"""How much later Home Assistant is running with the integration and two entries.

Two homes start in turns, one with a receiver of boards and a Tuya air conditioner, the
other without the integration; the bare webhook in both reports when they ran.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Final

from demo.fakes.tuya_air_conditioner import FakeAirConditioner
from demo.house import House

from .figure import Figure, note, spread
from .home import home

if TYPE_CHECKING:
    from collections.abc import Callable

    from .home import Cpu, Home

_ROUNDS = 5
_GOAL = 0.5


@dataclass(frozen=True)
class Start:
    """What a start took until Home Assistant was running."""

    seconds: float
    cpu: Cpu


async def measure() -> list[Figure]:
    """Start both in turns."""
    async with AsyncExitStack() as stack:
        unit = await stack.enter_async_context(FakeAirConditioner(House()))
        with_us = await stack.enter_async_context(home())
        without = await stack.enter_async_context(home())
        await _furnish(with_us, without, unit)
        ours: list[Start] = []
        reference: list[Start] = []
        for _ in range(_ROUNDS):
            ours.append(await _start(with_us))
            reference.append(await _start(without))
    figures = {
        name: _figure(name, [take(it) for it in ours], [take(it) for it in reference])
        for name, take in _ROWS.items()
    }
    figures["setup_time"] = replace(figures["setup_time"], goal=_GOAL)
    return [*figures.values()]


_ROWS: Final[dict[str, Callable[[Start], float]]] = {
    "setup_time": lambda start: start.seconds,
    "setup_cpu": lambda start: start.cpu.process,
    "setup_cpu_loop": lambda start: start.cpu.loop,
}


def _figure(name: str, ours: list[float], reference: list[float]) -> Figure:
    note(f"{name}: with two entries {spread(ours, 's')}")
    note(f"{name}: without {spread(reference, 's')}")
    later = median(ours) - median(reference)
    return Figure(
        name=name,
        ours=later,
        reference=median(reference),
        unit="s",
        ratio=later / median(reference),
        goal=None,
    )


async def _furnish(with_us: Home, without: Home, unit: FakeAirConditioner) -> None:
    """Give one home its entries and take the integration from the other."""
    await with_us.start()
    await with_us.add_receiver()
    await with_us.add_tuya(unit)
    await with_us.stop()
    folder = without.home_assistant.folder
    (folder / "custom_components" / "jannenkoti").unlink()
    await without.start()
    await without.stop()


async def _start(home: Home) -> Start:
    try:
        seconds = await home.start()
        return Start(seconds, await home.start_cpu())
    finally:
        await home.stop()
