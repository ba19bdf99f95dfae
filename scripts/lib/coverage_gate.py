"""Fail if any module of the integration is covered less than it has to be.

An average hides an untested module, so each module must pass alone.
"""

import json
import sys
from pathlib import Path

REPORT = Path(".cache/coverage.json")
FLOOR = 95.0


def main() -> int:
    """Return 0 if every module is at or above the floor."""
    files = json.loads(REPORT.read_bytes())["files"] if REPORT.exists() else {}
    covered = {
        name: float(report["summary"]["percent_covered"])
        for name, report in files.items()
    }
    below = {name: percent for name, percent in covered.items() if percent < FLOOR}
    for name, percent in sorted(below.items()):
        print(f"coverage: {name} has {percent:.1f} %, {FLOOR:.0f} % are needed")
    if not below:
        print(f"coverage: every module ({len(covered)}) has at least {FLOOR:.0f} %")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
