"""A journal in a folder of the test, and an account with it."""

from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.lib.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


from .helpers import House


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, days=90, most_bytes=1 << 20)


@pytest.fixture
def house(journal: Journal) -> House:
    return House(journal)
