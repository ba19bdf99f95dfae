"""How much later Home Assistant is running with the integration and two entries.

Two homes start in turns, one with a receiver of boards and a Tuya air conditioner, the
other without the integration; the bare webhook in both reports when they ran.
"""

from contextlib import AsyncExitStack
from statistics import median
from typing import TYPE_CHECKING

from demo.fakes.tuya_air_conditioner import FakeAirConditioner
from demo.house import House

from .figure import Figure, note, spread
from .home import home

if TYPE_CHECKING:
    from .home import Home

_ROUNDS = 5
_GOAL = 0.5


async def measure() -> list[Figure]:
    """Start both in turns."""
    async with AsyncExitStack() as stack:
        unit = await stack.enter_async_context(FakeAirConditioner(House()))
        with_us = await stack.enter_async_context(home())
        without = await stack.enter_async_context(home())
        await _furnish(with_us, without, unit)
        ours: list[float] = []
        reference: list[float] = []
        for _ in range(_ROUNDS):
            ours.append(await _start(with_us))
            reference.append(await _start(without))
    later = median(ours) - median(reference)
    note(f"running with two entries after {spread(ours, 's')}")
    note(f"running without after {spread(reference, 's')}")
    return [
        Figure(
            name="setup_time",
            ours=later,
            reference=median(reference),
            unit="s",
            ratio=later / median(reference),
            goal=_GOAL,
        )
    ]


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


async def _start(home: Home) -> float:
    try:
        return await home.start()
    finally:
        await home.stop()
