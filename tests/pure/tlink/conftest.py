"""A journal in a folder of the test, and an account with it."""

from typing import TYPE_CHECKING

import pytest

from .helpers import House
from .threads import SlowJournal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def journal(tmp_path: Path) -> SlowJournal:
    return SlowJournal(tmp_path)


@pytest.fixture
async def house(journal: SlowJournal) -> AsyncIterator[House]:
    house = House(journal)
    yield house
    journal.release()
    await house.ingest.async_close()
