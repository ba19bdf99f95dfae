"""Makes the plan from schedule, overrides and occupancy; lists the nights."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ....lib.weekly import Span
from .occupancy import is_home, is_open
from .overrides import Overrides, Preset
from .plan import Plan, PlanInputs, PlanParameters, make_plan
from .precool import Expected, Precooler, expected_at, next_arrival

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ....lib.weekly import Moment, Weekly
    from .occupancy import Occupancy

FAR = timedelta(days=8)
"""A weekly schedule has its next night, if any, within this time."""

# Longest requested sleep without an end.
_LONGEST_SLEEP = timedelta(hours=12)


def _without(span: Span, cut: Span) -> Iterator[Span]:
    """Yield the parts of a span outside another."""
    if cut.end <= span.start or span.end <= cut.start:
        yield span
        return
    if span.start < cut.start:
        yield Span(start=span.start, end=cut.start)
    if cut.end < span.end:
        yield Span(start=cut.end, end=span.end)


class Planner:
    """Makes the plan of one thermostat; overrides and occupancy are parameters."""

    def __init__(
        self,
        planning: PlanParameters,
        weekly: Weekly,
        people: tuple[str, ...] = (),
        contacts: tuple[str, ...] = (),
        arrivals: tuple[str, ...] = (),
    ) -> None:
        """Initialize with unknown people, windows and arrivals."""
        self.planning = planning
        self.weekly = weekly
        self.people: dict[str, bool | None] = dict.fromkeys(people)
        """Whether each person is home; None while unknown."""
        self.contacts: dict[str, bool | None] = dict.fromkeys(contacts)
        """Whether each contact is open; None while unknown."""
        self.arrivals: dict[str, Expected] = dict.fromkeys(arrivals)
        """Expected arrivals."""
        self._precooler = Precooler()
        self._moment: Moment | None = None
        self._made: tuple[datetime, tuple[object, ...], Plan] | None = None

    def configure(self, planning: PlanParameters, weekly: Weekly) -> None:
        """Use other parameters."""
        self.planning, self.weekly = planning, weekly
        self._moment = self._made = None

    @property
    def watched(self) -> list[str]:
        """Return the entities whose states it needs."""
        return [*self.people, *self.contacts, *self.arrivals]

    def receive(self, entity_id: str, state: str | None) -> bool:
        """Use the state of an entity; return whether it is a change."""
        before = self._state_of(entity_id)
        if entity_id in self.people:
            self.people[entity_id] = is_home(state)
        if entity_id in self.contacts:
            self.contacts[entity_id] = is_open(state)
        if entity_id in self.arrivals:
            self.arrivals[entity_id] = expected_at(state, self.weekly.zone)
        return self._state_of(entity_id) != before

    def _state_of(self, entity_id: str) -> tuple[object, ...]:
        """Return the parsed states of an entity."""
        parsed = (self.people, self.contacts, self.arrivals)
        return tuple(states.get(entity_id) for states in parsed)

    def schedule(self, now: datetime) -> Moment | None:
        """Return the position in the sleep schedule; calculated at its edges only."""
        if not self.planning.scheduled:
            return None
        if self._moment is None or not self._moment.holds(now):
            self._moment = self.weekly.at(now)
        return self._moment

    def update(
        self, overrides: Overrides, before: Occupancy, now: datetime
    ) -> tuple[Overrides, Occupancy]:
        """Return the active overrides and the current occupancy.

        A chosen preset ends when a person comes home; all but away also when all
        people have left.
        """
        delays = self.planning.delays
        after = before.updated(self.people, self.contacts, delays, now)
        overrides = overrides.at(now)
        if (chosen := overrides.chosen) is not None:
            by_absence = chosen.preset is Preset.AWAY
            came = True in self.people.values() and (
                before.gone_since is not None
                if by_absence
                else before.is_away(delays, now)
            )
            left = after.is_away(delays, now) and not (
                after.is_away(delays, chosen.since)
            )
            if came or (left and not by_absence):
                overrides = replace(overrides, chosen=None)
        return overrides, after

    def choose(self, overrides: Overrides, preset: Preset, now: datetime) -> Overrides:
        """Return the overrides after the user chose a preset."""
        if preset is Preset.BOOST:
            return overrides.boosted(now, self.planning.boost_length)
        if preset is Preset.SLEEP:
            return overrides.asleep(now, self.end_of_sleep(now), by_clock=True)
        return overrides.choose(preset, now, self.schedule(now))

    def wake(self, overrides: Overrides, now: datetime) -> Overrides:
        """Return the overrides after the user ended the sleep."""
        return overrides.woken(now, self.schedule(now))

    def end_of_sleep(self, now: datetime) -> datetime:
        """Return the end of sleep that starts now: with the next window."""
        today = now.astimezone(self.weekly.zone).date()
        spans = self.weekly.spans(today - timedelta(days=1), 3)
        ends = [span.end for span in spans if span.end > now]
        return min([*ends, now + _LONGEST_SLEEP])

    def nights(
        self, overrides: Overrides, begin: datetime, end: datetime
    ) -> list[Span]:
        """Return the nights within a time, with requested sleep.

        Suspended parts are left out.
        """
        spans: list[Span] = []
        if self.planning.scheduled:
            zone = self.weekly.zone
            first = begin.astimezone(zone).date() - timedelta(days=1)
            days = (end.astimezone(zone).date() - first).days + 1
            spans = list(self.weekly.spans(first, days))
        timed = overrides.sleep
        if timed is not None and timed.until is not None:
            own = Span(start=timed.since, end=timed.until)
            spans = [part for span in spans for part in _without(span, own)]
            if timed.preset is Preset.SLEEP:
                spans.append(own)
        near = [span for span in spans if span.start < end and begin < span.end]
        return sorted(near, key=lambda span: (span.start, span.end))

    def plan(
        self,
        overrides: Overrides,
        around: Occupancy,
        now: datetime,
        need: timedelta | None = None,
    ) -> Plan:
        """Return the plan at this time.

        ``need`` is how long the unit takes to reach the user's own target, if known.
        """
        plan = self._plan(overrides, around, now)
        longest = self.planning.precool
        if not longest or (plan.asleep and around.is_away(self.planning.delays, now)):
            return plan  # Without an option, or no one is home when the night ends.
        arrival = next_arrival(self.arrivals.values(), now, self.weekly.zone)
        return self._precooler.early(plan, arrival, now, need=need, longest=longest)

    def _plan(self, overrides: Overrides, around: Occupancy, now: datetime) -> Plan:
        """Return the plan without an early start; calculated at its edges only."""
        moment = self.schedule(now)
        made_of = (moment, overrides, around, *self.contacts.values())
        if self._made is not None:
            at, before, plan = self._made
            lasts = at <= now and (plan.edge is None or now < plan.edge)
            on_the_curve = plan.ready_at is not None and not plan.asleep
            if lasts and not on_the_curve and before == made_of:
                return plan
        gone = around.is_away(self.planning.delays, now)
        plan_inputs = PlanInputs(now=now, overrides=overrides, moment=moment, gone=gone)
        plan = make_plan(self.planning, plan_inputs)
        delays = self.planning.delays
        edges = [*plan_inputs.edges(), *around.edges(delays)]
        plan = replace(
            plan,
            window_open=around.window_open(self.contacts, delays, now),
            stuck=around.stuck(self.contacts, delays, now),
            edge=min((at for at in edges if at and at > now), default=None),
        )
        self._made = (now, made_of, plan)
        return plan
