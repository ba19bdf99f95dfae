"""G-code that waits until the printer has no job: bounded, stored, each item once."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from .gcode import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ....lib.stored import Stored

MOST: Final = 20
_MOST_DONE: Final = 50
_LONGEST_ID: Final = 64


class ItemState(StrEnum):
    """What became of an item."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Home Assistant or the connection stopped while it was sent. Not sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Some lines of G-code under an id that the caller has chosen."""

    id: str
    lines: tuple[str, ...]
    at: datetime
    who: str | None
    state: ItemState = ItemState.WAITING
    sent: int = 0
    """Lines that the printer has acknowledged."""
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "id": self.id,
            "gcode": "\n".join(self.lines),
            "at": self.at.isoformat(),
            "who": self.who,
            "state": self.state.value,
            "sent": self.sent,
            "reason": self.reason,
        }


class QueueFull(Exception):
    """Too many items wait."""


class Queue:
    """The items in their order. Ids of finished items are kept, to be recognized."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        """Initialize; what was being sent when it was stored was interrupted."""
        self._items = {
            item.id: replace(item, state=ItemState.INTERRUPTED)
            if item.state is ItemState.SENDING
            else item
            for item in items
        }

    @classmethod
    def parse(cls, stored: Iterable[Stored]) -> Queue:
        """Read what was stored; what cannot be read is left out."""
        return cls(item for each in stored if (item := _read(each)) is not None)

    @property
    def items(self) -> tuple[Item, ...]:
        """Return all items."""
        return tuple(self._items.values())

    @property
    def waiting(self) -> int:
        """Return how many items are not finished."""
        open_states = {ItemState.WAITING, ItemState.SENDING}
        return sum(item.state in open_states for item in self._items.values())

    def find(self, item_id: str) -> Item | None:
        """Return the item of an id, finished ones too."""
        return self._items.get(item_id)

    def add(self, item: Item) -> Item:
        """Add an item, or return the one that has its id; raises QueueFull."""
        if (known := self._items.get(item.id)) is not None:
            return known
        if self.waiting >= MOST:
            raise QueueFull
        self._items[item.id] = item
        return item

    def next(self) -> Item | None:
        """Return the item to be sent next."""
        waiting = (i for i in self._items.values() if i.state is ItemState.WAITING)
        return next(waiting, None)

    def update(self, item: Item) -> None:
        """Replace an item; the oldest finished ones are dropped."""
        self._items[item.id] = item
        finished = [
            each.id
            for each in self._items.values()
            if each.state not in {ItemState.WAITING, ItemState.SENDING}
        ]
        for item_id in finished[:-_MOST_DONE]:
            del self._items[item_id]

    def drop(self, item_id: str) -> None:
        """Remove an item that waits."""
        item = self._items.get(item_id)
        if item is not None and item.state is ItemState.WAITING:
            del self._items[item_id]

    def clear(self) -> int:
        """Remove what waits; return how many items."""
        waiting = [i.id for i in self.items if i.state is ItemState.WAITING]
        for item_id in waiting:
            del self._items[item_id]
        return len(waiting)

    def as_list(self) -> list[dict[str, Any]]:
        """Return it as JSON."""
        return [item.as_dict() for item in self._items.values()]


def _read(stored: Stored) -> Item | None:
    item_id, at = stored.text("id", None, _LONGEST_ID), stored.moment("at", None)
    text = stored.text("gcode", None, LONGEST_TEXT)
    if not item_id or at is None or not text:
        return None
    return Item(
        id=item_id,
        lines=tuple(text.split("\n")),
        at=at,
        who=stored.text("who", None),
        state=stored.choice("state", ItemState, ItemState.INTERRUPTED),
        sent=stored.integer("sent", 0, 0),
        reason=stored.text("reason", None),
    )
