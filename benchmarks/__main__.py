"""Measure; see `scripts/bench --help`."""

import argparse
import asyncio
import json
import logging
from importlib import import_module

from .figure import Figure, note

NAMES = (
    "decide_cost",
    "decide_year",
    "quorum_cost",
    "ac_control",
    "ac_front",
    "light_routine",
    "presence",
    "heating",
    "import_lean",
    "setup_time",
    "push_ingest_cost",
    "mqtt_growth",
    "sse_fanout",
    "mqtt_ingest_cost",
    "mqtt_thousand",
    "camera",
    "tlink_growth",
    "tlink_history",
    "tlink_ingest_cost",
    "printer_report_cost",
    "timelapse_memory",
    "timelapse_crash",
    "import_rows",
    "why_answer",
    "dashboard_weight",
)
LONG = ("heating_long",)
"""Measured only if they are named."""

_HELP = f"of {', '.join(NAMES)} (default: all of these), or {', '.join(LONG)}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=_HELP)
    parser.add_argument("--json", action="store_true", help="print nothing but JSON")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - {*NAMES, *LONG}:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return arguments


async def _measured(names: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        note(f"measuring {name}")
        figures += await import_module(f".{name}", __package__).measure()
    return figures


def _row(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g}"
    reference = "" if figure.reference is None else f"{figure.reference:.4g}"
    goal = met = ""
    if figure.goal is not None:
        goal = f"{'ratio ' if figure.goal_is_ratio else ''}≤ {figure.goal:g}"
        met = "yes" if figure.goal_met else "no"
    return figure.name, f"{figure.ours:.4g}", reference, figure.unit, ratio, goal, met


def _table(figures: list[Figure]) -> str:
    head = ("figure", "ours", "reference", "unit", "ratio", "goal", "goal met")
    rows = [head, *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(map(str.ljust, row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> None:
    """Measure what is named and print it; a missed goal is no failure."""
    # Fakes log requests in the wrong protocol; here those are expected.
    logging.basicConfig(level=logging.ERROR)
    arguments = _arguments()
    figures = asyncio.run(_measured(arguments.names or list(NAMES)))
    if arguments.json:
        print(json.dumps([figure.as_dict() for figure in figures], indent=2))
    else:
        print(_table(figures))


if __name__ == "__main__":
    main()
