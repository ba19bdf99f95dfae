"""Make a plan in a worker thread: by HiGHS, or by rules where that is impossible."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .build import build
from .highs import NotSolved, is_installed, solve
from .news import better, is_news
from .pause import let_event_loop_run
from .problem import Method
from .rules import plan_by_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .build import Outlook, TankNow
    from .problem import Plan, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A plan, and whether HiGHS failed to make it."""

    plan: Plan
    fell_back: bool
    kept: bool = False
    """Whether it is the current one, because there is no news."""


def make_plan(
    outlook: Outlook,
    tanks: Sequence[TankNow],
    now: datetime,
    limit: float | None,
    current: Plan | None = None,
) -> Made:
    """Return a plan; ``limit`` (s) is the time for HiGHS, None plans by rules.

    Without news the current plan is kept; with news, its powers are, if no others
    are cheaper.
    """
    problem = build(outlook, tanks, now)
    let_event_loop_run()
    return plan_of(problem, limit, current)


def plan_of(problem: Problem, limit: float | None, current: Plan | None = None) -> Made:
    """Return the plan of a problem, see `make_plan`."""
    method = Method.RULES if limit is None else Method.OPTIMAL
    if current is not None and current.method is method:
        if not is_news(current, problem):
            return Made(plan=current, fell_back=False, kept=True)
        made = _plan_of(problem, limit)
        let_event_loop_run()
        return replace(made, plan=better(made.plan, current, problem))
    return _plan_of(problem, limit)


def _plan_of(problem: Problem, limit: float | None) -> Made:
    """Return a new plan."""
    if limit is None:
        return Made(plan=plan_by_rules(problem), fell_back=False)
    try:
        if is_installed():
            return Made(plan=solve(problem, limit), fell_back=False)
    except NotSolved, ImportError, OSError:
        pass  # ImportError, OSError: a wheel that this machine cannot load
    return Made(plan=plan_by_rules(problem), fell_back=True)
