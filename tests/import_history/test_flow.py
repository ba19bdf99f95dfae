"""The steps in *Add entry*: choose a file, check it, write it, take over settings."""

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.import_history import flow as steps
from custom_components.jannenkoti.import_history import job as jobs
from custom_components.jannenkoti.import_history import read
from custom_components.jannenkoti.import_history.candidates import candidates
from custom_components.jannenkoti.import_history.old_settings import (
    async_apply,
    async_proposals,
)
from custom_components.jannenkoti.import_history.problem import HistoryError, Problem
from custom_components.jannenkoti.import_history.scan import scan
from custom_components.jannenkoti.lib import progress_page
from custom_components.jannenkoti.lib.plain_text import escaped

from ..pure.import_history.stores import (
    DISPOSITIVOS,
    JANNENKOTI,
    VIKI,
    make_sqlite,
    reading,
)
from .conftest import NOON, ROOM, hours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from homeassistant.core import HomeAssistant

HUMIDITY = "esp32_temphum/Makuuhuone/humidity"


class Flow:
    """A flow that is answered step by step."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.step: Any = None

    async def start(self) -> Any:
        flows = self.hass.config_entries.flow
        self.step = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        return await self.answer({"next_step_id": "import_history"})

    async def answer(self, answers: dict[str, Any]) -> Any:
        """Submit a step; return the next one after its progress."""
        flows = self.hass.config_entries.flow
        flow_id = self.step["flow_id"]
        self.step = await flows.async_configure(flow_id, answers)
        while self.step["type"] is FlowResultType.SHOW_PROGRESS:
            await self.hass.async_block_till_done()
            self.step = await flows.async_configure(flow_id)
        return self.step

    def options(self, field: str) -> Any:
        """Return the choices of a select field of the current step."""
        return self.step["data_schema"].schema[field].config["options"]


@pytest.fixture
def flow(hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Flow:
    monkeypatch.setattr(progress_page, "SHOWN_AFTER", 0)
    return Flow(hass)


async def test_work_ends_once_the_page_had_time_to_show_its_progress(
    hass: HomeAssistant, folder: Path, flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page subscribes to its end only then, so a sooner end would be lost."""
    shown, waited = asyncio.Event(), list[float]()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await shown.wait()

    monkeypatch.setattr(progress_page, "SHOWN_AFTER", 2.0)
    paused = SimpleNamespace(gather=asyncio.gather, sleep=sleep)
    monkeypatch.setattr(progress_page, "asyncio", paused)
    await flow.start()
    flows, flow_id = hass.config_entries.flow, flow.step["flow_id"]
    step = await flows.async_configure(flow_id, {"path": "missing.db"})
    for _ in range(10):
        await asyncio.sleep(0)
    assert waited == [2.0]
    assert step["type"] is FlowResultType.SHOW_PROGRESS
    shown.set()
    await hass.async_block_till_done()
    step = await flows.async_configure(flow_id)
    assert step["errors"] == {"path": Problem.NOT_FOUND}


async def test_store_is_imported_step_by_step(
    hass: HomeAssistant, old: Path, flow: Flow
) -> None:
    entity = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "0123_Makuuhuone_humidity"
    )
    form = await flow.start()
    assert form["step_id"] == "import_history"
    assert flow.options("path") == ["old.db"]
    form = await flow.answer({"path": " old.db ", "time_zone": "Europe/Helsinki"})
    assert form["step_id"] == "import_history_plan"
    assert form["description_placeholders"] == {
        "series": "2",
        "hours": "6",
        "span": "2025-09-08 ... 2025-09-08",
        "tables": "- **esp32_temphum**: 2025-09-08 ... 2025-09-08\n  - Rows: 9",
        "zone": "Europe/Helsinki",
    }
    labels = {each["value"]: each["label"] for each in flow.options("series")}
    assert labels == {
        HUMIDITY: f"Makuuhuone: Humidity, 3 h → {entity.entity_id}",
        ROOM: "Makuuhuone: Temperature, 3 h → own statistics",
    }
    form = await flow.answer({"series": [ROOM, HUMIDITY]})
    assert form["step_id"] == "import_history_entities"
    suggested = {
        str(key): key.description["suggested_value"]
        for key in form["data_schema"].schema
        if key.description
    }
    assert suggested == {"Makuuhuone: Humidity": entity.entity_id}
    end = await flow.answer({"Makuuhuone: Humidity": entity.entity_id})
    assert end["type"] is FlowResultType.ABORT
    assert end["reason"] == "import_history_finished"
    assert end["description_placeholders"] == {
        "written": "6",
        "present": "0",
        "skipped": "0",
        "details": (
            "**Series**\n\n"
            f"- Makuuhuone: Humidity → {escaped(entity.entity_id)}: 3 h\n"
            "- Makuuhuone: Temperature → own statistics: 3 h"
        ),
    }
    assert len(await hours(hass)) == len(await hours(hass, entity.entity_id)) == 3
    # Again: all is there, and the plan shows it.
    await flow.start()
    await flow.answer({"path": "old.db"})
    labels = {each["value"]: each["label"] for each in flow.options("series")}
    assert labels[ROOM].endswith("(already there: 3 h)")
    assert not hass.config_entries.async_entries(DOMAIN)


async def test_error_is_shown_beside_its_field_and_can_be_corrected(
    hass: HomeAssistant, old: Path, flow: Flow
) -> None:
    await flow.start()
    form = await flow.answer({"path": "missing.db"})
    assert form["errors"] == {"path": "import_history_not_found"}
    form = await flow.answer({"path": "old.db", "time_zone": "Moon/Base"})
    assert form["errors"] == {"time_zone": "import_history_zone"}
    form = await flow.answer({"path": "../x"})
    assert form["errors"] == {"path": "import_history_outside"}
    form = await flow.answer({"path": "old.db"})
    assert form["step_id"] == "import_history_plan"


async def test_skipped_values_and_units_are_in_the_plan(
    hass: HomeAssistant, folder: Path, flow: Flow
) -> None:
    rows = [reading(NOON.isoformat()), reading("2999-01-01 00:00:00")]
    make_sqlite(folder / "old.db", JANNENKOTI, esp32_temphum=rows)
    registry = er.async_get(hass)
    entity = registry.async_get_or_create("sensor", DOMAIN, "x_Makuuhuone_temperature")
    hass.states.async_set(entity.entity_id, "1", {"unit_of_measurement": "kWh"})
    await flow.start()
    form = await flow.answer({"path": "old.db"})
    tables = form["description_placeholders"]["tables"]
    assert tables.splitlines()[1:] == [
        "  - Rows: 2",
        "  - Skipped values: 1",
        "    - Times in the future: 1",
    ]
    labels = {each["value"]: each["label"] for each in flow.options("series")}
    assert labels[ROOM].endswith("(other unit)")
    (key,) = form["data_schema"].schema
    assert key.default() == [HUMIDITY]
    end = await flow.answer({"series": [ROOM]})
    end = await flow.answer({"Makuuhuone: Temperature": entity.entity_id})
    assert end["description_placeholders"] == {
        "written": "0",
        "present": "0",
        "skipped": "1",
        "details": (
            "**Left out, because the unit differs**\n\n"
            f"- Makuuhuone: Temperature → {escaped(entity.entity_id)}\n\n"
            "**Skipped values**\n\n"
            "- Times in the future: 1"
        ),
    }


async def test_result_of_many_series_names_the_first_ones_and_counts_the_others(
    hass: HomeAssistant, folder: Path, flow: Flow
) -> None:
    """Names come from outside, so no markup in them has an effect."""
    rooms = ["[a](http://x)", *(f"Room {number:02}" for number in range(9))]
    rows = [reading(NOON.isoformat()) | {"location": room} for room in rooms]
    make_sqlite(folder / "old.db", JANNENKOTI, esp32_temphum=rows)
    await hass.config.async_update(language="fi")
    ends = []
    for _ in range(2):
        await flow.start()
        await flow.answer({"path": "old.db"})
        chosen = [each["value"] for each in flow.options("series")]
        await flow.answer({"series": chosen})
        ends.append((await flow.answer({}))["description_placeholders"])
        await async_wait_recording_done(hass)
    lines = ends[0]["details"].splitlines()
    assert lines[:3] == ["**Sarjat**", "", "- Room 00: Kosteus → oma tilasto: 1 h"]
    assert lines[-1] == "- ja 10 muuta"
    assert len(lines) == 13
    assert ends[1]["written"] == "0"
    assert ends[1]["present"] == "20"
    assert ends[1]["details"].splitlines()[2].endswith(": 0 h (jo olemassa: 1 h)")
    assert "[a](" not in ends[0]["details"].replace("\\[", "")


async def test_table_of_a_newer_server_is_named(
    hass: HomeAssistant, folder: Path, flow: Flow
) -> None:
    schema = JANNENKOTI + "CREATE TABLE estado_log (cosa);"
    make_sqlite(folder / "old.db", schema)
    await flow.start()
    form = await flow.answer({"path": "old.db"})
    tables = form["description_placeholders"]["tables"]
    assert tables.splitlines()[-1].endswith(": estado_log")


async def test_rooms_with_the_same_name_have_fields_of_their_own(
    hass: HomeAssistant, folder: Path, flow: Flow
) -> None:
    devices = [
        {"id": n, "serial_number": f"TMP{n}", "nombre": "Sala", "tipo": "sensor"}
        for n in (1, 2)
    ]
    log = [
        {
            "dispositivo_id": n,
            "timestamp": NOON.isoformat(),
            "parametros": '{"temperatura": 1}',
        }
        for n in (1, 2)
    ]
    make_sqlite(folder / "iot.db", DISPOSITIVOS, dispositivo=devices, estado_log=log)
    await flow.start()
    form = await flow.answer({"path": "iot.db"})
    form = await flow.answer({"series": [x["value"] for x in flow.options("series")]})
    assert {str(key) for key in form["data_schema"].schema} == {
        f"Sala: Temperature (estado_log/TMP{n}/temperatura)" for n in (1, 2)
    }
    end = await flow.answer({})
    assert end["description_placeholders"]["written"] == "2"


async def test_many_series_are_not_asked_for_one_by_one(
    hass: HomeAssistant, old: Path, flow: Flow
) -> None:
    await flow.start()
    await flow.answer({"path": "old.db"})
    with patch.object(steps, "_MOST_FIELDS", 1):
        end = await flow.answer({"series": [ROOM, HUMIDITY]})
    assert end["description_placeholders"]["written"] == "6"


async def test_problem_while_writing_leads_back_to_the_first_form(
    hass: HomeAssistant, old: Path, flow: Flow
) -> None:
    await flow.start()
    await flow.answer({"path": "old.db"})
    await flow.answer({"series": [ROOM]})
    hass.config.components.remove("recorder")
    form = await flow.answer({})
    hass.config.components.add("recorder")
    assert form["step_id"] == "import_history"
    assert form["errors"] == {"path": "import_history_no_recorder"}


async def test_closed_window_stops_the_reading(
    hass: HomeAssistant, old: Path, flow: Flow
) -> None:
    began, loop = asyncio.Event(), hass.loop
    stopped = asyncio.Event()

    def slow(source: Any, watch: Any) -> Any:
        loop.call_soon_threadsafe(began.set)
        while not watch.cancelled():
            pass
        loop.call_soon_threadsafe(stopped.set)
        return scan(source, watch)

    await flow.start()
    flows = hass.config_entries.flow
    with patch.object(read, "scan", slow):
        step = await flows.async_configure(flow.step["flow_id"], {"path": "old.db"})
        assert step["type"] is FlowResultType.SHOW_PROGRESS
        await began.wait()
        flows.async_abort(step["flow_id"])
        await stopped.wait()
        await hass.async_block_till_done()
    assert not jobs.async_cancel(hass)
    with pytest.raises(UnknownFlow):
        await flows.async_configure(step["flow_id"])


def test_files_that_may_be_meant_are_offered(tmp_path: Path) -> None:
    for name in ("home-assistant_v2.db", "a.db", "secrets.yaml", "memory.json"):
        (tmp_path / name).touch()
    (tmp_path / "import").mkdir()
    (tmp_path / "import" / "b.sql").touch()
    (tmp_path / "import" / "c.db").mkdir()
    assert candidates(str(tmp_path)) == ["a.db", "import/b.sql", "memory.json"]


# Settings


def entry_of(
    hass: HomeAssistant, kind: str, options: dict[str, Any] | None = None
) -> MockConfigEntry:
    """Add an entry that is not loaded."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"My {kind}",
        unique_id=kind,
        data={"kind": kind, "kind_version": 1},
        options=options or {},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def reloads(hass: HomeAssistant) -> Iterator[list[str]]:
    """Note which entries are reloaded, instead of setting them up."""
    found: list[str] = []
    with patch.object(hass.config_entries, "async_schedule_reload", found.append):
        yield found


async def test_settings_of_the_thermostat_are_shown_and_taken_over(
    hass: HomeAssistant, folder: Path, flow: Flow, reloads: list[str]
) -> None:
    conf = {
        "sleep_active": 1,
        "sleep_start": "22:30",
        "sleep_stop": "07:00",
        "target_temp": 24.5,
        "pos_hysteresis": 0.4,
        "neg_hysteresis": 99.0,
    }
    make_sqlite(
        folder / "old.db",
        JANNENKOTI,
        thermostat_conf=[conf],
        timelapse_conf=[{"image_delay": 7, "temphum_delay": 10, "status_delay": 15}],
    )
    entry = entry_of(hass, "air_conditioner", {"minimum_on": 300, "minimum_off": 240})
    printer = entry_of(hass, "printer")
    er.async_get(hass).async_get_or_create(
        "climate", DOMAIN, "x", config_entry=entry, suggested_object_id="unit"
    )
    set_target = async_mock_service(hass, DOMAIN, "ac_control_set_setpoint")
    await flow.start()
    await flow.answer({"path": "old.db"})
    form = await flow.answer({})
    assert form["step_id"] == "import_history_settings"
    text = form["description_placeholders"]["settings"]
    assert "- 24.5 °C" in text
    assert ": 22:30:00" in text
    assert "99" not in text
    assert ": ✓" in text
    assert ": 300 → 240\n" in text
    assert not [line for line in text.splitlines() if line.startswith("- sleep_")]
    headings = [x for x in text.splitlines() if x.startswith("**")]
    assert headings == ["**Air conditioner**", "**3D printer**"]
    assert {str(key) for key in form["data_schema"].schema} == {
        "air_conditioner",
        "printer",
    }
    end = await flow.answer({"air_conditioner": entry.entry_id})
    assert entry.options == {
        "hysteresis_above": 0.4,
        "minimum_on": 240,
        "minimum_off": 240,
        "poll_interval": 15,
        "smoothing": 75,
        "sleep": True,
        "sleep_start": "22:30:00",
        "sleep_end": "07:00:00",
    }
    assert set_target[0].data == {"entity_id": ["climate.unit"], "value": 24.5}
    assert reloads == [entry.entry_id]
    assert not printer.options
    details = end["description_placeholders"]["details"]
    assert details.endswith("**Settings**\n\n- Taken over: 8")


async def test_nothing_is_taken_over_without_a_choice(
    hass: HomeAssistant, folder: Path, flow: Flow, reloads: list[str]
) -> None:
    row = {"image_delay": 7, "temphum_delay": 10, "status_delay": 0}
    make_sqlite(folder / "old.db", JANNENKOTI, timelapse_conf=[row])
    entry = entry_of(hass, "printer")
    await flow.start()
    await flow.answer({"path": "old.db"})
    await flow.answer({})
    await flow.answer({})
    assert not entry.options
    assert not reloads
    await flow.start()
    await flow.answer({"path": "old.db"})
    await flow.answer({})
    await flow.answer({"printer": entry.entry_id})
    assert entry.options == {"image_delay": 7, "temphum_delay": 10}


async def test_claimed_devices_are_claimed_with_their_schedules(
    hass: HomeAssistant, folder: Path, flow: Flow, reloads: list[str]
) -> None:
    devices = [
        {
            "id": 1,
            "serial_number": "RGD0Q7W8E9R0",
            "nombre": "Regador",
            "tipo": "a",
            "configuracion": '{"modo": "horario"}',
            "reclamado": 1,
        },
        {
            "id": 2,
            "serial_number": "TMP0A1B2C3D4",
            "nombre": "x",
            "tipo": "a",
            "reclamado": 0,
        },
        {
            "id": 3,
            "serial_number": "FAN0A1B2C3D4",
            "nombre": "Fan",
            "tipo": "a",
            "configuracion": "{",
            "reclamado": 1,
        },
    ]
    make_sqlite(folder / "iot.db", DISPOSITIVOS, dispositivo=devices)
    entry = entry_of(hass, "mqtt_devices")
    claims = async_mock_service(hass, DOMAIN, "mqtt_devices_claim")
    await flow.start()
    await flow.answer({"path": "iot.db"})
    form = await flow.answer({})
    assert form["description_placeholders"]["settings"].splitlines() == [
        "**MQTT devices**",
        "",
        "- Regador (RGD0Q7W8E9R0)",
        "- Fan (FAN0A1B2C3D4)",
    ]
    end = await flow.answer({"mqtt_devices": entry.entry_id})
    details = end["description_placeholders"]["details"]
    assert details.endswith("**Settings**\n\n- Taken over: 2")
    assert claims[0].data["config_entry_id"] == entry.entry_id
    assert '"configuracion": {"modo": "horario"}' in claims[0].data["qr_text"]
    assert "configuracion" not in claims[1].data["qr_text"]
    assert not reloads


async def test_powers_and_volumes_of_the_heating_are_taken_over(
    hass: HomeAssistant, folder: Path, flow: Flow, reloads: list[str]
) -> None:
    await hass.async_add_executor_job((folder / "viki.sql").write_text, VIKI)
    stages = [{"entity": f"switch.{x}", "watts": 1500} for x in "ab"]
    tanks = [{"name": "Water", "volume": 200}, {"name": "Buffer"}]
    entry = entry_of(hass, "heating", {"stages": stages, "tanks": tanks})
    await flow.start()
    await flow.answer({"path": "viki.sql"})
    form = await flow.answer({})
    assert "- 2000 W" in form["description_placeholders"]["settings"]
    await flow.answer({"heating": entry.entry_id})
    assert entry.options == {
        "stages": [{**stage, "watts": 2000} for stage in stages],
        "tanks": [{"name": "Water", "volume": 300}, {"name": "Buffer"}],
    }
    assert reloads == [entry.entry_id]


async def test_setting_whose_action_fails_is_not_counted(
    hass: HomeAssistant,
    folder: Path,
    flow: Flow,
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = '{"mode": "Urlaub", "heat_pipes": {}}'
    await hass.async_add_executor_job((folder / "memory.json").write_text, text)
    entry = entry_of(hass, "heating")
    await flow.start()
    await flow.answer({"path": "memory.json"})
    await flow.answer({})
    end = await flow.answer({"heating": entry.entry_id})
    details = end["description_placeholders"]["details"]
    assert "Taken over" not in details
    heading, empty, reason = details.splitlines()[-3:]
    assert heading == "**Settings that were not taken over**"
    assert empty == ""
    assert reason.startswith("- ")
    assert "An old setting was not taken over" in caplog.text


async def test_entry_that_was_deleted_meanwhile_takes_nothing_over(
    hass: HomeAssistant, folder: Path, reloads: list[str]
) -> None:
    entry = entry_of(hass, "printer")
    rows = {"timelapse_conf": [{"image_delay": 7}]}
    proposals = await async_proposals(hass, rows)
    assert proposals["printer"].entries == {entry.entry_id: "My printer"}
    assert (await async_apply(hass, proposals, {"printer": "other"})).taken == 0
    applied = await async_apply(hass, proposals, {"printer": entry.entry_id})
    assert (applied.taken, applied.failed) == (1, [])
    # Nothing is left to be proposed.
    assert not await async_proposals(hass, rows)


def test_plan_before_reading_is_refused() -> None:
    flow: Any = None
    with pytest.raises(HistoryError):
        _ = steps.ImportFlow(flow)._found
