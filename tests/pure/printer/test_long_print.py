"""A print of 40 hours, report by report."""

from datetime import UTC, datetime, timedelta

from custom_components.jannenkoti.kinds.printer.job.completion import completion
from custom_components.jannenkoti.kinds.printer.job.events import JobEvent, JobMark
from custom_components.jannenkoti.kinds.printer.job.status import StatusReader
from custom_components.jannenkoti.kinds.printer.timelapse.session import (
    Ending,
    Session,
    session_id,
)
from custom_components.jannenkoti.lib.stored import Stored

BEGIN = datetime(2026, 10, 24, 12, tzinfo=UTC)
"""The clocks of Europe are set back during the print."""
MINUTES = 40 * 60
LAYERS = 4000


def test_print_of_40_hours_has_each_layer_once_and_one_end() -> None:
    reader = StatusReader()
    mark, session = JobMark(), Session(id=session_id(BEGIN), started=BEGIN, file="x")
    status = reader.read({"print": {"gcode_state": "IDLE"}})
    mark, _events = mark.next(status, fresh=True)
    events: list[JobEvent] = []
    due, dues = None, set[datetime]()
    for minute in range(MINUTES):
        now = BEGIN + timedelta(minutes=minute, seconds=minute * 37 % 60)
        layer = minute * LAYERS // MINUTES
        # The printer repeats itself, and a report of a layer before may come late.
        for reported in (layer, layer, max(layer - 1, 0), layer):
            status = reader.read(
                {
                    "print": {
                        "gcode_state": "RUNNING",
                        "stg_cur": "0",
                        "subtask_id": "7",
                        "layer_num": str(reported),
                        "total_layer_num": LAYERS,
                        "mc_remaining_time": MINUTES - minute,
                    }
                }
            )
            mark, found = mark.next(status)
            events += found
            session, ending = session.next(status)
            assert ending is None
        due = completion(due, status.remaining, now)
        assert due is not None
        dues.add(due)
        if minute % 500 == 0:  # Home Assistant is restarted.
            mark = JobMark.parse(Stored(mark.as_dict()))
    status = reader.read({"print": {"gcode_state": "FINISH", "layer_num": LAYERS}})
    mark, found = mark.next(status)
    events += found
    assert session.next(status)[1] is Ending.VIDEO
    assert events[0] is JobEvent.STARTED
    assert events[-2:] == [JobEvent.LAYER, JobEvent.FINISHED]
    distinct = {minute * LAYERS // MINUTES for minute in range(MINUTES)} - {0}
    assert events.count(JobEvent.LAYER) == len(distinct) + 1
    assert len(events) == len(distinct) + 3
    # The time that is shown moves by a minute at most.
    assert max(dues) - min(dues) <= timedelta(minutes=2)
