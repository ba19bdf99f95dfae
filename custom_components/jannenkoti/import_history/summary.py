"""What was found in an old store, in words of the home's language."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from .local_time import Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from .job import Old, Outcome
    from .old_settings import Proposal
    from .plan import Found


def tables_text(old: Old, texts: Mapping[str, str]) -> str:
    """Return the tables as a list: rows, time span, and what is skipped and why."""
    lines: list[str] = []
    for name, count in sorted(old.scan.tables.items()):
        if not count.rows:
            continue
        span = ""
        if count.first <= count.last:
            span = f", {_day(count.first, old.zone)} ... {_day(count.last, old.zone)}"
        lines.append(f"- **{name}**: {count.rows}{span}")
        lines += [
            f"  - {texts.get(reason.value, reason.value)}: {number}"
            for reason, number in sorted(count.skipped.items())
            if number
        ]
    if old.scan.newer:
        lines.append(f"- {texts.get('newer', '')}: {', '.join(sorted(old.scan.newer))}")
    return "\n".join(lines)


def span_text(series: Iterable[Found], zone: tzinfo) -> str:
    """Return the first and the last day of some series."""
    some = [each.hours.starts for each in series if len(each.hours)]
    if not some:
        return "-"
    first, last = min(x[0] for x in some), max(x[-1] for x in some)
    return f"{_day(first, zone)} ... {_day(last, zone)}"


def skipped_text(old: Old, texts: Mapping[str, str]) -> str:
    """Return how many values were skipped in all tables, and why."""
    total = Counter[Skip]()
    for count in old.scan.tables.values():
        total += count.skipped
    reasons = [f"{texts.get(x.value, x.value)}: {n}" for x, n in sorted(total.items())]
    number = str(total.total())
    return f"{number} ({', '.join(reasons)})" if reasons else number


def settings_text(proposals: Mapping[str, Proposal], kinds: Mapping[str, str]) -> str:
    """Return what the old settings change, under the names of the families."""
    parts: list[str] = []
    for kind, proposal in proposals.items():
        lines = [f"**{kinds.get(kind, kind)}**", ""]
        parts.append("\n".join([*lines, *(f"- {x}" for x in proposal.lines)]))
    return "\n\n".join(parts)


def _day(at: float, zone: tzinfo) -> str:
    """Return the local day of a time."""
    return datetime.fromtimestamp(at, zone).date().isoformat()


def series_labels(
    old: Old,
    names: Mapping[str, str],
    present: Mapping[str, Outcome],
    texts: Mapping[str, str],
) -> dict[str, str]:
    """Return what each series is called, how long it is and where it goes."""
    labels: dict[str, str] = {}
    for each in old.series:
        outcome = present.get(each.id)
        target = old.entities.get(each.id) or texts.get("own", "")
        label = f"{names[each.id]}, {len(each.hours)} h → {target}"
        if outcome is not None and outcome.present:
            label += f" ({texts.get('present', '')}: {outcome.present} h)"
        if outcome is not None and outcome.unit_differs:
            label += f" ({texts.get('unit_differs', '')})"
        labels[each.id] = label
    return labels
