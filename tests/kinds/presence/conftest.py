"""A person with a phone whose answers the test decides."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant, State

UNIQUE_ID = "anna"
PHONE, REFERENCE = "phone.lan", "ap.lan"


class Network:
    """The hosts that answer."""

    def __init__(self) -> None:
        """Initialize with the access point only."""
        self.answers = {REFERENCE}
        self.asked: list[str] = []

    async def probe(self, host: str) -> bool:
        """Return whether a host answers."""
        self.asked.append(host)
        return host in self.answers


@pytest.fixture
def network() -> Iterator[Network]:
    """Replace the network; nothing is sent."""
    made = Network()
    path = "custom_components.jannenkoti.kinds.presence.kind.async_is_reachable"
    with patch(path, made.probe):
        yield made


class Clock:
    """The clock of the home."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Initialize the clock, at noon."""
        self._hass = hass
        self._freezer = freezer
        freezer.move_to(datetime(2026, 1, 12, 12, tzinfo=dt_util.UTC))

    async def tick(self, minutes: float) -> None:
        """Let time pass in one step."""
        self._freezer.move_to(dt_util.utcnow() + timedelta(minutes=minutes))
        async_fire_time_changed(self._hass, dt_util.utcnow())
        await self._hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """Return the clock of a home in UTC."""
    await hass.config.async_set_time_zone("UTC")
    return Clock(hass, freezer)


def make_entry(options: Mapping[str, Any]) -> MockConfigEntry:
    """Return an entry."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Anna",
        unique_id=UNIQUE_ID,
        data={"kind": "presence", "kind_version": 1},
        options=options,
        minor_version=99,
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the entry up."""
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def entity_id(hass: HomeAssistant, platform: str, key: str) -> str:
    """Return the id of an entity."""
    registry = er.async_get(hass)
    found = registry.async_get_entity_id(platform, DOMAIN, f"{UNIQUE_ID}_{key}")
    assert found is not None
    return found


def state_of(hass: HomeAssistant, key: str, platform: str = "sensor") -> State:
    """Return the state of an entity."""
    state = hass.states.get(entity_id(hass, platform, key))
    assert state is not None
    return state


def seen(hass: HomeAssistant) -> tuple[str, str, str]:
    """Return tracker, stage and reason."""
    return (
        state_of(hass, "tracker", "device_tracker").state,
        state_of(hass, "stage").state,
        state_of(hass, "reason").state,
    )
