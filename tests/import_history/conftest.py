"""A Home Assistant with a recorder and an old store in its folder."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.jannenkoti.const import DOMAIN

from ..pure.import_history.stores import JANNENKOTI, make_sqlite, reading

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant

NOON = datetime(2025, 9, 8, 12, tzinfo=UTC)
ROOM = "esp32_temphum/Makuuhuone/temperature"
OWN = "jannenkoti:esp32_temphum_makuuhuone_temperature"

type Act = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def folder(recorder_mock: object, hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return the folder of a Home Assistant that has the integration loaded."""
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_set_time_zone("Europe/Helsinki")
    assert await async_setup_component(hass, DOMAIN, {})
    return tmp_path


@pytest.fixture
def old(folder: Path) -> Path:
    """Make a store with three hours of one room."""
    rows = [
        reading((NOON + timedelta(minutes=20 * number)).isoformat(), 20 + number)
        for number in range(9)
    ]
    return make_sqlite(folder / "old.db", JANNENKOTI, esp32_temphum=rows)


@pytest.fixture
def act(hass: HomeAssistant) -> Act:
    """Return what performs the action."""

    async def act(path: str = "old.db", **data: Any) -> dict[str, Any]:
        found = await hass.services.async_call(
            DOMAIN,
            "import_history",
            {"path": path, "dry_run": False, **data},
            blocking=True,
            return_response=True,
        )
        await async_wait_recording_done(hass)
        return dict(found or {})

    return act


async def hours(hass: HomeAssistant, statistic_id: str = OWN) -> list[dict[str, Any]]:
    """Return all statistics of one id."""
    await async_wait_recording_done(hass)
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        *(hass, NOON - timedelta(days=400), None, {statistic_id}, "hour", None),
        {"mean", "min", "max", "state", "sum"},
    )
    return [dict(row) for row in found.get(statistic_id, [])]


async def metadata(hass: HomeAssistant, statistic_id: str) -> dict[str, Any]:
    """Return the metadata of one id."""
    (found,) = await get_instance(hass).async_add_executor_job(
        list_statistic_ids, hass, {statistic_id}
    )
    return dict(found)
