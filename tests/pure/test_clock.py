"""Stepped clocks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.clock import Clocks

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@given(
    passed=st.floats(min_value=0, max_value=1e6),
    step=st.floats(min_value=-1e6, max_value=1e6)
    | st.floats(min_value=-5.5, max_value=5.5),
)
def test_only_a_step_of_the_clock_is_detected(passed: float, step: float) -> None:
    before = Clocks(wall=NOW, ticks=50.0)
    after = Clocks(wall=NOW + timedelta(seconds=passed + step), ticks=50.0 + passed)
    found = before.step_to(after).total_seconds()
    if abs(step) < 4.9:
        assert found == 0
    elif abs(step) > 5.1:
        assert abs(found - step) < 0.01
