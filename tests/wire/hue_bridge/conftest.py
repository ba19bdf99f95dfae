"""A fake bridge, and an entry that is connected to it."""

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.hue_bridge.wire.client import Timing
from custom_components.jannenkoti.kinds.hue_bridge.wire.tls import (
    async_probe_certificate,
)
from demo.fakes.hue_bridge import FakeHueBridge
from demo.fakes.hue_resources import BRIDGE_ID

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

FAST = Timing(
    answer=5.0,
    first_wait=0.01,
    longest_wait=0.02,
    light_gap=0.0,
    group_gap=0.0,
    first_reconnect=0.02,
    longest_reconnect=0.05,
)


@pytest.fixture
async def fake(socket_enabled: None) -> AsyncIterator[FakeHueBridge]:
    """Return a bridge that is on."""
    async with FakeHueBridge() as fake:
        yield fake


@pytest.fixture(autouse=True)
def _fast() -> Iterator[None]:
    """Let nothing wait for long."""
    with patch(
        "custom_components.jannenkoti.kinds.hue_bridge.coordinator.TIMING", FAST
    ):
        yield


@pytest.fixture
async def entry(fake: FakeHueBridge) -> MockConfigEntry:
    """Return an entry of the bridge that is not set up yet."""
    certificate = await async_probe_certificate(fake.host)
    return MockConfigEntry(
        domain=DOMAIN,
        title="Hue Bridge 123456",
        unique_id=BRIDGE_ID,
        data={
            "kind": "hue_bridge",
            "kind_version": 1,
            "host": fake.host,
            "bridge_id": BRIDGE_ID,
            "fingerprint": certificate.fingerprint,
            "app_key": fake.pair(),
        },
        minor_version=99,
    )
