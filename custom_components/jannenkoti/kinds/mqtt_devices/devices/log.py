"""The states of a device as they came: bounded, and read by the page."""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..wire.payload import Json, Scalar

MAX_ROWS: Final = 200
"""Of one device."""
MAX_ROWS_OF_ALL: Final = 20_000
"""Of all devices together, about 3 MB."""
MIN_ROWS: Final = 10

MAX_PAGE_SIZE: Final = 200
MAX_PAGE: Final = 1_000_000
"""Far past the end; numbers without an end cannot be written as JSON."""
PAGE: Final = 50


class Row(NamedTuple):
    """What a device said, and when (seconds since 1970)."""

    at: float
    estado: str
    parameters: Mapping[str, Scalar]

    def as_json(self) -> Json:
        """Return it as the HTTP answer has it: UTC without saying so."""
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
        """Return it as the HTTP answer has it."""
        return {
            "page": self.number,
            "per_page": self.size,
            "total": self.total,
            "pages": ceil(self.total / self.size),
            "data": [row.as_json() for row in self.rows],
        }


def rows_for(devices: int) -> int:
    """Return how many rows each of so many devices may keep."""
    return max(MIN_ROWS, min(MAX_ROWS, MAX_ROWS_OF_ALL // max(devices, 1)))


class StateLog:
    """The rows of one device."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[Row] = (), most: int = MAX_ROWS) -> None:
        """Begin with the rows of an earlier life."""
        self._rows = deque(rows, maxlen=most)

    def __iter__(self) -> Iterator[Row]:
        """Iterate, the oldest first."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def limit(self, most: int) -> None:
        """Keep no more rows than this from now on."""
        if self._rows.maxlen != most:
            self._rows = deque(self._rows, maxlen=most)

    def add(self, at: float, estado: str, parameters: Mapping[str, Scalar]) -> None:
        """Write a row."""
        self._rows.append(Row(at, estado, parameters))

    def page(self, number: int = 1, size: int = PAGE) -> LogPage:
        """Return a page; one past the end is empty."""
        number, size = max(number, 1), min(max(size, 1), MAX_PAGE_SIZE)
        newest_first = tuple(reversed(self._rows))
        first = (number - 1) * size
        return LogPage(
            number=number,
            size=size,
            total=len(newest_first),
            rows=newest_first[first : first + size],
        )
