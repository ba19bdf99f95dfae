"""Start the demo house; see `scripts/demo --help`."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from homeassistant.const import __version__ as version

from .demo_house import DemoHouse, HouseError
from .physics import HOUR
from .smoke import smoke

# An hour of the house in a minute of ours: one sees the thermostat work.
_SPEED = 60.0

# The room has come to its temperature by then, with some history to draw.
_SETTLED = 3 * HOUR


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--speed", type=float, default=_SPEED, help="times real time (default: 60)"
    )
    parser.add_argument("--port", type=int, help="of the page (default: a free one)")
    parser.add_argument(
        "--smoke", action="store_true", help="try everything, then end with 0 or 1"
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="PATH", help="take a picture, then end"
    )
    parser.add_argument(
        "--ha", metavar="VERSION", help="of Home Assistant (scripts/demo sees to it)"
    )
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> int:
    print(f"demo: Home Assistant {version}, {arguments.speed:g} times real time")
    async with DemoHouse(speed=arguments.speed, port=arguments.port, say=_say) as demo:
        if arguments.smoke:
            return 0 if await smoke(demo) else 1
        if arguments.screenshot:
            return await _picture(demo, arguments.screenshot)
        _welcome(demo)
        await asyncio.Event().wait()
    return 0


def _say(line: str) -> None:
    print(f"demo: {line}", flush=True)


def _welcome(demo: DemoHouse) -> None:
    print(f"\n  {demo.url}")
    print(f"  user {demo.user.name}, password {demo.user.password}\n")
    for kind in demo.kinds.values():
        for line in kind.sights():
            print(f"  - {line}")
    print("\n  Ctrl-C ends it.", flush=True)


async def _picture(demo: DemoHouse, path: Path) -> int:
    # Only who takes a picture needs a browser.
    from .browser import screenshot, visit  # noqa: PLC0415

    await asyncio.sleep(demo.house.clock.real(_SETTLED))
    async with visit(demo) as page:
        await screenshot(page, path)
    _say(f"wrote {path}")
    return 0


async def _until_told(arguments: argparse.Namespace) -> int:
    """Run until it ends or somebody ends it; then nothing stays behind."""
    demo = asyncio.create_task(_run(arguments))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, demo.cancel)
    try:
        return await demo
    except HouseError as err:
        print(f"demo: {err}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        return 1 if arguments.smoke or arguments.screenshot else 0


if __name__ == "__main__":
    # A fake that is asked in the wrong protocol says so; here that is nothing wrong.
    logging.basicConfig(level=logging.ERROR)
    sys.exit(asyncio.run(_until_told(_arguments())))
