"""The latest states of a device: bounded in number, and read page by page."""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from ..wire.payload import MAX_NAME_LENGTH, clean_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..wire.payload import Json, Scalar

    type _Kept = tuple[float, str, tuple[str, ...], *tuple[Scalar, ...]]

MAX_ROWS: Final = 200
"""Of one device."""
MAX_ROWS_OF_ALL: Final = 20_000
"""Of all devices together, about 3 MB."""
MIN_ROWS: Final = 10

MAX_PAGE_SIZE: Final = 200
MAX_PAGE: Final = 1_000_000
"""Far past the end; numbers without an end cannot be written as JSON."""
PAGE: Final = 50

_LATEST: Final = 253_402_214_400
"""The year 9999, in seconds since 1970; no later time can be shown."""


class Row(NamedTuple):
    """What a device reported, and when (seconds since 1970)."""

    at: float
    estado: str
    parameters: Mapping[str, Scalar]

    def as_json(self) -> Json:
        """Return it as the HTTP response has it: UTC without an offset."""
        at = datetime.fromtimestamp(self.at, UTC).replace(tzinfo=None)
        return {
            "estado": self.estado,
            "parametros": dict(self.parameters),
            "timestamp": at.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Some rows, the newest first."""

    number: int
    size: int
    total: int
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Json]:
        """Return it as the HTTP response has it."""
        return {
            "page": self.number,
            "per_page": self.size,
            "total": self.total,
            "pages": ceil(self.total / self.size),
            "data": [row.as_json() for row in self.rows],
        }


def restored_row(stored: object) -> Row | None:
    """Return a row that was stored as a list; None if it cannot be read."""
    match stored:
        case [int() | float() as at, str() as estado, dict() as parameters]:
            if not 0 <= at <= _LATEST:
                return None
            return Row(at, estado[:MAX_NAME_LENGTH], clean_parameters(parameters) or {})
        case _:
            return None


def _row(kept: _Kept) -> Row:
    """Return a row that is kept as a tuple."""
    at, estado, names, *values = kept
    return Row(at, estado, dict(zip(names, values, strict=True)))


def rows_for(devices: int) -> int:
    """Return how many rows each of so many devices may keep."""
    return max(MIN_ROWS, min(MAX_ROWS, MAX_ROWS_OF_ALL // max(devices, 1)))


class StateLog:
    """The rows of one device.

    They are kept as plain tuples with the values only, because there are thousands:
    each takes half of the memory, and no garbage collection has to look at them.
    """

    __slots__ = ("_names", "_rows")

    def __init__(self, rows: Iterable[Row] = (), most: int = MAX_ROWS) -> None:
        """Initialize with the rows of the previous run."""
        self._rows: deque[_Kept] = deque(maxlen=most)
        self._names: tuple[str, ...] = ()
        """Of the latest row; rows with the same names share them."""
        for row in rows:
            self.add(*row)

    def __iter__(self) -> Iterator[Row]:
        """Iterate, the oldest first."""
        return map(_row, self._rows)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def limit(self, most: int) -> None:
        """Set how many rows are kept."""
        if self._rows.maxlen != most:
            self._rows = deque(self._rows, maxlen=most)

    def add(self, at: float, estado: str, parameters: Mapping[str, Scalar]) -> None:
        """Append a row."""
        names = tuple(parameters)
        if names != self._names:
            self._names = names
        self._rows.append((at, estado, self._names, *parameters.values()))

    def page(self, number: int = 1, size: int = PAGE) -> LogPage:
        """Return a page; one past the end is empty."""
        number, size = max(number, 1), min(max(size, 1), MAX_PAGE_SIZE)
        first = (number - 1) * size
        newest_first = islice(reversed(self._rows), first, first + size)
        return LogPage(
            number=number,
            size=size,
            total=len(self._rows),
            rows=tuple(map(_row, newest_first)),
        )
