"""What the tests of the pure modules share."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.cloud.device_list import parse_device
from custom_components.jannenkoti.kinds.tlink.journal.codec import (
    day_of,
    encode,
)
from custom_components.jannenkoti.kinds.tlink.model import (
    Push,
    Rejected,
    RejectReason,
    Sample,
    parse_push,
    read_json,
)
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.ingest import Ingest
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets
from custom_components.jannenkoti.kinds.tlink.push.times import Times

from .threads import SlowJournal, at_once

if TYPE_CHECKING:
    from custom_components.jannenkoti.kinds.tlink.account.devices import (
        IngestOutcome,
        ListedDevice,
    )
    from custom_components.jannenkoti.lib.journal import Journal


NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


HOUR = timedelta(hours=1)


MINUTE = timedelta(minutes=1)


HUGE = str(1 << 70)


TIMES = Times(ZoneInfo("Asia/Shanghai"))


def sample(
    sensor_id: str = "55001", at: datetime = NOW, value: str = "15.0", **more: Any
) -> Sample:
    return Sample(
        sensor_id=sensor_id,
        measured=at,
        recorded=at,
        sensor_time="",
        value=value,
        **more,
    )


def push(
    *samples: Sample, device_id: str = "4711", at: datetime = NOW, **more: Any
) -> Push:
    return Push(device_id=device_id, samples=samples, received=at, **more)


def listed(
    sensor_id: str = "55001", device_id: str = "4711", **more: Any
) -> ListedDevice:
    """Return a device of the list with one sensor."""
    row = {
        "id": sensor_id,
        "sensorTypeId": 1,
        "value": "15.0",
        "isLine": 1,
        "isAlarms": "0",
        "updateDate": TIMES.written(NOW),
        **more,
    }
    reported = {"id": device_id, "deviceNo": "AB12", "sensorsList": [row]}
    found = parse_device(reported, TIMES, NOW)
    assert found is not None
    return found


SECOND = timedelta(seconds=1)


def write(journal: Journal, *pushes: Push) -> None:
    oldest = NOW.date() - timedelta(days=90)
    journal.append([(day_of(each, oldest), encode(each)) for each in pushes])


def make_account() -> Account:
    return Account(Options.parse({}), Secrets(()))


async def step() -> None:
    """Run the event loop until all tasks wait."""
    for _ in range(10):
        await asyncio.sleep(0)


class House:
    """An account with a journal whose disk can be slow."""

    def __init__(self, journal: SlowJournal) -> None:
        self.account = make_account()
        self.outcomes: list[IngestOutcome] = []
        self.journal = journal
        self.ingest = Ingest(self.account, journal, at_once)
        self.ingest.subscribe(self.outcomes.append)

    async def begin(self, reported: Push) -> asyncio.Task[None]:
        """Start a push that waits for the disk."""
        self.account.inventory.take(push(sample(at=NOW - HOUR / 4)))
        self.journal.hold()
        storing = asyncio.create_task(self.ingest.async_store(reported))
        await self.journal.until_writing()
        return storing

    def lines(self) -> int:
        return len(list(self.journal.read(NOW.date(), NOW.date())))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=8,
)


FIELDS = (
    "sensorsId",
    "sensorsTypeId",
    "times",
    "isAlarm",
    "isLine",
    "reVal",
    "value",
    "switcher",
    "isHeartbeat",
    "lat",
    "lng",
)


SENSOR = st.dictionaries(
    st.sampled_from(FIELDS),
    JSON
    | st.sampled_from(
        ["1", "0", 1, 0, "09:41:07", "2026-03-02 09:41:07", "NaN", "1e999", 5e300]
    ),
)


PUSHES = st.fixed_dictionaries(
    {
        "deviceId": JSON | st.just(4711),
        "deviceUserid": JSON | st.just(902),
        "sensorsDates": st.lists(SENSOR | JSON, max_size=5),
    },
    optional={"time": JSON | st.datetimes().map(str), "flag": JSON, "rawData": JSON},
)


def take(body: bytes) -> Push | RejectReason:
    try:
        return parse_push(read_json(body), TIMES, NOW)
    except Rejected as refused:
        return refused.reason
