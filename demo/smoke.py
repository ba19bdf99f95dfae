"""The smoke test: every entity of the house, and whether commands work."""

import asyncio
from typing import TYPE_CHECKING

from .kind import Check

if TYPE_CHECKING:
    from pathlib import Path

    from .client import Json
    from .demo_house import DemoHouse
    from .kind import DemoKind

_WIDTH = 56  # the longest entity ids of the demo


async def smoke(demo: DemoHouse) -> bool:
    """Print the table and a line for each check; return whether all passed.

    The families are checked concurrently, because most of the time is waiting.
    """
    print(await table(demo))
    async with asyncio.TaskGroup() as group:
        tried = [
            group.create_task(_try(name, kind)) for name, kind in demo.kinds.items()
        ]
    failed = sum(task.result() for task in tried)
    failed += await _try_pages(demo)
    demo.home_assistant.check()
    complaints = demo.home_assistant.complaints()
    failed += _print_check(
        "all",
        Check(
            what="Home Assistant's log has no complaint about the integration",
            good=not complaints,
            seen=f"{len(complaints)} complaints" if complaints else "",
        ),
    )
    for complaint in complaints:
        print(complaint)
    print(f"{failed} failed" if failed else "all checks passed")
    return not failed


async def smoke_walk(folder: Path | None = None) -> bool:
    """Go a new user's way on an empty Home Assistant; return whether all passed.

    ``folder`` is for a picture of each step.
    """
    # As below. All fakes of the way are needed, the broker's program included.
    from playwright.async_api import Error as PlaywrightError  # noqa: PLC0415

    from . import browser  # noqa: PLC0415
    from .fakes.mosquitto import mosquitto  # noqa: PLC0415
    from .walk.house import EmptyHouse  # noqa: PLC0415
    from .walk.walk import checks  # noqa: PLC0415
    from .walk.wizard import WizardError  # noqa: PLC0415

    if browser.chromium() is None or mosquitto() is None:
        print("ok    walk: no Chromium or mosquitto here, so it is left out")
        return True
    async with EmptyHouse() as house:
        failed = 0
        try:
            async for check in checks(house, folder):
                failed += _print_check("walk", check)
        except (TimeoutError, PlaywrightError, WizardError) as err:
            failed += _print_check(
                "walk", Check(what="goes on", good=False, seen=str(err))
            )
        complaints = house.home_assistant.complaints()
        failed += _print_check(
            "walk",
            Check(
                what="Home Assistant's log has no complaint about the integration",
                good=not complaints,
                seen="\n".join(complaints),
            ),
        )
    return not failed


async def _try(name: str, kind: DemoKind) -> int:
    """Check a family and return how many of its checks failed."""
    failed = _print_check(
        name, Check(what="is live", good=True)
    )  # Otherwise no check would run.
    try:
        async for check in kind.smoke():
            failed += _print_check(name, check)
    except TimeoutError as err:
        failed += _print_check(
            name, Check(what="answers in time", good=False, seen=str(err))
        )
    return failed


async def _try_pages(demo: DemoHouse) -> int:
    """Check the cards in a browser, if there is one; return how many checks failed."""
    # Only houses on a machine with a browser need its driver.
    from . import browser, pages  # noqa: PLC0415

    if browser.chromium() is None:
        print("ok    pages: no Chromium here, so they are not checked")
        return 0
    checks = [check async for check in pages.checks(demo)]
    return sum(_print_check("pages", check) for check in checks)


def _print_check(name: str, check: Check) -> int:
    """Print a line about a check and return 1 if it failed."""
    seen = f" ({check.seen})" if check.seen else ""
    verdict = "ok  " if check.good else "FAIL"
    print(f"{verdict}  {name}: {check.what}{seen}", flush=True)
    return not check.good


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
