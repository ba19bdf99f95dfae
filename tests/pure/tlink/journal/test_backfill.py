"""A gap is filled by readable rows only, and waits otherwise."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.cloud.errors import (
    CloudRefused,
    Problem,
    Unreachable,
)
from custom_components.jannenkoti.kinds.tlink.cloud.history import HistoryPage
from custom_components.jannenkoti.kinds.tlink.journal.backfill import async_fill
from custom_components.jannenkoti.kinds.tlink.model import Push, Sample
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.ingest import Ingest
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets
from custom_components.jannenkoti.lib.journal import Journal

from ..threads import at_once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
GAP = ("1", NOW - timedelta(hours=3), NOW)


def sample(minutes: float) -> Sample:
    at = NOW - timedelta(minutes=minutes)
    return Sample(
        sensor_id="1", measured=at, recorded=at, sensor_time="", value=str(minutes)
    )


class Histories:
    """A cloud that returns these pages in turn."""

    def __init__(self, *pages: HistoryPage | Exception) -> None:
        self.pages = list(pages)

    async def async_history(self, *_: object) -> HistoryPage:
        page = self.pages.pop(0)
        if isinstance(page, Exception):
            raise page
        return page


@pytest.fixture
async def ingest(tmp_path: Path) -> AsyncIterator[Ingest]:
    account = Account(Options.parse({}), Secrets(()))
    account.take(Push(device_id="7", samples=(sample(0),), received=NOW))
    account.gaps.add(*GAP)
    journal = Journal(tmp_path, days=90, most_bytes=1 << 20)
    ingest = Ingest(account, journal, at_once)
    yield ingest
    await ingest.async_close()


async def fill(ingest: Ingest, *pages: HistoryPage | Exception) -> None:
    cloud: Any = Histories(*pages)
    await async_fill(cloud, ingest, GAP, NOW)


async def test_gap_with_readable_rows_is_done(ingest: Ingest) -> None:
    await fill(ingest, HistoryPage(samples=(sample(60),), rows=1, next=""))
    assert len(ingest.account.gaps) == 0
    assert len(list(ingest.journal.read(NOW.date(), NOW.date()))) == 1


async def test_gap_without_any_row_is_done(ingest: Ingest) -> None:
    await fill(ingest, HistoryPage(samples=(), rows=0, next=""))
    assert len(ingest.account.gaps) == 0


async def test_gap_with_unreadable_rows_only_waits(ingest: Ingest) -> None:
    await fill(
        ingest,
        HistoryPage(samples=(sample(60),), rows=1, next="more"),
        HistoryPage(samples=(), rows=7, next=""),
    )
    assert ingest.account.gaps.first() == ("1", GAP[1], NOW - timedelta(hours=1))


async def test_gap_of_a_sensor_without_history_is_dropped(ingest: Ingest) -> None:
    await fill(ingest, CloudRefused("no history"))
    assert len(ingest.account.gaps) == 0


async def test_gap_waits_while_the_cloud_does_not_respond(ingest: Ingest) -> None:
    with pytest.raises(Unreachable):
        await fill(ingest, Unreachable(Problem.NO_ANSWER, "getSensorHistroy"))
    assert ingest.account.gaps.first() == GAP
