"""Make a plan in a worker thread: by HiGHS, or by rules where that is impossible."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .build import build
from .highs import NotSolved, is_installed, solve
from .rules import plan_by_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .build import Outlook, TankNow
    from .problem import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A plan, and whether HiGHS failed to make it."""

    plan: Plan
    fell_back: bool


def make_plan(
    outlook: Outlook,
    tanks: Sequence[TankNow],
    now: datetime,
    limit: float | None,
) -> Made:
    """Return a plan; ``limit`` (s) is the time for HiGHS, None plans by rules."""
    problem = build(outlook, tanks, now)
    if limit is None:
        return Made(plan=plan_by_rules(problem), fell_back=False)
    try:
        if is_installed():
            return Made(plan=solve(problem, limit), fell_back=False)
    except NotSolved, ImportError, OSError:
        pass  # ImportError, OSError: a wheel that this machine cannot load
    return Made(plan=plan_by_rules(problem), fell_back=True)
