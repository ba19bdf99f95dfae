"""Read stored JSON of any form: what cannot be read falls back to its default."""

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from enum import StrEnum

LONGEST_TEXT: Final = 100_000
"""Characters; longer texts are the work of a fault and would fill memory and states."""

LARGEST_INTEGER: Final = 2**63 - 1
"""A larger one could not be saved again."""

_MOST_REPORTED: Final = 10
"""Unreadable places that are named; a file full of them needs no longer log line."""


_YEARS: Final = range(1970, 2200)
"""Outside them, adding a duration could leave the calendar."""

_SECONDS: Final = tuple(
    datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (_YEARS.start, _YEARS.stop)
)
"""The same as Unix time."""

_LONGEST_MOMENT: Final = len("2026-01-01T00:00:00.000000+00:00:00.000000")


class Stored:
    """One object of a stored file; no method raises, whatever the file holds.

    A missing key or null gives the default. A value of the wrong type gives the default
    as well, and its place is added to `rejected`, which all parts of a file share.
    """

    __slots__ = ("_place", "_values", "rejected")

    def __init__(
        self, values: object, place: str = "", rejected: list[str] | None = None
    ) -> None:
        """Initialize from any value; only an object has fields."""
        self._place = place
        self.rejected: list[str] = [] if rejected is None else rejected
        """Places that could not be read, the first ten of them."""
        if isinstance(values, dict):
            self._values: Mapping[Any, Any] = values
        else:
            self._values = {}
            if values is not None:
                self._reject("")

    def __contains__(self, key: str) -> bool:
        """Return whether a field has a value other than null."""
        return self._values.get(key) is not None

    def __bool__(self) -> bool:
        """Return whether there is any field."""
        return bool(self._values)

    def keys(self) -> tuple[str, ...]:
        """Return the names of the fields."""
        return tuple(key for key in self._values if isinstance(key, str))

    def truth(self, key: str, default: bool) -> bool:  # noqa: FBT001 - as dict.get
        """Return a boolean."""
        value = self._read(key, lambda x: x if isinstance(x, bool) else None)
        return default if value is None else value

    def number[DefaultT](
        self,
        key: str,
        default: DefaultT,
        lowest: float = -math.inf,
        highest: float = math.inf,
    ) -> float | DefaultT:
        """Return a finite number within a range."""
        value = self._read(key, lambda x: _number(x, lowest, highest))
        return default if value is None else value

    def integer[DefaultT](
        self,
        key: str,
        default: DefaultT,
        lowest: float = -LARGEST_INTEGER,
        highest: float = LARGEST_INTEGER,
    ) -> int | DefaultT:
        """Return a whole number within a range."""
        value = self._read(key, lambda x: _integer(x, lowest, highest))
        return default if value is None else value

    def text[DefaultT](
        self, key: str, default: DefaultT, longest: int = LONGEST_TEXT
    ) -> str | DefaultT:
        """Return a text of at most so many characters."""
        value = self._read(key, lambda x: _text(x, longest))
        return default if value is None else value

    def choice[EnumT: StrEnum, DefaultT](
        self, key: str, choices: type[EnumT], default: DefaultT
    ) -> EnumT | DefaultT:
        """Return a member of an enum by its value."""
        value = self._read(key, lambda x: _choice(x, choices))
        return default if value is None else value

    def moment[DefaultT](self, key: str, default: DefaultT) -> datetime | DefaultT:
        """Return a moment that is stored as ISO 8601 text with its offset."""
        value = self._read(key, _moment)
        return default if value is None else value

    def timestamp[DefaultT](self, key: str, default: DefaultT) -> datetime | DefaultT:
        """Return a moment that is stored as Unix time in seconds."""
        value = self._read(key, timestamp_of)
        return default if value is None else value

    def value_of[ValueT](
        self, key: str, read: Callable[[Any], ValueT | None]
    ) -> ValueT | None:
        """Return what ``read`` makes of a field; None rejects it."""
        return self._read(key, read)

    def child(self, key: str) -> Stored:
        """Return the object of a field; an empty one if there is none."""
        return Stored(self._values.get(key), self._at(key), self.rejected)

    def mapping(self, key: str) -> dict[str, Any]:
        """Return the object of a field as it is; an empty one if there is none."""
        value = self._read(key, lambda x: x if isinstance(x, dict) else None)
        return {} if value is None else value

    def children(self, key: str) -> list[Stored]:
        """Return the objects of a list; items of other types are left out."""
        return [
            Stored(item, place, self.rejected)
            for place, item in self._items(key)
            if self._is_a(dict, item, place)
        ]

    def named(self, key: str) -> dict[str, Stored]:
        """Return the objects of an object by their names; other values are left out."""
        within = self.child(key)
        return {
            name: within.child(name)
            for name in within.keys()  # noqa: SIM118 - not a dict
            if within._is_a(dict, within._values[name], within._at(name))  # noqa: SLF001
        }

    def texts(self, key: str, longest: int = LONGEST_TEXT) -> list[str]:
        """Return the texts of a list; items of other types are left out."""
        return self._list(key, lambda x: _text(x, longest))

    def numbers(self, key: str) -> list[float]:
        """Return the finite numbers of a list; other items are left out."""
        return self._list(key, lambda x: _number(x, -math.inf, math.inf))

    def moments(self, key: str) -> list[datetime]:
        """Return the moments of a list; other items are left out."""
        return self._list(key, _moment)

    def list_of[ValueT](
        self, key: str, read: Callable[[Any], ValueT | None]
    ) -> list[ValueT]:
        """Return what ``read`` makes of the items of a list; None leaves one out."""
        return self._list(key, read)

    def _read[ValueT](
        self, key: str, read: Callable[[Any], ValueT | None]
    ) -> ValueT | None:
        """Return what a reader makes of a field."""
        if (value := self._values.get(key)) is None:
            return None
        if (made := read(value)) is None:
            self._reject(key)
        return made

    def _list[ValueT](
        self, key: str, read: Callable[[Any], ValueT | None]
    ) -> list[ValueT]:
        """Return what a reader makes of each item of a list."""
        made = []
        for place, item in self._items(key):
            if (value := read(item)) is None:
                self._reject_at(place)
            else:
                made.append(value)
        return made

    def _items(self, key: str) -> Iterator[tuple[str, Any]]:
        """Yield the items of a list with their places."""
        items = self._values.get(key)
        if isinstance(items, list):
            for number, item in enumerate(items):
                yield f"{self._at(key)}[{number}]", item
        elif items is not None:
            self._reject(key)

    def _is_a(self, wanted: type, value: object, place: str) -> bool:
        """Return whether a value has a type; reject it if not."""
        if not isinstance(value, wanted):
            self._reject_at(place)
            return False
        return True

    def _at(self, key: str) -> str:
        """Return the place of a field; a name is shortened, for it may be anything."""
        return f"{self._place}.{key[:40]}".lstrip(".")

    def _reject(self, key: str) -> None:
        """Add a field to the rejected places."""
        self._reject_at(self._at(key).rstrip(".") or "the whole")

    def _reject_at(self, place: str) -> None:
        """Add a place to the rejected ones."""
        if len(self.rejected) < _MOST_REPORTED and place not in self.rejected:
            self.rejected.append(place)


def timestamp_of(value: object) -> datetime | None:
    """Return the moment of a Unix time in seconds, or None."""
    if (seconds := _number(value, *_SECONDS)) is None:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _number(value: object, lowest: float, highest: float) -> float | None:
    """Return a finite number in a range, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and lowest <= number <= highest else None


def _integer(value: object, lowest: float, highest: float) -> int | None:
    """Return a whole number in a range, or None."""
    number = _number(value, lowest, highest)
    if number is None or number != int(number):
        return None
    return value if isinstance(value, int) else int(number)


def _text(value: object, longest: int) -> str | None:
    """Return a text that is not too long, or None."""
    return value if isinstance(value, str) and len(value) <= longest else None


def _choice[EnumT: StrEnum](value: object, choices: type[EnumT]) -> EnumT | None:
    """Return a member of an enum, or None."""
    return next((x for x in choices if isinstance(value, str) and x == value), None)


def _moment(value: object) -> datetime | None:
    """Return a moment with an offset, or None."""
    if not isinstance(value, str) or len(value) > _LONGEST_MOMENT:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except OverflowError, ValueError:
        return None
    timed = moment.utcoffset() is not None and moment.year in _YEARS
    return moment if timed else None
