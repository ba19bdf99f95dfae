"""The trigger of a run against legionella that is due: once, in any mode."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.core import callback

from custom_components.jannenkoti.occurrences import async_listen_occurrences

from .conftest import TOP, Wait
from .test_prices_and_plan import set_up
from .test_slot_reasons import set_mode

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.occurrences import Occurrence

pytestmark = pytest.mark.usefixtures("relays")

TANK = {"name": "Boiler", "volume": 300, "control_sensor": TOP, "legionella_days": 2}


@pytest.fixture
def seen(hass: HomeAssistant) -> list[Mapping[str, Any]]:
    """Return the variables of the trigger, each time that it runs."""
    details = list[Mapping[str, Any]]()

    @callback
    def due(occurrence: Occurrence) -> None:
        details.append(occurrence.details)

    async_listen_occurrences(hass, "heating_legionella_due", due)
    return details


def pass_days(entry: MockConfigEntry, days: float) -> None:
    """Let the last hot time be longer ago."""
    memory = entry.runtime_data.controller.memories[0]
    memory.ledger = memory.ledger.shifted(timedelta(days=-days))


@pytest.mark.parametrize("mode", ["automatic", "manual", "holiday"])
async def test_run_that_is_due_lets_the_trigger_run_once(
    hass: HomeAssistant, wait: Wait, seen: list[Mapping[str, Any]], mode: str
) -> None:
    entry = await set_up(hass, optimal=False, tanks=[TANK])
    await set_mode(hass, mode)
    await wait(30, top=45)
    assert seen == []
    pass_days(entry, 2)
    await wait(60, top=45)
    assert seen == [{"tank": "Boiler"}]


async def test_restart_does_not_let_it_run_again_but_the_next_run_does(
    hass: HomeAssistant, wait: Wait, seen: list[Mapping[str, Any]]
) -> None:
    entry = await set_up(hass, optimal=False, tanks=[TANK])
    await wait(30, top=45)
    pass_days(entry, 2)
    await wait(30, top=45)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await wait(60, top=45)
    assert len(seen) == 1
    await wait(40 * 60, top=60.5)
    await wait(120, top=45)  # A fall so deep counts once it lasts.
    pass_days(entry, 2)
    await wait(60, top=45)
    assert len(seen) == 2


async def test_tank_without_a_temperature_is_not_due(
    hass: HomeAssistant, wait: Wait, seen: list[Mapping[str, Any]]
) -> None:
    entry = await set_up(hass, optimal=False, tanks=[TANK])
    await wait(30, top=45)
    await wait(45 * 60, top="unavailable")
    pass_days(entry, 2)
    await wait(60, top="unavailable")
    assert seen == []
