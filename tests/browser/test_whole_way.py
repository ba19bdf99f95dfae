"""A new user's whole way on an empty Home Assistant, in a real browser."""

from typing import TYPE_CHECKING

import pytest

from demo.walk.house import EmptyHouse
from demo.walk.walk import checks

from ..marks import BROWSER, NEEDS_BROKER

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [*BROWSER, NEEDS_BROKER]


async def test_new_user_adds_each_family_and_uses_the_dashboard(
    tmp_path: Path,
) -> None:
    """Every family within 8 fields and 4 steps; the rest as a user does it.

    The same checks run on other releases by ``scripts/demo --smoke --ha``.
    """
    async with EmptyHouse() as house:
        async for check in checks(house, tmp_path):
            if not check.good:
                pytest.fail(f"{check.what}: {check.seen}")
        assert not house.home_assistant.complaints()
