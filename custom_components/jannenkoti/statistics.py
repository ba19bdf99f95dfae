"""Puts what came late into the long-term statistics, at the hour that it belongs to.

The statistics are those of the entity itself, so its graphs show no seam.
"""

from typing import TYPE_CHECKING, Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.util.dt import utc_from_timestamp

from .lib.hours import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from homeassistant.components.recorder.models import (
        StatisticData,
        StatisticMetaData,
    )
    from homeassistant.components.recorder.statistics import StatisticsRow
    from homeassistant.core import HomeAssistant

    from .lib.hours import Hour

_RECORDER: Final = "recorder"

# A total goes on from the last hour that is known, if that is not too long ago.
_LOOK_BACK: Final = 24 * HOUR

type Rows = dict[float, StatisticsRow]


async def async_import_hours(
    hass: HomeAssistant,
    entity_id: str,
    hours: Sequence[Hour],
    *,
    unit: str | None,
    total: bool = False,
) -> None:
    """Write hours of an entity that is measured, or that only grows.

    An hour that is known from its beginning replaces what is there: it was reckoned
    from the same readings and more. Of another, the rest is taken from what is there.
    The hours have to be closed, for the recorder does not expect to find them.
    """
    if _RECORDER not in hass.config.components:
        return
    # Only a home with a recorder has what it is made of.
    from homeassistant.components.recorder import get_instance  # noqa: PLC0415
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        async_import_statistics,
    )

    kept_unit, rows = await get_instance(hass).async_add_executor_job(
        _present, hass, entity_id, hours, unit
    )
    convert = _converter(unit, kept_unit)
    ours = [
        hour.converted(convert) if convert else hour
        for hour in sorted(hours, key=lambda h: h.start)
    ]
    make = _totals if total else _means
    metadata = _metadata(entity_id, kept_unit, total=total)
    async_import_statistics(hass, metadata, make(ours, rows))


def _metadata(entity_id: str, unit: str | None, *, total: bool) -> StatisticMetaData:
    """Return what the statistics of an entity are."""
    from homeassistant.components.recorder.models import (  # noqa: PLC0415
        StatisticMeanType,
    )
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        STATISTIC_UNIT_TO_UNIT_CONVERTER,
    )

    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    return {
        "source": _RECORDER,
        "statistic_id": entity_id,
        "name": None,
        "unit_of_measurement": unit,
        "unit_class": converter.UNIT_CLASS if converter else None,
        "mean_type": StatisticMeanType.NONE if total else StatisticMeanType.ARITHMETIC,
        "has_sum": total,
    }


def _present(
    hass: HomeAssistant, entity_id: str, hours: Sequence[Hour], unit: str | None
) -> tuple[str | None, Rows]:
    """Return the unit that the statistics are kept in, and what they know already."""
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        get_metadata,
        statistics_during_period,
    )

    known = get_metadata(hass, statistic_ids={entity_id}).get(entity_id)
    if known is None:
        state = hass.states.get(entity_id)
        shown = state and state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        return shown or unit, {}
    _, metadata = known
    kept_unit = metadata["unit_of_measurement"]
    unit_class = metadata["unit_class"]
    rows = statistics_during_period(
        hass,
        min(hour.start for hour in hours) - _LOOK_BACK,
        max(hour.start for hour in hours) + HOUR,
        {entity_id},
        "hour",
        {unit_class: kept_unit} if unit_class and kept_unit else None,
        {"mean", "min", "max", "state", "sum"},
    ).get(entity_id, [])
    return kept_unit, {row["start"]: row for row in rows}


def _converter(
    unit: str | None, kept_unit: str | None
) -> Callable[[float], float] | None:
    """Return what turns our unit into that of the statistics."""
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        STATISTIC_UNIT_TO_UNIT_CONVERTER,
    )

    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    if unit == kept_unit or converter is None or kept_unit not in converter.VALID_UNITS:
        return None
    return converter.converter_factory(unit, kept_unit)


def _means(hours: Sequence[Hour], rows: Rows) -> list[StatisticData]:
    """Return the rows of a quantity that is measured."""
    made: list[StatisticData] = []
    for hour in hours:
        there = rows.get(hour.start.timestamp())
        if there and (mean := there.get("mean")) is not None:
            low, high = there.get("min"), there.get("max")
            merged = hour.merged_with(
                mean, mean if low is None else low, mean if high is None else high
            )
        else:
            merged = hour
        made.append(
            {
                "start": merged.start,
                "mean": merged.mean,
                "min": merged.lowest,
                "max": merged.highest,
            }
        )
    return made


def _totals(hours: Sequence[Hour], rows: Rows) -> list[StatisticData]:
    """Return the rows of a quantity that only grows.

    What it grew since the hour before is added; the hours after it counted that, too,
    when they compared themselves with the hour before, so their sums stay right.
    """
    made: list[StatisticData] = []
    known = {
        at: (row["state"], row["sum"])
        for at, row in rows.items()
        if row.get("state") is not None and row.get("sum") is not None
    }
    for hour in hours:
        at = hour.start.timestamp()
        before = max((other for other in known if other < at), default=None)
        state, total = known[before] if before is not None else (hour.last, 0.0)
        grown = max(hour.last - (state or 0.0), 0.0)
        known[at] = (hour.last, (total or 0.0) + grown)
        made.append({"start": hour.start, "state": hour.last, "sum": known[at][1] or 0})
    return made


async def async_read_hours(
    hass: HomeAssistant, entity_id: str, start: datetime, end: datetime
) -> list[tuple[datetime, float]]:
    """Return the mean of each hour of a time, as far as the statistics know it."""
    if _RECORDER not in hass.config.components or start >= end:
        return []
    from homeassistant.components.recorder import get_instance  # noqa: PLC0415
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        statistics_during_period,
    )

    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        *(hass, start, end, {entity_id}, "hour", None, {"mean"}),
    )
    rows = ((row["start"], row.get("mean")) for row in found.get(entity_id, []))
    return [(utc_from_timestamp(at), mean) for at, mean in rows if mean is not None]
