"""Late readings change the long-term statistics of their hour, and no state."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.db_schema import StatisticsShortTerm
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    statistics_during_period,
)
from homeassistant.const import UnitOfLength
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.jannenkoti import statistics
from custom_components.jannenkoti.kinds.tlink.statistics import async_older_hours
from custom_components.jannenkoti.statistics import RecorderBusy

from .conftest import NOW, Push, entity_id, payload, reported, state

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from ..waiting import Wait

pytestmark = pytest.mark.usefixtures("recorder_mock")

KEY = "sensor_55001_value"
HOURS = timedelta(hours=1)
HOUR = datetime(2026, 3, 2, 9, tzinfo=NOW.tzinfo)


def at(minutes: float) -> datetime:
    """Return a time in the tested hour."""
    return HOUR + timedelta(minutes=minutes)


async def hours(hass: HomeAssistant, key: str = KEY) -> list[dict[str, Any]]:
    """Return the statistics of the tested hour and of those around it."""
    await async_wait_recording_done(hass)
    statistic_id = entity_id(hass, "sensor", key)
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        HOUR - timedelta(days=3),
        NOW,
        {statistic_id},
        "hour",
        None,
        {"mean", "min", "max", "state", "sum"},
    )
    return [dict(row) for row in found.get(statistic_id, [])]


async def test_hour_is_calculated_from_all_its_readings(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await push()
    for minutes, value in ((0, "10"), (30, "20"), (45, "30")):
        await push(payload(reported(value, at=at(minutes)), at=at(minutes)))
    await wait(6)
    (row,) = await hours(hass)
    assert row["start"] == HOUR.timestamp()
    assert (row["min"], row["max"]) == (10, 30)
    assert row["mean"] == pytest.approx((10 * 30 + 20 * 15 + 30 * 15) / 60)
    assert state(hass) == "15.0"
    assert not len(entry.runtime_data.account.late)
    # A repeat changes nothing; a further reading is reckoned with the others.
    await push(payload(reported("10", at=at(0)), at=at(0)))
    await push(payload(reported("50", at=at(15)), at=at(15)))
    await wait(6)
    (row,) = await hours(hass)
    assert row["mean"] == pytest.approx((10 * 15 + 50 * 15 + 20 * 15 + 30 * 15) / 60)


async def test_part_of_an_hour_is_merged_with_the_row_of_the_recorder(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await push()
    async_import_statistics(
        hass,
        {
            "source": "recorder",
            "statistic_id": entity_id(hass, "sensor", KEY),
            "name": None,
            "unit_of_measurement": None,
            "unit_class": None,
            "mean_type": StatisticMeanType.ARITHMETIC,
            "has_sum": False,
        },
        [{"start": HOUR, "mean": 12.0, "min": 11.0, "max": 13.0}],
    )
    await async_wait_recording_done(hass)
    await push(payload(reported("20", at=at(30)), at=at(30)))
    await wait(6)
    (row,) = await hours(hass)
    assert (row["mean"], row["min"], row["max"]) == (16.0, 11.0, 20.0)


async def test_hour_that_is_not_closed_waits(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    wait: Wait,
) -> None:
    await push()
    early = NOW - timedelta(minutes=20)
    await push(payload(reported("20", at=early), at=early))
    await wait(6)
    assert not await hours(hass)
    # What waits survives a restart.
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await wait(41 * 60)
    (row,) = await hours(hass)
    assert row["max"] == 20


async def test_statistics_keep_their_unit(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await push()
    known = entry.runtime_data.account.inventory
    sensor = known.sensors["55001"]
    from copy import replace  # noqa: PLC0415

    known.sensors["55001"] = replace(sensor, info=replace(sensor.info, unit="mm"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    own = entity_id(hass, "sensor", KEY)
    er.async_get(hass).async_update_entity_options(
        own, "sensor", {"unit_of_measurement": UnitOfLength.METERS}
    )
    await hass.async_block_till_done()
    await push(payload(reported("2000", at=at(0)), at=at(0)))
    await wait(6)
    (row,) = await hours(hass)
    assert row["mean"] == 2
    # And once more, now that the statistics have a unit.
    await push(payload(reported("4000", at=at(60)), at=at(60)))
    await wait(6)
    assert [row["mean"] for row in await hours(hass)] == [2, 4]


async def test_late_hours_of_a_total_get_their_place_in_the_sum(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    wait: Wait,
) -> None:
    await push()
    known = entry.runtime_data.account.inventory
    sensor = known.sensors["55001"]
    from copy import replace  # noqa: PLC0415

    known.sensors["55001"] = replace(sensor, info=replace(sensor.info, unit="kWh"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    for minutes, value in ((-60, "100"), (0, "103"), (120, "110")):
        await push(payload(reported(value, at=at(minutes)), at=at(minutes)))
    await wait(6)
    assert [(row["state"], row["sum"]) for row in await hours(hass)] == [
        (100, 0),
        (103, 3),
        (110, 10),
    ]


async def make_total(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the sensor be a meter in kWh."""
    options = [{"sensor_id": "55001", "unit": "kWh", "device_class": "energy"}]
    hass.config_entries.async_update_entry(entry, options={"device_classes": options})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


async def import_totals(
    hass: HomeAssistant, rows: dict[int, float], table: Any = None
) -> None:
    """Let the recorder have sums, by hours before now; their states are the same."""
    metadata: Any = {
        "source": "recorder",
        "statistic_id": entity_id(hass, "sensor", KEY),
        "name": None,
        "unit_of_measurement": "kWh",
        "unit_class": "energy",
        "mean_type": StatisticMeanType.NONE,
        "has_sum": True,
    }
    begin = NOW.replace(minute=0)
    data: Any = [
        {"start": begin - timedelta(hours=ago), "state": value, "sum": value}
        for ago, value in rows.items()
    ]
    if table is None:
        async_import_statistics(hass, metadata, data)
    else:
        get_instance(hass).async_import_statistics(metadata, data, table)
    await async_wait_recording_done(hass)


async def sums(hass: HomeAssistant) -> list[float]:
    return [row["sum"] for row in await hours(hass)]


async def test_late_hours_continue_the_last_row_of_any_age(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await push(payload(reported("4013")))
    await make_total(hass, entry)
    await import_totals(hass, {50: 4000, 49: 4001})
    for number, ago in enumerate((5, 4, 3)):
        at_ = NOW - timedelta(hours=ago)
        await push(payload(reported(str(4010 + number), at=at_), at=at_))
    await wait(6)
    assert await sums(hass) == [4000, 4001, 4010, 4011, 4012]


@pytest.mark.parametrize("backwards", [False, True])
async def test_later_rows_move_by_what_a_late_reset_adds(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    wait: Wait,
    *,
    backwards: bool,
) -> None:
    await push(payload(reported("20", at=NOW - 5 * HOURS), at=NOW - 5 * HOURS))
    await make_total(hass, entry)
    await push(payload(reported("30"), at=NOW))
    # What the recorder has: 20 five hours ago, 30 now; it goes on from its last row.
    await import_totals(hass, {5: 20, 1: 20})
    await import_totals(hass, {0: 20}, StatisticsShortTerm)
    late = [(4, "2"), (3, "7")]
    for ago, value in reversed(late) if backwards else late:
        at_ = NOW - timedelta(hours=ago)
        await push(payload(reported(value, at=at_), at=at_))
        await wait(6)
    # 20, reset to 2, 7; then 30: two and five and twenty-three more.
    assert await sums(hass) == [20, 22, 27, 27]
    await async_wait_recording_done(hass)
    short = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        NOW - timedelta(hours=1),
        None,
        {entity_id(hass, "sensor", KEY)},
        "5minute",
        None,
        {"sum"},
    )
    # The recorder adds 30 - 20 to its last sum: 50 in all.
    ((row,),) = short.values()
    assert row["sum"] == 20 + 20


async def test_unit_that_changed_does_not_change_old_values(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    def unit(name: str) -> dict[str, Any]:
        return {"device_classes": [{"sensor_id": "55001", "unit": name}]}

    hass.config_entries.async_update_entry(entry, options=unit("m"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await push()
    await push(payload(reported("2", at=at(0)), at=at(0)))
    await wait(6)
    assert [row["mean"] for row in await hours(hass)] == [2]
    hass.config_entries.async_update_entry(entry, options=unit("cm"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await push(payload(reported("400", at=at(30)), at=at(30)))
    await wait(6)
    assert [row["mean"] for row in await hours(hass)] == [pytest.approx(3)]


async def test_part_of_an_hour_that_is_imported_again_changes_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await push()
    async_import_statistics(
        hass,
        {
            "source": "recorder",
            "statistic_id": entity_id(hass, "sensor", KEY),
            "name": None,
            "unit_of_measurement": None,
            "unit_class": None,
            "mean_type": StatisticMeanType.ARITHMETIC,
            "has_sum": False,
        },
        [{"start": HOUR, "mean": 12.0, "min": 11.0, "max": 13.0}],
    )
    for minutes in (30, 45):
        await push(payload(reported("20", at=at(minutes)), at=at(minutes)))
        await wait(6)
        (row,) = await hours(hass)
        assert (row["mean"], row["min"], row["max"]) == (16.0, 11.0, 20.0)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()


async def test_history_before_the_journal_has_hourly_means(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push
) -> None:
    await push()
    async_import_statistics(
        hass,
        {
            "source": "recorder",
            "statistic_id": entity_id(hass, "sensor", KEY),
            "name": None,
            "unit_of_measurement": None,
            "unit_class": None,
            "mean_type": StatisticMeanType.ARITHMETIC,
            "has_sum": False,
        },
        [
            {"start": HOUR + timedelta(hours=n), "mean": 10.0 + n, "min": 1, "max": 2}
            for n in (0, 1, 3)  # the reading itself was measured in the last of them
        ],
    )
    await async_wait_recording_done(hass)
    answer: Any = await hass.services.async_call(
        "jannenkoti",
        "tlink_history",
        {"sensor_id": 55001, "start": HOUR - timedelta(hours=1)},
        blocking=True,
        return_response=True,
    )
    assert [each["value"] for each in answer["history"]] == ["15.0", "11.0", "10.0"]


async def test_text_sensor_has_no_statistics(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    push: Push,
    wait: Wait,
    freezer: FrozenDateTimeFactory,
) -> None:
    words: dict[str, Any] = {"sensorsTypeId": 8, "sensor_id": 7}
    await push(payload(reported("a", **words)))
    await push(payload(reported("5", at=at(0), **words), at=at(0)))
    await wait(6)
    assert not await hours(hass, "sensor_7_value")


async def test_hours_wait_while_the_recorder_is_busy(
    hass: HomeAssistant, entry: MockConfigEntry, push: Push, wait: Wait
) -> None:
    await push()
    await push(payload(reported("20", at=at(0)), at=at(0)))
    with patch(
        "custom_components.jannenkoti.kinds.tlink.statistics.async_import_hours",
        side_effect=RecorderBusy,
    ):
        await wait(6)
    assert not await hours(hass)
    assert len(entry.runtime_data.account.late) == 1
    await wait(31)
    assert len(await hours(hass)) == 1


async def test_sensor_without_an_entity_has_no_older_hours(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    start = HOUR - 3 * HOURS
    assert await async_older_hours(hass, entry, "no such sensor", start, HOUR) == []


async def test_recorder_that_takes_longer_than_the_limit_is_busy(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "_QUEUE_LIMIT", 0)
    with pytest.raises(RecorderBusy):
        await statistics.async_queue_done(get_instance(hass))
