"""A light that its user turned off is never turned on by the routine."""

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.light_home import (
    ACTIONS,
    LAMPS,
    LONGEST_DELAY,
    LONGEST_WAIT,
    LightHome,
)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.integers(0, LAMPS - 1),
        st.integers(0, LONGEST_WAIT),
        st.integers(0, LONGEST_DELAY),
    ),
    max_size=14,
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_no_interleaving_turns_on_a_light_that_was_turned_off(
    steps: list[tuple[str, int, int, int]],
) -> None:
    home = LightHome()
    home.run(steps)
    assert home.turned_on_by_us == 0


def test_lights_that_are_on_are_sent_commands_in_this_simulation() -> None:
    home = LightHome()
    home.run([("wall_on", 0, 0, 0), ("wait", 0, 150, 0), ("wait", 0, 150, 0)])
    assert home.commands > 0


def test_off_report_of_an_earlier_action_does_not_end_a_later_one() -> None:
    """Off, on and off by actions; each report is half a minute late."""
    home = LightHome()
    home.run(
        [
            ("wall_on", 0, 0, 0),
            ("action_off", 0, 280, 29),
            ("action_on", 0, 5, 1),
            ("action_off", 0, 5, 29),
            ("wait", 0, 60, 0),
        ]
    )
    assert home.turned_on_by_us == 0
    assert not home.lamps[0].on
