"""Run the rules of one heating system: reports in, commands out, time as argument."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ..inputs.house import House, consumption
from ..insight.costs import Costs, Thermostat, moment_of, real_tanks
from ..insight.energy import LONGEST_STEP, Energy, Flow
from ..model import HeatingData, Mode, Reason, StageDecision
from ..options import BUFFER, MOST_TANKS, SG_READY_HOLD, Options, OutputType
from ..planning.curve import PriceCurve
from .decide import StageInput, Supply, decide
from .lock import count_lock, level_of, lock_slots, with_locks
from .output import Command, command, report
from .plan_follower import SHORTEST, PlanFollower
from .requests import with_boost, with_manual, with_mode
from .saved_state import SavedState, with_changed
from .summary import by_somebody, next_change, observed, reason_of, shown, tank_view
from .tank_rules import Demand, Level, as_planned, demand, observe
from .watches import Watches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from ....lib.clock import Clocks
    from ..tank.memory import TankMemory


class Controller:
    """Decide in cycles; between them, take reports and requests."""

    def __init__(
        self,
        options: Options,
        saved: SavedState,
        energy: Energy,
        memories: Sequence[TankMemory],
        zone: tzinfo = UTC,
    ) -> None:
        """Initialize with the state of the previous run; ``zone`` is local time."""
        self.options = options
        self.saved = saved
        self.energy = energy
        self.memories = list(memories)
        self.costs = Costs(tanks=[Thermostat() for _ in options.tanks])
        self.follower = PlanFollower()
        self.curve = PriceCurve()
        self._zone = zone
        self.house = House(options)
        self.watches = Watches(options)
        self._by_surplus: datetime | None = None
        self._clocks: Clocks | None = None
        self._passed = timedelta()

    def configure(self, options: Options) -> None:
        """Use other numbers; tanks and stages must be the same ones."""
        self.options = options
        self.house.configure(options)

    def set_mode(self, mode: Mode) -> None:
        """Choose a mode."""
        self.saved = with_mode(self.saved, mode)

    def set_manual(self, stage: int, *, on: bool) -> None:
        """Switch a stage by hand."""
        self.saved = with_manual(self.saved, stage, on=on)

    def boost(self, tanks: tuple[int, ...], duration: timedelta, now: datetime) -> None:
        """Heat tanks to their targets now, for a time at most."""
        self.saved = with_boost(self.saved, tanks, duration, now)

    def report_output(self, stage: int, level: int | None, now: datetime) -> None:
        """Take what an output reports; None means that it is unavailable."""
        before = self.saved.outputs[stage]
        hold = self.options.hold if self.saved.mode is Mode.AUTOMATIC else timedelta()
        after = report(before, level, now, hold)
        if self.saved.mode is Mode.MANUAL and by_somebody(before, after):
            # By hand is by hand, wherever the switch is.
            on = bool(after.level and after.level > 0)
            self.saved = replace(
                self.saved, manual=with_changed(self.saved.manual, stage, on)
            )
            after = replace(after, asked=after.level)
        if before.level != after.level:
            self.house.switched(now)
        self.saved = replace(
            self.saved, outputs=with_changed(self.saved.outputs, stage, after)
        )

    def cycle(self, clocks: Clocks, day: str) -> tuple[HeatingData, list[Command]]:
        """Decide on a local date; return what to show and what to command."""
        now = clocks.wall
        self.follow_clock(clocks)
        self._count(now, day)
        self.house.sample(self._own(now), now)
        tanks = range(len(self.options.tanks))
        temperatures = [self.temperature(tank, now) for tank in tanks]
        self._observe(temperatures, now)
        demands = [
            demand(
                self.saved.tanks[number],
                temperature,
                self.saved.mode,
                boosted=self.saved.boosts[number] is not None,
                legionella=self.legionella_start(number, temperature, now) == now,
            )
            for number, temperature in enumerate(temperatures)
        ]
        supply = Supply(
            available=self.house.surplus(now),
            buffer=self.options.numbers[BUFFER],
            switched=self._by_surplus,
        )
        decisions = decide(self._stages(demands, now), supply, now)
        if self.options.lock_expensive:
            decisions = self._with_locks(decisions, temperatures, now)
        commands = self._command(decisions, now)
        if self.options.lock_expensive:
            self.saved = count_lock(self.saved, now, self._zone)
        return self._data(decisions, demands, temperatures, now), commands

    def temperature(self, tank: int, now: datetime) -> float | None:
        """Return the temperature (°C) of a tank, None if it cannot be trusted."""
        if self.watches.is_frozen(tank):
            return None
        return self.house.temperature(tank, now)

    def sample(self, now: datetime) -> None:
        """Use a new power at once; the average weighs each by how long it held."""
        self.house.sample(self._own(now), now)

    def follow_clock(self, clocks: Clocks) -> None:
        """Note the time, before reports: a step of the clock shifts all ages."""
        before, self._clocks = self._clocks, clocks
        if before is None:
            return
        self._passed += timedelta(seconds=clocks.ticks - before.ticks)
        if step := before.step_to(clocks):
            self.saved = self.saved.shifted(step)
            self.house.shift(step)
            if self._by_surplus is not None:
                self._by_surplus += step
            for memory in self.memories:
                memory.ledger = memory.ledger.shifted(step)

    def _count(self, now: datetime, day: str) -> None:
        """Count the energy since the last cycle, and start a new day."""
        if day != self.saved.day:
            self.saved = replace(self.saved, day=day, switched=0)
        passed, self._passed = min(self._passed, LONGEST_STEP), timedelta()
        own, power = self._own(now), self.house.powers(now)
        flow = Flow(
            heating=own,
            surplus=min(max(self.house.surplus(now) or 0.0, 0.0), own),
            production=power.pv,
            consumption=consumption(power, own),
        )
        self.energy.add(flow, now - passed, now)
        self._count_costs(flow, power.grid, passed, now, day)
        for number in range(len(self.options.tanks)):
            heat = self._own(now, number) * (passed / timedelta(hours=1))
            temperature = self.temperature(number, now)
            self.watches.heated(number, self.house.temperature(number, now), heat)
            self.memories[number].observe(temperature, heat, now, self._zone)
            self.follower.heated(number, heat, now)

    def _count_costs(
        self,
        flow: Flow,
        grid: float | None,
        passed: timedelta,
        now: datetime,
        day: str,
    ) -> None:
        """Count what the heating cost, and what a thermostat would have cost."""
        price = self.options.fixed_price
        price = self.curve.at(now) if price is None else price
        surplus = self.house.surplus(now) or 0.0
        moment = moment_of(flow, grid, surplus, price, self.options.tariff.feed_in)
        tanks = range(len(self.memories))
        learned = [memory.learned for memory in self.memories]
        temperatures = [self.temperature(tank, now) for tank in tanks]
        own = [self._own(now, tank) for tank in tanks]
        real = real_tanks(self.options, learned, temperatures, own)
        self.costs.add(moment, real, passed, day)

    def _observe(self, temperatures: list[float | None], now: datetime) -> None:
        """Update hysteresis, ended boosts and what watches for stuck relays."""
        options, saved = self.options, self.saved
        tanks = tuple(
            observe(state, tank, temperature, self._margin(number, temperature, now))
            for number, (state, tank, temperature) in enumerate(
                zip(saved.tanks, options.tanks, temperatures, strict=True)
            )
        )
        boosts = tuple(
            None if boost is None or boost.until <= now or tank.reached else boost
            for boost, tank in zip(saved.boosts, tanks, strict=True)
        )
        self.saved = replace(saved, tanks=tanks, boosts=boosts)
        powers = [self.house.watts(stage.power, now) for stage in options.stages]
        on = [output.on for output in saved.outputs]
        self.watches.observe(on, powers, temperatures, now)

    def _margin(self, tank: int, temperature: float | None, now: datetime) -> float:
        """Return how far (K) above its floor a tank has to be now."""
        options, memory = self.options.tanks[tank], self.memories[tank]
        return memory.margin(options, temperature, self._watts(tank), now, self._zone)

    def _watts(self, tank: int) -> float:
        """Return the power (W) of all stages of a tank."""
        return sum(x.watts for x in self.options.stages if x.tank == tank)

    def legionella_start(
        self, tank: int, temperature: float | None, now: datetime
    ) -> datetime | None:
        """Return when a tank is next heated against legionella, if that is known."""
        days, watts = self.options.tanks[tank].legionella_days, self._watts(tank)
        memory, mean = self.memories[tank], self.curve.mean
        return memory.legionella_start(days, temperature, watts, now, mean)

    def _stages(self, demands: list[Demand], now: datetime) -> list[StageInput]:
        """Return the stages as the decision takes them."""
        nothing = Demand(level=Level.FORBIDDEN, reason=Reason.NO_TEMPERATURE)
        exact = self.follower.is_exact(self.house.momentary(self._own(now), now), now)
        by_tank = [
            self._without_surplus(demand, number, now, exact=exact)
            for number, demand in enumerate(demands)
        ] or [nothing] * MOST_TANKS
        stages, saved = self.options.stages, self.saved
        shortest = max((self.options.minimum(x).on for x in stages), default=SHORTEST)
        planned = self.follower.stages(stages, now, exact=exact, shortest=shortest)
        return [
            StageInput(
                watts=stage.watts,
                demand=as_planned(by_tank[stage.tank], planned.get(number)),
                phase=output.phase,
                asked=bool(output.asked and output.asked > 0),
                minimum=self.options.minimum(stage),
                manual=manual,
                held=output.held(now),
            )
            for number, (stage, output, manual) in enumerate(
                zip(stages, saved.outputs, saved.manual, strict=True)
            )
        ]

    def _without_surplus(
        self, demand: Demand, tank: int, now: datetime, *, exact: bool
    ) -> Demand:
        """Return the demand of a tank; none while the plan saves room in it.

        A plan of an exact forecast says itself when surplus heats.
        """
        if demand.level is not Level.SURPLUS:
            return demand
        planned = exact and tank in self.follower.tanks
        target = self.options.tanks[tank].target
        if planned or self.follower.saves_room(tank, target, now):
            return Demand(level=Level.OFF, reason=Reason.WAITING)
        return demand

    def _with_locks(
        self,
        decisions: Sequence[StageDecision],
        temperatures: list[float | None],
        now: datetime,
    ) -> tuple[StageDecision, ...]:
        """Return the decisions, of which some lock a heat pump in expensive hours."""
        self.saved = count_lock(self.saved, now, self._zone)
        tanks, slots = self.options.tanks, lock_slots(self.curve, now, self._zone)
        spare = [
            None if at is None else at - tanks[n].floor - self._margin(n, at, now)
            for n, at in enumerate(temperatures)
        ]
        return with_locks(self.options, self.saved, decisions, spare, slots, now)

    def _command(
        self, decisions: tuple[StageDecision, ...], now: datetime
    ) -> list[Command]:
        """Return the commands that carry out the decisions."""
        commands = []
        for number, decision in enumerate(decisions):
            stage, before = self.options.stages[number], self.saved.outputs[number]
            sg_ready = stage.type is OutputType.SG_READY
            after, send = command(
                before,
                level_of(decision, stage.type),
                now,
                urgent=decision.urgent,
                held_for=SG_READY_HOLD if sg_ready else timedelta(),
            )
            self.saved = replace(
                self.saved, outputs=with_changed(self.saved.outputs, number, after)
            )
            if not send:
                continue
            if decision.reason in {Reason.SURPLUS, Reason.NO_SURPLUS}:
                self._by_surplus = now
            self.saved = replace(self.saved, switched=self.saved.switched + 1)
            sent = int(decision.on) if after.echo is None else after.echo.expected
            commands.append(Command(stage=number, level=sent, before=before.level))
        return commands

    def _data(
        self,
        decisions: tuple[StageDecision, ...],
        demands: list[Demand],
        temperatures: list[float | None],
        now: datetime,
    ) -> HeatingData:
        """Return what the entities show."""
        outputs, mean = self.saved.outputs, self.house.surplus(now)
        stages = tuple(
            shown(decision, output)
            for decision, output in zip(decisions, outputs, strict=True)
        )
        return HeatingData(
            mode=self.saved.mode,
            stages=stages,
            observed=tuple(observed(output) for output in outputs),
            tanks=tuple(
                map(tank_view, temperatures, demands, self.saved.boosts, strict=True)
            ),
            reason=reason_of(stages),
            next_by_control=next_change(stages, outputs, self.saved.boosts, now),
            surplus=mean,
            surplus_used=min(max(mean or 0.0, 0.0), self._own(now)),
            heated=self.energy.heated,
            cost_today=self.costs.cost_today,
            saved=self.costs.saved,
            self_consumption=self.costs.self_consumption,
            switched_today=self.saved.switched,
            holds=tuple(output.held_until(now) for output in outputs),
        )

    def _own(self, now: datetime, tank: int | None = None) -> float:
        """Return what the heating consumes now (W), of one tank or of all."""
        total = 0.0
        for number, stage in enumerate(self.options.stages):
            if tank not in {None, stage.tank}:
                continue
            measured = self.house.watts(stage.power, now)
            nominal = stage.watts if self.saved.outputs[number].on else 0.0
            total += nominal if measured is None else max(measured, 0.0)
        return total
