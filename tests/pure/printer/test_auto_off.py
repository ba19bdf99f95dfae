"""When the plug may be switched off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.printer.control.auto_off import (
    AutoOff,
    AutoOffLimits,
    AutoOffReason,
    Situation,
)
from custom_components.jannenkoti.kinds.printer.job.nozzles import Nozzle
from custom_components.jannenkoti.kinds.printer.job.status import (
    JobState,
    PrinterStatus,
    read_status,
)
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LIMITS = AutoOffLimits(nozzle=50, delay=timedelta(minutes=10))
COLD = PrinterStatus(job_state=JobState.FINISHED, nozzle=31.0, nozzle_target=0.0)
GOOD = Situation(plug_on=True, connected=True, status=COLD, waiting=0)
ENDED = AutoOff(ended=NOW - timedelta(hours=1))
R = AutoOffReason


def status(**changes: Any) -> Situation:
    return replace(GOOD, status=replace(COLD, **changes))


@pytest.mark.parametrize(
    ("state", "situation", "reason"),
    [
        (ENDED, GOOD, R.READY),
        (ENDED, replace(GOOD, plug_on=False), R.OFF),
        (ENDED, replace(GOOD, plug_on=None), R.OFF),
        (ENDED, replace(GOOD, connected=False), R.NOT_CONNECTED),
        (ENDED, status(job_state=JobState.RUNNING), R.PRINTING),
        (ENDED, status(job_state=JobState.PAUSED), R.PRINTING),
        (ENDED, status(job_state=JobState.UNKNOWN), R.PRINTING),
        (AutoOff(), GOOD, R.NO_PRINT),
        (ENDED, status(updating=True), R.UPDATING),
        (ENDED, replace(GOOD, waiting=1), R.QUEUE),
        (ENDED, status(nozzle=50.0), R.HOT),
        (ENDED, status(nozzle=None), R.HOT),
        (ENDED, status(nozzle_target=200.0), R.HOT),
        (ENDED, status(nozzles=(Nozzle(31, 0), Nozzle(31, 0))), R.READY),
        (ENDED, status(nozzles=(Nozzle(31, 0), Nozzle(50, 0))), R.HOT),
        (ENDED, status(nozzles=(Nozzle(31, 200), Nozzle(31, 0))), R.HOT),
        (ENDED, status(nozzles=(Nozzle(None, None), Nozzle(31, 0))), R.HOT),
        (AutoOff(ended=NOW), GOOD, R.DELAY),
    ],
)
def test_plug_is_switched_off_only_when_nothing_speaks_against_it(
    state: AutoOff, situation: Situation, reason: AutoOffReason
) -> None:
    found, due = state.decide(situation, LIMITS, NOW)
    assert found is reason
    assert due == (NOW + LIMITS.delay if reason is R.DELAY else None)


@given(
    st.sampled_from([True, False, None]),
    st.booleans(),
    st.sampled_from(list(JobState)),
    st.sampled_from([None, 0.0, 49.9, 50.0, 220.0]),
    st.sampled_from([None, 0.0, 220.0]),
    st.integers(0, 2),
    st.booleans(),
)
def test_what_is_unknown_is_never_ready(
    plug_on: bool | None,  # noqa: FBT001 - drawn by Hypothesis
    connected: bool,  # noqa: FBT001
    job_state: JobState,
    nozzle: float | None,
    target: float | None,
    waiting: int,
    updating: bool,  # noqa: FBT001
) -> None:
    situation = Situation(
        plug_on=plug_on,
        connected=connected,
        status=PrinterStatus(
            job_state=job_state, nozzle=nozzle, nozzle_target=target, updating=updating
        ),
        waiting=waiting,
    )
    reason, _due = ENDED.decide(situation, LIMITS, NOW)
    safe = plug_on is True and connected and job_state.ended and not updating
    safe = safe and waiting == 0 and nozzle is not None and nozzle < 50 and not target
    assert (reason is R.READY) is safe


def test_only_a_print_that_has_ended_lets_the_plug_be_switched_off() -> None:
    state = AutoOff().observe(GOOD, NOW, has_ended=False)
    assert state.ended is None
    state = state.observe(GOOD, NOW, has_ended=True)
    assert state.ended == NOW
    assert AutoOff.parse(Stored(state.as_dict())) == state
    # The clock was set back; the delay begins again.
    early = NOW - timedelta(days=1)
    assert state.observe(GOOD, early, has_ended=False).ended == early
    # Another print, or the plug itself, ends it.
    printing = status(job_state=JobState.PREPARING)
    assert state.observe(printing, NOW, has_ended=False).ended is None
    off = replace(GOOD, plug_on=False)
    assert state.observe(off, NOW, has_ended=False).ended is None


@pytest.mark.parametrize(
    ("raw", "updating"),
    [
        (None, False),
        ({"status": "IDLE"}, False),
        ({"status": ""}, False),
        ({"status": "UPGRADE_SUCCESS"}, False),
        ({"status": "FLASHING"}, True),
        ({"status": "new word"}, True),
        ({"status": 5}, False),
        ([], False),
    ],
)
def test_update_of_the_firmware_is_recognized(raw: object, *, updating: bool) -> None:
    found = read_status({"print": {"upgrade_state": raw}})
    assert found.updating is updating
