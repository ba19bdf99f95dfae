"""The stored count of cloud calls, also with a damaged file."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jannenkoti.kinds.air_conditioner.quota_coordinator import (
    async_join,
)
from custom_components.jannenkoti.lib.quota import Plan

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

KEY = "jannenkoti.project.quota"
PLAN = Plan(limit=1000)
NOW = "2026-11-20T00:00:00+00:00"


async def test_calls_are_saved_within_five_minutes_at_any_rate(
    hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    project = await async_join(hass, "project", "entry", PLAN)
    for _ in range(320):
        project.count()
        freezer.tick(timedelta(seconds=1))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
    assert hass_storage[KEY]["data"]["calls"] >= 300
    await project.async_leave("entry")
    assert hass_storage[KEY]["data"]["calls"] == 320


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"calls": 7},
        {"calls": float("nan"), "recent": 1},
        {"calls": float("inf"), "recent": 1},
        {"calls": [], "recent": {}, "period": 5, "at": None, "since": "", "low": "x"},
        {
            "calls": 5,
            "recent": 2.0,
            "period": "0001-01-01T00:00:00+00:00",
            "at": NOW,
            "since": "9999-12-31T23:59:59+00:00",
            "low": None,
        },
        {"calls": "x" * 100_000, "recent": 1},
    ],
)
async def test_any_stored_count_is_loaded(
    hass: HomeAssistant, hass_storage: dict[str, Any], stored: dict[str, Any]
) -> None:
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": stored}
    project = await async_join(hass, "project", "entry", PLAN)
    now = dt_util.utcnow()
    project.count()
    assert project.quota.calls(now) >= 1
    assert project.quota.interval(now) is not None
    await project.async_leave("entry")
