"""Tests of commands to actuators, and of devices that ignore them."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.exceptions import ServiceValidationError

from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update

from ..conftest import (
    SERIAL,
    Speak,
    act,
    state_of,
    subentry,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

    from ...waiting import Wait


ACTUATORS = ("FAN0", "SHD0", "DRL0", "RGD0", "LGT0", "CAM0")


@pytest.mark.parametrize("subentries", [[subentry(f"{p}1") for p in ACTUATORS]])
async def test_actuator_sends_commands_and_shows_state(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    async def switched(action: str, serial: str, **data: Any) -> dict[str, Any]:
        await act(hass, action, "actuator", serial, **data)
        return dict(devices.devices[serial].data.served.document)

    for prefix in ACTUATORS:
        await speak(f"{prefix}1", estado="inactivo")
    fan = await switched("fan.set_percentage", "FAN01", percentage=50)
    assert (fan["encendido"], fan["velocidad"]) == (True, 2)
    assert state_of(hass, "fan", "actuator", "FAN01").attributes["percentage"] is None
    await speak("FAN01", parametros={"velocidad": 2})
    assert state_of(hass, "fan", "actuator", "FAN01").attributes["percentage"] == 66
    assert not (await switched("fan.set_percentage", "FAN01", percentage=0))[
        "encendido"
    ]
    assert (await switched("fan.turn_on", "FAN01"))["encendido"]
    assert (await switched("fan.turn_on", "FAN01", percentage=100))["velocidad"] == 3
    assert not (await switched("fan.turn_off", "FAN01"))["encendido"]

    assert state_of(hass, "cover", "actuator", "SHD01").state == "closed"
    assert (await switched("cover.open_cover", "SHD01"))["posicion"] == 100
    await speak("SHD01", parametros={"posicion": 40.2})
    cover = state_of(hass, "cover", "actuator", "SHD01")
    assert (cover.state, cover.attributes["current_position"]) == ("open", 40)
    moved = await switched("cover.set_cover_position", "SHD01", position=30)
    assert (moved["posicion"], moved["encendido"]) == (30, True)
    assert not (await switched("cover.close_cover", "SHD01"))["encendido"]

    assert state_of(hass, "lock", "actuator", "DRL01").state == "unlocked"
    assert (await switched("lock.lock", "DRL01"))["encendido"]
    await speak("DRL01", parametros={"lock_state": "unlocked"})
    assert state_of(hass, "lock", "actuator", "DRL01").state == "unlocked"
    await speak("DRL01", parametros={"lock_state": "locked"})
    assert state_of(hass, "lock", "actuator", "DRL01").state == "locked"
    assert not (await switched("lock.unlock", "DRL01"))["encendido"]

    assert (await switched("valve.open_valve", "RGD01"))["encendido"]
    await speak("RGD01", estado="activo", parametros={"riego_en_curso": False})
    assert state_of(hass, "valve", "actuator", "RGD01").state == "closed"
    assert not (await switched("valve.close_valve", "RGD01"))["encendido"]

    assert (await switched("light.turn_on", "LGT01"))["encendido"]
    assert not (await switched("light.turn_off", "LGT01"))["encendido"]
    assert state_of(hass, "light", "actuator", "LGT01").state == "off"
    await act(hass, "switch.turn_on", "active", "CAM01")
    assert devices.devices["CAM01"].data.served.on
    await speak("SHD01", estado="?")
    await speak("RGD01", estado="?")
    await speak("LGT01", estado="?")


async def test_switching_fires_an_event(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(estado="inactivo")
    event = state_of(hass, "event", "switched")
    assert event.state == "unknown"
    await speak(estado="activo")
    event = state_of(hass, "event", "switched")
    assert event.attributes["event_type"] == "switched_on"
    await act(hass, "switch.turn_off", "active")
    event = state_of(hass, "event", "switched")
    assert event.attributes["event_type"] == "switched_off"


async def test_ignored_command_returns_to_the_reported_state(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, wait: Wait
) -> None:
    await speak(estado="activo")
    await act(hass, "switch.turn_off", "active")
    await speak(estado="activo")
    assert state_of(hass, "switch", "active").state == "off"
    await wait(25)
    await speak(estado="activo")
    assert state_of(hass, "switch", "active").state == "on"


async def test_configuration_above_the_limit_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    devices.async_update(SERIAL, Update(configuration={"x": "y" * 8050}))
    await speak(configuracion=dict(devices.devices[SERIAL].data.configuration.document))
    await speak(configuracion={"modo": "manual", "x": "y" * 9000})
    before = devices.devices[SERIAL].data.configuration
    assert len(str(before.document["x"])) == 8050
    with pytest.raises(ServiceValidationError) as err:
        await act(
            hass,
            "text.set_value",
            "schedule",
            value="; ".join(["mon 06:00-07:00"] * 10),
        )
    assert err.value.translation_key == "mqtt_devices_configuration_too_large"
    assert devices.devices[SERIAL].data.configuration is before
