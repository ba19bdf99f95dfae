"""Analytics of a day: midnight, restart, clock step and storage."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.insight.analytics import (
    Analytics,
    DayAnalytics,
    Observation,
    ThermalParameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.analytics_store import (
    AnalyticsStore,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.transitions import (
    PreviousState,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    DeviceState,
    HvacMode,
)
from custom_components.jannenkoti.lib.quorum import Quorum

if TYPE_CHECKING:
    from collections.abc import Callable

from ..estimator.test_estimate import taught

HELSINKI = ZoneInfo("Europe/Helsinki")
ROOM = ThermalParameters(capacity=600_000)
NOON = datetime(2026, 7, 1, 9, tzinfo=UTC)


def observation(
    *, on: bool | None, mode: HvacMode = HvacMode.COOL, sure: bool = True
) -> Observation:
    device = None if on is None else DeviceState(on=on, mode=mode)
    before = PreviousState(power=on if sure else None)
    return Observation(device=device, mode=mode, target=24.5, before=before)


def quorum(value: float | None) -> Quorum:
    return Quorum(value=value, trusted=("a",))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def begun(at: datetime = NOON) -> Analytics:
    analytics = Analytics(HELSINKI, ROOM)
    analytics.update(at, observation(on=False))
    return analytics


def test_run_time_and_duty_cycle_are_counted() -> None:
    analytics = begun()
    analytics.update(NOON + minutes(30), observation(on=True))
    run = analytics.update(NOON + minutes(40), observation(on=False)).run
    assert (run.running, run.known) == (600, 2400)
    assert run.duty == 0.25


def test_lost_time_is_not_counted() -> None:
    analytics = begun()
    analytics.update(NOON + minutes(10), observation(on=None))
    run = analytics.update(NOON + minutes(20), observation(on=True)).run
    assert (run.running, run.known) == (0, 600)
    assert DayAnalytics().run.duty is None


@pytest.mark.parametrize(
    "midnight",
    [
        datetime(2026, 7, 1, 21, tzinfo=UTC),
        datetime(2026, 3, 28, 22, tzinfo=UTC),  # summer time begins on this day
        datetime(2026, 10, 24, 21, tzinfo=UTC),  # and ends on this
    ],
)
def test_day_starts_at_local_midnight(midnight: datetime) -> None:
    analytics = begun(midnight - minutes(30))
    analytics.receive(midnight - minutes(20), quorum(24.0))
    analytics.update(midnight - minutes(10), observation(on=True))
    assert analytics.today.run.known == 1200
    analytics.receive(midnight - minutes(5), quorum(24.1))
    assert analytics.today.rates.off.pairs == 1
    analytics.receive(midnight + minutes(1), quorum(24.2))
    insight = analytics.update(midnight + minutes(2), observation(on=True))
    assert (insight.run.running, insight.run.known) == (120, 120)
    # The pair across midnight belongs to no day.
    assert insight.rates.on.pairs == insight.rates.off.pairs == 0
    # The length of the next day follows the clock.
    day_after = midnight.astimezone(HELSINKI) + timedelta(days=1)
    end = day_after.astimezone(UTC) - timedelta(seconds=1)
    assert analytics.update(end, observation(on=True)).run.known > 22 * 3600


def test_rates_of_day_are_counted() -> None:
    analytics = begun()
    for minute, value in ((1, 25.0), (2, 25.1)):
        analytics.receive(NOON + minutes(minute), quorum(value))
    analytics.update(NOON + minutes(2), observation(on=True))
    analytics.receive(NOON + minutes(3), quorum(None))
    for minute, value in ((3, 24.9), (4, 24.7)):
        analytics.receive(NOON + minutes(minute), quorum(value))
    insight = analytics.today
    assert insight.rates.heating == pytest.approx(6.0)
    assert insight.rates.cooling == pytest.approx(-12.0)
    assert insight.cooling_power == pytest.approx(2000)
    assert insight.heating_power == pytest.approx(1000)


def test_heating_is_excluded_from_rates() -> None:
    analytics = begun()
    analytics.update(NOON + minutes(1), observation(on=True, mode=HvacMode.HEAT))
    for minute, value in ((1, 20.0), (2, 20.5)):
        analytics.receive(NOON + minutes(minute), quorum(value))
    assert analytics.today.rates.on.pairs == analytics.today.rates.off.pairs == 0
    assert analytics.update(NOON + minutes(3), observation(on=True)).run.running == 120


def test_readings_before_start_or_of_other_day_are_ignored() -> None:
    analytics = Analytics(HELSINKI, ThermalParameters())
    analytics.receive(NOON, quorum(25.0))
    analytics.update(NOON + minutes(1), observation(on=True))
    analytics.receive(NOON - timedelta(days=1), quorum(25.0))
    analytics.receive(NOON + minutes(2), quorum(24.0))
    assert analytics.today.rates.on.pairs == 0
    assert analytics.today.cooling_power is None


def test_reading_of_yesterday_keeps_today() -> None:
    analytics = begun()
    analytics.receive(NOON + minutes(1), quorum(25.0))
    analytics.receive(NOON + minutes(2), quorum(25.1))
    analytics.receive(NOON - timedelta(days=1), quorum(25.0))
    assert analytics.today.rates.off.pairs == 1


def test_clock_step_discards_open_intervals() -> None:
    analytics = begun()
    analytics.receive(NOON + minutes(1), quorum(25.0))
    analytics.shift(minutes(0))
    analytics.receive(NOON + minutes(5), quorum(26.0))
    insight = analytics.update(NOON + minutes(6), observation(on=True))
    assert insight.rates.off.pairs == 0
    assert insight.run.known == 0


def test_unconfirmed_command_is_no_transition() -> None:
    analytics = begun()
    insight = analytics.update(NOON + minutes(1), observation(on=True, sure=False))
    assert insight.transition is None
    insight = analytics.update(NOON + minutes(2), observation(on=True))
    assert insight.transition is not None
    assert (
        analytics.update(NOON + minutes(3), observation(on=None)).transition is not None
    )


def test_restart_restores_day_and_repeats_no_transition() -> None:
    analytics = begun()
    analytics.receive(NOON + minutes(1), quorum(25.0))
    analytics.receive(NOON + minutes(2), quorum(25.1))
    before = analytics.update(NOON + minutes(3), observation(on=True))
    assert before.transition is not None
    after = Analytics(HELSINKI, ROOM)
    after.resume(analytics.as_dict())
    assert after.today.rates == before.rates
    assert after.today.run == before.run
    assert after.update(NOON + minutes(4), observation(on=True)).transition is None
    assert after.update(NOON + minutes(5), observation(on=False)).transition is not None


def test_non_finite_run_time_restarts_and_keeps_day() -> None:
    analytics = begun()
    raw = {**analytics.as_dict(), "running": math.inf}
    again = Analytics(HELSINKI, ThermalParameters())
    again.resume(raw)
    assert again.as_dict()["day"] == raw["day"]
    assert again.as_dict()["running"] == 0


@pytest.mark.parametrize("mode", [HvacMode.DRY, HvacMode.FAN])
def test_time_to_target_is_none_in_other_modes(mode: HvacMode) -> None:
    analytics = begun()
    analytics.room = taught().model
    assert analytics.time_to(20.0, mode, NOON) is None
    assert (
        analytics.update(NOON, observation(on=True, mode=mode)).time_to_target is None
    )


json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(
    changed=st.dictionaries(st.sampled_from(sorted(begun().as_dict())), json),
    dropped=st.sets(st.sampled_from(sorted(begun().as_dict()))),
)
def test_damaged_analytics_restart_empty(
    changed: dict[str, Any], dropped: set[str]
) -> None:
    raw = {**begun().as_dict(), **changed}
    analytics = Analytics(HELSINKI, ThermalParameters())
    analytics.resume({key: raw[key] for key in raw if key not in dropped})
    analytics.resume(None)
    analytics.update(NOON, observation(on=True))
    assert analytics.update(NOON + minutes(1), observation(on=True)).run.known >= 60


@dataclass
class Shelf:
    """A store whose data the test reads."""

    saved: list[dict[str, Any]] = field(default_factory=list)
    later: list[Callable[[], dict[str, Any]]] = field(default_factory=list)

    async def async_load(self) -> dict[str, Any] | None:
        return self.saved[-1] if self.saved else None

    async def async_save(self, data: dict[str, Any]) -> None:
        self.saved.append(data)

    def async_delay_save(
        self, data_func: Callable[[], dict[str, Any]], delay: float
    ) -> None:
        assert delay == 900
        self.later.append(data_func)


async def test_analytics_are_saved_with_delay_and_transition_at_once() -> None:
    analytics, shelf = begun(), Shelf()
    ledger = AnalyticsStore(shelf, analytics)
    for minute in range(5):
        analytics.update(NOON + minutes(minute), observation(on=False))
        await ledger.async_save_changes()
    assert (len(shelf.saved), len(shelf.later)) == (0, 1)
    assert shelf.later[0]()["known"] == 240
    await ledger.async_save_changes()
    assert len(shelf.later) == 2
    analytics.update(NOON + minutes(6), observation(on=True))
    await ledger.async_save_changes()
    assert shelf.saved[-1]["power"] is True
    again = Analytics(HELSINKI, ThermalParameters())
    await AnalyticsStore(shelf, again).async_restore()
    assert again.today.run.known == 360
