"""What the series of an old store are: names, units, and where they belong."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .local_time import Skip
from .stores import (
    DEVICES,
    READINGS,
    TLINK_DEVICES,
    TLINK_SENSORS,
    Quantity,
    Store,
    parameter,
    quantity_of_unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .hours import HourSeries
    from .scan import Scan, SeriesKey

_NUMERIC: Final = frozenset({"1", "6"})
"""Types of TLINK sensors whose values are measurements: number and level."""
_LONGEST_LABEL: Final = 100
_PLACES: Final = {
    (table.table, quantity.name): quantity
    for table in READINGS
    for quantity in table.values.values()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A series that can become statistics."""

    id: str
    """What it is called in actions: table, what was measured, quantity."""
    subject: str
    """What was measured, for people: a location or the name of a device."""
    quantity: Quantity
    hours: HourSeries
    unique_id_end: str
    """How the unique id of the entity ends that shows the same now."""


def found_series(scan: Scan) -> list[Found]:
    """Return the series that can become statistics; count the others as skipped."""
    sensors = _by_id(scan, TLINK_SENSORS)
    devices = _by_id(scan, TLINK_DEVICES)
    things = _by_id(scan, DEVICES)
    series: list[Found] = []
    for key, hours in sorted(scan.series.items()):
        count = scan.tables[key[0]]
        made: Found | Skip
        if count.table.store is Store.TLINK:
            made = _of_sensor(key, hours, sensors, devices)
        elif count.table.store is Store.DISPOSITIVOS:
            made = _of_thing(key, hours, things)
        else:
            made = _of_place(key, hours, _PLACES[key[0], key[2]])
        if isinstance(made, Skip):
            count.skipped[made] += len(hours)
        else:
            series.append(made)
    return series


def _by_id(scan: Scan, table: str) -> dict[str, dict[str, Any]] | None:
    """Return the rows of a table by their ids; None without the table."""
    rows = scan.rows.get(table)
    return None if rows is None else {str(row["id"]): row for row in rows}


def _label(*parts: object) -> str:
    """Return the first text that is not empty."""
    texts = (" ".join(str(part).split()) for part in parts if part is not None)
    return next((x for x in texts if x and x.isprintable()), "")[:_LONGEST_LABEL]


def _of_place(key: SeriesKey, hours: HourSeries, quantity: Quantity) -> Found:
    """Return a series of a location."""
    table, place, name = key
    return Found(
        id="/".join(filter(None, key)),
        subject=place or table,
        quantity=quantity,
        hours=hours,
        unique_id_end=f"_{place}_{name}" if place else "",
    )


def _of_thing(
    key: SeriesKey, hours: HourSeries, things: Mapping[str, dict[str, Any]] | None
) -> Found | Skip:
    """Return a series of an MQTT device."""
    table, number, name = key
    row = (things or {}).get(number)
    if row is None and things is not None:
        return Skip.UNKNOWN_SOURCE
    serial = _label(row and row["serial_number"], number)
    return Found(
        id=f"{table}/{serial}/{name}",
        subject=_label(row and row.get("nombre"), serial),
        quantity=parameter(name),
        hours=hours,
        unique_id_end=f"_{serial}_parameter_{name}" if row else "",
    )


def _of_sensor(
    key: SeriesKey,
    hours: HourSeries,
    sensors: Mapping[str, dict[str, Any]] | None,
    devices: Mapping[str, dict[str, Any]] | None,
) -> Found | Skip:
    """Return a series of a TLINK sensor."""
    table, number, _ = key
    row = (sensors or {}).get(number)
    if row is None and sensors is not None:
        return Skip.UNKNOWN_SOURCE
    row = row or {}
    if str(row.get("sensor_type_id") or "1") not in _NUMERIC:
        return Skip.NO_STATISTIC
    external = _label(row.get("external_id"), number)
    device = (devices or {}).get(str(row.get("device_id")), {})
    names = (device.get("device_name"), _label(row.get("sensor_name"), external))
    return Found(
        id=f"{table}/{external}",
        subject=" · ".join(filter(None, map(_label, names))),
        quantity=quantity_of_unit(_label(row.get("unit")) or None),
        hours=hours,
        unique_id_end=f"_sensor_{external}_value" if row else "",
    )


def statistic_ids(
    series: list[Found], domain: str, slug: Callable[[str], str]
) -> dict[str, str]:
    """Return the id of the external statistic of each series, by its own id.

    Series whose names differ in letters that ids cannot have get a number.
    """
    made: dict[str, str] = {}
    taken: set[str] = set()
    for each in sorted(series, key=lambda found: found.id):
        base = "_".join(filter(None, slug(each.id).split("_"))) or "series"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        made[each.id] = f"{domain}:{name}"
    return made
