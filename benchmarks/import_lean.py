"""How much a home loads that it does not need: modules of other kinds, and tinytuya.

One home has a receiver of boards only, another an air conditioner behind an entity.
The reference is how much is loaded once the first has a Tuya air conditioner too.
"""

from typing import TYPE_CHECKING

from demo.fakes.tuya_air_conditioner import FakeAirConditioner
from demo.house import House

from .figure import Figure, note
from .home import home

if TYPE_CHECKING:
    from .home import Home

_KINDS = "custom_components.jannenkoti.kinds."
_BOARDS = f"{_KINDS}room_sensors"
_AIR_CONDITIONER = f"{_KINDS}air_conditioner"
_TINYTUYA = "tinytuya"

_SWITCH = "switch.unit"
_CONFIGURATION = """\
template:
  - switch:
      - name: Unit
        state: "{{ false }}"
        turn_on: []
        turn_off: []
"""


async def measure() -> list[Figure]:
    """Count in both homes, after a restart: a flow loads more than a home needs."""
    async with home() as boards:
        await boards.start()
        await boards.add_receiver()
        await boards.restart()
        needless = await _loaded(boards, _BOARDS, _AIR_CONDITIONER, _TINYTUYA)
        async with FakeAirConditioner(House()) as unit:
            await boards.add_tuya(unit)
            needed = await _loaded(boards, _BOARDS, _AIR_CONDITIONER, _TINYTUYA)
            await boards.stop()
    async with home(configuration=_CONFIGURATION) as switched:
        await switched.start()
        await switched.add_switched(_SWITCH)
        await switched.restart()
        needless += await _loaded(switched, _AIR_CONDITIONER, _BOARDS, _TINYTUYA)
    return [
        Figure(
            name="import_lean",
            ours=needless,
            reference=needed,
            unit="modules",
            ratio=needless / needed,
            goal=0,
        )
    ]


async def _loaded(home: Home, wanted: str, *unwanted: str) -> int:
    """Return how many modules of what is unwanted the home has loaded."""
    modules = await home.modules()
    if f"{wanted}.kind" not in modules:
        text = f"the entry of {wanted} is not set up"
        raise RuntimeError(text)
    found = [
        module
        for module in modules
        for name in unwanted
        if module == name or module.startswith(f"{name}.")
    ]
    examples = sorted(found)[:5]
    note(f"import_lean: beside {wanted}: {len(found)} modules {examples}")
    return len(found)
