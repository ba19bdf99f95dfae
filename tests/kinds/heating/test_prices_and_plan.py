"""Prices from other integrations, the plan, its entities and actions."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import ServiceCall, SupportsResponse, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.requirements import RequirementsNotFound
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_platform

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.heating.model import Mode
from custom_components.jannenkoti.kinds.heating.planning.make import make_plan
from custom_components.jannenkoti.kinds.heating.sensor import without_negative_zero
from custom_components.jannenkoti.occurrences import (
    Occurrence,
    async_listen_occurrences,
)

from ...failures import LibraryError
from .conftest import (
    STAGES,
    TOP,
    Relays,
    Wait,
    entity_id_of,
    is_on,
    make_entry,
    make_options,
    state_of,
)
from .test_flow import Manager, open_options

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

PRICES = "sensor.prices"
QUARTER = timedelta(minutes=15)


def rows(days: int = 2, price: float = 0.2, cheap: int = 0) -> list[dict[str, Any]]:
    """Return prices from today's local midnight on; some from now on are cheap."""
    start, now = dt_util.start_of_local_day(), dt_util.utcnow()
    times = [start + n * QUARTER for n in range(days * 96)]
    return [
        {
            "start": at.isoformat(),
            "end": (at + QUARTER).isoformat(),
            "value": -0.1 if now - QUARTER < at <= now + cheap * QUARTER else price,
        }
        for at in times
    ]


def set_prices(hass: HomeAssistant, **changes: Any) -> None:
    """Set the attributes of the price entity."""
    attributes = {"raw_today": rows(**changes), "unit_of_measurement": "EUR/kWh"}
    hass.states.async_set(PRICES, "0.2", attributes)


async def set_up(hass: HomeAssistant, **changes: Any) -> MockConfigEntry:
    """Set up an entry with prices from an entity."""
    options = {"price_source": "attributes", "price_entity": PRICES, **changes}
    entry = make_entry(make_options(**options))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


async def test_sg_ready_is_locked_in_expensive_hours_until_the_price_falls(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    expensive, usual = rows(), rows()
    for number in range(40, 48):  # 10 to 12 o'clock, and it is 10:07.
        expensive[number]["value"], usual[number]["value"] = 0.6, 0.2
    unit = {"unit_of_measurement": "EUR/kWh"}
    hass.states.async_set(PRICES, "0.6", {"raw_today": expensive, **unit})
    pair = {"entity": STAGES[0], "second_relay": STAGES[1], "watts": 1500, "tank": 1}
    entry = await set_up(hass, stages=[pair], optimal=False, lock_expensive=True)
    await wait(300, top=55)
    assert not relays.calls
    await wait(330, top=55)
    assert relays.calls == [(STAGES[0], "turn_on", None)]
    assert state_of(hass, "sensor", "reason").state == "expensive"
    relays.calls.clear()
    hass.states.async_set(PRICES, "0.2", {"raw_today": usual, **unit})
    await wait(480, top=55)
    assert not relays.calls
    await wait(180, top=55)
    assert relays.calls == [(STAGES[0], "turn_off", None)]
    assert await hass.config_entries.async_unload(entry.entry_id)


async def ask(hass: HomeAssistant, action: str) -> Any:
    """Return the response of an action."""
    return await hass.services.async_call(
        DOMAIN, action, {}, blocking=True, return_response=True
    )


@pytest.mark.usefixtures("all_enabled")
async def test_plan_of_attributes_heats_at_a_negative_price(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    set_prices(hass, days=3, cheap=4)
    entry = await set_up(hass)
    await wait(30)
    assert is_on(hass) == ["on"] * 3
    assert state_of(hass, "sensor", "reason").state == "negative_price"
    assert state_of(hass, "sensor", "plan_quality").state == "full"
    assert state_of(hass, "sensor", "next_start").state != "unknown"
    plan = await ask(hass, "heating_get_plan")
    assert plan["method"] == "optimal"
    assert plan["quality"] == "full"
    assert plan["slots"][0]["tanks"]["Boiler"]["power"] > 5000
    prices = await ask(hass, "heating_get_energy_price")
    assert prices["prices"][0]["total"] == pytest.approx(0.2)
    calendar = state_of(hass, "calendar", "plan")
    assert calendar.state == "on"
    assert "kWh" in calendar.attributes["message"]
    now = dt_util.utcnow()
    events = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": entity_id_of(hass, "calendar", "plan"),
            "start_date_time": now,
            "end_date_time": now + timedelta(days=2),
        },
        blocking=True,
        return_response=True,
    )
    assert events
    assert entry.runtime_data.plan.quality == "full"


async def test_prices_survive_a_restart_and_news_cause_a_plan(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    set_prices(hass, days=2)
    entry = await set_up(hass)
    hass.states.async_remove(PRICES)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await wait(15)
    assert state_of(hass, "sensor", "plan_quality").state == "full"
    before = entry.runtime_data.controller.follower.plan
    set_prices(hass, days=2, price=0.3)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.controller.follower.plan is not before
    plan = entry.runtime_data.controller.follower.plan
    state = hass.states.get(PRICES)
    assert state is not None
    hass.states.async_set(PRICES, "0.4", state.attributes)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.controller.follower.plan is plan


async def test_entity_without_a_list_gives_its_current_price(
    hass: HomeAssistant, relays: Relays
) -> None:
    hass.states.async_set(PRICES, "25", {"unit_of_measurement": "ct/kWh"})
    await set_up(hass, price_tax=100)
    prices = await ask(hass, "heating_get_energy_price")
    assert [row["total"] for row in prices["prices"]] == [pytest.approx(0.5)]
    assert state_of(hass, "sensor", "plan_quality").state == "none"


async def test_without_a_temperature_there_is_no_plan(
    hass: HomeAssistant, relays: Relays
) -> None:
    hass.states.async_remove(TOP)
    set_prices(hass)
    entry = await set_up(hass)
    assert entry.runtime_data.controller.follower.plan is None
    assert (await ask(hass, "heating_get_plan"))["slots"] == []
    assert state_of(hass, "calendar", "plan").state == "off"


@pytest.mark.parametrize(
    ("domain", "action", "factor"),
    [
        ("nordpool", "get_prices_for_date", 1000),
        ("tibber", "get_prices", 1),
        ("energyzero", "get_energy_prices", 1),
        ("easyenergy", "get_energy_usage_prices", 1),
    ],
)
@pytest.mark.parametrize("failing", [False, True])
async def test_actions_of_core_integrations_give_prices(
    hass: HomeAssistant,
    relays: Relays,
    domain: str,
    action: str,
    factor: float,
    *,
    failing: bool,
) -> None:
    asked: list[dict[str, Any]] = []

    async def async_answer(call: ServiceCall) -> dict[str, Any]:
        asked.append(dict(call.data))
        if failing:
            raise LibraryError
        day = rows(days=1) if len(asked) == 1 else []
        found = [{"start": r["start"], "price": r["value"] * factor} for r in day]
        return {"FI": found} if domain == "nordpool" else {"prices": found}

    hass.services.async_register(
        domain, action, async_answer, supports_response=SupportsResponse.ONLY
    )
    other = MockConfigEntry(domain=domain)
    other.add_to_hass(hass)
    entry = await set_up(hass, price_source=domain, price_entity=None)
    assert not asked  # Its integration is not loaded.
    other.mock_state(hass, entry.state)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(asked) == 2
    other.mock_state(hass, ConfigEntryState.NOT_LOADED)  # It cannot be unloaded.
    prices = (await ask(hass, "heating_get_energy_price"))["prices"]
    assert len(prices) == (0 if failing else 96)
    if not failing:
        assert prices[5]["total"] == pytest.approx(0.2)


async def test_solar_forecast_of_the_energy_dashboard_is_used(
    hass: HomeAssistant, relays: Relays
) -> None:
    hass.config.components.add("energy")
    set_prices(hass)
    hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)

    class Platform:
        """The energy platform of another integration."""

        @staticmethod
        async def async_get_solar_forecast(_hass: object, entry_id: str) -> Any:
            if entry_id == "broken":
                raise LibraryError
            hours = {(hour + timedelta(hours=n)).isoformat(): 9000 for n in range(5)}
            return {"wh_hours": {**hours, "no time": 5, hour.isoformat(): "no"}}

    for entry_id in ("good", "broken"):
        MockConfigEntry(domain="sun", entry_id=entry_id).add_to_hass(hass)
    mock_platform(hass, "sun.energy", Platform())
    sources: list[dict[str, Any]] = [
        {"type": "solar", "config_entry_solar_forecast": ["good", "broken", "gone"]},
        {"type": "grid"},
    ]
    manager = "homeassistant.components.energy.data.async_get_manager"
    with patch(manager, return_value=Manager(sources)):
        await set_up(hass, pv_limit=6000, battery_capacity=1, battery_soc="sensor.soc")
    plan = await ask(hass, "heating_get_plan")
    assert max(slot["surplus"] for slot in plan["slots"]) == 6000 - 300


async def test_missing_solver_raises_one_issue_and_rules_plan(
    hass: HomeAssistant, relays: Relays
) -> None:
    set_prices(hass)
    hass.config.skip_pip = False
    process = "custom_components.jannenkoti.registry.async_process_requirements"
    with patch(process, side_effect=RequirementsNotFound("jannenkoti", ["highspy"])):
        entry = await set_up(hass)
        plan = await ask(hass, "heating_get_plan")
    assert plan["method"] == "rules"
    issue_id = f"heating_no_solver_{entry.entry_id}"
    issues = ir.async_get(hass)
    assert issues.async_get_issue(DOMAIN, issue_id) is not None
    with patch(process) as install:
        await entry.runtime_data.plan.async_replan()
    assert install.called
    assert issues.async_get_issue(DOMAIN, issue_id) is None


async def test_number_makes_a_new_plan_and_a_running_one_is_not_repeated(
    hass: HomeAssistant, relays: Relays
) -> None:
    set_prices(hass)
    entry = await set_up(hass, optimal=False)
    plan = entry.runtime_data.controller.follower.plan
    await entry.runtime_data.async_set_tank_number(0, "target", 55)
    assert entry.runtime_data.controller.follower.plan is not plan
    entry.runtime_data.plan._planning = True
    plan = entry.runtime_data.controller.follower.plan
    await entry.runtime_data.plan.async_replan()
    assert entry.runtime_data.controller.follower.plan is plan


async def test_prices_that_arrive_while_a_plan_is_made_are_planned_too(
    hass: HomeAssistant, relays: Relays
) -> None:
    set_prices(hass)
    entry = await set_up(hass, optimal=False)
    coordinator = entry.runtime_data.plan
    seen: list[float] = []

    def make(outlook: Any, *more: Any) -> Any:
        seen.append(outlook.curve.slots[-1].price)
        if len(seen) == 1:
            hass.loop.call_soon_threadsafe(set_prices, hass)
            hass.loop.call_soon_threadsafe(lambda: set_prices(hass, price=0.9))
            hass.loop.call_soon_threadsafe(arrived.set)
            asyncio.run_coroutine_threadsafe(arrived.wait(), hass.loop).result(5)
        return make_plan(outlook, *more)

    arrived = asyncio.Event()
    with patch(
        "custom_components.jannenkoti.kinds.heating.plan_coordinator.make_plan", make
    ):
        await coordinator.async_replan()
        await hass.async_block_till_done(wait_background_tasks=True)
    assert len(seen) == 2
    plan = entry.runtime_data.controller.follower.plan
    assert plan.slots[-1].price == pytest.approx(0.9)


async def test_new_plan_lets_its_trigger_run_and_a_kept_one_does_not(
    hass: HomeAssistant, relays: Relays
) -> None:
    set_prices(hass)
    entry = await set_up(hass, optimal=False)
    seen = list[Occurrence]()

    @callback
    def changed(occurrence: Occurrence) -> None:
        seen.append(occurrence)

    async_listen_occurrences(hass, "heating_plan_changed", changed)
    await entry.runtime_data.plan.async_replan()
    assert not seen
    await entry.runtime_data.async_set_tank_number(0, "target", 55)
    assert [occurrence.entry_id for occurrence in seen] == [entry.entry_id]


async def test_first_plan_after_a_restart_does_not_let_the_trigger_run(
    hass: HomeAssistant, relays: Relays
) -> None:
    seen = list[Occurrence]()

    @callback
    def changed(occurrence: Occurrence) -> None:
        seen.append(occurrence)

    async_listen_occurrences(hass, "heating_plan_changed", changed)
    set_prices(hass)
    entry = await set_up(hass, optimal=False)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.controller.follower.plan is not None
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.controller.follower.plan is not None
    assert not seen


async def test_heating_without_prices_keeps_its_floor_with_a_plan_of_none(
    hass: HomeAssistant, entry: MockConfigEntry, wait: Wait
) -> None:
    await entry.runtime_data.plan.async_replan()
    assert entry.runtime_data.controller.follower.plan is None
    await wait(60, top=44)
    assert is_on(hass) == ["on"] * 3
    assert state_of(hass, "sensor", "reason").state == "floor"
    assert state_of(hass, "sensor", "plan_quality").state == "none"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"price_source": "attributes"},
            {"price_entity": "heating_price_entity_missing"},
        ),
        ({"price_source": "tibber"}, {"price_source": "heating_price_source_missing"}),
        ({"price_source": "attributes", "price_entity": PRICES}, {}),
    ],
)
async def test_price_options(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    changes: dict[str, Any],
    error: dict[str, str],
) -> None:
    form = await open_options(hass, entry, "prices")
    answers = {
        "price_fee": 0.05,
        "price_tax": 24,
        "feed_in": 0.05,
        "more": {"price_area": " SE4 ", "optimal": True},
        **changes,
    }
    done = await hass.config_entries.options.async_configure(form["flow_id"], answers)
    await hass.async_block_till_done(wait_background_tasks=True)
    if error:
        assert done["errors"] == error
        return
    assert done["type"] is FlowResultType.CREATE_ENTRY
    options = entry.runtime_data.options
    assert options.tariff.tax == 24
    assert options.price_area == "SE4"


async def test_hot_runs_need_a_limit_above_them(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = await open_options(hass, entry, "tanks")
    tank = {**make_options()["tanks"][0], "legionella_days": 7, "limit": 61}
    done = await hass.config_entries.options.async_configure(
        form["flow_id"], {"tanks": [tank]}
    )
    assert done["errors"] == {"tanks": "heating_legionella_limit"}


@pytest.mark.usefixtures("all_enabled")
async def test_cost_saving_and_self_consumption_are_shown(
    hass: HomeAssistant, relays: Relays, wait: Wait
) -> None:
    hass.config.currency = "SEK"
    set_prices(hass, cheap=-1)
    entry = await set_up(hass)
    await entry.runtime_data.async_request(
        lambda controller: controller.set_mode(Mode.FAST)
    )
    for _ in range(4):
        await wait(60, grid=3000, pv=3000)
    cost, saved = (state_of(hass, "sensor", key) for key in ("cost_today", "saved"))
    # Six kW for four minutes, half of it bought at 0.2, half of it not exported.
    assert float(cost.state) == pytest.approx(0.055, abs=0.015)
    assert cost.attributes["unit_of_measurement"] == "SEK"
    assert cost.attributes["last_reset"] == "2026-11-20T00:00:00-08:00"
    assert float(saved.state) == pytest.approx(-float(cost.state), abs=1e-6)
    assert "last_reset" not in saved.attributes
    assert float(state_of(hass, "sensor", "self_consumption").state) == 100


@pytest.mark.parametrize(
    ("saved", "shown"),
    [(-0.0049, 0.0), (-0.0, 0.0), (0.004, 0.004), (-0.0051, -0.0051), (-2.5, -2.5)],
)
def test_loss_below_half_a_cent_is_shown_without_a_sign(
    saved: float, shown: float
) -> None:
    assert str(without_negative_zero(saved)) == str(shown)
