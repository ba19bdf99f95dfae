"""What can be set: sources, grace times, doors and the reference host."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ...lib.stored import Stored
from .stages.rules import Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCES: Final = "sources"
HOST: Final = "host"
REFERENCE: Final = "reference_host"
DOORS: Final = "doors"
GRACE: Final = "grace_minutes"
NIGHT_GRACE: Final = "night_grace_minutes"
NIGHT_FROM: Final = "night_from"
NIGHT_TO: Final = "night_to"
JUST_LEFT: Final = "just_left_minutes"
EXTENDED: Final = "extended_hours"
OWN_GRACE: Final = "own_grace"
OWN_SOURCE: Final = "source"
OWN_MINUTES: Final = "minutes"

LONGEST_GRACE: Final = 24 * 60
_MOST: Final = 50


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of an entry."""

    sources: tuple[str, ...]
    host: str
    reference_host: str
    doors: tuple[str, ...]
    parameters: Parameters

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Options:
        """Return the options; what cannot be read has its default."""
        stored, default = Stored(dict(options)), Parameters()

        def minutes(key: str, or_else: timedelta) -> timedelta:
            value = stored.number(key, None, 0, LONGEST_GRACE)
            return or_else if value is None else timedelta(minutes=value)

        hours = stored.number(EXTENDED, 24.0, 1, 24 * 30)
        doors = tuple(dict.fromkeys(stored.texts(DOORS)[:_MOST]))
        return cls(
            sources=tuple(dict.fromkeys(stored.texts(SOURCES)[:_MOST])),
            host=stored.text(HOST, "", 253).strip(),
            reference_host=stored.text(REFERENCE, "", 253).strip(),
            doors=doors,
            parameters=Parameters(
                grace=minutes(GRACE, default.grace),
                night_grace=minutes(NIGHT_GRACE, default.night_grace),
                night_from=_time(stored.text(NIGHT_FROM, ""), default.night_from),
                night_to=_time(stored.text(NIGHT_TO, ""), default.night_to),
                just_left=minutes(JUST_LEFT, default.just_left),
                extended=timedelta(hours=hours),
                own_grace=_own_grace(stored.children(OWN_GRACE)),
                has_doors=bool(doors),
            ),
        )


def _own_grace(rows: list[Stored]) -> dict[str, timedelta]:
    """Return the grace times of single sources; others are left out."""
    read = {
        row.text(OWN_SOURCE, ""): row.number(OWN_MINUTES, None, 0, LONGEST_GRACE)
        for row in rows[:_MOST]
    }
    return {
        source: timedelta(minutes=minutes)
        for source, minutes in read.items()
        if source and minutes is not None
    }


def _time(text: str, default: time) -> time:
    """Return a time of day."""
    try:
        read = time.fromisoformat(text)
    except ValueError:
        return default
    return read if read.tzinfo is None else default
