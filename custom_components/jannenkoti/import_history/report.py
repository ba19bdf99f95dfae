"""What was found in an old store, as the response of an action."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from .stores import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .old_settings import Proposal
    from .plan import Found
    from .scan import Scan, TableCount

_MOST_ROWS: Final = 100
"""Rows of settings in a response."""
_MOST_NAMES: Final = 50


def moment(at: float) -> str | None:
    """Return a time as text, None if there is none."""
    if abs(at) == float("inf"):
        return None
    return datetime.fromtimestamp(int(at), UTC).isoformat()


def table_report(count: TableCount) -> dict[str, Any]:
    """Return what was found in a table."""
    return {
        "store": count.table.store.value,
        "rows": count.rows,
        "first": moment(count.first),
        "last": moment(count.last),
        "skipped": {reason.value: n for reason, n in count.skipped.items() if n},
    }


def series_report(found: Found) -> dict[str, Any]:
    """Return what is in a series."""
    hours = found.hours
    return {
        "name": found.subject,
        "quantity": found.quantity.name,
        "unit": found.quantity.unit,
        "hours": len(hours),
        "first": moment(hours.starts[0]),
        "last": moment(hours.starts[-1]),
    }


def settings_of(scan: Scan) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of settings by table, as many as a response may have."""
    shown = {table.table for table in ROWS if table.settings}
    return {
        name: [_readable(row) for row in rows[:_MOST_ROWS]]
        for name, rows in scan.rows.items()
        if name in shown
    }


def _readable(row: Mapping[str, object]) -> dict[str, Any]:
    """Return a row as JSON."""
    return {
        key: value if isinstance(value, str | int | float) else None
        for key, value in row.items()
    }


def settings_report(
    proposals: Mapping[str, Proposal], chosen: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the old settings change, by family and entry."""
    return {
        kind: {
            "entries": {
                entry_id: {
                    "title": title,
                    "chosen": chosen.get(kind) == entry_id,
                    "options": {
                        key: {"before": change.before, "after": change.after}
                        for key, change in proposal.changes[entry_id].items()
                    },
                }
                for entry_id, title in proposal.entries.items()
            },
            "further": [*proposal.names],
        }
        for kind, proposal in proposals.items()
    }


def scan_report(scan: Scan) -> dict[str, Any]:
    """Return what was found in a store beside the series."""
    return {
        "tables": {name: table_report(count) for name, count in scan.tables.items()},
        "settings": settings_of(scan),
        "unknown_tables": sorted(scan.unknown)[:_MOST_NAMES],
        "newer_tables": sorted(scan.newer)[:_MOST_NAMES],
    }
