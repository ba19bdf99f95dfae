"""Start the demo house; see `scripts/demo --help`."""

import argparse
import asyncio
import logging
import signal
import sys
from datetime import date
from pathlib import Path

from homeassistant.const import __version__ as version

from .demo_house import DemoHouse, HouseError
from .physics import HOUR
from .smoke import smoke

# An hour of the house in a minute, so that the thermostat can be watched.
_SPEED = 60.0

# By then the room has reached its temperature, with some history to draw.
_SETTLED = 3 * HOUR


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
        "--pictures",
        type=Path,
        metavar="FOLDER",
        help="write the pictures of the docs, then end",
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
    async with DemoHouse(speed=arguments.speed, port=arguments.port, say=_say) as demo:
        if arguments.smoke:
            return 0 if await smoke(demo) else 1
        if arguments.pictures:
            return await _pictures(demo, arguments.pictures)
        _welcome(demo)
        await asyncio.Event().wait()
    return 0


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


async def _pictures(demo: DemoHouse, folder: Path) -> int:
    # Only pictures need a browser.
    from .browser import take_pictures  # noqa: PLC0415
    from .card_pictures import take_card_pictures  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs
    await asyncio.sleep(demo.house.clock.real(_SETTLED))
    taken = await take_pictures(demo, folder)
    for path in [*taken, *await take_card_pictures(demo, folder)]:
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
