"""The config flow and the options of a heating system."""

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType

from custom_components.jannenkoti.const import DOMAIN

from .conftest import GRID, PV, STAGES, TOP, entity_id_of, make_options, report

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

ANSWERS: dict[str, Any] = {
    "name": " Boiler ",
    "grid_power": GRID,
    "grid_inverted": False,
    "control_sensor": TOP,
    "volume": 300,
    "target": 52,
    "switches": list(STAGES),
    "watts": 2000,
}


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Start the flow at the form of this kind."""
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    return await hass.config_entries.flow.async_configure(
        form["flow_id"], {"next_step_id": "heating"}
    )


async def answer(
    hass: HomeAssistant, form: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Fill a form in."""
    return await hass.config_entries.flow.async_configure(form["flow_id"], answers)


async def test_flow_creates_an_entry_with_one_tank_and_equal_stages(
    hass: HomeAssistant, relays: object
) -> None:
    form = await start(hass)
    assert form["step_id"] == "heating"
    done = await answer(hass, form, ANSWERS)
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Boiler"
    entry = done["result"]
    assert entry.options["tanks"] == [
        {
            "name": "Boiler",
            "volume": 300,
            "control_sensor": TOP,
            "sensors": [TOP],
            "target": 52,
        }
    ]
    assert [row["entity"] for row in entry.options["stages"]] == list(STAGES)
    assert entry.unique_id


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"name": "  "}, "name", "heating_name_missing"),
        ({"switches": []}, "switches", "heating_stage_count"),
        (
            {"switches": [f"switch.s{n}" for n in range(7)]},
            "switches",
            "heating_stage_count",
        ),
        ({"switches": [STAGES[0]] * 2}, "switches", "heating_output_twice"),
    ],
)
async def test_flow_shows_the_error_at_the_field_and_recovers(
    hass: HomeAssistant,
    relays: object,
    changes: dict[str, Any],
    field: str,
    error: str,
) -> None:
    form = await start(hass)
    form = await answer(hass, form, {**ANSWERS, **changes})
    assert form["errors"] == {field: error}
    done = await answer(hass, form, ANSWERS)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_flow_refuses_our_own_entities_as_inputs(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    own = entity_id_of(hass, "switch", "stage_1")
    form = await start(hass)
    form = await answer(hass, form, {**ANSWERS, "switches": [own]})
    assert form["errors"] == {"switches": "heating_own_entity"}
    assert form["description_placeholders"] == {"entity": own}


class Manager:
    """The manager of the Energy dashboard."""

    def __init__(self, sources: list[dict[str, Any]] | None) -> None:
        """Hold the preferences."""
        self.data = None if sources is None else {"energy_sources": sources}


SOURCES = [
    {"type": "grid", "power_config": {"stat_rate_inverted": GRID}, "stat_rate": "x:y"},
    {"type": "solar", "stat_rate": PV},
    {"type": "battery", "stat_rate": "sensor.gone", "stat_soc": "sensor.soc"},
    {"type": "gas"},
]


@pytest.mark.parametrize("sources", [SOURCES, None])
async def test_flow_is_prefilled_from_the_energy_dashboard(
    hass: HomeAssistant, relays: object, sources: list[dict[str, Any]] | None
) -> None:
    hass.config.components.add("energy")
    hass.states.async_set("sensor.soc", "50")
    manager = "homeassistant.components.energy.data.async_get_manager"
    with patch(manager, return_value=Manager(sources)):
        form = await start(hass)
        assert form["data_schema"] is not None
        suggested = {
            str(key): key.description["suggested_value"]
            for key in form["data_schema"].schema
            if key.description
        }
        done = await answer(hass, form, ANSWERS)
    await hass.async_block_till_done()
    if sources is None:
        assert suggested == {}
        return
    assert suggested == {"grid_power": GRID, "grid_inverted": True}
    options = done["result"].options
    assert options["pv_power"] == PV
    assert options["battery_soc"] == "sensor.soc"
    assert options["grid_inverted"] is False
    assert "battery_power" not in options


async def open_options(
    hass: HomeAssistant, entry: MockConfigEntry, step: str
) -> ConfigFlowResult:
    """Open a form of the options."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["type"] is FlowResultType.MENU
    return await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": f"heating_{step}"}
    )


TANK = make_options()["tanks"][0]
GOOD: dict[str, dict[str, Any]] = {
    "inputs": {
        "grid_power": GRID,
        "grid_inverted": True,
        "home_battery": {
            "battery_inverted": False,
            "battery_first": True,
            "full_soc": 80,
            "battery_capacity": 5,
        },
    },
    "tanks": {"tanks": [{**TANK, "name": " A "}, {**TANK, "name": "B"}]},
    "stages": {"stages": [{"entity": STAGES[0], "watts": 1000, "tank": 2}]},
    "control": {
        "buffer": 200,
        "averaging": 60,
        "minimum_on": 60,
        "minimum_off": 60,
        "stale": 120,
        "stale_temperature": 20,
        "hold": 0,
    },
}


@pytest.mark.parametrize(
    ("step", "bad", "error"),
    [
        ("inputs", {"grid_power": None}, {"grid_power": "heating_power_missing"}),
        ("tanks", {"tanks": []}, {"tanks": "heating_tank_count"}),
        ("tanks", {"tanks": [TANK, TANK]}, {"tanks": "heating_tank_names"}),
        (
            "tanks",
            {"tanks": [{**TANK, "floor": 50, "target": 50}]},
            {"tanks": "heating_temperature_order"},
        ),
        (
            "tanks",
            {"tanks": [{**TANK, "sensors": [f"sensor.t{n}" for n in range(4)]}]},
            {"tanks": "heating_sensor_count"},
        ),
        ("stages", {"stages": []}, {"stages": "heating_stage_count"}),
        (
            "stages",
            {"stages": [{"entity": STAGES[0], "watts": 1, "second_relay": STAGES[0]}]},
            {"stages": "heating_output_twice"},
        ),
        ("control", {}, {}),
    ],
)
async def test_options_show_errors_and_are_saved(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    step: str,
    bad: dict[str, Any],
    error: dict[str, str],
) -> None:
    form = await open_options(hass, entry, step)
    flow = hass.config_entries.options
    if error:
        answers = {k: v for k, v in {**GOOD[step], **bad}.items() if v is not None}
        form = await flow.async_configure(form["flow_id"], answers)
        assert form["errors"] == error
    done = await flow.async_configure(form["flow_id"], GOOD[step])
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    report(hass)
    options = entry.runtime_data.options
    match step:
        case "inputs":
            assert options.grid_sign == -1
            assert options.pv == ""
            assert options.battery_capacity == 5000
        case "tanks":
            assert [tank.name for tank in options.tanks] == ["A", "B"]
        case "stages":
            assert options.stages[0].watts == 1000
        case _:
            assert options.numbers["buffer"] == 200
            assert not options.hold
