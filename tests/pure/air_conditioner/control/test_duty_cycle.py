"""The duty cycle."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.control.duty_cycle import (
    DutyCycle,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_duty_cycle_is_none_at_start() -> None:
    duty = DutyCycle()
    assert duty.share is None
    duty.update(NOW, on=True)
    assert duty.share is None


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_duty_cycle_converges_to_share(share: float) -> None:
    duty, now = DutyCycle(), NOW
    for minute in range(24 * 60):
        duty.update(now, on=minute % 20 < 20 * share)
        now += timedelta(minutes=1)
    assert duty.share == pytest.approx(share, abs=0.05)


@given(
    steps=st.lists(st.tuples(st.integers(-10_000, 10_000), st.booleans()), min_size=2)
)
def test_duty_cycle_stays_between_0_and_1_at_any_clock_step(
    steps: list[tuple[int, bool]],
) -> None:
    duty, now = DutyCycle(), NOW
    for seconds, on in steps:
        now += timedelta(seconds=seconds)
        duty.update(now, on=on)
    assert duty.share is not None
    assert 0 <= duty.share <= 1
