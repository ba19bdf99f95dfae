"""Tests of the entities of claimed and unclaimed devices."""

from typing import TYPE_CHECKING

from homeassistant.helpers import device_registry as dr

from custom_components.jannenkoti.const import DOMAIN

from .conftest import SERIAL, UNIQUE_ID, VALVE, Speak, entities_of, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


async def test_measurements_of_a_claimed_device_are_sensors(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    assert state_of(hass, "sensor", "parameter_temperatura").state == "unavailable"
    await speak(parametros={"temperatura": 23.4, "humedad": 48})
    state = state_of(hass, "sensor", "parameter_temperatura")
    assert state.state == "23.4"
    assert state.attributes["device_class"] == "temperature"
    assert state.name == "Bedroom Temperature"
    assert state_of(hass, "sensor", "estado").state == "active"
    await speak(estado="inactivo", parametros={"temperatura": 23.5, "humedad": 48})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "23.5"
    assert state_of(hass, "sensor", "estado").state == "inactive"
    assert state_of(hass, "switch", "active").state == "off"
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{UNIQUE_ID}_{SERIAL}"), entry.entry_id
    )
    assert device is not None
    assert (device.name, device.serial_number) == ("Bedroom", SERIAL)


async def test_unclaimed_device_has_no_entities(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE, parametros={})
    assert not entities_of(hass, VALVE)
    assert state_of(hass, "sensor", "unclaimed_devices", "").state == "1"
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert card["step_id"] == "mqtt_devices_claim"
    assert card["context"]["title_placeholders"] == {"name": f"Irrigation {VALVE}"}
