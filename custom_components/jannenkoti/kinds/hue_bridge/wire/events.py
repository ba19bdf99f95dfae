"""Parse the event stream: server-sent events with JSON.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE: Final = 1 << 20
"""Bytes; an event that changes 63 lamps at once has less than 50,000."""

_DATA: Final = b"data:"


class Change(StrEnum):
    """What has happened to resources."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Event:
    """Resources that have changed; an update has only the new values."""

    change: Change
    resources: tuple[dict[str, Any], ...]


class StreamTooLong(Exception):
    """A line of the stream is too long."""


class EventParser:
    """Collects the bytes of a stream until a line is complete."""

    def __init__(self) -> None:
        """Initialize with nothing received."""
        self._rest = b""

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that are complete; raises StreamTooLong.

        What cannot be read is left out: the state is read again with each connection.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE or any(
            len(line) > LONGEST_LINE for line in lines
        ):
            raise StreamTooLong
        return [event for line in lines for event in _events_of(line)]


def _events_of(line: bytes) -> Iterator[Event]:
    """Yield the events of a line."""
    if not line.startswith(_DATA):
        return
    try:
        found = json.loads(line.removeprefix(_DATA))
    except ValueError, RecursionError:
        return
    for each in found if isinstance(found, list) else ():
        if not isinstance(each, dict) or each.get("type") not in tuple(Change):
            continue
        data = each.get("data")
        resources = data if isinstance(data, list) else []
        yield Event(
            Change(each["type"]),
            tuple(resource for resource in resources if isinstance(resource, dict)),
        )
