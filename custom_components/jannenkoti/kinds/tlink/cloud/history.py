"""A page of the cloud's history of one sensor."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..model import Sample, sample

if TYPE_CHECKING:
    from datetime import datetime

    from ..times import Times

_LONGEST_CURSOR: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some readings, newest first, and how to ask for older ones."""

    samples: tuple[Sample, ...]
    next: str
    """Empty at the end."""


def parse_page(
    sensor_id: str, answer: dict[str, Any], times: Times, near: datetime, now: datetime
) -> Page:
    """Read a page; what cannot be read is passed over."""
    rows = answer.get("dataList")
    samples: list[Sample] = []
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        moment = times.instant(row.get("addTime"), near)
        if moment is None:
            continue
        as_pushed = {**row, "value": row.get("val"), "times": times.of_day(moment)}
        # An empty switcher stands in every row of what is no switch.
        if "switcher" in row and not row["switcher"]:
            del as_pushed["switcher"]
        samples.append(sample(sensor_id, as_pushed, moment, moment, now))
    cursor = answer.get("nextPage")
    return Page(
        samples=tuple(samples),
        next=cursor[:_LONGEST_CURSOR] if isinstance(cursor, str) else "",
    )
