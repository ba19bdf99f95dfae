"""What the user can tune, parsed once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

TOPIC: Final = "topic"
COMMAND_TOPIC: Final = "command_topic"
DISCOVERY: Final = "discovery"
MESSAGE_LIMIT: Final = "message_limit"
REQUEST_LIMIT: Final = "request_limit"
LOCAL_ONLY: Final = "local_only"

DEFAULT_TOPIC: Final = "dispositivos/estado"
"""What the firmware publishes to."""

DEFAULTS: Final[Mapping[str, Any]] = {
    COMMAND_TOPIC: "",
    DISCOVERY: True,
    # Real devices report every 5 to 30 s; two messages a second are a fault.
    MESSAGE_LIMIT: 120,
    # A device asks every 3 s, and forty of them may stand behind one address.
    REQUEST_LIMIT: 1200,
    LOCAL_ONLY: True,
}

_PLACE: Final = "{serial}"
_SHARED: Final = "$share/"
"""Prefix of a shared subscription, which gives each message to one of the clients."""
_LONGEST_TOPIC: Final = 65_535  # bytes, MQTT 5 §1.5.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of an entry."""

    command_topic: str
    """Where each device is sent its configuration; empty for nowhere."""
    discovery: bool
    message_limit: int
    request_limit: int
    local_only: bool

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Options:
        """Read the options of an entry, which the flow has checked."""
        merged = {**DEFAULTS, **options}
        return cls(
            command_topic=merged[COMMAND_TOPIC],
            discovery=merged[DISCOVERY],
            message_limit=int(merged[MESSAGE_LIMIT]),
            request_limit=int(merged[REQUEST_LIMIT]),
            local_only=merged[LOCAL_ONLY],
        )

    def topic_of(self, serial: str) -> str | None:
        """Return the command topic of a device, None if devices have none.

        What has a meaning in topics is written as in web addresses.
        """
        if not self.command_topic:
            return None
        return self.command_topic.replace(_PLACE, quote(serial, safe=""))


def is_topic(text: str) -> bool:
    """Say whether a text is a topic without wildcards."""
    return (
        0 < len(text.encode()) <= _LONGEST_TOPIC
        and text.isprintable()
        and not set(text) & set("+#")
        and not text.startswith(_SHARED)
    )


def is_command_topic(text: str) -> bool:
    """Say whether a text makes a topic of its own for each device, or none."""
    return not text or (text.count(_PLACE) == 1 and is_topic(text))
