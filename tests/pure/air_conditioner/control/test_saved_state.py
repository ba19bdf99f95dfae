"""The saved state."""

import math
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    Parameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.saved_state import (
    SavedState,
    SavedStateStore,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.daily_counters import (
    DailyCounters,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    DeviceState,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.occupancy import (
    Occupancy,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import (
    Overrides,
    Preset,
    TimedPreset,
)
from custom_components.jannenkoti.lib.guard import Phase
from custom_components.jannenkoti.lib.hold import Hold

if TYPE_CHECKING:
    from custom_components.jannenkoti.lib.stored import Stored

FIRST = Request(target=19.0)

instants = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001 - the zone follows
    datetime(2199, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
memories = st.builds(
    SavedState,
    request=st.builds(
        Request,
        regulate=st.booleans(),
        mode=st.sampled_from(HvacMode),
        target=st.floats(min_value=10, max_value=35),
        fan=st.none() | st.text(max_size=5),
        power=st.none() | st.booleans(),
        pending=st.frozensets(st.sampled_from(["mode", "target", "fan"])),
    ),
    phase=st.none() | st.builds(Phase, on=st.booleans(), since=instants),
    seen=st.none()
    | st.builds(
        DeviceState,
        on=st.booleans(),
        mode=st.none() | st.sampled_from(HvacMode),
        fan=st.none() | st.text(max_size=5),
        target=st.none() | st.floats(min_value=10, max_value=35),
    ),
    echo_due=st.none() | instants,
    lost_since=st.none() | instants,
    hold=st.none() | st.builds(Hold, since=instants, until=instants),
    overrides=st.builds(
        Overrides,
        boost=st.none()
        | st.builds(
            TimedPreset,
            preset=st.sampled_from(Preset),
            since=instants,
            until=instants,
        ),
    ),
    occupancy=st.builds(
        Occupancy,
        gone_since=st.none() | instants,
        opened=st.dictionaries(st.text(max_size=5), instants, max_size=2),
    ),
    counters=st.none()
    | st.builds(
        DailyCounters,
        day=st.dates(),
        commands=st.integers(0, 999),
        starts=st.integers(0, 999),
    ),
)


@given(saved=memories)
def test_saved_state_round_trips_through_json(saved: SavedState) -> None:
    assert SavedState.from_dict(saved.as_dict(), FIRST) == saved


def test_clock_step_keeps_saved_ages() -> None:
    step, now = timedelta(hours=1), datetime(2026, 7, 1, tzinfo=UTC)
    before = SavedState(
        request=FIRST,
        phase=Phase(on=True, since=now),
        hold=Hold(since=now, until=now + step),
        overrides=Overrides().boosted(now, step),
        occupancy=Occupancy(gone_since=now, opened={"window": now}),
    )
    after = before.shifted(step)
    assert after == SavedState(
        request=FIRST,
        phase=Phase(on=True, since=now + step),
        hold=Hold(since=now + step, until=now + 2 * step),
        overrides=Overrides().boosted(now + step, step),
        occupancy=Occupancy(gone_since=now + step, opened={"window": now + step}),
    )
    assert SavedState(request=FIRST).shifted(step) == SavedState(request=FIRST)


def test_empty_store_gives_first_request() -> None:
    assert SavedState.from_dict(None, FIRST) == SavedState(request=FIRST)


HOLD = Hold(
    since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 7, 2, tzinfo=UTC)
)


NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("regulate", [True, False])
def test_mode_or_power_request_ends_hold(*, regulate: bool) -> None:
    before = SavedState(
        request=Request(regulate=regulate, power=False, target=19.0), hold=HOLD
    )
    # A device that ran by hand has another set temperature than a drive.
    assert before.regulating(HvacMode.HEAT, NOW) == SavedState(
        request=Request(
            mode=HvacMode.HEAT,
            target=19.0,
            pending=frozenset({"mode"}),
            drive_at=NOW,
        )
    )
    assert before.powered(on=True) == SavedState(
        request=Request(regulate=regulate, power=True, target=19.0)
    )


def test_mode_that_the_device_no_longer_offers_switches_the_thermostat_off() -> None:
    cool_only = Abilities(modes=(HvacMode.COOL,), fans=("low",))
    asked = Request(mode=HvacMode.HEAT, target=23.0, fan="turbo")
    assert asked.not_offered(cool_only) == ("heat", "turbo")
    assert asked.fitting(cool_only) == Request(
        regulate=False, mode=HvacMode.COOL, target=23.0
    )
    assert Request(fan="low").fitting(cool_only) == Request(fan="low")


GOOD = SavedState(
    request=Request(),
    phase=Phase(on=True, since=datetime(2026, 7, 1, tzinfo=UTC)),
    hold=HOLD,
    counters=DailyCounters(day=date(2026, 7, 1), commands=3, starts=1),
).as_dict()


@pytest.mark.parametrize(
    "damage",
    [
        {"mode": "party"},
        {"target": "warm"},
        {"target": float("nan")},
        {"target": 1e999},
        {"target": 1000.0},
        {"fan": 7},
        {"power": "on"},
        {"pending": 7},
        {"phase": {"on": True, "since": "yesterday"}},
        {"phase": {"on": True, "since": "2026-07-01T00:00:00"}},
        {"phase": {"on": True, "since": "0001-01-01T00:00:00+00:00"}},
        {"phase": {"on": True}},
        {"seen": 7},
        {"hold": {"since": "2026-07-01T00:00:00", "until": "2026-07-02T00:00:00"}},
        {"hold": {"since": "9999-12-31T00:00:00+00:00"}},
        {"counters": {"day": "today"}},
        {"counters": {"day": "2026-07-01", "commands": 1e400}},
        {"echo_due": "soon"},
        {"overrides": 7},
        {"overrides": {"boost": {}}},
        {"occupancy": {"gone_since": None, "opened": {"a": "2026-07-01"}}},
    ],
)
def test_damaged_field_keeps_other_fields(damage: dict[str, Any]) -> None:
    damaged = SavedState.from_dict({**GOOD, **damage}, FIRST).as_dict()
    (field,) = damage
    same = {key for key, value in damaged.items() if value == GOOD[key]}
    assert same >= GOOD.keys() - {field}
    default = SavedState(request=FIRST).as_dict()[field]
    assert damaged[field] in (
        default,
        {"day": "2026-07-01", "commands": 0, "starts": 0},
    )


NAMES = {*GOOD, "on", "since", "until", "preset", "boost", "sleep", "opened", "day"}
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(sorted(NAMES)), inner)
    ),
)


@given(
    raw=st.dictionaries(st.sampled_from(sorted(GOOD)), anything),
    step=st.timedeltas(-timedelta(hours=9), timedelta(hours=9)),
)
def test_any_json_gives_a_usable_state(raw: dict[str, Any], step: timedelta) -> None:
    saved = SavedState.from_dict(raw, FIRST)
    assert SavedState.from_dict(saved.as_dict(), FIRST) == saved
    assert math.isfinite(saved.request.target)
    saved.shifted(step)
    if saved.phase is not None:
        saved.phase.free_at(Parameters().minimum)


class Shelf:
    """A store in a list."""

    def __init__(self) -> None:
        self.saved: list[dict[str, Any]] = []

    async def async_load(self) -> dict[str, Any]:
        return self.saved[-1] if self.saved else {}

    def report_rejected(self, stored: Stored) -> None:
        assert not stored.rejected

    async def async_save(self, data: dict[str, Any]) -> None:
        self.saved.append(data)


async def test_only_changed_state_is_saved() -> None:
    shelf = Shelf()
    keeper = SavedStateStore(shelf)
    saved = await keeper.async_restore(FIRST)
    await keeper.async_save(saved)
    await keeper.async_save(saved)
    assert len(shelf.saved) == 1
    await keeper.async_save(SavedState(request=Request(target=30.0)))
    assert len(shelf.saved) == 2
    assert (await keeper.async_restore(FIRST)).request.target == 30.0


def test_first_request_has_offered_mode() -> None:
    assert Request.first(Abilities(modes=(HvacMode.HEAT,))).mode is HvacMode.HEAT
    assert Request.first(Abilities()).mode is HvacMode.COOL


def test_set_temperature_is_limited_to_device_range() -> None:
    abilities = Abilities(minimum=16, maximum=30, step=1)
    assert [abilities.fit(x) for x in (10, 24.5, 23.4, 99)] == [16, 25, 23, 30]
    assert Abilities(step=0.5).fit(21.3) == 21.5
