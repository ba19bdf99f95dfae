"""The table of faults as the documentation has it: what is stated there is tested."""

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

_PAGE = Path(__file__).parents[2] / "docs" / "air_conditioner-details.md"
_HEAD = "| Sensor lost | Remote used | Unit lost | Restart | Clock jumps |"

FAULTS = ("sensor", "remote", "unit", "restart", "clock")
TIMES = (5, 30, 40)
"""Minutes after the last fault; sensor and unit are back after thirty."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is stated for one moment."""

    reason: str
    runs: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """Which faults come together, and what is stated of them."""

    faults: frozenset[str]
    outcomes: tuple[Outcome, ...]

    def __str__(self) -> str:
        """Name the row in a test."""
        return "+".join(fault for fault in FAULTS if fault in self.faults)


def rows() -> list[Row]:
    """Return the table of the documentation."""
    lines = iter(_PAGE.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith(_HEAD):
            break
    next(lines)
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        marks, said = cells[: len(FAULTS)], cells[len(FAULTS) :]
        faults = {fault for fault, mark in zip(FAULTS, marks, strict=True) if mark}
        found.append(Row(faults=frozenset(faults), outcomes=tuple(map(_outcome, said))))
    return found


def directions(fault: str = "") -> list[tuple[Row, float]]:
    """Return the rows with a fault, and by how many hours their clock jumps."""
    return [
        (row, hours)
        for row in rows()
        if not fault or fault in row.faults
        for hours in ((1.0, -1.0) if "clock" in row.faults else (0.0,))
    ]


def all_combinations() -> set[frozenset[str]]:
    """Return every fault alone, and every way in which some come together."""
    return {
        frozenset(some)
        for count in range(1, len(FAULTS) + 1)
        for some in combinations(FAULTS, count)
    }


def _outcome(cell: str) -> Outcome:
    reason, state = cell.split(", ")
    return Outcome(reason=reason.strip("`"), runs={"runs": True, "off": False}[state])
