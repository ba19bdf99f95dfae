"""The smoke test: what lives in the house, and whether it does what it is told."""

from typing import TYPE_CHECKING

from .kind import Check

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .client import Json
    from .demo_house import DemoHouse

_WIDTH = 56  # the longest entity ids of the demo


async def smoke(demo: DemoHouse) -> bool:
    """Print the table and a line for each check; return whether all were good."""
    print(await table(demo))
    failed = 0
    async for check in _checks(demo):
        failed += not check.good
        print(f"{'ok  ' if check.good else 'FAIL'}  {_line(check)}", flush=True)
    for complaint in demo.home_assistant.complaints():
        print(complaint)
    print(f"{failed} failed" if failed else "all is well")
    return not failed


def _line(check: Check) -> str:
    return f"{check.what} ({check.seen})" if check.seen else check.what


async def _checks(demo: DemoHouse) -> AsyncIterator[Check]:
    for name, kind in demo.kinds.items():
        yield Check(what=f"{name} is live", good=True)  # Else the house had not begun.
        try:
            async for check in kind.smoke():
                yield check
        except TimeoutError as err:
            yield Check(what=name, good=False, seen=str(err))
    demo.home_assistant.check()
    complaints = demo.home_assistant.complaints()
    yield Check(
        what="Home Assistant's log has nothing against the integration",
        good=not complaints,
        seen=f"{len(complaints)} complaints" if complaints else "",
    )


async def table(demo: DemoHouse) -> str:
    """Return all kinds, devices and states as lines of text."""
    entities = list((await demo.client.entities()).values())
    registered = await demo.client.command("config/device_registry/list")
    devices = {d["id"]: d["name_by_user"] or d["name"] for d in registered}
    states = {s["entity_id"]: s for s in await demo.client.get("/api/states")}
    lines: list[str] = []
    for name, kind in demo.kinds.items():
        lines.append(name)
        its = [e for e in entities if e["config_entry_id"] == kind.entry_id]
        for device, name_of_device in devices.items():
            rows = [
                _row(states[e["entity_id"]])
                for e in its
                if e["device_id"] == device and e["entity_id"] in states
            ]
            lines += [f"  {name_of_device}", *sorted(rows)] if rows else []
    return "\n".join(lines)


def _row(state: Json) -> str:
    unit = state["attributes"].get("unit_of_measurement", "")
    return f"    {state['entity_id']:<{_WIDTH}} {state['state']} {unit}".rstrip()
