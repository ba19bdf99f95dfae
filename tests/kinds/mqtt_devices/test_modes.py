"""Modes, schedules and holds in Home Assistant; what is remembered; who is odd."""

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.components import mqtt
from homeassistant.components.mqtt.client import MQTT
from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_mqtt_message,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update

from .conftest import (
    SERIAL,
    TOKEN,
    TOPIC,
    UNIQUE_ID,
    VALVE,
    Ask,
    Speak,
    entities_of,
    entity_id_of,
    make_entry,
    set_up,
    state_of,
    subentry,
)

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        MqttMockHAClient,
    )

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

    from ..waiting import Wait

MONDAY_NOON = "2026-06-01 12:00:00+00:00"
HOUR = 3600


async def act(
    hass: HomeAssistant, action: str, key: str, serial: str = SERIAL, **data: Any
) -> None:
    """Perform an action on an entity."""
    platform, _, name = action.partition(".")
    target = {"entity_id": entity_id_of(hass, platform, key, serial)}
    await hass.services.async_call(platform, name, data, target=target, blocking=True)
    await hass.async_block_till_done()


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


# Silence


async def test_silent_device_is_unavailable(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    speak: Speak,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(6):
        await speak(parametros={"temperatura": 20})
        await wait(20)
    assert state_of(hass, "sensor", "parameter_temperatura").state == "20"
    await wait(60)
    for platform, key in (
        ("sensor", "parameter_temperatura"),
        ("switch", "active"),
        ("sensor", "estado"),
    ):
        assert state_of(hass, platform, key).state == "unavailable", key
    assert state_of(hass, "select", "mode").state == "manual"
    assert "has not reported for 70 s" in caplog.text
    await speak(parametros={"temperatura": 21})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "21"
    assert "reports again" in caplog.text


async def test_retained_message_does_not_make_a_device_available(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    message = json.dumps({"serial_number": SERIAL, "estado": "activo"})
    async_fire_mqtt_message(hass, TOPIC, message, retain=True)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor", "estado").state == "unavailable"


# Restart, removal


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


async def test_removed_entry_deletes_stores_and_entities(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    keys = [f"{DOMAIN}.{entry.entry_id}{end}" for end in ("", ".history")]
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert all(key in hass_storage for key in keys)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not any(key in hass_storage for key in keys)
    assert not entities_of(hass, SERIAL)


async def test_diagnostics_contain_no_secret(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak()
    await speak(VALVE)
    await speak(payload="nonsense")
    sent = await async_get_config_entry_diagnostics(hass, entry)
    assert TOKEN not in json.dumps(sent)
    runtime = sent["runtime"]
    assert runtime["rejected"] == {"not_json": 1}
    assert runtime["devices"][SERIAL]["silent"] is False
    assert [unclaimed["serial"] for unclaimed in runtime["unclaimed"]] == [VALVE]


# Floods, impostors, nonsense


@pytest.mark.parametrize("options", [{"message_limit": 5}])
async def test_messages_above_the_limit_are_counted(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, wait: Wait
) -> None:
    for number in range(9):
        await speak(parametros={"temperatura": number})
    assert state_of(hass, "sensor", "parameter_temperatura").state == "4"
    await speak(payload=b"\xff")
    await speak(payload="{}")
    await wait(6)
    assert state_of(hass, "sensor", "flood_messages", "").state == "4"
    assert state_of(hass, "sensor", "refused_messages", "").state == "2"


async def test_two_devices_with_one_serial_number_create_an_issue(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    issues = ir.async_get(hass)
    issue = (DOMAIN, f"mqtt_devices_serial_conflict_{entry.entry_id}_{SERIAL}")
    for _ in range(6):
        await speak(parametros={"temperatura": 20})
        await speak(parametros={"voltage": 230})
    assert issues.async_get_issue(*issue) is not None
    for _ in range(12):
        await speak(parametros={"temperatura": 20})
    assert issues.async_get_issue(*issue) is None


async def test_unloaded_entry_has_no_issues(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    for _ in range(6):
        await speak(parametros={"temperatura": 20})
        await speak(parametros={"voltage": 230})
    assert ir.async_get(hass).issues
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not ir.async_get(hass).issues


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


# The command topic


@pytest.mark.parametrize("options", [{"command_topic": "casa/{serial}/set"}])
@pytest.mark.parametrize("subentries", [[subentry("a/b+c#d")]])
async def test_configuration_is_published_and_acknowledged(
    hass: HomeAssistant, broker: MqttMockHAClient, entry: MockConfigEntry, speak: Speak
) -> None:
    serial, topic = "a/b+c#d", "casa/a%2Fb%2Bc%23d/set"
    published = broker.async_publish
    assert published.call_args.args[:2] == (
        topic,
        '{"version":1,"configuracion":{"modo":"manual","encendido":true}}',
    )
    await speak(serial)
    key = "in_sync"
    assert state_of(hass, "binary_sensor", key, serial).state == "unknown"
    await speak(serial, version=1)
    assert state_of(hass, "binary_sensor", key, serial).state == "on"
    await act(hass, "switch.turn_off", "active", serial)
    assert '"version":2' in published.call_args.args[1]
    assert state_of(hass, "binary_sensor", key, serial).state == "off"
    await speak(serial, version=2)
    assert state_of(hass, "binary_sensor", key, serial).state == "on"
    (subentry_id,) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.async_block_till_done()
    assert published.call_args.args[:2] == (topic, "")


@pytest.mark.parametrize("options", [{"command_topic": "casa/{serial}/set"}])
async def test_configuration_is_published_again_when_the_broker_returns(
    hass: HomeAssistant,
    broker: MqttMockHAClient,
    entry: MockConfigEntry,
    speak: Speak,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await speak()
    topic, published = f"casa/{SERIAL}/set", broker.async_publish
    published.side_effect = HomeAssistantError("no broker")
    await act(hass, "switch.turn_off", "active")
    assert published.call_args.args[0] == topic
    assert not [
        it for it in caplog.records if it.levelno > logging.DEBUG and it.exc_info
    ]
    published.side_effect = None
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, False)  # noqa: FBT003
    await hass.async_block_till_done()
    calls = published.call_count
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, True)  # noqa: FBT003
    await hass.async_block_till_done()
    assert published.call_count == calls + 1
    assert published.call_args.args[1].startswith('{"version":2')
    await hass.config_entries.async_remove(entry.entry_id)
    assert published.call_args.args[:2] == (topic, "")
    calls = published.call_count
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, True)  # noqa: FBT003
    await hass.async_block_till_done()
    assert published.call_count == calls


async def test_subscription_of_an_unloaded_entry_ignores_messages(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    """Home Assistant restores subscriptions when its MQTT integration is reloaded."""
    with patch.object(MQTT, "_async_remove"):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await speak(VALVE)
    assert VALVE in entry.runtime_data.registry.unclaimed
    assert VALVE not in devices.registry.unclaimed


# Actuators


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


async def test_silent_unclaimed_device_and_its_card_are_removed(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    devices: MqttDevices,
    speak: Speak,
    wait: Wait,
) -> None:
    await speak(VALVE)
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await wait(8 * 24 * HOUR)
    assert not len(devices.registry.unclaimed)
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_oldest_unclaimed_devices_are_removed_with_their_cards(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    devices.registry.unclaimed._most = 1
    await speak("A")
    await speak("B")
    cards = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [card["context"]["title_placeholders"]["name"] for card in cards] == ["B"]


async def test_new_parameter_over_http_becomes_an_entity(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, ask: Ask
) -> None:
    path = f"/dispositivos/{devices.devices[SERIAL].data.id}"
    await ask("PUT", path, json={"parametros": {"wind": 5}})
    assert "sensor parameter_wind" in entities_of(hass, SERIAL)


async def test_rename_of_a_subentry_renames_the_device(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices
) -> None:
    (subentry_of_it,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry_of_it, title="Attic")
    await hass.async_block_till_done()
    assert devices.devices[SERIAL].data.identity.name == "Attic"
    assert state_of(hass, "select", "mode").name == "Attic Mode"
