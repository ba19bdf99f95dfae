"""Tests of modes, schedules and holds."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.exceptions import ServiceValidationError

from ..conftest import (
    SERIAL,
    Ask,
    Speak,
    act,
    state_of,
)

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
    )

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

    from ...waiting import Wait


MONDAY_NOON = "2026-06-01 12:00:00+00:00"


HOUR = 3600


@pytest.fixture
def scheduled(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let it be Monday noon, in UTC."""
    freezer.move_to(MONDAY_NOON)


@pytest.fixture
async def on_schedule(
    hass: HomeAssistant, scheduled: None, entry: MockConfigEntry, speak: Speak
) -> None:
    """Let the device follow a schedule by which it is off."""
    await hass.config.async_set_time_zone("UTC")
    assert await hass.config_entries.async_reload(entry.entry_id)
    await speak(estado="inactivo")
    await act(hass, "text.set_value", "schedule", value="mon 14:00-15:00")
    await act(hass, "select.select_option", "mode", option="schedule")


def shown(hass: HomeAssistant) -> tuple[str, str, str]:
    """Return whether it is on, held, and when it changes."""
    return (
        state_of(hass, "switch", "active").state,
        state_of(hass, "binary_sensor", "held").state,
        state_of(hass, "sensor", "next_change").state[11:16],
    )


@pytest.mark.usefixtures("all_enabled", "on_schedule")
async def test_schedule_gives_mode_next_change_and_calendar(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    assert shown(hass) == ("off", "off", "14:00")
    assert state_of(hass, "select", "mode").state == "schedule"
    text = state_of(hass, "text", "schedule")
    assert text.state == "mon 14:00-15:00"
    calendar = state_of(hass, "calendar", "calendar")
    assert calendar.state == "off"
    assert calendar.attributes["start_time"] == "2026-06-01 14:00:00"
    with pytest.raises(ServiceValidationError) as err:
        await act(hass, "text.set_value", "schedule", value="x")
    assert err.value.translation_key == "mqtt_devices_schedule_unreadable"
    for start, end, number in (
        ("2026-06-01", "2026-06-16", 3),
        ("0001-01-02", "9999-12-30", 105),  # a year back and ahead
        ("2031-01-01", "2032-01-01", 0),
    ):
        answer = await hass.services.async_call(
            "calendar",
            "get_events",
            {"start_date_time": start, "end_date_time": end},
            target={"entity_id": calendar.entity_id},
            blocking=True,
            return_response=True,
        )
        events: Any = (answer or {})[calendar.entity_id]
        assert len(events["events"]) == number
    await act(hass, "select.select_option", "mode", option="manual")
    assert "start_time" not in state_of(hass, "calendar", "calendar").attributes


@pytest.mark.usefixtures("on_schedule")
async def test_manual_change_is_held_until_the_next_edge(
    hass: HomeAssistant, devices: MqttDevices, entry: MockConfigEntry, wait: Wait
) -> None:
    devices = entry.runtime_data
    await act(hass, "switch.turn_on", "active")
    assert shown(hass) == ("on", "on", "14:00")
    served = devices.devices[SERIAL].data.served.document
    assert (served["modo"], served["encendido"]) == ("manual", True)
    assert state_of(hass, "select", "mode").state == "schedule"
    await wait(2 * HOUR + 1)
    await wait(1)  # Silence came first and planned the edge again.
    assert state_of(hass, "binary_sensor", "held").state == "off"
    assert devices.devices[SERIAL].data.served.document["modo"] == "horario"
    assert shown(hass)[2] == "15:00"
    await wait(HOUR)
    assert state_of(hass, "sensor", "next_change").state.startswith("2026-06-08T14:00")


@pytest.mark.usefixtures("on_schedule")
@pytest.mark.parametrize(("hours", "change"), [(2.5, "15:00"), (25, "14:00")])
async def test_clock_step_takes_effect_with_the_next_message(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    speak: Speak,
    hours: float,
    change: str,
) -> None:
    await act(hass, "switch.turn_on", "active")
    freezer.tick(timedelta(hours=hours))  # without running a timer
    await speak(estado="activo")
    assert shown(hass)[1:] == ("off", change)


@pytest.mark.usefixtures("on_schedule")
async def test_hold_ends_by_button_or_by_switching_back(
    hass: HomeAssistant,
) -> None:
    assert state_of(hass, "button", "end_hold").state == "unavailable"
    for end in (
        ("button.press", "end_hold"),
        ("switch.turn_off", "active"),
    ):
        await act(hass, "switch.turn_on", "active")
        assert shown(hass)[1] == "on"
        await act(hass, *end)
        assert shown(hass)[1] == "off"


@pytest.mark.usefixtures("on_schedule")
async def test_change_by_the_device_itself_is_no_hold(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask, wait: Wait
) -> None:
    device = entry.runtime_data.devices[SERIAL].data
    path = f"/dispositivos/{device.id}"
    sent = (await (await ask("GET", path)).json())["configuracion"]
    # Its clock is ahead: it switches itself on before its time.
    said = {"configuracion": {**sent, "encendido": True}, "encendido": True}
    await ask("PUT", path, json=said)
    assert shown(hass)[1] == "off"
    assert entry.runtime_data.devices[SERIAL].data.estado == "activo"
    # Off by hand, it reports what it was served; that is no change of mode.
    await act(hass, "switch.turn_on", "active")
    sent = (await (await ask("GET", path)).json())["configuracion"]
    assert sent["modo"] == "manual"
    await ask("PUT", path, json={"configuracion": sent, "encendido": True})
    assert shown(hass)[1] == "on"
    assert state_of(hass, "select", "mode").state == "schedule"
    # The app has the last word.
    await ask("PUT", path, json={"configuracion": {"modo": "horario"}})
    assert shown(hass)[1] == "off"


@pytest.mark.usefixtures("on_schedule")
async def test_reload_keeps_all_devices(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(estado="inactivo", parametros={"temperatura": 3, "wind": 4})
    await act(hass, "switch.turn_on", "active")
    before = entry.runtime_data.devices[SERIAL]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    after = entry.runtime_data.devices[SERIAL]
    assert after is not before
    assert after.data.id == before.data.id
    assert after.data.held == before.data.held
    assert after.data.version == before.data.version
    assert after.data.configuration.document == before.data.configuration.document
    assert after.rules.log.page().total == before.rules.log.page().total
    assert state_of(hass, "sensor", "parameter_wind").state == "unavailable"
    await speak(estado="activo")
    assert state_of(hass, "sensor", "parameter_wind").state == "4"
