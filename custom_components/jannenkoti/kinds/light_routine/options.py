"""What can be set: the lights, the table, and when lights are left alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ...lib.stored import Stored
from .lights.routine import Parameters
from .lights.states import PauseEnd
from .slots.table import MOST_SLOTS, PRESET, Slot, TableError, read_row, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGETS: Final = "targets"
SLOTS: Final = "slots"
ADAPT: Final = "adapt_when_turned_on"
PAUSE_ENDS: Final = "pause_ends"
PAUSE_HOURS: Final = "pause_hours"
PRESENCE: Final = "presence_entity"
HOLIDAYS: Final = "holiday_calendar"

DEFAULT_HOURS: Final = 4.0
MOST_HOURS: Final = 72.0

TARGET_KEYS: Final = ("entity_id", "device_id", "area_id", "floor_id", "label_id")
_MOST_TARGETS: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of an entry."""

    targets: Mapping[str, list[str]]
    """The target of Home Assistant's actions: ids of entities, areas and so on."""
    table: tuple[Slot, ...]
    parameters: Parameters
    presence_entity: str | None
    holiday_calendar: str | None

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Options:
        """Return the options; what cannot be read has its default."""
        stored = Stored(dict(options))
        return cls(
            targets=read_targets(stored.mapping(TARGETS)),
            table=_table(options.get(SLOTS)),
            parameters=Parameters(
                adapt_when_turned_on=stored.truth(ADAPT, default=True),
                pause_ends=stored.choice(PAUSE_ENDS, PauseEnd, PauseEnd.OFF_ON),
                pause_hours=stored.number(PAUSE_HOURS, DEFAULT_HOURS, 0.1, MOST_HOURS),
            ),
            presence_entity=stored.text(PRESENCE, None),
            holiday_calendar=stored.text(HOLIDAYS, None),
        )


def read_targets(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a target in one form: each kind of id as a list without repetition."""
    read: dict[str, list[str]] = {}
    for key in TARGET_KEYS:
        ids = values.get(key)
        ids = [ids] if isinstance(ids, str) else ids
        if isinstance(ids, list):
            texts = [each for each in ids if isinstance(each, str) and each]
            if texts:
                read[key] = list(dict.fromkeys(texts))[:_MOST_TARGETS]
    return read


def _table(rows: object) -> tuple[Slot, ...]:
    """Return the stored table without what cannot be read, else the preset."""
    try:
        return read_table(rows)
    except TableError:
        found: dict[str, Slot] = {}
        for row in rows[:MOST_SLOTS] if isinstance(rows, list) else ():
            try:
                slot = read_row(row)
            except TableError:
                continue
            found.setdefault(slot.name, slot)
        return tuple(found.values()) or PRESET
