"""A figure and the notes beside it."""

import sys
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row: ours beside the reference, both measured in the same run."""

    name: str
    ours: float
    reference: float | None
    unit: str
    ratio: float | None
    """Ours divided by the reference."""
    goal: float | None
    """None if it is there to compare with."""
    better: Literal["lower"] = "lower"
    goal_is_ratio: bool = False
    """Whether the goal is for the ratio; else it is for ours."""

    @property
    def goal_met(self) -> bool | None:
        """Whether what the goal is for is good enough; None without a goal."""
        if self.goal is None:
            return None
        judged = self.ratio if self.goal_is_ratio else self.ours
        return judged is not None and judged <= self.goal

    def as_dict(self) -> dict[str, object]:
        """Return this as JSON; ``goal_for`` names what the goal is for."""
        row = asdict(self)
        is_ratio = row.pop("goal_is_ratio")
        return row | {"goal_for": "ratio" if is_ratio else "ours"}


def note(text: str) -> None:
    """Print a note to stderr, so that `--json` stays clean."""
    print(f"  {text}", file=sys.stderr, flush=True)


def spread(values: Sequence[float], unit: str) -> str:
    """Return the median of several runs and between which values half of them lie."""
    low, middle, high = quantiles(values, n=4)
    return f"{middle:.4g} {unit} ({low:.4g} to {high:.4g}, {len(values)} runs)"
