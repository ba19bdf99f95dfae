"""Import late readings into the long-term statistics of an entity."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.util.dt import utc_from_timestamp

from .lib.hours import (
    Total,
    converted_series,
    hour_in_series,
    merge_totals,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.components.recorder import Recorder
    from homeassistant.components.recorder.models import (
        StatisticData,
        StatisticMetaData,
    )
    from homeassistant.components.recorder.statistics import StatisticsRow
    from homeassistant.core import HomeAssistant

    from .lib.hours import LateHours, Means, TimedValue

_RECORDER: Final = "recorder"

# The last row before an hour is searched in windows that grow, because most are near.
_LOOK_BACK: Final = (timedelta(days=1), timedelta(days=30))
_EVER: Final = datetime(1970, 1, 2, tzinfo=UTC)

# A value counts for the mean of an hour only if it is not older than this.
_LONGEST: Final = timedelta(days=1)

# What was queued before must be in the database before it is read.
_QUEUE_LIMIT: Final = 60.0  # s

type Rows = dict[datetime, StatisticsRow]


class RecorderBusy(Exception):
    """The recorder does not answer; try again later."""


async def async_import_hours(
    hass: HomeAssistant,
    entity_id: str,
    late: LateHours,
    *,
    unit: str | None,
    total: bool = False,
) -> Means:
    """Write hours of an entity that have late readings; raises RecorderBusy.

    A mean of which only a part is known takes the rest from what the recorder had
    written. The result has these rows; they are to be passed in the next time, so that
    a repeat changes nothing.
    """
    if _RECORDER not in hass.config.components or not late.starts:
        return {}
    # Only a home with a recorder has what it is made of.
    from homeassistant.components.recorder import get_instance  # noqa: PLC0415

    recorder = get_instance(hass)
    await async_queue_done(recorder)
    kept_unit, rows = await recorder.async_add_executor_job(
        _present, hass, entity_id, min(late.starts), unit
    )
    late = replace(
        late, series=converted_series(late.series, _converter(unit, kept_unit))
    )
    metadata = _metadata(entity_id, kept_unit, total=total)
    if total:
        _import_totals(recorder, metadata, late, rows)
        return {}
    return _import_means(recorder, metadata, late, rows)


async def async_queue_done(recorder: Recorder) -> None:
    """Wait until the recorder has done what is queued; raises RecorderBusy."""
    from homeassistant.components.recorder.tasks import (  # noqa: PLC0415
        SynchronizeTask,
    )

    done = asyncio.get_running_loop().create_future()
    recorder.queue_task(SynchronizeTask(done))
    try:
        async with asyncio.timeout(_QUEUE_LIMIT):
            await done
    except TimeoutError:
        raise RecorderBusy from None


def _import_totals(
    recorder: Recorder,
    metadata: StatisticMetaData,
    late: LateHours,
    rows: Rows,
) -> None:
    """Queue the rows of a total, and the shift of those after them."""
    known = {
        start: Total(state, total)
        for start, row in rows.items()
        if (state := row.get("state")) is not None
        and (total := row.get("sum")) is not None
    }
    changes = merge_totals(
        known, late.series, late.starts, closed_before=late.closed_before
    )
    for start, shift in changes.shifts:
        recorder.async_adjust_statistics(
            metadata["statistic_id"],
            start,
            shift,
            metadata["unit_of_measurement"] or "",
        )
    _import(
        recorder,
        metadata,
        [
            {"start": start, "state": each.state, "sum": each.sum}
            for start, each in changes.rows.items()
            if each.state is not None
        ],
    )


def _import_means(
    recorder: Recorder,
    metadata: StatisticMetaData,
    late: LateHours,
    rows: Rows,
) -> Means:
    """Queue the rows of a measurement; return the rows that they were merged with."""
    made: list[StatisticData] = []
    merged: Means = {}
    for start in sorted(late.starts):
        if (hour := hour_in_series(late.series, start, _LONGEST)) is None:
            continue
        there = late.original.get(start) or _means_of(rows.get(start))
        if there is not None and hour.covered < 1:
            merged[start] = there
            hour = hour.merged_with(*there)
        made.append(
            {
                "start": start,
                "mean": hour.mean,
                "min": hour.lowest,
                "max": hour.highest,
            }
        )
    _import(recorder, metadata, made)
    return merged


def _means_of(row: StatisticsRow | None) -> tuple[float, float, float] | None:
    """Return mean, minimum and maximum of a row."""
    if row is None or (mean := row.get("mean")) is None:
        return None
    low, high = row.get("min"), row.get("max")
    return mean, mean if low is None else low, mean if high is None else high


def _import(
    recorder: Recorder, metadata: StatisticMetaData, rows: list[StatisticData]
) -> None:
    """Queue rows."""
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        async_import_statistics,
    )

    if rows:
        async_import_statistics(recorder.hass, metadata, rows)


def _metadata(entity_id: str, unit: str | None, *, total: bool) -> StatisticMetaData:
    """Return the metadata of the statistics of an entity."""
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
    hass: HomeAssistant,
    entity_id: str,
    first: datetime,
    unit: str | None,
) -> tuple[str | None, Rows]:
    """Return the unit of the statistics and their rows, for a thread.

    They begin with the last row before the first hour, however old it is.
    """
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        get_metadata,
    )

    known = get_metadata(hass, statistic_ids={entity_id}).get(entity_id)
    if known is None:
        state = hass.states.get(entity_id)
        shown = state and state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        return shown or unit, {}
    metadata = known[1]
    kept_unit = metadata["unit_of_measurement"]
    after = _rows(hass, metadata, first, None)
    for start in (*(first - ago for ago in _LOOK_BACK), _EVER):
        if before := _rows(hass, metadata, start, first):
            last = max(before)
            return kept_unit, {last: before[last], **after}
    return kept_unit, after


def _rows(
    hass: HomeAssistant,
    metadata: StatisticMetaData,
    start: datetime,
    end: datetime | None,
) -> Rows:
    """Return the rows of a period in the unit of the statistics, for a thread."""
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        statistics_during_period,
    )

    entity_id, unit = metadata["statistic_id"], metadata["unit_of_measurement"]
    unit_class = metadata["unit_class"]
    found = statistics_during_period(
        hass,
        start,
        end,
        {entity_id},
        "hour",
        {unit_class: unit} if unit_class and unit else None,
        {"mean", "min", "max", "state", "sum"},
    )
    return {utc_from_timestamp(row["start"]): row for row in found.get(entity_id, [])}


def _converter(
    unit: str | None, kept_unit: str | None
) -> Callable[[TimedValue], float | None]:
    """Return what brings a value into the unit of the statistics, None if impossible.

    A value without a unit was measured in the current unit of the entity.
    """
    from homeassistant.components.recorder.statistics import (  # noqa: PLC0415
        STATISTIC_UNIT_TO_UNIT_CONVERTER,
    )

    factors: dict[str, Callable[[float], float]] = {}

    def convert(each: TimedValue) -> float | None:
        """Convert one value."""
        own = each.unit or unit
        if own == kept_unit or own is None or kept_unit is None:
            return each.value
        if (factor := factors.get(own)) is None:
            converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(own)
            if converter is None or kept_unit not in converter.VALID_UNITS:
                return None
            factor = converter.converter_factory(own, kept_unit)
            factors[own] = factor
        return factor(each.value)

    return convert


async def async_read_hours(
    hass: HomeAssistant, entity_id: str, start: datetime, end: datetime
) -> list[tuple[datetime, float]]:
    """Return the mean of each hour of a period, as far as the statistics have it."""
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
