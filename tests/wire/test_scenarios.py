"""The buttons of the demo house let happen what they say."""

import aiohttp
import pytest

from demo.scenarios import Scenarios

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_button_runs_its_scenario_and_no_other() -> None:
    happened: list[str] = []

    async def jam() -> None:
        happened.append("jam")

    async with Scenarios() as scenarios, aiohttp.ClientSession() as session:
        scenarios.add("printer", {"jam_the_nozzle": jam})
        heading, card = scenarios.cards()
        assert heading["type"] == "heading"
        assert card["name"] == "Jam the nozzle"
        path = card["tap_action"]["data"]["scenario"]
        async with session.post(f"{scenarios.url}/{path}") as answer:
            assert answer.status == 200
        async with session.post(f"{scenarios.url}/printer/melt") as answer:
            assert answer.status == 404
    assert happened == ["jam"]
