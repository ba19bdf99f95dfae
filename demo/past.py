"""Hourly statistics of the days before the demo house was built, for its graphs.

The house's clock may run sixty times as fast as the wall clock, so an hour that Home
Assistant records has little to do with an hour of the house. The graphs of the first
page therefore show the days before, which are imported.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from .physics import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from .client import Client
    from .kind import DemoKind

_HOURS: Final = 48
_ARITHMETIC: Final = 1  # StatisticMeanType.ARITHMETIC


@dataclass(frozen=True, kw_only=True)
class Past:
    """What a sensor measured before; found by the end of its unique id."""

    end: str
    unit: str
    unit_class: str | None
    mean: Callable[[float], float]
    """Return the mean of an hour that begins at this second of the day."""
    swing: float = 0.0
    """By how much minimum and maximum of an hour differ from its mean."""


def indoors(at: float) -> float:
    """Return the temperature of a room that a thermostat keeps at 24.5 °C."""
    afternoon = 0.4 * math.cos(2 * math.pi * (at - 16 * HOUR) / (24 * HOUR))
    return 24.4 + afternoon + 0.1 * math.sin(at)


def outdoors(at: float) -> float:
    """Return the temperature on the balcony: the same hot day again and again."""
    return 25 + 5 * math.cos(2 * math.pi * (at - 15 * HOUR) / (24 * HOUR))


async def import_past(
    client: Client, kinds: Iterable[DemoKind], zone: ZoneInfo
) -> None:
    """Import the statistics of all kinds."""
    entity_ids = await client.entity_ids()
    for kind in kinds:
        for past in kind.past():
            await client.command(
                "recorder/import_statistics",
                metadata={
                    "mean_type": _ARITHMETIC,
                    "has_sum": False,
                    "name": None,
                    "source": "recorder",
                    "statistic_id": entity_ids[past.end],
                    "unit_class": past.unit_class,
                    "unit_of_measurement": past.unit,
                },
                stats=[*_rows(past, zone)],
            )


def _rows(past: Past, zone: ZoneInfo) -> list[dict[str, object]]:
    """Return a row for each full hour."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    rows: list[dict[str, object]] = []
    for hours in range(_HOURS, 0, -1):
        start = now - timedelta(hours=hours)
        local = start.astimezone(zone)
        mean = past.mean(local.hour * HOUR)
        rows.append(
            {
                "start": start.isoformat(),
                "mean": round(mean, 2),
                "min": round(mean - past.swing, 2),
                "max": round(mean + past.swing, 2),
            }
        )
    return rows
