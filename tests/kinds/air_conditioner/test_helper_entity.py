"""Helpers in front of our own entities, as room sensors and as the unit."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.helper_entity import (
    with_sources,
)

from .conftest import SENSOR, entity_id
from .test_flow import answer, start

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .conftest import SetUp

OUTPUT, TARGET = "room_temperature", "effective_target"


async def add_helper(hass: HomeAssistant, domain: str, **options: Any) -> str:
    """Add a helper as its own flow does; return its entity."""
    options = {"name": "Helper", **options}
    helper = MockConfigEntry(domain=domain, options=options, title="Helper")
    helper.add_to_hass(hass)
    assert await hass.config_entries.async_setup(helper.entry_id)
    await hass.async_block_till_done()
    (entity,) = er.async_entries_for_config_entry(er.async_get(hass), helper.entry_id)
    return entity.entity_id


async def template_of(hass: HomeAssistant, text: str) -> str:
    return await add_helper(
        hass,
        "template",
        template_type="sensor",
        state=text,
        device_class="temperature",
        unit_of_measurement="°C",
    )


async def behind_template(hass: HomeAssistant, key: str) -> str:
    source = entity_id(hass, key)
    return await template_of(hass, f"{{{{ states('{source}') | float + 0.5 }}}}")


async def behind_climate_template(hass: HomeAssistant, _key: str) -> str:
    climate = entity_id(hass, "climate")
    return await template_of(hass, f"{{{{ states.{climate}.attributes.temperature }}}}")


async def behind_group(hass: HomeAssistant, key: str) -> str:
    members = [SENSOR, entity_id(hass, key)]
    return await add_helper(
        hass,
        "group",
        group_type="sensor",
        entities=members,
        type="mean",
        hide_members=False,
        ignore_non_numeric=True,
    )


async def behind_min_max(hass: HomeAssistant, key: str) -> str:
    members = [entity_id(hass, key), SENSOR]
    return await add_helper(
        hass, "min_max", entity_ids=members, type="mean", round_digits=2
    )


async def behind_group_of_ids(hass: HomeAssistant, key: str) -> str:
    registered = er.async_get(hass).async_get(entity_id(hass, key))
    assert registered is not None
    return await add_helper(
        hass, "min_max", entity_ids=[registered.id, SENSOR], type="last", round_digits=2
    )


async def behind_two_helpers(hass: HomeAssistant, key: str) -> str:
    first = await behind_group(hass, key)
    return await template_of(hass, f"{{{{ states('{first}') }}}}")


async def behind_yaml_template(hass: HomeAssistant, key: str) -> str:
    source = entity_id(hass, key)
    sensor = {"name": "Copy", "state": f"{{{{ states('{source}') }}}}"}
    sensor |= {"device_class": "temperature", "unit_of_measurement": "°C"}
    config = {"template": [{"sensor": [sensor]}]}
    assert await async_setup_component(hass, "template", config)
    await hass.async_block_till_done()
    return "sensor.copy"


@pytest.mark.parametrize("key", [OUTPUT, TARGET])
@pytest.mark.parametrize(
    "behind",
    [
        behind_template,
        behind_climate_template,
        behind_group,
        behind_min_max,
        behind_group_of_ids,
        behind_two_helpers,
        behind_yaml_template,
    ],
)
async def test_helper_of_our_output_is_no_room_sensor(
    hass: HomeAssistant, set_up: SetUp, key: str, behind: Any
) -> None:
    await set_up()
    helper = await behind(hass, key)
    assert hass.states.get(helper) is not None
    hass.states.async_set("switch.plug", "off")
    result = await answer(
        hass, await start(hass, "entity"), {"entity_id": "switch.plug"}
    )
    result = await answer(hass, result, {"temperature_sensors": [SENSOR, helper]})
    assert result["errors"] == {"temperature_sensors": "air_conditioner_own_sensor"}
    with pytest.raises(ServiceValidationError) as refusal:
        await hass.services.async_call(
            DOMAIN,
            "ac_control_set_room_sensors",
            {"entity_id": entity_id(hass, "climate"), "sensors": [helper]},
            blocking=True,
            return_response=True,
        )
    assert refusal.value.translation_key == "air_conditioner_own_sensor"


async def test_helper_of_measured_sensors_is_a_room_sensor(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    await set_up()
    compressor = entity_id(hass, "compressor")
    device = entity_id(hass, "device_temperature")
    text = f"{{{{ (states('{SENSOR}') | float + states('{device}') | float) / 2 }}}}"
    text += f"{{# {compressor} #}}"
    helper = await template_of(hass, text)
    assert {helper, SENSOR, device, compressor} >= set(with_sources(hass, helper))
    hass.states.async_set("switch.plug", "off")
    result = await answer(
        hass, await start(hass, "entity"), {"entity_id": "switch.plug"}
    )
    result = await answer(hass, result, {"temperature_sensors": [helper]})
    assert result["type"] == "create_entry"


@pytest.mark.parametrize("key", ["climate", "power"])
async def test_helper_of_our_own_entity_is_no_unit(
    hass: HomeAssistant, set_up: SetUp, key: str
) -> None:
    await set_up()
    if key == "power":
        members = [entity_id(hass, key)]
        unit = await add_helper(
            hass, "group", group_type="switch", entities=members, hide_members=False
        )
    else:
        unit = "climate.group"
        attributes = {
            "hvac_modes": ["off", "cool"],
            "entity_id": [entity_id(hass, key)],
        }
        hass.states.async_set(unit, "off", attributes)
    result = await answer(hass, await start(hass, "entity"), {"entity_id": unit})
    assert result["errors"] == {"entity_id": "air_conditioner_own_entity"}


async def test_group_of_a_unit_that_another_entry_has_is_no_unit(
    hass: HomeAssistant,
) -> None:
    for plug in ("switch.one", "switch.two"):
        hass.states.async_set(plug, "off")
    group = await add_helper(
        hass, "group", group_type="switch", entities=["switch.one"], hide_members=False
    )
    MockConfigEntry(
        domain=DOMAIN,
        unique_id="switch.one",
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "entity",
            "entity_id": "switch.one",
            "domain": "switch",
        },
        minor_version=2,
    ).add_to_hass(hass)
    result = await answer(hass, await start(hass, "entity"), {"entity_id": group})
    assert result["errors"] == {"entity_id": "air_conditioner_entity_used"}
    result = await answer(hass, result, {"entity_id": "switch.two"})
    assert result["step_id"] == "air_conditioner_room"


def test_sources_of_helpers_that_name_each_other_end(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.one", "1", {"entity_id": ["sensor.two"]})
    hass.states.async_set("sensor.two", "1", {"entity_id": "sensor.one", "source": 5})
    assert set(with_sources(hass, "sensor.one")) == {"sensor.one", "sensor.two"}


async def test_helper_that_is_not_set_up_or_names_a_removed_entity_has_no_sources(
    hass: HomeAssistant,
) -> None:
    helper = MockConfigEntry(domain="min_max", options={"entity_ids": ["sensor.one"]})
    helper.add_to_hass(hass)
    registered = er.async_get(hass).async_get_or_create(
        "sensor", "min_max", "x", config_entry=helper
    )
    assert set(with_sources(hass, registered.entity_id)) == {registered.entity_id}
    removed = {"entity_id": ["0123456789abcdef0123456789abcdef"]}
    hass.states.async_set("sensor.group", "1", removed)
    assert set(with_sources(hass, "sensor.group")) == {"sensor.group"}
