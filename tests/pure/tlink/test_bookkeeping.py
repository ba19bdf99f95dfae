"""What is known, what waits, what is reckoned anew: rules without Home Assistant."""

import asyncio
import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from custom_components.jannenkoti.kinds.tlink.account import inventory as limits
from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.account.devices import (
    Device,
    Sensor,
    SensorInfo,
)
from custom_components.jannenkoti.kinds.tlink.account.gaps import Gaps
from custom_components.jannenkoti.kinds.tlink.account.inventory import GAP, Inventory
from custom_components.jannenkoti.kinds.tlink.cloud.device_list import parse_device
from custom_components.jannenkoti.kinds.tlink.cloud.errors import CloudRefused
from custom_components.jannenkoti.kinds.tlink.cloud.history import parse_page
from custom_components.jannenkoti.kinds.tlink.journal import responses as shapes
from custom_components.jannenkoti.kinds.tlink.journal.backfill import async_fill
from custom_components.jannenkoti.kinds.tlink.journal.codec import day_of, encode
from custom_components.jannenkoti.kinds.tlink.journal.hourly_statistics import (
    series_of_hours,
)
from custom_components.jannenkoti.kinds.tlink.journal.late_readings import (
    CLOSED_AFTER,
    LateReadings,
)
from custom_components.jannenkoti.kinds.tlink.journal.queries import samples_of
from custom_components.jannenkoti.kinds.tlink.journal.replay import replay
from custom_components.jannenkoti.kinds.tlink.model import (
    Push,
    Rejected,
    Sample,
    SensorType,
    flag,
    text,
)
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.ingest import Ingest
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets, sign
from custom_components.jannenkoti.kinds.tlink.push.times import Times
from custom_components.jannenkoti.lib.hours import hour_in_series
from custom_components.jannenkoti.lib.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from custom_components.jannenkoti.kinds.tlink.account.devices import (
        IngestOutcome,
        ListedDevice,
    )

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
    said = {"id": device_id, "deviceNo": "AB12", "sensorsList": [row]}
    found = parse_device(said, TIMES, NOW)
    assert found is not None
    return found


# --- what is known -------------------------------------------------------------------


def test_devices_beyond_the_most_are_counted_and_get_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_DEVICES", 1)
    inventory = Inventory()
    inventory.take(push(sample()))
    outcome = inventory.take(push(sample("1"), sample("2"), device_id="4712"))
    assert not outcome.new_devices
    assert not outcome.new_sensors
    assert inventory.overflow == 2
    inventory.learn([listed("3", "4713")])
    assert set(inventory.devices) == {"4711"}
    assert set(inventory.sensors) == {"55001"}
    assert inventory.overflow == 3


def test_sensors_beyond_the_most_are_counted_and_get_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_SENSORS", 1)
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    inventory.learn([listed("3")])
    assert set(inventory.sensors) == {"1"}
    assert inventory.overflow == 2


def test_a_sensor_of_the_list_that_is_named_anew_is_told() -> None:
    inventory = Inventory()
    inventory.learn([listed(sensorName="Level")])
    outcome = inventory.learn([listed(sensorName="Tank")])
    assert outcome.sensors == ["55001"]
    assert inventory.sensors["55001"].info.name == "Tank"
    assert not inventory.learn([listed(sensorName="Tank")]).sensors


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("last", "measured", "late"),
    [
        (None, -1000 * HOUR, False),  # nothing newer is known
        (-MINUTE, -MINUTE - SECOND, True),
        (-MINUTE, -MINUTE, False),
        (-3 * HOUR, -HOUR, False),
        (-3 * HOUR, -HOUR - SECOND, True),  # belongs to another hour
        (HOUR, -MINUTE, False),  # the last came before the clock was set back
    ],
)
def test_what_is_late_becomes_no_state(
    last: timedelta | None, measured: timedelta, *, late: bool
) -> None:
    inventory = Inventory()
    if last is not None:
        inventory.take(push(sample(at=NOW + last, value="1")))
    said = sample(at=NOW + measured, value="2")
    outcome = inventory.take(push(said))
    assert outcome.late == ([said] if late else [])
    assert ("55001" in outcome.sensors) is not late
    assert inventory.sensors["55001"].value == ("1" if late else "2")


def test_what_a_push_does_not_say_stays_as_it_was() -> None:
    inventory = Inventory()
    first = inventory.take(push(sample(), user_id="1", parent_user_id="2", flag="a"))
    assert first.new_devices == ["4711"]
    outcome = inventory.take(push(sample(at=NOW + MINUTE), at=NOW + MINUTE))
    assert (outcome.new_devices, outcome.devices) == ([], [])
    device = inventory.devices["4711"]
    assert (device.user_id, device.parent_user_id, device.flag) == ("1", "2", "a")
    inventory.learn([listed()])
    device = inventory.devices["4711"]
    assert (device.parent_user_id, device.flag) == ("2", "a")
    inventory.take(push(user_id="3", parent_user_id="4", flag="b"))
    device = inventory.devices["4711"]
    assert (device.user_id, device.parent_user_id, device.flag) == ("3", "4", "b")


def test_a_pause_of_a_sensor_is_a_gap() -> None:
    inventory = Inventory()
    times = [NOW - 2 * HOUR, NOW - 2 * HOUR + GAP, NOW - 2 * HOUR + 2 * GAP + SECOND]
    outcomes = [inventory.take(push(sample(at=at), at=at)) for at in times]
    assert [outcome.gaps for outcome in outcomes] == [[], [], [("55001", *times[1:])]]


def test_who_is_forgotten_takes_its_own_sensors_along() -> None:
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    inventory.take(push(sample("3"), device_id="4712"))
    inventory.forget("4711")
    assert (set(inventory.devices), set(inventory.sensors)) == ({"4712"}, {"3"})


def test_an_older_push_makes_nobody_seen_earlier() -> None:
    inventory = Inventory()
    for at in (NOW, NOW - HOUR):
        inventory.take(push(sample(at=at), at=at))
        assert inventory.devices["4711"].last_seen == NOW


def test_a_device_that_is_no_longer_listed_is_told_once() -> None:
    inventory = Inventory()
    inventory.learn([listed(), listed("2", "4712")])
    outcomes = [inventory.learn([listed("2", "4712")]) for _ in range(2)]
    assert [outcome.devices for outcome in outcomes] == [["4711"], []]
    assert not inventory.devices["4711"].listed
    assert inventory.devices["4712"].listed


def test_who_falls_silent_or_speaks_again_moves_its_sensors_only() -> None:
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    inventory.take(push(sample("3"), device_id="4712"))
    for silent, changed in (({"4711"}, True), ({"4711"}, False)):
        outcome = inventory.silence(silent)
        assert outcome.devices == (["4711"] if changed else [])
        assert outcome.sensors == (["1", "2"] if changed else [])
    # What is read up on is no sign of life.
    inventory.take(push(sample("1", NOW + MINUTE), via="history"))
    silent_still = inventory.devices["4711"].silent
    outcome = inventory.take(push(sample("1", NOW + 2 * MINUTE)))
    assert (silent_still, inventory.devices["4711"].silent) == (True, False)
    assert set(outcome.sensors) == {"1", "2"}


def test_a_list_that_knows_better_is_believed() -> None:
    inventory = Inventory()
    inventory.take(push(sample(online=True, alarm=False)))
    inventory.learn([listed()])
    outcome = inventory.learn([listed(isLine=0, isAlarms="1")])
    assert outcome.sensors == ["55001"]
    assert (inventory.sensors["55001"].online, inventory.sensors["55001"].alarm) == (
        False,
        True,
    )


def test_a_device_that_moves_moves_its_sensors() -> None:
    inventory = Inventory()
    here = listed()
    inventory.learn([here])
    there = replace(here, device=replace(here.device, latitude=60.0, longitude=25.0))
    outcome = inventory.learn([there])
    assert outcome.devices == ["4711"]
    assert outcome.sensors == ["55001"]


def test_what_is_read_up_on_wakes_nobody() -> None:
    inventory = Inventory()
    inventory.take(push(sample("1"), sample("2")))
    assert inventory.silence({"4711"}).sensors == ["1", "2"]
    inventory.take(push(sample("1", NOW - MINUTE), at=NOW + HOUR, via="history"))
    inventory.learn([listed("1")])
    device = inventory.devices["4711"]
    assert (device.silent, device.connected, device.last_seen) == (True, False, NOW)
    outcome = inventory.take(push(sample("1", NOW + HOUR, online=True), at=NOW + HOUR))
    assert sorted(outcome.sensors) == ["1", "2"]
    assert inventory.devices["4711"].connected is True
    assert inventory.silence(set()).devices == []


def test_the_list_does_not_overrule_a_newer_push() -> None:
    inventory = Inventory()
    inventory.take(push(sample(at=NOW + MINUTE, online=False, alarm=True)))
    inventory.learn([listed()])
    assert inventory.sensors["55001"].online is False
    assert inventory.devices["4711"].alarms == {"55001"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": 6}, SensorType.LEVEL),
        ({"type": 99, "switcher": True}, SensorType.INDICATOR),
        ({"value": "15.0"}, SensorType.NUMBER),
        ({"value": "open"}, SensorType.TEXT),
    ],
)
def test_a_sensor_is_typed_by_what_it_says(
    said: dict[str, Any], expected: SensorType
) -> None:
    inventory = Inventory()
    inventory.take(push(sample(**said)))
    assert inventory.sensors["55001"].info.type == expected


@pytest.mark.parametrize(
    ("latest", "expected"),
    [
        (None, None),
        (sample(switcher=True, value="0"), True),
        (sample(value="1"), True),
        (sample(value="0"), False),
        (sample(value="many"), None),
    ],
)
def test_a_switch_is_on_by_its_field_or_else_its_value(
    latest: Sample | None, *, expected: bool | None
) -> None:
    info = SensorInfo(sensor_id="55001", device_id="4711", type=SensorType.SWITCH)
    assert Sensor(info=info, sample=latest).on is expected


def test_fields_that_nobody_can_write_are_none() -> None:
    assert text(10**5000, 10) is None
    assert text([], 10) is None
    assert flag("TRUE") is True
    assert flag("1.0") is True
    assert flag("maybe") is None
    assert flag([]) is None


# --- what waits ----------------------------------------------------------------------


def test_gaps_outlive_a_restart_and_are_bounded() -> None:
    gaps = Gaps()
    for number in range(Gaps.MOST + 1):
        gaps.add(str(number), NOW - HOUR, NOW)
    assert len(gaps) == Gaps.MOST
    assert gaps.first() == ("1", NOW - HOUR, NOW)
    again = Gaps(json.loads(json.dumps(gaps.to_store())))
    assert again.to_store() == gaps.to_store()
    assert again.first() == gaps.first()


def test_late_hours_outlive_a_restart_and_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LateReadings, "MOST", 3)
    late = LateReadings()
    late.add(sample(at=NOW - hours * HOUR) for hours in range(5, 1, -1))
    late.add([sample(at=NOW - 2 * HOUR)])  # the same hour once more
    assert len(late) == 3
    again = LateReadings(json.loads(json.dumps(late.to_store())))
    first = NOW.replace(minute=0) - 4 * HOUR
    assert again.due(NOW)["55001"][0] == first
    again.done("55001", [first])
    assert len(again) == 2


def test_an_hour_waits_until_the_recorder_has_closed_it() -> None:
    late = LateReadings()
    late.add([sample(at=NOW), sample("2", NOW + HOUR), sample("3", NOW)])
    start = NOW.replace(minute=0)
    closed = start + HOUR + CLOSED_AFTER
    assert late.due(closed - timedelta(seconds=1)) == {}
    assert late.due(closed) == {"55001": [start], "3": [start]}
    assert set(late.due(closed + HOUR)) == {"55001", "2", "3"}


# --- times and pages -----------------------------------------------------------------


@pytest.mark.parametrize(
    "said", [None, 7, "", "soon", "1970-01-01 00:00:00", "9999-12-31 23:59:59"]
)
def test_what_is_no_time_is_none(said: object) -> None:
    assert TIMES.instant(said, NOW) is None
    assert TIMES.moment(said, NOW) is None


def test_a_text_as_long_as_a_time_but_none_is_none() -> None:
    assert TIMES.instant("yesterday evening", NOW) is None
    assert TIMES.moment("2026-03-02 20:30:00", NOW) == NOW


def test_of_a_page_of_history_what_cannot_be_read_is_passed_over() -> None:
    answer = {
        "dataList": [
            {"addTime": "2026-03-02 20:00:00", "val": "3", "switcher": ""},
            "no row",
            {"addTime": "never", "val": "4"},
            {"addTime": "2026-03-02 19:00:00", "val": "1", "switcher": "1"},
            {"addTime": "2026-03-02 18:00:00", "val": "5"},
        ],
        "nextPage": "more",
    }
    page = parse_page("55001", answer, TIMES, NOW, NOW)
    assert [s.value for s in page.samples] == ["3", "1", "5"]
    assert [s.switcher for s in page.samples] == [None, True, None]
    assert page.samples[0].measured == NOW - HOUR / 2
    assert page.next == "more"
    empty = parse_page("55001", {"dataList": None, "nextPage": None}, TIMES, NOW, NOW)
    assert (empty.samples, empty.next) == ((), "")


def test_rows_of_the_list_that_are_no_sensors_are_passed_over() -> None:
    rows = [None, {"id": 0}, {"id": 7, "isDelete": 1}, {"sensorId": 8, "lat": "1"}]
    found = parse_device({"id": 4711, "sensorList": rows}, TIMES, NOW)
    assert found is not None
    assert [info.sensor_id for info in found.sensors] == ["8"]
    assert not found.push.samples
    assert parse_device({"id": 4711, "isDelete": "1"}, TIMES, NOW) is None


# --- files ---------------------------------------------------------------------------


def test_no_field_is_a_formula_in_a_spreadsheet() -> None:
    values = ("=1+1", "+49", "-3.5", "@SUM", "-1+1", "\t=1", "open")
    lines = [shapes.line(sample(value=value), None, as_csv=True) for value in values]
    column = next(csv.reader([shapes.heading()])).index("value")
    shown = [row[column] for row in csv.reader(lines)]
    assert shown == ["'=1+1", "+49", "-3.5", "'@SUM", "'-1+1", "'\t=1", "open"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [("4711", 4711), ("S 1", "S 1"), ("9" * 15, 10**15 - 1), (HUGE, HUGE), ("٣", "٣")],
)
def test_an_id_is_a_number_where_an_answer_can_hold_it(
    said: str, expected: int | str
) -> None:
    assert shapes.identity(said) == expected
    assert orjson.dumps(shapes.identity(said))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, days=90, most_bytes=1 << 20)


def write(journal: Journal, *pushes: Push) -> None:
    oldest = NOW.date() - timedelta(days=90)
    journal.append([(day_of(each, oldest), encode(each)) for each in pushes])


def test_hours_are_reckoned_with_the_value_before_them(journal: Journal) -> None:
    start = NOW.replace(minute=0)
    write(
        journal,
        push(sample(at=start - 10 * HOUR, value="10")),
        push(sample(at=start + HOUR / 4, value="20"), at=start + HOUR / 4),
        push(sample(at=start + HOUR / 2, value="none at all"), at=start + HOUR / 2),
    )
    empty = start - 5 * HOUR
    found = series_of_hours(journal, {"55001": [start, empty], "1": [start]})
    assert not found["1"]
    hour = hour_in_series(found["55001"], start, 24 * HOUR)
    assert hour is not None
    assert hour_in_series(found["55001"], empty, 24 * HOUR) is None
    assert hour.start == start
    assert hour.mean == pytest.approx(0.25 * 10 + 0.75 * 20)
    assert hour.covered == 1


def test_a_reading_at_the_turn_of_the_hour_is_of_the_hour_that_begins(
    journal: Journal,
) -> None:
    start = NOW.replace(minute=0)
    for at, value in ((start, "10"), (start + HOUR / 2, "20"), (start + HOUR, "99")):
        write(journal, push(sample(at=at, value=value), at=at))
    series = series_of_hours(journal, {"55001": [start]})["55001"]
    hour = hour_in_series(series, start, 24 * HOUR)
    assert hour is not None
    assert hour.mean == pytest.approx(15)
    assert (hour.lowest, hour.highest, hour.last, hour.covered) == (10, 20, 20, 1)


def test_a_damaged_line_hides_no_other(journal: Journal) -> None:
    write(journal, push(sample()))
    journal.append([(NOW.date(), b'{"sensors": "55001')])
    found = list(samples_of(journal, NOW.date(), NOW.date(), {"55001"}))
    assert found == [sample()]
    for stored in (None, {}, {"saved": "x"}, {"saved": 1e300}):
        account = make_account()
        replay(account, journal, stored, NOW)
        assert set(account.inventory.sensors) == {"55001"}


# --- pushes on their way -------------------------------------------------------------


def make_account() -> Account:
    return Account(Options.parse({}), Secrets(()))


class Threads:
    """Runs functions at once, or lets them wait until told."""

    def __init__(self) -> None:
        """Run at once."""
        self.held: list[tuple[asyncio.Future[Any], Callable[[], Any]]] | None = None

    def __call__[*Ts, T](
        self, target: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self.held is not None:
            self.held.append((future, lambda: target(*args)))
        else:
            self._finish(future, lambda: target(*args))
        return future

    def release(self, error: OSError | None = None) -> None:
        """Run what waits, or let it fail."""
        held, self.held = self.held or [], None
        for future, run in held:
            if error is None:
                self._finish(future, run)
            else:
                future.set_exception(error)

    @staticmethod
    def _finish(future: asyncio.Future[Any], run: Callable[[], Any]) -> None:
        future.set_result(run())


async def step() -> None:
    """Let tasks get as far as they can."""
    for _ in range(10):
        await asyncio.sleep(0)


class House:
    """An account with a journal whose disk can be slow."""

    def __init__(self, journal: Journal) -> None:
        self.account = make_account()
        self.threads = Threads()
        self.told: list[IngestOutcome] = []
        self.journal = journal
        self.ingest = Ingest(self.account, journal, self.threads)
        self.ingest.subscribe(self.told.append)

    async def begin(self, said: Push) -> asyncio.Task[None]:
        """Let a push wait for the disk."""
        self.account.inventory.take(push(sample(at=NOW - HOUR / 4)))
        self.threads.held = []
        storing = asyncio.create_task(self.ingest.async_store(said))
        await step()
        assert self.threads.held
        return storing

    def lines(self) -> int:
        return len(list(self.journal.read(NOW.date(), NOW.date())))


@pytest.fixture
def house(journal: Journal) -> House:
    return House(journal)


@pytest.mark.parametrize("padding", [0, 40_000])
async def test_a_push_counts_once_it_is_signed_and_stored(
    journal: Journal, padding: int
) -> None:
    account = Account(Options.parse({}), Secrets(("secret",)))
    ingest = Ingest(account, journal, Threads())
    entry = {"sensorsId": 55001, "sensorsTypeId": 1, "value": "15.0"}
    said = {"deviceId": 4711, "deviceUserid": 7, "sensorsDates": [entry]}
    body = json.dumps(said | {"more": "x" * padding}).encode()
    with pytest.raises(Rejected, match="signature"):
        await ingest.async_push(body, sign(body, "other"), NOW)
    assert (account.rejected_signatures, account.pushes, journal.days()) == (1, 0, [])
    assert await ingest.async_push(body, sign(body, "secret"), NOW) == 1
    assert journal.days() == [NOW.date()]
    assert set(account.inventory.sensors) == {"55001"}
    assert (account.pushes, account.last_push) == (1, NOW)
    assert await ingest.async_push(body, sign(body, "secret"), NOW + MINUTE) == 1
    assert (account.pushes, account.last_push) == (2, NOW + MINUTE)


async def test_a_reading_in_a_line_of_the_next_day_is_not_taken_twice(
    house: House,
) -> None:
    before = sample(at=NOW - 20 * HOUR)
    write(house.journal, push(before, sample("2")))
    await house.ingest.async_store(push(before))
    assert (house.account.duplicates, house.lines()) == (1, 1)


async def test_a_repeat_is_answered_no_sooner_than_the_first(house: House) -> None:
    storing = await house.begin(push(sample()))
    repeat = asyncio.create_task(house.ingest.async_store(push(sample())))
    await step()
    assert not repeat.done()
    house.threads.release()
    await asyncio.gather(storing, repeat)
    assert house.lines() == 1
    assert len(house.told) == 1
    assert not house.ingest._storing


async def test_a_repeat_of_what_cannot_be_stored_is_refused_too(house: House) -> None:
    storing = await house.begin(push(sample()))
    repeat = asyncio.create_task(house.ingest.async_store(push(sample())))
    await step()
    house.threads.release(OSError("full"))
    for task in (storing, repeat):
        with pytest.raises(Rejected, match="could not be stored"):
            await task
    await house.ingest.async_store(push(sample()))
    assert house.lines() == 1


async def test_what_nobody_waits_for_any_more_may_come_again(house: House) -> None:
    storing = await house.begin(push(sample()))
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert not house.account.remembers([sample()])
    assert not house.told
    house.threads.release()


async def test_who_closes_waits_for_what_is_on_its_way(house: House) -> None:
    storing = await house.begin(push(sample()))
    closing = asyncio.create_task(house.ingest.async_close())
    await step()
    assert not closing.done()
    with pytest.raises(Rejected):
        await house.ingest.async_store(push(sample("2")))
    house.threads.release()
    await asyncio.gather(storing, closing)
    assert house.lines() == 1


async def test_what_only_the_journal_remembers_is_not_taken_twice(
    house: House,
) -> None:
    write(house.journal, push(sample()))
    await house.ingest.async_store(push(sample(), sample("2")))
    assert house.account.duplicates == 1
    assert set(house.account.inventory.sensors) == {"2"}
    house.account.release([sample("2")])
    house.account.inventory.forget("4711")
    await house.ingest.async_store(push(sample("2")))
    assert house.account.duplicates == 2
    assert house.lines() == 2


async def test_of_a_history_only_what_the_journal_does_not_have_is_new(
    house: House,
) -> None:
    times = [NOW - 20 * HOUR, NOW - HOUR, NOW]
    middle = sample(at=NOW - HOUR / 2)
    there = [sample(at=at) for at in times]
    # The first stands in one line with what came a day later.
    write(house.journal, push(*there[:2]), push(there[2]))
    write(house.journal, push(sample("2", at=middle.measured)))
    new = await house.ingest.async_unrecorded("55001", [*there, middle])
    assert new == [middle]
    assert await house.ingest.async_unrecorded("55001", []) == []


# --- gaps ----------------------------------------------------------------------------


class Histories:
    """A cloud's history that says no."""

    async def async_history(self, *_: object) -> None:
        raise CloudRefused


async def test_a_history_that_is_refused_is_not_asked_for_again(house: House) -> None:
    house.account.inventory.take(push(sample()))
    gap = ("55001", NOW - HOUR, NOW)
    house.account.gaps.add(*gap)
    cloud: Any = Histories()
    await async_fill(cloud, house.ingest, gap, NOW)
    assert len(house.account.gaps) == 0
    assert await house.ingest.async_unrecorded("55001", []) == []


def test_a_device_is_in_alarm_by_its_sensors() -> None:
    filters = shapes.Filters(user_id="310", online=True, alarm=False)
    device = Device(device_id="4711", parent_user_id="310", online=True)
    assert filters.match(device)
    assert not filters.match(replace(device, alarms=frozenset({"55001"})))
    assert not filters.match(replace(device, parent_user_id=None))
