"""What survives a restart."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.control.saved_state import (
    Keeper,
    Memory,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.daily_counters import (
    Tally,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    DeviceState,
    Intent,
    Mode,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.occupancy import (
    Surroundings,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import (
    Preset,
    Spell,
    Wishes,
)
from custom_components.jannenkoti.lib.guard import Phase
from custom_components.jannenkoti.lib.hold import Hold

FIRST = Intent(target=19.0)

instants = st.datetimes(timezones=st.just(UTC))
memories = st.builds(
    Memory,
    intent=st.builds(
        Intent,
        regulate=st.booleans(),
        mode=st.sampled_from(Mode),
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
        mode=st.none() | st.sampled_from(Mode),
        fan=st.none() | st.text(max_size=5),
        target=st.none() | st.floats(min_value=10, max_value=35),
    ),
    echo_due=st.none() | instants,
    lost_since=st.none() | instants,
    hold=st.none() | st.builds(Hold, since=instants, until=instants),
    wishes=st.builds(
        Wishes,
        boost=st.none()
        | st.builds(
            Spell,
            preset=st.sampled_from(Preset),
            since=instants,
            until=st.none() | instants,
        ),
    ),
    surroundings=st.builds(
        Surroundings,
        gone_since=st.none() | instants,
        opened=st.dictionaries(st.text(max_size=5), instants, max_size=2),
    ),
    tally=st.none()
    | st.builds(Tally, day=st.dates(), commands=st.integers(0), starts=st.integers(0)),
)


@given(memory=memories)
def test_a_memory_comes_back_as_it_was(memory: Memory) -> None:
    assert Memory.from_dict(memory.as_dict(), FIRST) == memory


def test_a_stepped_clock_leaves_all_ages() -> None:
    step, now = timedelta(hours=1), datetime(2026, 7, 1, tzinfo=UTC)
    before = Memory(
        intent=FIRST,
        phase=Phase(on=True, since=now),
        hold=Hold(since=now, until=now + step),
        wishes=Wishes().boosted(now, step),
        surroundings=Surroundings(gone_since=now, opened={"window": now}),
    )
    after = before.shifted(step)
    assert after == Memory(
        intent=FIRST,
        phase=Phase(on=True, since=now + step),
        hold=Hold(since=now + step, until=now + 2 * step),
        wishes=Wishes().boosted(now + step, step),
        surroundings=Surroundings(gone_since=now + step, opened={"window": now + step}),
    )
    assert Memory(intent=FIRST).shifted(step) == Memory(intent=FIRST)


def test_nothing_stored_is_the_first_intent() -> None:
    assert Memory.from_dict(None, FIRST) == Memory(intent=FIRST)


HOLD = Hold(
    since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 7, 2, tzinfo=UTC)
)


@pytest.mark.parametrize("regulate", [True, False])
def test_whoever_chooses_a_mode_or_the_power_ends_the_hold(*, regulate: bool) -> None:
    before = Memory(
        intent=Intent(regulate=regulate, power=False, target=19.0), hold=HOLD
    )
    # What was run by hand has another set temperature than the thermostat gives it.
    assert before.regulated(Mode.HEAT) == Memory(
        intent=Intent(mode=Mode.HEAT, target=19.0, drive=not regulate)
    )
    assert before.powered(on=True) == Memory(
        intent=Intent(regulate=regulate, power=True, target=19.0)
    )


GOOD = Memory(
    intent=Intent(),
    phase=Phase(on=True, since=datetime(2026, 7, 1, tzinfo=UTC)),
    hold=HOLD,
    tally=Tally(day=date(2026, 7, 1), commands=3, starts=1),
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
        {"tally": {"day": "today"}},
        {"echo_due": "soon"},
        {"wishes": 7},
        {"wishes": {"boost": {}}},
        {"surroundings": {"gone_since": None}},
        {"surroundings": {"gone_since": None, "opened": {"a": "2026-07-01"}}},
    ],
)
def test_damage_is_forgotten(damage: dict[str, Any]) -> None:
    assert Memory.from_dict({**GOOD, **damage}, FIRST) == Memory(intent=FIRST)


def test_a_memory_of_the_first_version_is_kept() -> None:
    older = {**GOOD}
    for key in ("wishes", "surroundings"):
        del older[key]
    assert Memory.from_dict(older, FIRST).as_dict() == GOOD


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
    keeper = Keeper(shelf)
    memory = await keeper.async_recall(FIRST)
    await keeper.async_keep(memory)
    await keeper.async_keep(memory)
    assert len(shelf.saved) == 1
    await keeper.async_keep(Memory(intent=Intent(target=30.0)))
    assert len(shelf.saved) == 2
    assert (await keeper.async_recall(FIRST)).intent.target == 30.0


def test_the_first_intent_is_a_mode_that_the_device_has() -> None:
    assert Intent.first(Abilities(modes=(Mode.HEAT,))).mode is Mode.HEAT
    assert Intent.first(Abilities()).mode is Mode.COOL


def test_set_temperatures_fit_the_device() -> None:
    abilities = Abilities(minimum=16, maximum=30, step=1)
    assert [abilities.fit(x) for x in (10, 24.5, 23.4, 99)] == [16, 25, 23, 30]
    assert Abilities(step=0.5).fit(21.3) == 21.5
