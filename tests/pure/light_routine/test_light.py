"""Single rules of a light and of the routine that are hard to reach from outside."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.light_routine.lights.light import (
    VETO_LASTS,
    Light,
)
from custom_components.jannenkoti.kinds.light_routine.lights.look import Look
from custom_components.jannenkoti.kinds.light_routine.lights.routine import (
    Parameters,
    Reason,
    Routine,
)
from custom_components.jannenkoti.kinds.light_routine.lights.states import (
    Abilities,
    Pause,
    PauseEnd,
    Phase,
    Report,
)
from custom_components.jannenkoti.kinds.light_routine.model import (
    as_saved,
    read_pauses,
    read_switches,
)
from custom_components.jannenkoti.kinds.light_routine.slots.plan import Plan
from custom_components.jannenkoti.kinds.light_routine.slots.table import PRESET
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 1, 12, 12, tzinfo=UTC)
ON = Report(phase=Phase.ON, look=Look(brightness=200, kelvin=3000))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def routine(**options: Any) -> Routine:
    """Return a routine with one light that is on."""
    plan = Plan(table=PRESET, zone=UTC, sun=lambda _anchor, _day: None)
    made = Routine(
        plan=plan, parameters=Parameters(**options), lights={"light.a": Light()}
    )
    made.advance(NOW)
    made.report("light.a", ON, NOW)
    return made


def test_off_action_without_effect_is_forgotten_after_a_time() -> None:
    made = routine()
    made.lights["light.a"].off_requested(NOW)
    made.request_all(NOW)
    assert made.commands(NOW) == []
    later = NOW + VETO_LASTS
    made.request_all(later)
    assert len(made.commands(later)) == 1


def test_report_of_an_unknown_light_is_ignored() -> None:
    made = routine()
    made.report("light.b", ON, NOW)
    assert made.lights.keys() == {"light.a"}


def test_pause_from_the_future_ends_and_one_without_end_stays() -> None:
    light = Light(
        Pause(
            since=NOW + timedelta(hours=1), until=NOW + timedelta(days=1), look=ON.look
        )
    )
    light.report(ON, NOW, adapt=True, lasts=None)
    light.expire(NOW)
    assert light.pause is None
    light = Light(Pause(since=NOW, until=None, look=ON.look))
    light.expire(NOW + timedelta(days=9))
    assert light.pause is not None


def test_ramp_ends_when_the_light_is_changed_by_hand() -> None:
    made = routine()
    light = made.lights["light.a"]
    flat = Report(phase=Phase.ON, look=ON.look, abilities=Abilities(fades=False))
    made.report("light.a", flat, NOW)
    made.commands(NOW)
    light.request(NOW, fade=True)
    assert light.take(NOW, Look(brightness=10), 120.0) is None
    at = NOW + timedelta(seconds=30)
    assert light.take(at, Look(brightness=10), 120.0) is not None
    user = Report(phase=Phase.ON, look=Look(brightness=255), by_user=True)
    made.report("light.a", user, at)
    assert light.ramp is None
    assert light.pause is not None
    assert light.take(at + timedelta(seconds=30), Look(brightness=10), 120.0) is None


def test_ramp_stops_at_a_veto() -> None:
    light = Light()
    flat = Report(phase=Phase.ON, look=ON.look, abilities=Abilities(fades=False))
    light.report(flat, NOW, adapt=False, lasts=None)
    light.request(NOW, fade=True)
    light.take(NOW, Look(brightness=10), 120.0)
    light._veto_until = NOW + timedelta(hours=1)
    assert light.take(NOW + timedelta(seconds=31), Look(brightness=10), 120.0) is None
    assert light.ramp is None


def test_user_who_sets_what_the_slot_has_does_not_pause_the_light() -> None:
    made = routine()
    made.commands(NOW)
    slot = made.slot
    assert slot is not None
    user = Report(phase=Phase.ON, look=slot.look, by_user=True)
    made.report("light.a", user, NOW + timedelta(seconds=60))
    assert made.paused() == []


def test_change_before_any_command_is_manual() -> None:
    light = Light()
    light.report(ON, NOW, adapt=False, lasts=None)
    light.drop()
    other = Report(phase=Phase.ON, look=Look(brightness=20, kelvin=3000))
    light.report(other, NOW, adapt=False, lasts=timedelta(hours=1))
    assert light.pause is not None
    assert light.next_at() == NOW + timedelta(hours=1)
    light.report(ON, NOW, adapt=False, lasts=None)
    assert light.pause.look == ON.look


def reason_of(made: Routine) -> Reason:
    """Return the reason; mypy takes a property for a constant."""
    return made.reason


def test_reasons_name_the_first_cause() -> None:
    made = routine()
    assert reason_of(made) is Reason.FOLLOWING
    made.switches.forced = "night"
    assert made.advance(NOW)
    assert reason_of(made) is Reason.FORCED
    made.slot = None
    assert reason_of(made) is Reason.NO_SLOT
    assert made.commands(NOW) == []
    made.switches.away = True
    assert reason_of(made) is Reason.AWAY
    made.lights.clear()
    assert reason_of(made) is Reason.NO_LIGHTS
    made.switches.enabled = False
    assert reason_of(made) is Reason.OFF
    assert made.allowed(["light.a"], NOW) == []


def test_forced_slot_that_was_deleted_is_dropped() -> None:
    made = routine()
    made.switches.forced = "gone"
    made.advance(NOW)
    assert made.switches.forced is None


def test_saved_state_is_restored() -> None:
    made = routine(pause_ends=PauseEnd.HOURS)
    made.report(
        "light.a", Report(phase=Phase.ON, look=Look(brightness=9, xy=(0.3, 0.3))), NOW
    )
    made.switches.enabled = False
    saved = as_saved(made)
    restored = read_pauses(Stored(saved))
    assert restored["light.a"].pause == made.lights["light.a"].pause
    assert restored["light.a"].pause is not None
    assert not read_switches(Stored(saved)).enabled
    assert saved["slot"] == "day"


@given(
    ANY_JSON | st.fixed_dictionaries({"paused": st.dictionaries(st.text(), ANY_JSON)})
)
def test_any_saved_state_is_read(saved: object) -> None:
    read_switches(Stored(saved))
    assert isinstance(read_pauses(Stored(saved)), dict)
    assert read_pauses(Stored({"paused": {"light.a": {"since": "never"}}})) == {}


def answered() -> tuple[Routine, Light]:
    """Return a light that was sent the slot (255, 4292 K) and has shown it."""
    made = routine()
    light = made.lights["light.a"]
    made.request_all(NOW, fade=False)
    assert len(made.commands(NOW)) == 1
    look = Look(brightness=255, kelvin=4292)
    made.report("light.a", Report(phase=Phase.ON, look=look, ours=True), NOW)
    assert light.pause is None
    return made, light


@pytest.mark.parametrize("seconds", [0, 1, 4])
@pytest.mark.parametrize(
    "look",
    [
        Look(brightness=90, kelvin=4292),
        Look(brightness=1, kelvin=4292),
    ],
)
def test_change_by_hand_soon_after_a_command_pauses_in_spite_of_our_context(
    seconds: int, look: Look
) -> None:
    # Home Assistant keeps the context of an action for five seconds.
    made, light = answered()
    made.report(
        "light.a",
        Report(phase=Phase.ON, look=look, ours=True),
        NOW + timedelta(seconds=seconds),
    )
    assert light.pause is not None


@pytest.mark.parametrize(
    "look",
    [
        Look(brightness=254, kelvin=4292),
        Look(brightness=251, kelvin=4255),
        Look(brightness=200, kelvin=3000),
        Look(brightness=230, kelvin=3500),
        Look(brightness=255, xy=(0.17, 0.7)),
    ],
    ids=["rounded", "mireds", "old", "on its way", "nearest color"],
)
def test_further_report_of_a_command_does_not_pause(look: Look) -> None:
    made, light = answered()
    report = Report(phase=Phase.ON, look=look, ours=True)
    made.report("light.a", report, NOW + timedelta(seconds=2))
    assert light.pause is None
