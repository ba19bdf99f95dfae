"""The requests that a printer understands.

See https://github.com/Doridian/OpenBambuAPI/blob/main/mqtt.md
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

USER: Final = "bblp"
PORT: Final = 8883


def report_topic(serial: str) -> str:
    """Return the topic that the printer publishes to."""
    return f"device/{serial}/report"


def request_topic(serial: str) -> str:
    """Return the topic that the printer receives commands on."""
    return f"device/{serial}/request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request; the sequence number is added when it is sent."""

    group: str
    command: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    qos: int = 0

    def body(self, sequence: str) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            self.group: {
                "sequence_id": sequence,
                "command": self.command,
                **self.fields,
            }
        }


PUSHALL: Final = Request(group="pushing", command="pushall")
GET_VERSION: Final = Request(group="info", command="get_version")
