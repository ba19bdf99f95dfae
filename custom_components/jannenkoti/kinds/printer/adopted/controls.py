"""How the commands of a printer become actions of other integrations."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..wire.errors import PrinterError
from .roles import Role

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from ..wire.requests import Request

PRESS: Final = {
    "button": "press",
    "input_button": "press",
    "script": "turn_on",
}
"""The action by which an entity of each domain does its work."""

ROLES: Final = {
    "pause": Role.PAUSE,
    "resume": Role.RESUME,
    "stop": Role.STOP,
}
"""The entity of each command."""

_GCODE_LINE: Final = "gcode_line"
_BY_GCODE: Final = ("gcode", "home", "nozzle_temperature", "bed_temperature")
_NEVER: Final = ("print_speed", "light")
"""What the entities of the other integration do better."""


class NotOffered(PrinterError):
    """There is nothing by which the command could be executed."""

    key = "printer_not_offered"


class ControlUnavailable(PrinterError):
    """The entity of the command is unavailable: it would ignore the command."""

    key = "printer_control_unavailable"


class NotAllowed(PrinterError):
    """The user may not control the entity that executes the command."""

    key = "printer_not_allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GcodeAction:
    """The action of an integration that sends G-code to a device."""

    action: str
    field: str
    named: bool = False
    """Whether commands may have names."""

    def data(self, device_id: str, request: Request) -> Mapping[str, Any]:
        """Return the data of the action for a line of G-code."""
        line = str(request.fields["param"]).strip()
        return {"device_id": device_id, self.field: line}


GCODE_ACTIONS: Final = {
    "bambu_lab": GcodeAction(action="send_command", field="command"),
    "moonraker": GcodeAction(action="send_gcode", field="gcode", named=True),
}


def is_gcode(request: Request) -> bool:
    """Return whether a request is a line of G-code."""
    return request.command == _GCODE_LINE


def absent_commands(roles: Container[Role], *, gcode: bool) -> frozenset[str]:
    """Return the names of the commands for which there is no counterpart."""
    absent = {name for name, role in ROLES.items() if role not in roles}
    return frozenset({*absent, *_NEVER, *(() if gcode else _BY_GCODE)})
