"""A page of the cloud's history of one sensor."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..model import Sample, integer, sample, text

if TYPE_CHECKING:
    from datetime import datetime

    from ..push.times import Times

_LONGEST_CURSOR: Final = 1000

# The vendor's document counts pages, other answers have a cursor.
_PAGE: Final = "page "


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Some readings, newest first, and where the older ones are."""

    samples: tuple[Sample, ...]
    rows: int
    """How many rows there were, readable or not."""
    next: str
    """Empty at the end."""


def first_page(after: str) -> tuple[str, int]:
    """Return cursor and number of the page after another."""
    if after.startswith(_PAGE):
        return "", int(after.removeprefix(_PAGE))
    return after, 1


def parse_page(
    sensor_id: str,
    answer: dict[str, Any],
    times: Times,
    near: datetime,
    now: datetime,
    *,
    page: int = 1,
) -> HistoryPage:
    """Parse a page; unreadable rows are skipped."""
    rows = answer.get("dataList")
    rows = rows if isinstance(rows, list) else []
    samples: list[Sample] = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        moment = times.instant(_either(row, "addTime", "recordTime"), near)
        if moment is None:
            continue
        as_pushed = {
            **row,
            "value": _either(row, "val", "value"),
            "times": times.of_day(moment),
        }
        # Rows of sensors that are no switches have an empty switcher.
        if "switcher" in row and row["switcher"] in ("", None):
            del as_pushed["switcher"]
        samples.append(sample(sensor_id, as_pushed, moment, moment, now))
    return HistoryPage(samples=tuple(samples), rows=len(rows), next=_next(answer, page))


def _next(answer: dict[str, Any], page: int) -> str:
    """Return where the next page is."""
    if (cursor := text(answer.get("nextPage"), _LONGEST_CURSOR)) is not None:
        return cursor
    return f"{_PAGE}{page + 1}" if page < pages_of(answer) else ""


def pages_of(answer: dict[str, Any]) -> int:
    """Return how many pages there are: as the answer has it, or by its counts."""
    pages = integer(answer.get("pages"))
    if pages is not None:
        return pages
    total, rows = integer(answer.get("rowCount")), answer.get("dataList")
    size = len(rows) if isinstance(rows, list) else 0
    size = integer(answer.get("pageSize")) or size
    return -(-total // size) if total and size > 0 else 1


def _either(row: dict[str, Any], *names: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the first field that is there."""
    return next((row[name] for name in names if row.get(name) is not None), None)
