"""Tests of the entities of reported parameters."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
)

from custom_components.jannenkoti.const import DOMAIN

from ..conftest import (
    SERIAL,
    UNIQUE_ID,
    Ask,
    Speak,
    entities_of,
    make_entry,
    set_up,
    state_of,
    subentry,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices


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


@pytest.mark.usefixtures("entry")
async def test_parameter_platform_depends_on_its_type(
    hass: HomeAssistant, speak: Speak
) -> None:
    await speak(parametros={"temperatura": "broken", "ok": True, "note": "x", "n": 1})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "unknown"
    assert state_of(hass, "binary_sensor", "parameter_ok").state == "on"
    assert state_of(hass, "sensor", "parameter_note").state == "x"
    assert "state_class" not in state_of(hass, "sensor", "parameter_note").attributes
    assert state_of(hass, "sensor", "parameter_n").attributes["state_class"]
    await speak(parametros={"ok": 3, "n": "many"})
    assert state_of(hass, "binary_sensor", "parameter_ok").state == "unknown"
    assert state_of(hass, "sensor", "parameter_n").state == "unknown"


async def test_parameter_of_another_type_gets_another_entity_after_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    for value, shown in (
        (True, "binary_sensor parameter_x"),
        (3, "sensor parameter_x"),
        (False, "binary_sensor parameter_x"),
    ):
        await speak(parametros={"x": value})
        assert await hass.config_entries.async_reload(entry.entry_id)
        await speak(parametros={"x": value})
        ours = [key for key in entities_of(hass, SERIAL) if key.endswith("meter_x")]
        assert ours == [shown]


async def test_device_with_ever_new_parameters_gets_a_limited_number_of_entities(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    for message in range(3):
        await speak(parametros={f"p{message}_{n}": n for n in range(32)})
    shown = [key for key in entities_of(hass, SERIAL) if " parameter_" in key]
    assert len(shown) == 32


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("field", "humidity", "temperature"),
    [
        ("NaN", "55", "unknown"),
        ("nan", "55", "unknown"),
        ("-Infinity", "55", "unknown"),
        ("inf", "55", "unknown"),
        ("null", "55", "unknown"),
        ("[1]", "55", "unknown"),
        ('"23,4"', "55", "23.4"),
        ('"nan"', "55", "unknown"),
        ('"23.4"', "55", "23.4"),
    ],
)
async def test_one_bad_field_does_not_lose_its_neighbors(
    hass: HomeAssistant, speak: Speak, field: str, humidity: str, temperature: str
) -> None:
    payload = (
        f'{{"serial_number": "{SERIAL}", "estado": "activo",'
        f' "parametros": {{"temperatura": {field}, "humedad": "{humidity}"}}}}'
    )
    await speak(payload=payload)
    assert state_of(hass, "sensor", "parameter_humedad").state == humidity
    shown = state_of(hass, "sensor", "parameter_temperatura")
    assert shown.state == temperature
    assert shown.attributes["unit_of_measurement"] == "°C"


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("name", ["Temperatura", "TEMP", "temperature", "Temp-C"])
async def test_usual_names_of_a_parameter_are_one_entity(
    hass: HomeAssistant, speak: Speak, name: str
) -> None:
    await speak(parametros={name: 20})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "20"
    await speak(parametros={name: 21})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "21"
    shown = [x for x in entities_of(hass, SERIAL) if "parameter" in x]
    assert sorted(shown) == [
        "sensor parameter_humedad",
        "sensor parameter_temperatura",
    ]


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("subentries", [[subentry("SMK0AAAAAAAA")]])
@pytest.mark.parametrize(
    "names",
    [
        ("smoke", "humo_detectado", "smoke"),
        ("humo_detectado", "humoDetectado", "humo_detectado"),
        ("smoke humo_detectado", "smoke", "humo_detectado"),
        ("Humo bateria", "bateria", "Humo", "smoke"),
    ],
)
async def test_parameter_is_followed_when_its_spelling_changes(
    hass: HomeAssistant, speak: Speak, names: tuple[str, ...]
) -> None:
    for turn, spelled in enumerate(names):
        alarm, spellings = turn % 2 == 0, spelled.split()
        await speak("SMK0AAAAAAAA", parametros=dict.fromkeys(spellings, alarm))
        state = state_of(
            hass, "binary_sensor", "parameter_humo_detectado", "SMK0AAAAAAAA"
        ).state
        expected = "unknown" if spelled == "bateria" else ("on" if alarm else "off")
        assert state == expected


async def test_new_parameter_over_http_becomes_an_entity(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, ask: Ask
) -> None:
    path = f"/dispositivos/{devices.devices[SERIAL].data.id}"
    await ask("PUT", path, json={"parametros": {"wind": 5}})
    assert "sensor parameter_wind" in entities_of(hass, SERIAL)


async def test_device_of_another_entry_is_not_changed(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    other = make_entry(
        subentry(SERIAL),
        data={**entry.data, "topic": "casa/estado", "token": "x"},
        unique_id="f" * 16,
    )
    others = await set_up(hass, other)
    changes = async_capture_events(hass, "state_changed")
    await speak(parametros={"temperatura": 9})
    assert devices.devices[SERIAL].data.parameters == {"temperatura": 9}
    assert not others.devices[SERIAL].data.parameters
    assert changes
    assert other.unique_id != UNIQUE_ID
