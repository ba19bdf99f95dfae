"""The source of a switch, named only if it is certain."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.control.decide import (
    Decision,
    Reason,
)
from custom_components.jannenkoti.kinds.air_conditioner.insight.transitions import (
    PowerCommand,
    PreviousState,
    Source,
    TransitionDetector,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import Change

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
STOP = PowerCommand(on=False, source=Source.SCHEDULE, reason=Reason.SLEEPING)


def order(
    reason: Reason, *, on: bool | None = True, pressed: bool = False, sent: int = 1
) -> PowerCommand | None:
    decision = Decision(reason=reason, change=Change(on=on), phase=None)
    return PreviousState(pressed=pressed).command(decision, sent)


@pytest.mark.parametrize(
    ("reason", "source"),
    [
        (Reason.COOLING, Source.THERMOSTAT),
        (Reason.SATISFIED, Source.THERMOSTAT),
        (Reason.SLEEPING, Source.SCHEDULE),
        (Reason.SENSOR_SILENT, Source.SAFETY),
    ],
)
def test_reason_gives_source(reason: Reason, source: Source) -> None:
    assert order(reason) == PowerCommand(on=True, source=source, reason=reason)
    assert order(reason, pressed=True) == PowerCommand(
        on=True, source=Source.USER, reason=reason
    )


def test_command_without_power_is_no_power_command() -> None:
    assert order(Reason.COOLING, on=None) is None
    assert order(Reason.COOLING, sent=0) is None


def test_first_observation_is_no_transition() -> None:
    watch = TransitionDetector()
    assert watch.update(NOW, on=True, remote=False) is None
    assert watch.update(NOW, on=True, remote=False) is None


@pytest.mark.parametrize(
    ("sent", "remote", "source"),
    [
        (STOP, False, Source.SCHEDULE),
        (None, True, Source.REMOTE),
        # Changed during a silence or a restart: the source is unknown.
        (None, False, Source.UNKNOWN),
        # An unconfirmed command may have had a late effect.
        (STOP, True, Source.UNKNOWN),
    ],
)
def test_source_is_named_only_if_certain(
    sent: PowerCommand | None, source: Source, *, remote: bool
) -> None:
    watch = TransitionDetector(on=True)
    watch.command(sent)
    seen = watch.update(NOW, on=False, remote=remote)
    assert seen is not None
    assert (seen.on, seen.source, seen.at) == (False, source, NOW)
    assert seen.reason is (Reason.SLEEPING if source is Source.SCHEDULE else None)


def test_power_command_causes_one_transition() -> None:
    watch = TransitionDetector(on=True)
    watch.command(STOP)
    watch.update(NOW, on=False, remote=False)
    watch.update(NOW, on=True, remote=True)
    again = watch.update(NOW, on=False, remote=False)
    assert again is not None
    assert again.source is Source.UNKNOWN


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_each_change_is_reported_once(sights: list[tuple[bool, bool]]) -> None:
    watch, on = TransitionDetector(on=False), False
    for is_on, remote in sights:
        seen = watch.update(NOW, on=is_on, remote=remote)
        assert (seen is not None) is (is_on is not on)
        assert seen is None or seen.on is is_on
        on = is_on
