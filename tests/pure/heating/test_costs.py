"""What heating costs, and what the simulated thermostat beside it would cost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.jannenkoti.kinds.heating.inputs.prices import PriceSlot
from custom_components.jannenkoti.kinds.heating.insight.costs import (
    Costs,
    Moment,
    RealTank,
    Thermostat,
)
from custom_components.jannenkoti.kinds.heating.options import Options
from custom_components.jannenkoti.kinds.heating.planning.curve import PriceCurve
from custom_components.jannenkoti.lib.stored import Stored
from demo.heating_house import MIDNIGHT, House, raw_options
from demo.heating_physics import WaterTank

HOUR = timedelta(hours=1)
MOMENT = Moment(
    heating=0.0, surplus=0.0, price=0.3, feed_in=0.1, production=None, export=None
)
TANK = RealTank(
    temperature=50.0, target=50.0, watts=3000.0, heat=0.0, capacity=350.0, loss=0.0
)


def costs_of(count: int = 1) -> Costs:
    """Return costs without a past."""
    return Costs.restore(Stored({}), count)


def test_cost_counts_surplus_as_lost_export_and_the_rest_as_bought() -> None:
    costs = costs_of(0)
    moment = replace(MOMENT, heating=3000.0, surplus=1000.0)
    costs.add(moment, [], HOUR, "2026-06-15")
    assert costs.cost_today == pytest.approx(1 * 0.1 + 2 * 0.3)


def test_cost_starts_again_on_another_day_and_is_unknown_without_a_price() -> None:
    costs = costs_of(0)
    costs.add(replace(MOMENT, heating=1000.0), [], HOUR, "2026-06-15")
    assert costs.cost_today == pytest.approx(0.3)
    saved = costs.saved
    costs.add(replace(MOMENT, heating=1000.0, price=None), [], HOUR, "2026-06-16")
    assert costs.cost_today is None
    assert costs.saved == saved == pytest.approx(-0.3)


def test_thermostat_heats_its_own_tank_from_below_its_hysteresis_to_the_target() -> (
    None
):
    thermostat = Thermostat()
    minute = timedelta(minutes=1)
    assert thermostat.heat(replace(TANK, temperature=45.5), minute) == 0
    assert thermostat.heat(replace(TANK, temperature=44.0), minute) == 3000
    # The real tank stays cold; the simulated one is 6 K warmer after 42 minutes.
    minutes = 1
    while thermostat.heat(replace(TANK, temperature=44.0), minute):
        minutes += 1
    assert minutes == pytest.approx(42, abs=1)
    assert thermostat.apart == pytest.approx(6, abs=0.2)


def test_difference_of_the_tanks_is_lost_over_time() -> None:
    thermostat = Thermostat(apart=10.0)
    tank = replace(TANK, loss=7.0)
    for _ in range(60):
        thermostat.heat(tank, timedelta(minutes=1))
    assert thermostat.apart == pytest.approx(10 * (1 - 7 / 350), abs=0.01)


def test_unknown_temperature_simulates_nothing() -> None:
    thermostat = Thermostat(on=True)
    assert thermostat.heat(replace(TANK, temperature=None), HOUR) == 0
    assert thermostat.apart == 0


def test_self_consumption_is_the_share_that_is_not_exported() -> None:
    costs = costs_of(0)
    assert costs.self_consumption is None
    moment = replace(MOMENT, production=4000.0, export=1000.0)
    costs.add(moment, [], HOUR, "2026-06-15")
    assert costs.self_consumption == pytest.approx(75)
    costs.add(replace(moment, export=90_000.0), [], HOUR, "2026-06-15")
    assert costs.self_consumption == 0


def test_costs_survive_a_restart() -> None:
    costs = costs_of(2)
    moment = replace(MOMENT, heating=3000.0, production=4000.0, export=1000.0)
    cold = replace(TANK, temperature=30.0)
    costs.add(moment, [TANK, cold], timedelta(minutes=2), "2026-06-15")
    again = Costs.restore(Stored(costs.as_dict()), 2)
    assert again == costs
    assert len(Costs.restore(Stored(costs.as_dict()), 1).tanks) == 1


def test_days_of_sun_save_against_the_thermostat() -> None:
    raw = raw_options(price_source="attributes", price_entity="sensor.price")
    house = House(raw=raw, step=60, tank=WaterTank(temperature=46))
    flat = PriceSlot(MIDNIGHT, MIDNIGHT + timedelta(days=3), 0.3)
    house.controller.curve = PriceCurve([flat])
    house.run(24)
    first = house.controller.costs.saved
    house.run(24)
    assert house.data is not None
    assert house.data.saved > first + 0.5
    assert house.data.self_consumption is not None
    assert 10 < house.data.self_consumption < 60
    assert house.data.cost_today is not None
    assert house.data.cost_today < 1


def test_fixed_price_is_the_fee_with_tax_if_no_source_is_chosen() -> None:
    assert Options.parse(raw_options()).fixed_price is None
    fixed = Options.parse(raw_options(price_fee=0.2, price_tax=20))
    assert fixed.fixed_price == pytest.approx(0.24)
    market = raw_options(price_fee=0.2, price_source="nordpool")
    assert Options.parse(market).fixed_price is None
