"""The settings of the original thermostat (table ``thermostat_conf``) as options."""

import json
from datetime import time
from typing import TYPE_CHECKING, Any, Final

from ...lib.reading import read_number
from . import options as opt
from .planning.sleep_schedule import WEEKDAYS, BadRow, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    type Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_NUMBERS: Final = {
    "pos_hysteresis": opt.ABOVE,
    "neg_hysteresis": opt.BELOW,
    "min_on_s": opt.MINIMUM_ON,
    "min_off_s": opt.MINIMUM_OFF,
    "poll_interval_s": opt.POLL_INTERVAL,
    "max_stale_s": opt.STALE_LIMIT,
}
_TIMES: Final = {"sleep_start": opt.SLEEP_START, "sleep_stop": opt.SLEEP_END}


def options_from(rows: Rows, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that change; values outside the limits are left out."""
    found: dict[str, Any] = {}
    for row in rows.get("thermostat_conf", ())[:1]:
        found |= dict(_numbers(row))
        if (active := read_number(row.get("sleep_active"))) is not None:
            found[opt.SLEEP] = bool(active)
        found |= dict(_times(row))
        if days := _sleep_days(row.get("sleep_weekly")):
            found[opt.SLEEP_DAYS] = days
    return {key: value for key, value in found.items() if options.get(key) != value}


def _numbers(row: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a row that options accept."""
    for column, key in _NUMBERS.items():
        value = read_number(row.get(column))
        if value is not None and opt.NUMBER_OPTIONS[key].accepts(value):
            yield key, value
    window = read_number(row.get("smooth_window"))
    interval = read_number(row.get("poll_interval_s"))
    if window is not None and interval is not None:
        # The original's window counts readings, which it took at each poll.
        smoothing = window * interval
        if opt.NUMBER_OPTIONS[opt.SMOOTHING].accepts(smoothing):
            yield opt.SMOOTHING, smoothing


def _times(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the times of the sleep window."""
    for column, key in _TIMES.items():
        try:
            yield key, time.fromisoformat(str(row.get(column))).isoformat()
        except ValueError:
            continue


def _sleep_days(raw: object) -> list[dict[str, Any]]:
    """Return the days that have their own window; none if they cannot be read."""
    try:
        schedule = json.loads(raw) if isinstance(raw, str) else None
        if not isinstance(schedule, dict) or not schedule.keys() <= {*WEEKDAYS}:
            return []
        return rows_of(schedule)
    except ValueError, TypeError, RecursionError, BadRow:
        return []


def calls_from(rows: Rows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield actions for what is no option: name, domain of the entity, data."""
    for row in rows.get("thermostat_conf", ())[:1]:
        if (target := read_number(row.get("target_temp"))) is not None:
            yield "ac_control_set_setpoint", "climate", {"value": target}


def names_from(rows: Rows) -> Iterator[str]:
    """Yield what else is taken over, as text for the user."""
    for row in rows.get("thermostat_conf", ())[:1]:
        if (target := read_number(row.get("target_temp"))) is not None:
            yield f"{target:g} °C"
