"""The commands of a user, and the requests that they become.

See https://github.com/Doridian/OpenBambuAPI/blob/main/mqtt.md
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..wire.requests import Request


class Need(StrEnum):
    """What the printer has to do for a command to be allowed."""

    ANYTHING = "anything"
    RUNNING = "running"
    PAUSED = "paused"
    JOB = "job"
    NO_JOB = "no_job"
    """Moves or raw G-code would ruin a print; `force` allows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: when it is allowed, and what is sent."""

    name: str
    need: Need
    request: Request
    signed: bool = True
    """Whether firmware that wants signatures refuses it."""


def _print(name: str, need: Need, *, param: str = "", qos: int = 0) -> Command:
    request = Request(group="print", command=name, fields={"param": param}, qos=qos)
    return Command(name=name, need=need, request=request)


PAUSE: Final = _print("pause", Need.RUNNING, qos=1)
RESUME: Final = _print("resume", Need.PAUSED, qos=1)
STOP: Final = _print("stop", Need.JOB, qos=1)

LOWEST_TEMPERATURE: Final = 0
HIGHEST_NOZZLE: Final = 300
HIGHEST_BED: Final = 120


def gcode(line: str, name: str = "gcode", need: Need = Need.NO_JOB) -> Command:
    """Return the command for a line of G-code."""
    request = Request(
        group="print", command="gcode_line", fields={"param": f"{line}\n"}
    )
    return Command(name=name, need=need, request=request)


HOME: Final = gcode("G28", "home")


def nozzle_temperature(target: int) -> Command:
    """Return the command that sets the target of the nozzle (°C)."""
    return gcode(f"M104 S{target}", "nozzle_temperature", Need.ANYTHING)


def bed_temperature(target: int) -> Command:
    """Return the command that sets the target of the bed (°C)."""
    return gcode(f"M140 S{target}", "bed_temperature", Need.ANYTHING)


def speed(level: int) -> Command:
    """Return the command that sets the speed profile, 1 to 4."""
    return _print("print_speed", Need.JOB, param=str(level))


def light(*, on: bool, node: str = "chamber_light") -> Command:
    """Return the command that switches a chamber light."""
    # All times have to be there, although they matter only for flashing.
    fields = {
        "led_node": node,
        "led_mode": "on" if on else "off",
        "led_on_time": 500,
        "led_off_time": 500,
        "loop_times": 1,
        "interval_time": 1000,
    }
    request = Request(group="system", command="ledctrl", fields=fields)
    return Command(name="light", need=Need.ANYTHING, request=request, signed=False)
