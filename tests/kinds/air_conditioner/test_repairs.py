"""Room sensors that are renamed, deleted, or not there yet."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.core import CoreState
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.options import SENSORS

from .conftest import SENSOR, SetUp, report_room, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

OTHER = "sensor.wall"


@pytest.fixture
def registered(hass: HomeAssistant) -> er.RegistryEntry:
    """Return the room's sensor as one that the user can rename and delete."""
    domain, name = SENSOR.split(".")
    return er.async_get(hass).async_get_or_create(
        domain, "weather", "room", suggested_object_id=name
    )


async def missing_sensors_issue(
    hass: HomeAssistant, entry: MockConfigEntry
) -> ir.IssueEntry | None:
    """Update the thermostat; return the issue of missing sensors."""
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    issue = f"air_conditioner_sensors_missing_{entry.entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue)


def choose(hass: HomeAssistant, entry: MockConfigEntry, *sensors: str) -> None:
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, SENSORS: list(sensors)}
    )


async def test_renamed_sensor_updates_options(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    registered: er.RegistryEntry,
) -> None:
    await set_up()
    er.async_get(hass).async_update_entity(SENSOR, new_entity_id="sensor.bed")
    hass.states.async_remove(SENSOR)
    hass.states.async_set("sensor.bed", "22.5", {"unit_of_measurement": "°C"})
    await hass.async_block_till_done()
    assert entry.options[SENSORS] == ["sensor.bed"]
    assert await missing_sensors_issue(hass, entry) is None
    assert float(state_of(hass, "room_temperature")) == 22.5


async def test_other_registry_change_keeps_options(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    registered: er.RegistryEntry,
) -> None:
    await set_up()
    before, thermostat = entry.options, entry.runtime_data.thermostat
    er.async_get(hass).async_update_entity(SENSOR, name="By the bed")
    await hass.async_block_till_done()
    assert entry.options == before
    assert entry.runtime_data.thermostat is thermostat


async def test_deleted_sensor_raises_issue_though_another_is_trusted(
    hass: HomeAssistant,
    set_up: SetUp,
    entry: MockConfigEntry,
    registered: er.RegistryEntry,
) -> None:
    hass.states.async_set(OTHER, "25", {"unit_of_measurement": "°C"})
    await set_up()
    choose(hass, entry, SENSOR, OTHER)
    await hass.config_entries.async_reload(entry.entry_id)
    assert await missing_sensors_issue(hass, entry) is None
    er.async_get(hass).async_remove(SENSOR)
    hass.states.async_remove(SENSOR)
    issue = await missing_sensors_issue(hass, entry)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["sensors"] == SENSOR
    assert state_of(hass, "trusted_sensors") == "1"
    report_room(hass, 25.0)
    assert await missing_sensors_issue(hass, entry) is None


async def test_silent_sensor_is_not_missing(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    set_up: SetUp,
    registered: er.RegistryEntry,
) -> None:
    await set_up()
    hass.states.async_remove(SENSOR)  # its integration is not loaded
    assert await missing_sensors_issue(hass, entry) is None


async def test_no_sensor_is_missing_during_start(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    hass.states.async_remove(SENSOR)
    hass.set_state(CoreState.not_running)
    assert await missing_sensors_issue(hass, entry) is None
    hass.set_state(CoreState.running)
    assert await missing_sensors_issue(hass, entry) is not None


async def test_issue_is_deleted_with_entry_and_after_new_choice(
    hass: HomeAssistant, set_up: SetUp, entry: MockConfigEntry
) -> None:
    await set_up()
    hass.states.async_remove(SENSOR)
    assert await missing_sensors_issue(hass, entry) is not None
    hass.states.async_set(OTHER, "25", {"unit_of_measurement": "°C"})
    choose(hass, entry, OTHER)
    await hass.config_entries.async_reload(entry.entry_id)
    assert await missing_sensors_issue(hass, entry) is None
    hass.states.async_remove(OTHER)
    assert await missing_sensors_issue(hass, entry) is not None
    await hass.config_entries.async_remove(entry.entry_id)
    assert ir.async_get(hass).issues == {}
