"""Echoes of commands."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jannenkoti.lib.echo import Echo, Verdict

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("confirmed", "after", "verdict"),
    [
        (True, 0, Verdict.CONFIRMED),
        (True, 999, Verdict.CONFIRMED),
        (False, 0, Verdict.PENDING),
        (False, 119, Verdict.PENDING),
        (False, 120, Verdict.MISSED),
    ],
)
def test_unconfirmed_command_is_missed_after_its_deadline(
    *, confirmed: bool, after: int, verdict: Verdict
) -> None:
    echo = Echo(expected="on", deadline=NOW + timedelta(seconds=120))
    now = NOW + timedelta(seconds=after)
    assert echo.judge(confirmed=confirmed, now=now) is verdict
