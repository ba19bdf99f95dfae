"""Whether a command is allowed now; if not, why."""

from typing import TYPE_CHECKING, Final

from ..job.status import JobState
from .commands import Need

if TYPE_CHECKING:
    from ..model import PrinterData
    from .commands import Command


class Refused(Exception):
    """The command is not allowed now; nothing was sent."""

    def __init__(self, key: str) -> None:
        """Initialize with the key of the translated reason."""
        super().__init__(key)
        self.key = key


_REASONS: Final = {
    Need.RUNNING: "printer_not_running",
    Need.PAUSED: "printer_not_paused",
    Need.JOB: "printer_no_job",
    Need.NO_JOB: "printer_is_printing",
}


def check(command: Command, data: PrinterData, *, force: bool = False) -> None:
    """Raise Refused unless a command is allowed in the current state.

    `force` allows moves and G-code in every state. It does not replace a connection or
    a signature.
    """
    if command.name in data.absent:
        raise Refused("printer_not_offered")
    if not data.reachable:
        raise Refused("printer_unreachable")
    if command.signed and data.needs_signature:
        raise Refused("printer_signature_required")
    if not (force and command.need is Need.NO_JOB):
        _check_state(command.need, data.status.job_state)


def _check_state(need: Need, state: JobState) -> None:
    """Raise Refused if the state does not fit; an unknown state fits no need."""
    fits = {
        Need.ANYTHING: True,
        Need.RUNNING: state in {JobState.RUNNING, JobState.PREPARING},
        Need.PAUSED: state is JobState.PAUSED,
        Need.JOB: state.active,
        Need.NO_JOB: state.ended,
    }
    if not fits[need]:
        raise Refused(_REASONS[need])
