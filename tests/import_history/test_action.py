"""The action import_history: what it writes, leaves alone, and refuses."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import voluptuous as vol
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util.unit_conversion import EnergyConverter, TemperatureConverter
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.import_history import job as jobs
from custom_components.jannenkoti.import_history import statistics as written
from custom_components.jannenkoti.import_history.problem import Problem
from custom_components.jannenkoti.statistics import RecorderBusy, async_queue_done

from ..attack import hostile
from ..pure.import_history.stores import JANNENKOTI, make_sqlite, reading
from .conftest import NOON, OWN, ROOM, hours, metadata

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant

    from .conftest import Act

HOUR = timedelta(hours=1)
BEDROOM = "sensor.bedroom"


def bedroom(hass: HomeAssistant, **attributes: Any) -> None:
    """Let there be a sensor in the bedroom."""
    shown = {"unit_of_measurement": "°C", "state_class": "measurement"} | attributes
    hass.states.async_set(BEDROOM, "21", shown)


async def refused(act: Act, **data: Any) -> str:
    """Return why the action is refused."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(**data)
    assert str(caught.value)
    return str(caught.value.translation_key)


async def test_dry_run_reports_and_writes_nothing(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    found = await act(dry_run=True)
    assert found["series"][ROOM] == {
        "name": "Makuuhuone",
        "quantity": "temperature",
        "unit": "°C",
        "hours": 3,
        "first": NOON.isoformat(),
        "last": (NOON + 2 * HOUR).isoformat(),
        "chosen": True,
        "statistic_id": OWN,
        "hours_present": 0,
        "hours_written": 0,
        "unit_differs": False,
    }
    assert found["tables"]["esp32_temphum"]["rows"] == 9
    assert found["time_zone"] == "Europe/Helsinki"
    assert not await hours(hass)


async def test_series_without_an_entity_becomes_a_statistic_of_its_own(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    before = await hass.async_add_executor_job(old.read_bytes)
    found = await act()
    assert found["series"][ROOM]["hours_written"] == 3
    rows = await hours(hass)
    assert [row["mean"] for row in rows] == pytest.approx([21, 24, 27], abs=0.7)
    assert [(row["min"], row["max"]) for row in rows] == [(20, 22), (22, 25), (25, 28)]
    assert [row["start"] for row in rows] == [
        (NOON + n * HOUR).timestamp() for n in range(3)
    ]
    about = await metadata(hass, OWN)
    assert about["mean_type"] is StatisticMeanType.ARITHMETIC
    assert about["unit_class"] == TemperatureConverter.UNIT_CLASS
    assert about["name"] == "Makuuhuone: Temperature"
    assert about["source"] == DOMAIN
    assert await hass.async_add_executor_job(old.read_bytes) == before
    assert not [x for x in old.parent.iterdir() if x.name.startswith("old.db-")]


async def test_second_run_changes_nothing(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    await act()
    rows = await hours(hass)
    found = await act()
    assert found["series"][ROOM]["hours_present"] == 3
    assert found["series"][ROOM]["hours_written"] == 0
    assert await hours(hass) == rows


async def test_hours_of_an_entity_are_not_overwritten(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    bedroom(hass)
    async_import_statistics(
        hass,
        {
            "source": "recorder",
            "statistic_id": BEDROOM,
            "name": None,
            "unit_of_measurement": "°F",
            "unit_class": TemperatureConverter.UNIT_CLASS,
            "mean_type": StatisticMeanType.ARITHMETIC,
            "has_sum": False,
        },
        [{"start": NOON + HOUR, "mean": 1.0, "min": 0.0, "max": 2.0}],
    )
    await async_wait_recording_done(hass)
    found = await act(entities={ROOM: BEDROOM}, series=[ROOM])
    assert found["series"][ROOM]["hours_present"] == 1
    assert found["series"][ROOM]["hours_written"] == 2
    assert not found["series"]["esp32_temphum/Makuuhuone/humidity"]["chosen"]
    rows = await hours(hass, BEDROOM)
    assert rows[1]["mean"] == pytest.approx((1 - 32) / 1.8)
    assert rows[0]["min"] == pytest.approx(20)
    assert (await metadata(hass, BEDROOM))["statistics_unit_of_measurement"] == "°F"


async def test_own_entity_of_the_same_room_is_found(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    entity = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "0123_Makuuhuone_temperature"
    )
    found = await act(dry_run=True)
    assert found["series"][ROOM]["statistic_id"] == entity.entity_id
    er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "4567_Makuuhuone_temperature"
    )
    found = await act(dry_run=True)
    assert found["series"][ROOM]["statistic_id"] == OWN


async def test_series_with_another_unit_is_left_out(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    bedroom(hass, unit_of_measurement="kWh")
    for dry_run in (True, False):
        found = await act(entities={ROOM: BEDROOM}, dry_run=dry_run)
        assert found["series"][ROOM]["unit_differs"]
        assert not found["series"][ROOM]["hours_written"]
    assert not await hours(hass, BEDROOM)


# Meters


def heater(folder: Path) -> None:
    """Make a store with a meter that is reset once."""
    rows = [
        {
            "timestamp": (NOON + number * HOUR).isoformat(),
            "is_heater_on": 1,
            "instant_power_w": 100.0,
            "energy_total_wh": energy,
            "ambient_temp": -4.0,
        }
        for number, energy in enumerate((1000, 1500, 200, 800))
    ]
    make_sqlite(folder / "old.db", JANNENKOTI, car_heater_status=rows)


METER = "car_heater_status/energy"


async def test_meter_gets_sums_as_the_recorder_counts(
    hass: HomeAssistant, folder: Path, act: Act
) -> None:
    heater(folder)
    await act()
    rows = await hours(hass, "jannenkoti:car_heater_status_energy")
    assert [row["sum"] for row in rows] == [0, 500, 700, 1300]
    assert [row["state"] for row in rows] == [1000, 1500, 200, 800]
    about = await metadata(hass, "jannenkoti:car_heater_status_energy")
    assert about["has_sum"]
    assert about["mean_type"] is StatisticMeanType.NONE
    assert about["unit_class"] == EnergyConverter.UNIT_CLASS


async def test_sums_of_a_meter_lead_up_to_those_of_its_entity(
    hass: HomeAssistant, folder: Path, act: Act
) -> None:
    heater(folder)
    entity = "sensor.heater_energy"
    hass.states.async_set(
        entity, "1.0", {"unit_of_measurement": "kWh", "state_class": "total_increasing"}
    )
    async_import_statistics(
        hass,
        {
            "source": "recorder",
            "statistic_id": entity,
            "name": None,
            "unit_of_measurement": "kWh",
            "unit_class": EnergyConverter.UNIT_CLASS,
            "mean_type": StatisticMeanType.NONE,
            "has_sum": True,
        },
        [
            {"start": NOON + 200 * 24 * HOUR, "state": 1.0, "sum": 0.0},
            {"start": NOON + 200 * 25 * HOUR, "state": 1.5, "sum": 0.5},
        ],
    )
    await act(entities={METER: entity}, series=[METER])
    rows = await hours(hass, entity)
    assert [row["sum"] for row in rows] == [-1.5, -1.0, -0.8, -0.2, 0, 0.5]
    # Half of it is lost, and written again.
    await act(entities={METER: entity}, series=[METER])
    assert await hours(hass, entity) == rows


# Stopped, and started again


@pytest.fixture
def small_batches() -> Any:
    """Let the recorder get one hour at a time."""
    with patch.object(written, "_ROWS", 1):
        yield


@pytest.mark.usefixtures("small_batches")
async def test_import_that_was_stopped_goes_on_to_the_same_end(
    hass: HomeAssistant, folder: Path, act: Act
) -> None:
    heater(folder)
    queue_done, count = async_queue_done, 0

    async def stop_after_two(recorder: Any) -> None:
        nonlocal count
        await queue_done(recorder)
        count += 1
        if count == 2:
            await hass.services.async_call(
                DOMAIN, "import_history_cancel", blocking=True
            )

    ended = async_capture_events(hass, jobs.FINISHED)
    with patch.object(written, "async_queue_done", stop_after_two):
        assert await refused(act, series=[METER]) == Problem.CANCELLED
    assert ended[0].data["complete"] is False
    own = "jannenkoti:car_heater_status_energy"
    assert len(await hours(hass, own)) == 2
    found = await act(series=[METER])
    assert found["series"][METER]["hours_present"] == 2
    assert ended[1].data == {"hours": 2, "series": 1, "complete": True}
    assert [row["sum"] for row in await hours(hass, own)] == [0, 500, 700, 1300]


async def test_only_one_import_runs(hass: HomeAssistant, old: Path, act: Act) -> None:
    assert await refused_cancel(hass) == Problem.NOT_RUNNING
    reading_began, go_on = asyncio.Event(), asyncio.Event()
    read = jobs.async_read

    async def slow(*arguments: Any) -> Any:
        reading_began.set()
        await go_on.wait()
        return await read(*arguments)

    with patch.object(jobs, "async_read", slow):
        first = asyncio.ensure_future(act())
        await reading_began.wait()
        assert await refused(act) == Problem.RUNNING
        await hass.services.async_call(DOMAIN, "import_history_cancel", blocking=True)
        go_on.set()
        with pytest.raises(ServiceValidationError) as caught:
            await first
    assert caught.value.translation_key == Problem.CANCELLED
    assert await act()


async def refused_cancel(hass: HomeAssistant) -> str:
    """Return why nothing can be stopped."""
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(DOMAIN, "import_history_cancel", blocking=True)
    return str(caught.value.translation_key)


async def test_home_assistant_that_stops_stops_the_import(
    hass: HomeAssistant, old: Path
) -> None:
    async with jobs.running(hass, lambda _share: None) as job:
        hass.bus.async_fire("homeassistant_stop")
        await hass.async_block_till_done()
        assert job.stopped.is_set()


async def test_busy_recorder_is_reported(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    for module in (written, jobs):
        with patch.object(module, "async_queue_done", side_effect=RecorderBusy):
            assert await refused(act) == Problem.BUSY
    with patch.object(jobs, "async_queue_done", side_effect=RecorderBusy):
        assert await refused(act, dry_run=True) == Problem.BUSY


# What is refused


async def test_bad_requests_are_refused(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    (old.parent / "x.csv").write_text("a,b\n")
    for data, problem in (
        ({"path": "missing.db"}, Problem.NOT_FOUND),
        ({"path": "../old.db"}, Problem.OUTSIDE),
        ({"path": "x.csv"}, Problem.NOT_A_STORE),
        ({"time_zone": "Moon/Base"}, Problem.ZONE),
        ({"time_zone": "Europe"}, Problem.ZONE),
        ({"time_zone": "../Europe/Helsinki"}, Problem.ZONE),
        ({"time_zone": "a\0b"}, Problem.ZONE),
        ({"time_zone": "a" * 300}, Problem.ZONE),
        ({"series": ["other"]}, Problem.NO_SERIES),
        ({"entities": {"other": BEDROOM}}, Problem.NO_SERIES),
        ({"entities": {ROOM: BEDROOM}}, Problem.NO_ENTITY),
    ):
        assert await refused(act, **data) == problem, data


async def test_without_a_recorder_only_a_dry_run_is_possible(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    hass.config.components.remove("recorder")
    try:
        assert await refused(act) == Problem.NO_RECORDER
        found = await hass.services.async_call(
            DOMAIN,
            "import_history",
            {"path": "old.db"},
            blocking=True,
            return_response=True,
        )
    finally:
        hass.config.components.add("recorder")
    assert found
    assert found["series"]


async def test_hour_that_has_not_ended_is_left_to_the_recorder(
    hass: HomeAssistant, folder: Path, act: Act, freezer: Any
) -> None:
    rows = [reading((NOON + number * HOUR).isoformat()) for number in range(3)]
    make_sqlite(folder / "old.db", JANNENKOTI, esp32_temphum=rows)
    freezer.move_to(NOON + 2 * HOUR + timedelta(minutes=5))
    found = await act()
    assert found["series"][ROOM]["hours_written"] == 1


@pytest.mark.parametrize("name", ["path", "dry_run", "time_zone", "series", "entities"])
async def test_hostile_value_in_any_field_is_refused(
    hass: HomeAssistant, old: Path, act: Act, name: str
) -> None:
    """Or understood, where it happens to be a right one."""
    for what, value in hostile.values().items():
        try:
            found = await act(**{"dry_run": True, name: value})
        except vol.Invalid, ServiceValidationError:
            continue
        assert found["tables"], what
    assert not await hours(hass)


async def test_size_is_checked_before_the_content(
    hass: HomeAssistant, old: Path, act: Act
) -> None:
    for data in (
        {"entities": {f"{n}": 5 for n in range(1001)}},
        {"series": ["x"] * 1001},
    ):
        with pytest.raises(vol.Invalid) as caught:
            await act(**data)
        assert "length" in str(caught.value)
