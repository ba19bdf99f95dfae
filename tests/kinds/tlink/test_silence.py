"""Silent devices, each by its own report interval; slow clocks."""

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.tlink.repairs import _MOST_NAMED

from .conftest import Push, payload, reported, state
from .test_cloud import cloud, refresh
from .test_cloud import entry as cloud_entry

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from demo.fakes.tlink_cloud import FakeTlinkCloud

    from ..waiting import Wait

__all__ = ["cloud", "cloud_entry"]  # fixtures

pytestmark = pytest.mark.usefixtures("socket_enabled")

FAST, SLOW = 4711, 4712
MINUTE = 60


async def speak(
    push: Push, device: int, *, behind: timedelta = timedelta(), sensors: int = 1
) -> None:
    """Let a device push what it measures by its own clock."""
    at = datetime.now(UTC) - behind
    rows = [reported("1", at, 10 * device + number) for number in range(sensors)]
    assert (await push(payload(*rows, at=at, deviceId=device))).status == 200


def shown(hass: HomeAssistant, device: int, number: int = 0) -> str:
    return state(hass, f"sensor_{10 * device + number}_value")


def connection(hass: HomeAssistant, device: int) -> str:
    return state(hass, f"{device}_connection", "binary_sensor")


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if "does not report" in record.message or "reports again" in record.message
    ]


async def live(push: Push, wait: Wait, minutes: int = 30) -> None:
    """Push from one device each minute, from the other each ten minutes."""
    for minute in range(minutes):
        await speak(push, FAST, sensors=2)
        if minute % 10 == 0:
            await speak(push, SLOW)
        await wait(MINUTE)


@pytest.mark.usefixtures("entry")
async def test_device_is_silent_after_its_own_limit_until_it_reports(
    hass: HomeAssistant, push: Push, wait: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await live(push, wait, 61)
    for _ in range(2):
        await wait(MINUTE)
    assert shown(hass, FAST) == "1.0"
    for _ in range(5):  # they are logged only once
        await wait(MINUTE)
    assert shown(hass, FAST) == shown(hass, FAST, 1) == STATE_UNAVAILABLE
    assert connection(hass, FAST) == STATE_OFF
    assert (shown(hass, SLOW), connection(hass, SLOW)) == ("1.0", STATE_ON)
    assert logged(caplog) == ["The device 4711 does not report any more"]
    await speak(push, FAST)
    assert shown(hass, FAST) == shown(hass, FAST, 1) == "1.0"
    assert connection(hass, FAST) == STATE_ON
    assert logged(caplog)[1:] == ["The device 4711 reports again"]
    await wait(40 * MINUTE)
    assert shown(hass, SLOW) == STATE_UNAVAILABLE


async def test_intervals_and_silence_survive_a_restart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await live(push, wait, 61)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, FAST) == "1.0"
    await wait(5 * MINUTE)
    assert shown(hass, FAST) == STATE_UNAVAILABLE
    assert shown(hass, SLOW) == "1.0"
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, FAST) == STATE_UNAVAILABLE
    assert shown(hass, SLOW) == "1.0"
    assert logged(caplog) == ["The device 4711 does not report any more"]
    await speak(push, FAST)
    assert shown(hass, FAST) == "1.0"
    assert logged(caplog)[1:] == ["The device 4711 reports again"]


@pytest.mark.usefixtures("entry")
async def test_device_that_reports_once_a_day_is_not_silent(
    hass: HomeAssistant, push: Push, wait: Wait
) -> None:
    for _ in range(6):
        await speak(push, SLOW)
        for _ in range(3):
            await wait(8 * 60 * MINUTE - 1)
            assert shown(hass, SLOW) == "1.0"


async def test_listed_device_is_not_silent_while_the_cloud_responds(
    hass: HomeAssistant,
    cloud_entry: MockConfigEntry,
    cloud: FakeTlinkCloud,
    wait: Wait,
) -> None:
    level = "sensor_55001_value"
    await wait(10 * 24 * 60 * MINUTE)
    await refresh(hass, cloud_entry)
    await wait(MINUTE)
    assert state(hass, level) == "15.0"
    cloud.unreachable = True
    await refresh(hass, cloud_entry)
    await wait(MINUTE)
    assert state(hass, level) == STATE_UNAVAILABLE
    cloud.unreachable = False
    await refresh(hass, cloud_entry)
    await wait(MINUTE)
    assert state(hass, level) == "15.0"


async def test_slow_clocks_create_an_issue_that_closes_itself(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    def note() -> ir.IssueEntry | None:
        return ir.async_get(hass).async_get_issue(
            DOMAIN, f"tlink_clocks_{entry.entry_id}"
        )

    behind = timedelta(minutes=97)
    for _ in range(11):
        await speak(push, FAST, behind=behind)
        await speak(push, SLOW)
        await wait(MINUTE)
    found = note()
    assert found is not None
    assert found.translation_placeholders is not None
    assert found.translation_placeholders["devices"] == "4711 (97 min)"
    await speak(push, FAST)
    await wait(MINUTE)
    assert note() is None
    for _ in range(10):
        for device in range(_MOST_NAMED + 1):
            await speak(push, 1 + device, behind=behind)
        await wait(MINUTE)
    found = note()
    assert found is not None
    assert found.translation_placeholders is not None
    assert found.translation_placeholders["devices"].endswith("10 (97 min), …")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert note() is None
