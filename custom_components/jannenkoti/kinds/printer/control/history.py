"""Which G-code was sent: each distinct command, who sent it last, and its result."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ....lib.stored import Stored

MOST: Final = 200
_LONGEST: Final = 4000
_LONGEST_WHO: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command, as it was sent last."""

    gcode: str
    at: datetime
    who: str | None
    """The id of the user; None for an automation."""
    result: str
    """`success`, or the key of the reason."""
    count: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "gcode": self.gcode,
            "at": self.at.isoformat(),
            "who": self.who,
            "result": self.result,
            "count": self.count,
        }


class History:
    """The distinct commands, the latest last."""

    def __init__(self, sent: Iterable[Sent] = ()) -> None:
        """Initialize with what was stored."""
        self._sent = {entry.gcode: entry for entry in sent}

    @classmethod
    def parse(cls, stored: Iterable[Stored]) -> History:
        """Read what was stored; what cannot be read is left out."""
        return cls(entry for each in stored if (entry := _read(each)) is not None)

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Return the commands, the latest first."""
        return tuple(reversed(self._sent.values()))

    def add(self, entry: Sent) -> None:
        """Add a command; the oldest is dropped when there are too many."""
        entry = replace(entry, gcode=entry.gcode[:_LONGEST])
        before = self._sent.pop(entry.gcode, None)
        if before is not None:
            entry = replace(entry, count=before.count + 1)
        self._sent[entry.gcode] = entry
        while len(self._sent) > MOST:
            del self._sent[next(iter(self._sent))]

    def as_list(self) -> list[dict[str, Any]]:
        """Return it as JSON."""
        return [entry.as_dict() for entry in self._sent.values()]


def _read(stored: Stored) -> Sent | None:
    gcode, at = stored.text("gcode", None, _LONGEST), stored.moment("at", None)
    if gcode is None or at is None:
        return None
    return Sent(
        gcode=gcode,
        at=at,
        who=stored.text("who", None, _LONGEST_WHO),
        result=stored.text("result", "", _LONGEST_WHO),
        count=stored.integer("count", 1, 1),
    )
