"""Start the demo house; see `scripts/demo --help`."""

import argparse
import asyncio
import logging
import signal
import sys
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

from homeassistant.const import __version__ as version

from .demo_house import DemoHouse, HouseError
from .house import House
from .physics import HOUR, Clock, Room
from .pictures import BEFORE, PICTURED
from .smoke import smoke, smoke_walk
from .zones import zone_where

# An hour of the house in a minute, so that the thermostat can be watched.
_SPEED = 60.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--speed", type=float, default=_SPEED, help="times real time (default: 60)"
    )
    parser.add_argument("--port", type=int, help="of the page (default: a free one)")
    parser.add_argument(
        "--smoke", action="store_true", help="check everything, then exit with 0 or 1"
    )
    parser.add_argument(
        "--walk",
        type=Path,
        metavar="FOLDER",
        help="only go a new user's way in a browser, with a picture of each step",
    )
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="FOLDER",
        help="write the pictures of the docs, then end",
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="NAMES",
        help="of the pictures to take, with commas, such as heating,tour",
    )
    parser.add_argument(
        "--day",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="print a day of the heating in fast motion, such as one on which the"
        " clocks change, then end",
    )
    parser.add_argument(
        "--ha", metavar="VERSION", help="of Home Assistant (scripts/demo sees to it)"
    )
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> int:
    if arguments.day:
        return await asyncio.to_thread(_print_day, arguments.day)
    print(f"demo: Home Assistant {version}, {arguments.speed:g} times real time")
    if arguments.walk:
        return 0 if await smoke_walk(arguments.walk) else 1
    house = _pictured(arguments.speed) if arguments.pictures else None
    async with DemoHouse(
        speed=arguments.speed, port=arguments.port, say=_say, house=house
    ) as demo:
        if arguments.pictures:
            only = frozenset(arguments.only.split(",")) - {""}
            return await _pictures(demo, arguments.pictures, only)
        if not arguments.smoke:
            _welcome(demo)
            await asyncio.Event().wait()
        good = await smoke(demo)
    # Else tests/browser/test_whole_way.py goes it, with this release.
    if find_spec("pytest_homeassistant_custom_component") is None:
        good &= await smoke_walk()
    return 0 if good else 1


def _pictured(speed: float) -> House:
    """Return a house in which it will be the same time of the day in each picture."""
    room = Room(time=PICTURED * HOUR - BEFORE)
    zone = zone_where(PICTURED, datetime.now(UTC))
    return House(Clock(speed), room, zone)


def _print_day(day: date) -> int:
    """Print a day of the heating and what must hold for it; return the exit code."""
    # Only this option needs the heating's rules.
    from .heating_checks import check_day  # noqa: PLC0415
    from .heating_day import HeatingDay  # noqa: PLC0415

    for row in HeatingDay(day).rows():
        print(row)
    checks = check_day(day)
    for check in checks:
        print(f"{'ok  ' if check.good else 'FAIL'}  {check.what} {check.seen}")
    return 0 if all(check.good for check in checks) else 1


def _say(line: str) -> None:
    print(f"demo: {line}", flush=True)


def _welcome(demo: DemoHouse) -> None:
    print(f"\n  {demo.url}")
    print(f"  user {demo.user.name}, password {demo.user.password}\n")
    for kind in demo.kinds.values():
        for line in kind.sights():
            print(f"  - {line}")
    print("\n  Press Ctrl-C to stop.", flush=True)


async def _pictures(demo: DemoHouse, folder: Path, only: frozenset[str]) -> int:
    # Only pictures need a browser.
    from .pictures.take import take_all  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs
    for path in await take_all(demo, folder, only):
        _say(f"wrote {path}")
    return 0


async def _until_interrupted(arguments: argparse.Namespace) -> int:
    """Run until it ends or is interrupted, then remove everything."""
    demo = asyncio.create_task(_run(arguments))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, demo.cancel)
    try:
        return await demo
    except HouseError as err:
        print(f"demo: {err}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        return 1 if arguments.smoke or arguments.pictures else 0


if __name__ == "__main__":
    # Fakes log requests in the wrong protocol; here those are expected.
    logging.basicConfig(level=logging.ERROR)
    sys.exit(asyncio.run(_until_interrupted(_arguments())))
