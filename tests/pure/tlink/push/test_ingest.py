"""Pushes are verified, stored once, and applied."""

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.model import (
    Rejected,
)
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.ingest import Ingest
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets, sign

from ..helpers import HOUR, MINUTE, NOW, House, push, sample, step, write
from ..threads import at_once

if TYPE_CHECKING:
    from custom_components.jannenkoti.lib.journal import Journal


@pytest.mark.parametrize("padding", [0, 40_000])
async def test_push_counts_when_it_is_signed_and_stored(
    journal: Journal, padding: int
) -> None:
    account = Account(Options.parse({}), Secrets(("secret",)))
    ingest = Ingest(account, journal, at_once)
    entry = {"sensorsId": 55001, "sensorsTypeId": 1, "value": "15.0"}
    reported = {"deviceId": 4711, "deviceUserid": 7, "sensorsDates": [entry]}
    body = json.dumps(reported | {"more": "x" * padding}).encode()
    with pytest.raises(Rejected, match="signature"):
        await ingest.async_push(body, sign(body, "other"), NOW)
    assert (account.rejected_signatures, account.pushes, journal.days()) == (1, 0, [])
    assert await ingest.async_push(body, sign(body, "secret"), NOW) == 1
    assert journal.days() == [NOW.date()]
    assert set(account.inventory.sensors) == {"55001"}
    assert (account.pushes, account.last_push) == (1, NOW)
    assert await ingest.async_push(body, sign(body, "secret"), NOW + MINUTE) == 1
    assert (account.pushes, account.last_push) == (2, NOW + MINUTE)
    await ingest.async_close()


async def test_repeat_filed_on_the_next_day_is_recognized(
    house: House,
) -> None:
    before = sample(at=NOW - 20 * HOUR)
    write(house.journal, push(before, sample("2")))
    await house.ingest.async_store(push(before))
    assert (house.account.duplicates, house.lines()) == (1, 1)


async def test_repeat_waits_for_the_first_to_be_stored(house: House) -> None:
    storing = await house.begin(push(sample()))
    repeat = asyncio.create_task(house.ingest.async_store(push(sample())))
    await step()
    assert not repeat.done()
    house.journal.release()
    await asyncio.gather(storing, repeat)
    assert house.lines() == 1
    assert len(house.outcomes) == 1
    assert not house.ingest._storing


async def test_repeat_of_a_push_that_cannot_be_stored_is_rejected(house: House) -> None:
    storing = await house.begin(push(sample()))
    repeat = asyncio.create_task(house.ingest.async_store(push(sample())))
    await step()
    house.journal.release(OSError("full"))
    for task in (storing, repeat):
        with pytest.raises(Rejected, match="could not be stored"):
            await task
    await house.ingest.async_store(push(sample()))
    assert house.lines() == 1


async def test_canceled_push_can_be_sent_again(house: House) -> None:
    storing = await house.begin(push(sample()))
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert not house.account.are_recent([sample()])
    assert not house.outcomes
    house.journal.release()


async def test_close_waits_for_pushes_being_written(house: House) -> None:
    storing = await house.begin(push(sample()))
    closing = asyncio.create_task(house.ingest.async_close())
    await step()
    assert not closing.done()
    with pytest.raises(Rejected):
        await house.ingest.async_store(push(sample("2")))
    house.journal.release()
    await asyncio.gather(storing, closing)
    assert house.lines() == 1


async def test_repeat_known_only_by_the_journal_is_recognized(
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


async def test_history_keeps_only_readings_missing_in_the_journal(
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
