"""What was found in an old store, and what became of it, as text for the user."""

from collections import Counter
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from ..lib.plain_text import escaped
from .local_time import Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from .job import Old, Outcome
    from .old_settings import Applied, Proposal
    from .plan import Found

_MOST_LINES: Final = 10
"""Of a list on the last page; more are counted."""

type Texts = Mapping[str, str]


def tables_text(old: Old, texts: Texts) -> str:
    """Return the tables as a list: time span, rows, and what is skipped and why."""
    lines: list[str] = []
    for name, count in sorted(old.scan.tables.items()):
        if not count.rows:
            continue
        span = ""
        if count.first <= count.last:
            span = f": {_day(count.first, old.zone)} ... {_day(count.last, old.zone)}"
        lines += [f"- **{name}**{span}", f"  - {texts['rows']}: {count.rows}"]
        if reasons := _reasons(count.skipped, texts):
            lines.append(f"  - {texts['skipped']}: {count.skipped.total()}")
            lines += [f"    {each}" for each in reasons]
    if old.scan.newer:
        lines.append(f"- {texts['newer']}: {', '.join(sorted(old.scan.newer))}")
    return "\n".join(lines)


def span_text(series: Iterable[Found], zone: tzinfo) -> str:
    """Return the first and the last day of some series."""
    some = [each.hours.starts for each in series if len(each.hours)]
    if not some:
        return "-"
    first, last = min(x[0] for x in some), max(x[-1] for x in some)
    return f"{_day(first, zone)} ... {_day(last, zone)}"


def _reasons(skipped: Counter[Skip], texts: Texts) -> list[str]:
    """Return how many values were skipped for each reason, as lines."""
    return [f"- {texts[reason]}: {n}" for reason, n in sorted(skipped.items()) if n]


def skipped_of(old: Old) -> Counter[Skip]:
    """Return how many values were skipped in all tables."""
    total = Counter[Skip]()
    for count in old.scan.tables.values():
        total += count.skipped
    return total


def result_text(
    old: Old,
    names: Mapping[str, str],
    outcomes: Mapping[str, Outcome],
    applied: Applied,
    texts: Texts,
) -> str:
    """Return what became of the series and settings, and what was skipped and why."""
    done = {each.id: outcomes[each.id] for each in old.series if each.id in outcomes}
    series = [
        _result_line(names[each], outcome, texts)
        for each, outcome in done.items()
        if not outcome.unit_differs
    ]
    left_out = [
        f"- {escaped(names[each])} → {escaped(outcome.statistic_id)}"
        for each, outcome in done.items()
        if outcome.unit_differs
    ]
    skipped = _reasons(skipped_of(old), texts)
    failed = [f"- {escaped(each)}" for each in applied.failed]
    taken = [f"- {texts['taken']}: {applied.taken}"] if applied.taken else []
    lists = {
        "series": series,
        "left_out": left_out,
        "skipped": skipped,
        "settings": taken,
        "failed": failed,
    }
    parts = [
        [f"**{texts[key]}**", "", *_first(lines, texts), ""]
        for key, lines in lists.items()
        if lines
    ]
    return "\n".join(chain.from_iterable(parts)).rstrip()


def _result_line(name: str, outcome: Outcome, texts: Texts) -> str:
    """Return what became of a series."""
    target = outcome.statistic_id
    shown = texts["own"] if ":" in target else escaped(target)
    line = f"- {escaped(name)} → {shown}: {outcome.written} h"
    if outcome.present:
        line += f" ({texts['present']}: {outcome.present} h)"
    return line


def _first(lines: list[str], texts: Texts) -> list[str]:
    """Return the first lines of a list, and how many more there are."""
    more = len(lines) - _MOST_LINES
    if more <= 1:  # It takes a line, too.
        return lines
    rest = texts["more"].replace("{more}", str(more))
    return [*lines[:_MOST_LINES], f"- {rest}"]


def settings_text(
    proposals: Mapping[str, Proposal], kinds: Mapping[str, str], texts: Texts
) -> str:
    """Return what the old settings change, under the names of the families."""
    parts: list[str] = []
    for kind, proposal in proposals.items():
        lines = [f"- {escaped(each)}" for each in proposal.lines]
        parts.append(
            "\n".join([f"**{kinds.get(kind, kind)}**", "", *_first(lines, texts)])
        )
    return "\n\n".join(parts)


def _day(at: float, zone: tzinfo) -> str:
    """Return the local day of a time."""
    return datetime.fromtimestamp(at, zone).date().isoformat()


def series_labels(
    old: Old,
    names: Mapping[str, str],
    present: Mapping[str, Outcome],
    texts: Texts,
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
