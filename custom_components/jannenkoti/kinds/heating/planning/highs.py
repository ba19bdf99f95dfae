"""The best plan by HiGHS (https://highs.dev), for a worker thread.

A linear program: the power of each tank in each slot, its temperature, and what the
power costs. That stages are on or off needs no integers: a stage may be on for a part
of a slot, and the least cost of a mean power is convex.
"""

import math
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from .pause import let_event_loop_run
from .problem import DISCOMFORT, Method, Plan, Problem, evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .problem import Piece, Slot

_KILO: Final = 1000.0
_EARLIER: Final = 1e-6
"""Cost added per slot: of equal plans the one that heats earlier is the only best."""

_PIECE: Final = 48
"""Slots that are put into the model at once: less than a millisecond of work."""

_ROUNDS: Final = 3
_TOLERANCE: Final = 0.05
"""K above the target; less is rounding."""

_ALMOST_ZERO: Final = 1.0
"""W; less is rounding of the solver."""


class NotSolved(Exception):
    """No plan within the time limit, or none at all."""


@dataclass(slots=True)
class _Model:
    """Columns and rows as HiGHS takes them."""

    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    row_low: list[float] = field(default_factory=list)
    row_high: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def column(self, cost: float, low: float, high: float) -> int:
        """Add a variable and return its number."""
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        return len(self.cost) - 1

    def row(self, low: float, high: float, terms: dict[int, float]) -> None:
        """Add a constraint."""
        self.row_low.append(low)
        self.row_high.append(high)
        self.starts.append(len(self.indices))
        self.indices += terms.keys()
        self.values += terms.values()


def is_installed() -> bool:
    """Return whether HiGHS is installed."""
    return find_spec("highspy") is not None


def solve(problem: Problem, limit: float) -> Plan:
    """Return the best plan within a time limit (s); raises NotSolved.

    That power is bought up to the target only, and not into a tank that surplus has
    heated beyond it, is no linear condition. So where a solution does it, the tank is
    limited to its target, or closed if surplus has heated it, and it is solved again.
    """
    limits = _Limits()
    plan = _solve(problem, limit, limits)
    for _ in range(_ROUNDS):
        if not buys_above_target(problem, plan):
            return plan
        let_event_loop_run()
        above = _above_target(problem, plan)
        limits = _Limits(limits.closed | above.closed, limits.capped | above.capped)
        plan = _solve(problem, limit, limits)
    bought = _above_target(problem, plan).all
    watts = [
        [
            0.0 if (place, number) in bought else heat
            for number, heat in enumerate(heats)
        ]
        for place, heats in enumerate(plan.watts)
    ]
    return evaluate(problem, watts, Method.OPTIMAL)


@dataclass(frozen=True, slots=True)
class _Limits:
    """Tank and slot where no power is bought, or up to the target only."""

    closed: frozenset[tuple[int, int]] = frozenset()
    capped: frozenset[tuple[int, int]] = frozenset()

    @property
    def all(self) -> frozenset[tuple[int, int]]:
        """Return both."""
        return self.closed | self.capped


def _above_target(problem: Problem, plan: Plan) -> _Limits:
    """Return where power would be bought above the target."""
    closed = set[tuple[int, int]]()
    capped = set[tuple[int, int]]()
    for place, tank in enumerate(problem.tanks):
        by_sun = tank.temperature > tank.target + _TOLERANCE
        for number, slot in enumerate(problem.slots):
            above = plan.temperatures[place][number] > tank.target + _TOLERANCE
            free = _is_free(slot)
            by_sun = above and (by_sun or (free and plan.watts[place][number] > 0))
            if above and not free:
                (closed if by_sun else capped).add((place, number))
    return _Limits(frozenset(closed), frozenset(capped))


def buys_above_target(problem: Problem, plan: Plan) -> bool:
    """Return whether a plan buys power for a tank that is at its target."""
    above = _above_target(problem, plan).all
    return any(plan.watts[place][number] > 0 for place, number in above)


def _solve(problem: Problem, limit: float, limits: _Limits) -> Plan:
    """Return the best plan that keeps to the limits of the slots."""
    model = _Model()
    heats = [
        _tank(model, problem, place, limits) for place in range(len(problem.tanks))
    ]
    for number, slot in enumerate(problem.slots):
        if not number % _PIECE:
            let_event_loop_run()
        terms = _bought(model, problem.pieces(slot), slot.hours)
        model.row(0.0, 0.0, {heat[number]: 1.0 for heat in heats} | terms)
    let_event_loop_run()
    values = _run(model, limit)
    let_event_loop_run()
    watts = [
        [value if (value := values[at]) > _ALMOST_ZERO else 0.0 for at in heat]
        for heat in heats
    ]
    return evaluate(problem, watts, Method.OPTIMAL)


def _tank(model: _Model, problem: Problem, place: int, limits: _Limits) -> list[int]:
    """Add a tank and return the columns of its power."""
    tank, heats, before = problem.tanks[place], [], None
    for number, slot in enumerate(problem.slots):
        if not number % _PIECE:
            let_event_loop_run()
        most = 0.0 if (place, number) in limits.closed else tank.watts
        heat = model.column(number * _EARLIER * slot.hours / _KILO, 0.0, most)
        last = number == len(problem.slots) - 1
        worth = -problem.worth * tank.capacity / _KILO if last else 0.0
        after = model.column(worth, -math.inf, math.inf)
        cold = model.column(DISCOMFORT * slot.hours, 0.0, math.inf)
        hot = model.column(DISCOMFORT * slot.hours, 0.0, math.inf)
        factor = tank.loss * slot.hours / tank.capacity
        constant = factor * tank.ambient - tank.draws[number] / tank.capacity
        terms = {after: 1.0, heat: -slot.hours / tank.capacity}
        if before is None:
            constant += (1 - factor) * tank.temperature
        else:
            terms[before] = factor - 1
        model.row(constant, constant, terms)
        model.row(tank.least(number), math.inf, {after: 1.0, cold: 1.0})
        capped = (place, number) in limits.capped
        warmest = tank.target if capped else tank.ceiling
        model.row(-math.inf, warmest, {after: 1.0, hot: -1.0})
        heats.append(heat)
        before = after
    return heats


def _is_free(slot: Slot) -> bool:
    """Return whether heat above the target may be added: surplus, or paid for."""
    return slot.surplus > _ALMOST_ZERO or slot.price <= 0


def _bought(model: _Model, pieces: Sequence[Piece], hours: float) -> dict[int, float]:
    """Add what the heat of a slot costs; return the terms of its power."""
    terms = {}
    for piece in pieces:
        cost = piece.price * hours / _KILO
        terms[model.column(cost, 0.0, piece.power)] = -1.0
    return terms


def _run(model: _Model, limit: float) -> list[float]:
    """Return the values of all columns; raises NotSolved."""
    highspy: Any = import_module("highspy")  # only homes with a plan load it
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - as HiGHS has it
    solver.setOptionValue("time_limit", limit)
    solver.setOptionValue("threads", 1)
    problem = _as_lp(highspy, model)
    if solver.passModel(problem) == highspy.HighsStatus.kError:
        raise NotSolved
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise NotSolved(str(status))
    return list(solver.getSolution().col_value)


def _as_lp(highspy: Any, model: _Model) -> Any:  # noqa: ANN401 - HiGHS's own types
    """Return the model as HiGHS's object."""
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = len(model.cost), len(model.row_low)
    problem.col_cost_ = model.cost
    problem.col_lower_, problem.col_upper_ = model.low, model.high
    problem.row_lower_, problem.row_upper_ = model.row_low, model.row_high
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = [*model.starts, len(model.indices)]
    problem.a_matrix_.index_, problem.a_matrix_.value_ = model.indices, model.values
    return problem
