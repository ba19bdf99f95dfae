"""What survives a restart."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

FIRST = Request(target=19.0)

instants = st.datetimes(timezones=st.just(UTC))
memories = st.builds(
    SavedState,
    request=st.builds(
        Request,
        regulate=st.booleans(),
        mode=st.sampled_from(HvacMode),
        target=st.floats(min_value=10, max_value=35),
        fan=st.none() | st.text(max_size=5),
        power=st.none() | st.booleans(),
        drive=st.just(value=False),
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
            until=st.none() | instants,
        ),
    ),
    occupancy=st.builds(
        Occupancy,
        gone_since=st.none() | instants,
        opened=st.dictionaries(st.text(max_size=5), instants, max_size=2),
    ),
    counters=st.none()
    | st.builds(
        DailyCounters, day=st.dates(), commands=st.integers(0), starts=st.integers(0)
    ),
)


@given(saved=memories)
def test_a_memory_comes_back_as_it_was(saved: SavedState) -> None:
    assert SavedState.from_dict(saved.as_dict(), FIRST) == saved


def test_a_stepped_clock_leaves_all_ages() -> None:
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


def test_nothing_stored_is_the_first_intent() -> None:
    assert SavedState.from_dict(None, FIRST) == SavedState(request=FIRST)


HOLD = Hold(
    since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 7, 2, tzinfo=UTC)
)


@pytest.mark.parametrize("regulate", [True, False])
def test_whoever_chooses_a_mode_or_the_power_ends_the_hold(*, regulate: bool) -> None:
    before = SavedState(
        request=Request(regulate=regulate, power=False, target=19.0), hold=HOLD
    )
    # What was run by hand has another set temperature than the thermostat gives it.
    assert before.regulated(HvacMode.HEAT) == SavedState(
        request=Request(mode=HvacMode.HEAT, target=19.0, drive=not regulate)
    )
    assert before.powered(on=True) == SavedState(
        request=Request(regulate=regulate, power=True, target=19.0)
    )


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
        {"phase": {"on": True, "since": "yesterday"}},
        {"phase": {"on": True, "since": "2026-07-01T00:00:00"}},
        {"phase": {"on": True}},
        {"seen": {"on": True}},
        {"seen": 7},
        {"hold": {"since": "2026-07-01T00:00:00", "until": "2026-07-02T00:00:00"}},
        {"counters": {"day": "today"}},
        {"echo_due": "soon"},
        {"overrides": 7},
        {"overrides": {"boost": {}}},
        {"occupancy": {"gone_since": None}},
        {"occupancy": {"gone_since": None, "opened": {"a": "2026-07-01"}}},
    ],
)
def test_damage_is_forgotten(damage: dict[str, Any]) -> None:
    assert SavedState.from_dict({**GOOD, **damage}, FIRST) == SavedState(request=FIRST)


def test_a_memory_of_the_first_version_is_kept() -> None:
    older = {**GOOD}
    for key in ("overrides", "occupancy"):
        del older[key]
    assert SavedState.from_dict(older, FIRST).as_dict() == GOOD


class Shelf:
    """A store in a list."""

    def __init__(self) -> None:
        self.saved: list[dict[str, Any]] = []

    async def async_load(self) -> dict[str, Any] | None:
        return self.saved[-1] if self.saved else None

    async def async_save(self, data: dict[str, Any]) -> None:
        self.saved.append(data)


async def test_only_what_changed_is_saved() -> None:
    shelf = Shelf()
    keeper = SavedStateStore(shelf)
    saved = await keeper.async_recall(FIRST)
    await keeper.async_keep(saved)
    await keeper.async_keep(saved)
    assert len(shelf.saved) == 1
    await keeper.async_keep(SavedState(request=Request(target=30.0)))
    assert len(shelf.saved) == 2
    assert (await keeper.async_recall(FIRST)).request.target == 30.0


def test_the_first_intent_is_a_mode_that_the_device_has() -> None:
    assert Request.first(Abilities(modes=(HvacMode.HEAT,))).mode is HvacMode.HEAT
    assert Request.first(Abilities()).mode is HvacMode.COOL


def test_set_temperatures_fit_the_device() -> None:
    abilities = Abilities(minimum=16, maximum=30, step=1)
    assert [abilities.fit(x) for x in (10, 24.5, 23.4, 99)] == [16, 25, 23, 30]
    assert Abilities(step=0.5).fit(21.3) == 21.5
