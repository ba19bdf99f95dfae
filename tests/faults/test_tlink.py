"""What the platform, the disk and clocks can do to an account; no reading is lost."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.journal.replay import replay
from custom_components.jannenkoti.kinds.tlink.model import Rejected, RejectReason
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.ingest import Ingest
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets
from custom_components.jannenkoti.lib.stored import Stored

from ..pure.tlink.threads import SlowJournal, at_once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HELSINKI = ZoneInfo("Europe/Helsinki")


class House:
    """An account with its journal; the disk waits until the test lets it write."""

    def __init__(self, folder: Path, stored: Any = None, now: datetime = NOW) -> None:
        self.now = now
        self.account = Account(
            Options.parse({"time_zone": "Europe/Helsinki"}), Secrets(())
        )
        self.journal = SlowJournal(folder)
        self.runs = [self]
        self._folder = folder
        replay(self.account, self.journal, Stored(stored), now)
        self.ingest = Ingest(self.account, self.journal, at_once)

    async def push(
        self, value: float, at: datetime | None = None, *, ahead: bool = True
    ) -> int:
        """Push what was measured at a time, in the local time of the account."""
        local = (at or self.now).astimezone(HELSINKI)
        sensor: dict[str, Any] = {
            "sensorsId": 1,
            "sensorsTypeId": 1,
            "isLine": 1,
            "value": value,
        }
        if ahead:
            sensor["times"] = local.strftime("%H:%M:%S")
        fields = {
            "deviceId": 7,
            "deviceUserid": 9,
            "time": local.strftime("%Y-%m-%d %H:%M:%S"),
            "sensorsDates": [sensor],
        }
        return await self.ingest.async_push(json.dumps(fields).encode(), None, self.now)

    async def restart(self) -> House:
        """Return a new run with the stored state."""
        await self.ingest.async_close()
        stored = json.loads(json.dumps(self.account.to_store(self.now)))
        again = House(self._folder, stored, self.now)
        self.runs.append(again)
        return again

    async def close(self) -> None:
        """End this run and those after it."""
        for run in self.runs:
            await run.ingest.async_close()

    @property
    def value(self) -> str | None:
        return self.account.inventory.sensors["1"].value

    @property
    def lines(self) -> int:
        return sum(
            1 for day in self.journal.days() for _ in self.journal.read(day, day)
        )


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    yield house
    await house.close()


def break_disk(journal: Path) -> list[Path]:
    """Put a folder in the place of each day, so that nothing can be written."""
    days = list(journal.glob("*.jsonl"))
    for day in days:
        day.rename(day.with_suffix(".away"))
        day.mkdir()
    return days


async def step() -> None:
    """Run the event loop until all tasks wait."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_repeated_push_of_a_frozen_platform_changes_nothing(
    house: House,
) -> None:
    begin = house.now
    for _ in range(20):
        await house.push(15, begin)
        house.now += MINUTE
    assert (house.value, house.lines) == ("15", 1)
    assert house.account.duplicates == 19
    assert house.account.silent_since(house.now) is None


@pytest.mark.parametrize("order", [(2, 0, 1), (0, 2, 1, 2, 0), (1, 0, 2, 2)])
async def test_pushes_in_any_order_end_with_the_newest_reading(
    house: House, order: tuple[int, ...]
) -> None:
    begin, house.now = house.now, house.now + 10 * MINUTE
    for number in order:
        await house.push(number, begin + number * MINUTE)
        house.now += timedelta(seconds=1)
    assert (house.value, house.lines) == ("2", 3)


# A restart in the middle of a push


async def test_push_being_written_is_finished_before_close(house: House) -> None:
    await house.push(15)
    house.now += MINUTE
    house.journal.hold()
    pushed = asyncio.create_task(house.push(16))
    await house.journal.until_writing()
    closed = asyncio.create_task(house.ingest.async_close())
    await step()
    assert not closed.done()
    with pytest.raises(Rejected) as refused:
        await house.push(17)
    assert refused.value.reason is RejectReason.NOT_STORED
    assert (refused.value.status, house.lines) == (503, 1)
    house.journal.release()
    async with asyncio.timeout(60):
        assert await pushed == 1
        await closed
    assert (await house.restart()).value == "16"


async def test_repeat_of_a_failing_push_is_rejected(
    house: House, tmp_path: Path
) -> None:
    await house.push(15)
    house.now += MINUTE
    house.journal.hold()
    both = [asyncio.create_task(house.push(16)) for _ in range(2)]
    await house.journal.until_writing()
    await step()
    days = break_disk(tmp_path)
    house.journal.release()
    async with asyncio.timeout(60):
        results = await asyncio.gather(*both, return_exceptions=True)
    assert [isinstance(each, Rejected) for each in results] == [True, True]
    assert house.value == "15"
    for day in days:
        day.rmdir()
    assert await house.push(16) == 1  # it is sent again
    assert house.value == "16"


# Clocks


@pytest.mark.parametrize("hours", [-1, -30])
@pytest.mark.parametrize("own_time", [True, False])
@pytest.mark.parametrize("restarted", [False, True])
async def test_clock_set_back_makes_no_reading_late(
    house: House, hours: float, *, own_time: bool, restarted: bool
) -> None:
    await house.push(15)
    true = house.now
    house.now += timedelta(hours=hours)
    if restarted:
        house = await house.restart()
    for value in (16, 17):
        true += MINUTE
        house.now += MINUTE
        await house.push(value, true, ahead=own_time)
        assert house.value == str(value)
    assert len(house.account.late) == 0


async def test_clock_ahead_makes_readings_late_until_it_is_right(
    house: House,
) -> None:
    await house.push(15)
    true = house.now + MINUTE
    house.now += timedelta(hours=5)
    await house.push(16, true)
    assert (house.value, len(house.account.late)) == ("15", 1)
    assert house.account.silent_since(house.now) is None
    house.now = true + MINUTE
    await house.push(17, house.now)
    assert (house.value, house.lines) == ("17", 3)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize("delay", [0, 20])
async def test_readings_in_both_nights_of_clock_changes_keep_their_times(
    tmp_path: Path, night: str, delay: int
) -> None:
    begin = datetime.fromisoformat(f"{night}T00:05:00+00:00") - timedelta(hours=2)
    house = House(tmp_path, now=begin)
    for number in range(30):
        at = begin + number * 10 * MINUTE
        house.now = at + timedelta(seconds=delay)
        for _ in range(2):
            await house.push(number, at)
        sample = house.account.inventory.sensors["1"].sample
        assert sample is not None
        assert (sample.measured, sample.value) == (at, str(number))
    assert (len(house.account.late), len(house.account.gaps)) == (0, 0)
    assert (house.lines, house.account.duplicates) == (30, 30)
    assert house.account.clock_offset.hours_off is None
    await house.close()
