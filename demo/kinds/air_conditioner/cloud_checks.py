"""Checks: Tuya's cloud takes over, and its calls are counted."""

from typing import TYPE_CHECKING

from demo.kind import Check
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .demo import Demo

_PLENTY = 26_000  # the integration's own default

_CYCLE_LIMIT = 90
_COMMAND_LIMIT = 20


async def uses_the_cloud(demo: Demo) -> AsyncIterator[Check]:
    """Yield what comes of a lost network, and of a quota that goes fast."""
    thermostat = demo.unique_id("thermostat")
    await demo.client.call("switch.turn_off", thermostat)
    yield await _takes_the_other_way(demo)
    yield await _shows_the_quota(demo)
    await demo.client.call("switch.turn_on", thermostat)


async def _takes_the_other_way(demo: Demo) -> Check:
    """Cut the local network off; a press has to arrive through the cloud."""
    await demo.client.let_happen("air_conditioner/lose_its_local_network")

    async def by_cloud() -> bool:
        return await demo.client.state(demo.unique_id("active_connection")) == "cloud"

    await eventually(by_cloud, within=_CYCLE_LIMIT, what="the cloud's turn")
    on = not demo.house.unit.power
    action = "switch.turn_on" if on else "switch.turn_off"
    await demo.client.call(action, demo.unique_id("power"))

    async def arrived() -> bool:
        return any(values.get("switch") is on for values in demo.cloud.commands)

    await eventually(arrived, within=_COMMAND_LIMIT, what="the power command")
    await demo.client.let_happen("air_conditioner/find_its_local_network")
    return Check(
        what="without the local network the cloud takes over",
        good=demo.house.unit.power is on,
        seen=f"{len(demo.cloud.calls)} calls to the cloud",
    )


async def _shows_the_quota(demo: Demo) -> Check:
    """Use up most of the cloud's calls; a repair issue must appear."""
    await demo.client.let_happen("air_conditioner/spend_the_cloud_quota")

    async def noted() -> bool:
        notes = await demo.client.command("repairs/list_issues")
        keys = [str(note["translation_key"]) for note in notes["issues"]]
        return any(key.startswith("air_conditioner_quota") for key in keys)

    await eventually(noted, within=_COMMAND_LIMIT, what="a note about the quota")
    plenty = {"monthly_calls": _PLENTY, "renewal_day": 1}
    await demo.client.set_options(demo.entry_id, plenty)

    async def closed() -> bool:
        return not await noted()

    await eventually(closed, within=_COMMAND_LIMIT, what="the end of the note")
    return Check(what="a quota that is used up fast is reported", good=True)
