"""A plan by rules: heat in the cheapest slots before it is needed.

Used where HiGHS is not available. Each time a tank would get colder than its floor, the
missing heat is put into the cheapest slot before, then into the next one, as far as
the stages and the ceiling allow.
"""

from typing import TYPE_CHECKING, Final

from .pause import let_event_loop_run
from .problem import Method, Plan, Problem, evaluate

if TYPE_CHECKING:
    from .problem import Slot, TankProblem

_ENOUGH: Final = 1e-3
"""K."""
_PORTIONS: Final = 4
"""Parts of a slot's heat that are placed at once: finer is slower and hardly better."""
_MOST_STEPS: Final = 4000


def plan_by_rules(problem: Problem) -> Plan:
    """Return a plan that keeps the floors at a low cost."""
    watts = [[0.0] * len(problem.slots) for _ in problem.tanks]
    for number, tank in enumerate(problem.tanks):
        for _ in range(_MOST_STEPS):
            let_event_loop_run()
            course = _course(problem.slots, tank, watts[number])
            cold = next(
                (
                    at
                    for at, value in enumerate(course)
                    if value < tank.least(at) - _ENOUGH
                ),
                None,
            )
            slot = _cheapest(problem, number, watts, course, cold)
            if slot is None:
                break
            watts[number][slot] += tank.watts / _PORTIONS
    let_event_loop_run()
    return evaluate(problem, watts, Method.RULES)


def _course(
    slots: tuple[Slot, ...], tank: TankProblem, watts: list[float]
) -> list[float]:
    """Return the temperatures at the ends of the slots."""
    temperature, course = tank.temperature, []
    for slot, heat, draw in zip(slots, watts, tank.draws, strict=True):
        temperature = tank.after(temperature, heat, slot, draw)
        course.append(temperature)
    return course


def _cheapest(
    problem: Problem,
    number: int,
    watts: list[list[float]],
    course: list[float],
    cold: int | None,
) -> int | None:
    """Return the slot in which the next portion costs least, None if none is useful.

    Without a cold slot only heat that is worth more than it costs is added.
    """
    tank, kept = problem.tanks[number], 0.0
    portion = tank.watts / _PORTIONS
    best, least, room = None, float("inf"), float("inf")
    last = len(problem.slots) - 1 if cold is None else cold
    # Backwards: heat in a slot raises all temperatures after it, and what is kept
    # longer loses more.
    for at in range(len(problem.slots) - 1, -1, -1):
        slot = problem.slots[at]
        room = min(room, tank.ceiling - course[at])
        if at > last:
            continue
        kept += tank.loss * slot.hours / tank.capacity
        rise = portion * slot.hours / tank.capacity
        full = watts[number][at] + portion > tank.watts + _ENOUGH
        if full or room < rise:
            continue
        extra = _extra_price(problem, at, watts, portion)
        if extra > max(slot.feed_in, 0.0) and course[at] + rise > tank.target:
            continue
        if extra * (1 + kept) < least - 1e-12:
            best, least = at, extra * (1 + kept)
    if cold is None and least > _WORTH * problem.worth:
        return None
    return best


def _extra_price(
    problem: Problem, at: int, watts: list[list[float]], portion: float
) -> float:
    """Return what a further portion (W) costs per kWh in a slot."""
    slot, heat = problem.slots[at], sum(powers[at] for powers in watts)
    more = problem.cost(slot, heat + portion) - problem.cost(slot, heat)
    return more / (portion * slot.hours) * _KILO


_KILO: Final = 1000.0
_WORTH: Final = 0.5
"""Heat is bought without need only at half of the usual price."""
