"""Write hours into the long-term statistics of Home Assistant."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Final

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    async_add_external_statistics,
    async_import_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorStateClass
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..statistics import async_queue_done
from .sums import Present, first_sum, missing, rounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.components.recorder.models import (
        StatisticData,
        StatisticMetaData,
    )
    from homeassistant.core import HomeAssistant

    from .hours import HourRow, HourSeries
    from .plan import Found

RECORDER: Final = "recorder"
_ROWS: Final = 500
"""Rows that are queued at once: the recorder is idle again in less than a second."""
_WINDOW: Final = timedelta(days=90)
_HOUR: Final = 3600
# The recorder writes an hour some minutes after its end.
_WRITTEN_AFTER: Final = 600
_TOTALS: Final = (SensorStateClass.TOTAL, SensorStateClass.TOTAL_INCREASING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the hours of a series go."""

    metadata: StatisticMetaData
    convert: Callable[[float], float]
    present: frozenset[int]
    """Hours that Home Assistant already has; they are not overwritten."""
    first: Present | None
    """The first of them, of a meter."""


def target_of(
    hass: HomeAssistant, found: Found, statistic_id: str, name: str
) -> Target | None:
    """Return where a series goes, None if its unit does not fit; for a thread."""
    known = get_metadata(hass, statistic_ids={statistic_id}).get(statistic_id)
    metadata = known[1] if known else _new_metadata(hass, found, statistic_id, name)
    convert = _converter(found.quantity.unit, metadata["unit_of_measurement"])
    if convert is None:
        return None
    present, first = _present(hass, metadata, found.hours) if known else ({}, None)
    return Target(
        metadata=metadata, convert=convert, present=frozenset(present), first=first
    )


def _new_metadata(
    hass: HomeAssistant, found: Found, statistic_id: str, name: str
) -> StatisticMetaData:
    """Return the metadata of statistics that do not exist yet."""
    external = ":" in statistic_id
    state = None if external else hass.states.get(statistic_id)
    unit, total = found.quantity.unit, found.quantity.total
    if state is not None:
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, unit)
        total = state.attributes.get(ATTR_STATE_CLASS) in _TOTALS
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    return {
        "source": DOMAIN if external else RECORDER,
        "statistic_id": statistic_id,
        "name": name if external else None,
        "unit_of_measurement": unit,
        "unit_class": converter.UNIT_CLASS if converter else None,
        "mean_type": StatisticMeanType.NONE if total else StatisticMeanType.ARITHMETIC,
        "has_sum": total,
    }


def _converter(unit: str | None, kept: str | None) -> Callable[[float], float] | None:
    """Return what converts into the unit of the statistics, None if nothing does."""
    if unit == kept or unit is None:
        return lambda value: value
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    if converter is None or kept not in converter.VALID_UNITS:
        return None
    return converter.converter_factory(unit, kept)


def _present(
    hass: HomeAssistant, metadata: StatisticMetaData, hours: HourSeries
) -> tuple[set[int], Present | None]:
    """Return the hours that the recorder has in the time of a series, for a thread.

    Of a meter, also the first row; it may be later than the series.
    """
    statistic_id, has_sum = metadata["statistic_id"], metadata["has_sum"]
    unit, unit_class = metadata["unit_of_measurement"], metadata["unit_class"]
    units = {unit_class: unit} if unit and unit_class else None
    start = dt_util.utc_from_timestamp(hours.starts[0])
    last = dt_util.utc_from_timestamp(hours.starts[-1] + _HOUR)
    present: set[int] = set()
    first: Present | None = None
    while start < last or (has_sum and first is None and start < dt_util.utcnow()):
        rows = statistics_during_period(
            hass,
            start,
            start + _WINDOW,
            {statistic_id},
            "hour",
            units,
            {"state", "sum"} if has_sum else {"mean"},
        ).get(statistic_id, [])
        for row in rows:
            present.add(int(row["start"]))
            state, total = row.get("state"), row.get("sum")
            if first is None and state is not None and total is not None:
                first = Present(int(row["start"]), state, total)
        start += _WINDOW
    return present, first


async def async_write(
    hass: HomeAssistant,
    target: Target,
    hours: HourSeries,
    *,
    wrote: Callable[[int], None],
) -> int:
    """Write the hours that are missing; return how many.

    `wrote` is called after each batch, and may raise to stop: what was written stays,
    and the next run goes on from there. Raises RecorderBusy.
    """
    recorder = get_instance(hass)
    offset = 0.0
    if target.metadata["has_sum"]:
        offset = first_sum(hours, target.first, target.convert)
    closed_before = (dt_util.utcnow().timestamp() - _WRITTEN_AFTER) // _HOUR * _HOUR
    rows = missing(hours, target.present, int(closed_before))
    written = 0
    for batch in batched(rows, _ROWS, strict=False):
        data = [_row(target, hour, offset) for hour in batch]
        if target.metadata["source"] == RECORDER:
            async_import_statistics(hass, target.metadata, data)
        else:
            async_add_external_statistics(hass, target.metadata, data)
        await async_queue_done(recorder)
        written += len(batch)
        wrote(len(batch))
    return written


def _row(target: Target, hour: HourRow, offset: float) -> StatisticData:
    """Return an hour as a row of the statistics."""
    start, convert = dt_util.utc_from_timestamp(hour.start), target.convert
    if target.metadata["has_sum"]:
        return {
            "start": start,
            "state": convert(hour.state),
            "sum": rounded(convert(hour.growth) + offset),
        }
    return {
        "start": start,
        "mean": convert(hour.mean),
        "min": convert(hour.lowest),
        "max": convert(hour.highest),
    }
