"""Settings: solar modules, weather, equipment, undo, and the Energy dashboard."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import ServiceCall, SupportsResponse
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.heating.energy_dashboard_form import (
    async_suggested,
)
from custom_components.jannenkoti.kinds.heating.inputs.equipment import MOST_BYTES
from custom_components.jannenkoti.kinds.heating.inputs.solar_options import SolarOptions
from custom_components.jannenkoti.kinds.heating.inputs.sun import Sky
from custom_components.jannenkoti.kinds.heating.solar_coordinator import (
    async_skies,
    async_solar_forecast,
)

from ...failures import LibraryError
from .conftest import GRID, PV, STAGES, Relays, make_entry, make_options
from .test_flow import ANSWERS, answer, open_options, start

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

WEATHER = "weather.home"
SOLAR: dict[str, Any] = {
    "modules": 20,
    "module_watts": 400,
    "tilt": 35,
    "orientation": "southeast",
    "pv_limit": 7000,
    "second_roof": {
        "modules_2": 5,
        "module_watts_2": 300,
        "tilt_2": 10,
        "orientation_2": "west",
    },
    "place": {"location": {"latitude": 60.2, "longitude": 24.9}},
}


async def submit(hass: HomeAssistant, form: Any, answers: dict[str, Any]) -> Any:
    """Fill a form of the options in."""
    done = await hass.config_entries.options.async_configure(form["flow_id"], answers)
    await hass.async_block_till_done(wait_background_tasks=True)
    return done


async def test_solar_options_are_saved_and_shown_again(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = await open_options(hass, entry, "solar")
    done = await submit(hass, form, SOLAR)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    options = entry.runtime_data.options
    assert [roof.peak for roof in options.solar.roofs] == [8000, 1500]
    assert options.solar.place == (60.2, 24.9)
    assert options.pv_limit == 7000
    form = await open_options(hass, entry, "solar")
    assert form["data_schema"] is not None
    suggested = {
        str(key): key.description["suggested_value"]
        for key in form["data_schema"].schema
        if key.description
    }
    assert suggested["orientation"] == "southeast"
    # A field that was left empty suggests nothing, not even nothing.
    assert "weather" not in suggested


async def test_unknown_weather_entity_is_refused_at_its_field(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = await open_options(hass, entry, "solar")
    done = await submit(hass, form, {**SOLAR, "weather": WEATHER})
    assert done["errors"] == {"weather": "heating_weather_missing"}
    hass.states.async_set(WEATHER, "sunny")
    done = await submit(hass, form, {**SOLAR, "weather": WEATHER})
    assert done["type"] is FlowResultType.CREATE_ENTRY


def register_weather(hass: HomeAssistant, **rows: Any) -> None:
    """Register the action of weather entities; it fails for a missing forecast."""

    async def async_answer(call: ServiceCall) -> dict[str, Any]:
        kind = call.data["type"]
        if kind not in rows:
            raise LibraryError
        return {call.data["entity_id"]: {"forecast": rows[kind]}}

    hass.services.async_register(
        "weather",
        "get_forecasts",
        async_answer,
        supports_response=SupportsResponse.ONLY,
    )
    hass.states.async_set(WEATHER, "sunny", {"temperature_unit": "°F"})


async def test_hourly_weather_gives_clouds_and_temperature(hass: HomeAssistant) -> None:
    register_weather(
        hass,
        hourly=[
            {"datetime": "2027-06-15T10:20:00+02:00", "cloud_coverage": 40},
            {
                "datetime": "2027-06-15T09:00:00Z",
                "condition": "rainy",
                "temperature": 50,
            },
            {"datetime": "2027-06-15T10:00:00Z", "condition": "exceptional"},
            {"datetime": None, "condition": "sunny"},
            "no row",
        ],
    )
    hours = {hour.hour: sky for hour, sky in (await async_skies(hass, WEATHER)).items()}
    assert hours == {8: Sky(clouds=0.4), 9: Sky(clouds=1.0, temperature=10.0)}


async def test_daily_weather_is_used_for_each_hour_without_an_hourly_one(
    hass: HomeAssistant,
) -> None:
    register_weather(
        hass, daily=[{"datetime": "2027-06-15T00:00:00Z", "condition": "cloudy"}]
    )
    skies = await async_skies(hass, WEATHER)
    assert len(skies) == 24
    assert {sky.clouds for sky in skies.values()} == {0.95}


@pytest.mark.parametrize("rows", [{}, {"hourly": [], "daily": None}])
async def test_weather_without_a_forecast_gives_no_skies(
    hass: HomeAssistant, rows: dict[str, Any]
) -> None:
    register_weather(hass, **rows)
    assert await async_skies(hass, WEATHER) == {}
    assert await async_skies(hass, "weather.gone") == {}
    assert await async_skies(hass, "") == {}


async def test_production_is_estimated_without_a_forecast(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    register_weather(hass)
    energy = entry.runtime_data.controller.energy
    solar = SolarOptions.parse({**SOLAR, **SOLAR["second_roof"], **SOLAR["place"]})
    found = await async_solar_forecast(hass, solar, energy)
    now = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    assert min(found) == now
    assert len(found) == 48
    assert 0 < max(found.values()) < solar.peak
    assert min(found.values()) == 0
    nothing = SolarOptions.parse({})
    assert await async_solar_forecast(hass, nothing, energy) == {}


async def test_equipment_is_previewed_then_saved(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = await open_options(hass, entry, "equipment")
    form = await submit(hass, form, {})
    assert form["errors"] == {"base": "heating_equipment_none"}
    preview = await submit(
        hass,
        form,
        {
            "heater_model": "3 x 3 kW",
            "tank_model": "Sunex 500 L",
            "module_model": "KIOTO 330 Wp",
            "inverter_model": "Fronius Symo 10.0-3-M",
        },
    )
    assert preview["type"] is FlowResultType.MENU
    changes = preview["description_placeholders"]["changes"].splitlines()
    assert changes == [
        *(f"- {entity}: 2000 W → 3000 W" for entity in STAGES),
        "- Boiler: 300 L → 500 L",
        "- KIOTO 330 Wp: 400 W → 330 W",
    ]
    assert entry.runtime_data.options.stages[0].watts == 2000
    done = await submit(hass, preview, {"next_step_id": "heating_equipment_save"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    options = entry.runtime_data.options
    assert [stage.watts for stage in options.stages] == [3000] * 3
    assert options.tanks[0].volume == 500
    assert entry.options["module_watts"] == 330


async def test_equipment_of_the_second_tank_leaves_the_first_alone(
    hass: HomeAssistant, relays: Relays
) -> None:
    tanks = make_options()["tanks"]
    entry = make_entry(
        make_options(
            tanks=[*tanks, {**tanks[0], "name": "Buffer"}],
            stages=[
                {"entity": STAGES[0], "watts": 2000},
                {"entity": STAGES[1], "watts": 2000, "tank": 2},
            ],
        )
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    form = await open_options(hass, entry, "equipment")
    model = {"heater_model": "SG-Ready 300 L 500 W", "equipment_tank": 2}
    preview = await submit(hass, form, model)
    assert preview["description_placeholders"] == {
        "changes": f"- {STAGES[1]}: 2000 W → 500 W"
    }
    await submit(hass, preview, {"next_step_id": "heating_equipment_save"})
    assert [x.watts for x in entry.runtime_data.options.stages] == [2000, 500]


async def test_model_at_setup_gives_power_and_volume_left_at_their_defaults(
    hass: HomeAssistant, relays: Relays
) -> None:
    form = await start(hass)
    model = {"equipment": {"heater_model": "SG-Ready 300 L 500 W"}}
    done = await answer(hass, form, {**ANSWERS, **model})
    await hass.async_block_till_done()
    assert done["result"].options["stages"][0]["watts"] == 500
    form = await start(hass)
    done = await answer(hass, form, {**ANSWERS, **model, "watts": 1800, "volume": 200})
    await hass.async_block_till_done()
    assert [row["watts"] for row in done["result"].options["stages"]] == [1800] * 3
    assert done["result"].options["tanks"][0]["volume"] == 200


async def test_last_change_is_undone_and_that_too(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert "heating_undo" not in menu["menu_options"]
    before = dict(entry.options)
    await submit(hass, await open_options(hass, entry, "solar"), SOLAR)
    await entry.runtime_data.async_set_tank_number(0, "target", 55)
    form = await open_options(hass, entry, "undo")
    assert form["description_placeholders"] == {"changed": "2026-11-20 10:07"}
    await submit(hass, form, {})
    options = entry.runtime_data.options
    assert options.solar.roofs == ()
    assert options.tanks[0].target == 55  # It was no change of the options.
    assert {
        key: value for key, value in entry.options.items() if value is not None
    } == {
        **before,
        "tanks": entry.options["tanks"],
    }
    await submit(hass, await open_options(hass, entry, "undo"), {})
    assert entry.runtime_data.options.solar.peak == 9500


async def test_options_of_an_entry_that_is_not_loaded_have_neither_undo_nor_equipment(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    for step in ("heating_undo", "heating_equipment"):
        assert step not in menu["menu_options"]
    form = await open_options(hass, entry, "solar")
    assert form["type"] is FlowResultType.FORM


OWN = "equipment:\n- {type: tank, manufacturer: My, model: tank, volume: "


@pytest.fixture
def own_file(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return the path of the user's equipment, in a folder of its own."""
    hass.config.config_dir = str(tmp_path)
    return tmp_path / "jannenkoti_equipment.yaml"


def write(path: Path, text: str) -> None:
    """Write the user's file."""
    path.write_text(text, encoding="utf-8")


async def test_equipment_of_the_user_is_offered(
    hass: HomeAssistant, relays: Relays, own_file: Path
) -> None:
    write(own_file, f"{OWN}123}}\n")
    entry = make_entry()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    form = await open_options(hass, entry, "equipment")
    preview = await submit(hass, form, {"tank_model": "My tank"})
    changes = preview["description_placeholders"]["changes"]
    assert changes == "- Boiler: 300 L → 123 L"


@pytest.mark.parametrize(
    ("text", "problem", "line", "field"),
    [
        (f"{OWN}9}}\n", "field", "2", "volume"),
        ("equipment: [\n", "yaml", "2", ""),
        ("#" * (MOST_BYTES + 1), "size", "1", ""),
    ],
)
async def test_wrong_file_raises_an_issue_until_it_is_mended(
    hass: HomeAssistant,
    relays: Relays,
    own_file: Path,
    text: str,
    problem: str,
    line: str,
    field: str,
) -> None:
    write(own_file, text)
    entry = make_entry()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    issues = ir.async_get(hass)
    issue_id = f"heating_equipment_{problem}_{entry.entry_id}"
    issue = issues.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["line"] == line
    assert issue.translation_placeholders["field"] == field
    assert issue.translation_placeholders["path"] == str(own_file)
    assert "my-PV AC ELWA 2" in entry.runtime_data.catalogue.items
    write(own_file, f"{OWN}123}}\n")
    await hass.config_entries.async_reload(entry.entry_id)
    assert issues.async_get_issue(DOMAIN, issue_id) is None


async def test_folder_in_place_of_the_file_counts_as_no_file(
    hass: HomeAssistant, relays: Relays, own_file: Path
) -> None:
    own_file.mkdir()  # noqa: ASYNC240 - nothing else runs
    entry = make_entry()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.runtime_data.catalogue.error is None


async def test_file_that_cannot_be_opened_is_reported(
    hass: HomeAssistant,
    relays: Relays,
    own_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(own_file, f"{OWN}123}}\n")
    opened = Path.open

    def refuse(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path == own_file:
            raise PermissionError
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    entry = make_entry()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    error = entry.runtime_data.catalogue.error
    assert error is not None
    assert error.problem == "yaml"


GRID_ENERGY: dict[str, Any] = {
    "stat_energy_from": "sensor.import",
    "stat_energy_to": "sensor.export",
    "stat_cost": None,
    "entity_energy_price": None,
    "number_energy_price": None,
    "stat_compensation": None,
    "entity_energy_price_export": None,
    "number_energy_price_export": None,
    "cost_adjustment_day": 0,
    "type": "grid",
}
SOLAR_SOURCE = {
    "type": "solar",
    "stat_energy_from": "sensor.pv_energy",
    "stat_rate": PV,
    "config_entry_solar_forecast": None,
}
BATTERY_SOURCE = {
    "type": "battery",
    "stat_energy_from": "sensor.out",
    "stat_energy_to": "sensor.in",
    "stat_rate": "sensor.battery",
    "power_config": {"stat_rate_inverted": "sensor.battery_raw"},
    "stat_soc": "sensor.soc",
    "capacity": 9.6,
}
LEGACY = {
    "type": "grid",
    "flow_from": [
        {
            "stat_energy_from": "sensor.import",
            "stat_cost": None,
            "entity_energy_price": "sensor.price",
            "number_energy_price": None,
        }
    ],
    "flow_to": [],
    "power": [{"stat_rate": GRID}],
    "cost_adjustment_day": 0,
}


@pytest.mark.parametrize(
    ("minor", "sources", "expected"),
    [
        (
            1,
            [LEGACY, SOLAR_SOURCE],
            {
                "grid_power": GRID,
                "grid_inverted": False,
                "price_source": "attributes",
                "price_entity": "sensor.price",
                "pv_power": PV,
            },
        ),
        (
            3,
            [{**GRID_ENERGY, "power_config": {"stat_rate_inverted": GRID}}],
            {"grid_power": GRID, "grid_inverted": True},
        ),
        (
            3,
            [
                {
                    **GRID_ENERGY,
                    "stat_rate": GRID,
                    "power_config": {"stat_rate_from": "x.y", "stat_rate_to": "x.z"},
                    "number_energy_price": 0.31,
                    "number_energy_price_export": 0.07,
                }
            ],
            {
                "grid_power": GRID,
                "grid_inverted": False,
                "price_fee": 0.31,
                "feed_in": 0.07,
            },
        ),
        # The first connection has no power, so its sign does not count either.
        (
            3,
            [
                GRID_ENERGY,
                {**GRID_ENERGY, "power_config": {"stat_rate_inverted": GRID}},
            ],
            {"grid_power": GRID, "grid_inverted": True},
        ),
        (
            3,
            [BATTERY_SOURCE, {**BATTERY_SOURCE, "capacity": 1}],
            {
                "battery_power": "sensor.battery_raw",
                "battery_inverted": True,
                "battery_soc": "sensor.soc",
                "battery_capacity": 9.6,
            },
        ),
        (
            3,
            [{**BATTERY_SOURCE, "power_config": {"stat_rate_inverted": "sensor.no"}}],
            {"battery_soc": "sensor.soc", "battery_capacity": 9.6},
        ),
        # Since Home Assistant 2026.11.
        (
            3,
            [
                {
                    "type": "home",
                    "stat_energy_to": "sensor.h",
                    "stat_rate": "sensor.load",
                }
            ],
            {"load_power": "sensor.load"},
        ),
        (3, [{"type": "gas", "stat_energy_from": "sensor.gas"}], {}),
        (
            3,
            [{**GRID_ENERGY, "entity_energy_price": "sensor.nord"}],
            {"price_source": "nordpool"},
        ),
        (3, [{**GRID_ENERGY, "stat_rate": "energy:external"}], {}),
    ],
)
async def test_energy_preferences_of_each_format_are_read(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    relays: Relays,
    minor: int,
    sources: list[dict[str, Any]],
    expected: dict[str, Any],
) -> None:
    hass_storage["energy"] = {
        "version": 1,
        "minor_version": minor,
        "key": "energy",
        "data": {"energy_sources": sources, "device_consumption": []},
    }
    hass.config.components.add("energy")
    for entity in ("price", "soc", "battery", "battery_raw", "load"):
        hass.states.async_set(f"sensor.{entity}", "5")
    registered = er.async_get(hass).async_get_or_create(
        "sensor", "nordpool", "1", suggested_object_id="nord"
    )
    hass.states.async_set(registered.entity_id, "5")
    assert await async_suggested(hass) == expected


@pytest.mark.parametrize("tanks", [1, 2])
@pytest.mark.parametrize("stages", [1, 6])
async def test_device_has_at_most_twelve_enabled_entities(
    hass: HomeAssistant, relays: Relays, tanks: int, stages: int
) -> None:
    tank = make_options()["tanks"][0]
    outputs = [*STAGES, *(f"input_boolean.more_{n}" for n in range(3))][:stages]
    entry = make_entry(
        make_options(
            tanks=[{**tank, "name": f"T{n}"} for n in range(tanks)],
            stages=[{"entity": entity, "watts": 2000} for entity in outputs],
        )
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, entry.entry_id)
    enabled = [entity for entity in entities if entity.disabled_by is None]
    assert 8 < len(enabled) <= 12
    ids = {entity.unique_id.partition("_")[2] for entity in enabled}
    assert {"mode", "reason", "plan", "target_1", "stage_1"} <= ids
