"""Actions, and the subscription of cards and the app."""

from typing import TYPE_CHECKING, Any

import pytest
import voluptuous as vol
from homeassistant.config_entries import SOURCE_IGNORE, ConfigFlowContext
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update
from custom_components.jannenkoti.kinds.mqtt_devices.discovery import card_id

from .conftest import SERIAL, UNIQUE_ID, VALVE, Speak, make_entry, set_up, state_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
    from pytest_homeassistant_custom_component.typing import WebSocketGenerator

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices


async def act(
    hass: HomeAssistant, action: str, *, answers: bool = False, **data: Any
) -> Any:
    """Perform an action of ours."""
    done = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=answers
    )
    await hass.async_block_till_done()
    return done


def device_id(hass: HomeAssistant, entry: MockConfigEntry, serial: str = SERIAL) -> str:
    """Return the id of a device, or of the entry's own."""
    key = f"{UNIQUE_ID}_{serial}" if serial else UNIQUE_ID
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, key), entry.entry_id
    )
    assert device is not None
    return device.id


async def test_actions_list_claim_and_unclaim_a_device(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices, speak: Speak
) -> None:
    await speak(VALVE, parametros={"bateria": 3})
    await speak(VALVE, parametros={"bateria": 4})
    (listed,) = (await act(hass, "mqtt_devices_list_unclaimed", answers=True))[
        "devices"
    ]
    assert (listed["serial"], listed["prefix"]) == (VALVE, "RGD0")
    assert (listed["count"], listed["parameters"]) == (2, {"bateria": 4})
    claimed = await act(
        hass,
        "mqtt_devices_claim",
        answers=True,
        config_entry_id=entry.entry_id,
        qr_text=VALVE,
        name="Patio",
    )
    assert claimed == {"serial": VALVE, "id": devices.devices[VALVE].data.id}
    assert state_of(hass, "valve", "actuator", VALVE).name == "Patio"
    with pytest.raises(ServiceValidationError) as err:
        await act(hass, "mqtt_devices_claim", qr_text=VALVE)
    assert err.value.translation_key == "mqtt_devices_claimed_before"
    await act(hass, "mqtt_devices_unclaim", device_id=device_id(hass, entry, VALVE))
    assert VALVE not in devices.devices


async def test_claim_puts_the_device_into_an_area_and_refuses_an_unknown_one(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(VALVE)
    garden = ar.async_get(hass).async_create("Garden")
    with pytest.raises(ServiceValidationError) as err:
        await act(hass, "mqtt_devices_claim", qr_text=VALVE, area="nowhere")
    assert err.value.translation_key == "mqtt_devices_no_such_area"
    claim = {"qr_text": VALVE, "area": garden.id}
    await act(hass, "mqtt_devices_claim", answers=True, **claim)
    device = dr.async_get(hass).async_get(device_id(hass, entry, VALVE))
    assert device is not None
    assert device.area_id == garden.id


async def test_list_names_the_entry_by_which_a_device_is_ignored(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    async def listed() -> dict[str, Any]:
        answer = await act(hass, "mqtt_devices_list_unclaimed", answers=True)
        (device,) = answer["devices"]
        return dict(device)

    await speak(VALVE)
    assert (await listed())["ignored_by"] is None
    unique_id = card_id(entry, VALVE)
    data = {"unique_id": unique_id, "title": "Not mine"}
    context = ConfigFlowContext(source=SOURCE_IGNORE)
    await hass.config_entries.flow.async_init(DOMAIN, context=context, data=data)
    ignored_by = (await listed())["ignored_by"]
    ignoring = hass.config_entries.async_get_entry(ignored_by)
    assert ignoring is not None
    assert ignoring.unique_id == unique_id
    await hass.config_entries.async_remove(ignored_by)
    assert (await listed())["ignored_by"] is None


async def test_ignored_device_has_one_ignored_entry_and_a_claimed_one_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    for _ in range(2):
        await act(hass, "mqtt_devices_ignore", serial_number=VALVE)
    await hass.async_block_till_done()
    (ignored,) = [
        x for x in hass.config_entries.async_entries(DOMAIN) if x.source == "ignore"
    ]
    assert ignored.unique_id == f"mqtt_devices_{entry.unique_id}_{VALVE}"
    assert ignored.title == VALVE
    await act(hass, "mqtt_devices_claim", qr_text=VALVE)
    with pytest.raises(ServiceValidationError) as err:
        await act(hass, "mqtt_devices_ignore", serial_number=VALVE)
    assert err.value.translation_key == "mqtt_devices_claimed_before"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"qr_text": "no serial"}, "mqtt_devices_not_a_claim"),
        (
            {"qr_text": VALVE, "configuration": {"horarios": 3}},
            "mqtt_devices_schedule_unreadable",
        ),
        (
            {"qr_text": '{"serial": "x", "configuracion": {"horarios": [1]}}'},
            "mqtt_devices_schedule_unreadable",
        ),
        (
            {"qr_text": VALVE, "configuration": {1: 2}},
            "mqtt_devices_configuration_too_large",
        ),
    ],
)
async def test_unreadable_claim_raises_validation_error(
    hass: HomeAssistant, entry: MockConfigEntry, data: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as err:
        await act(hass, "mqtt_devices_claim", **data)
    assert err.value.translation_key == key
    assert len(entry.subentries) == 1


async def test_action_without_a_clear_entry_raises(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    other = make_entry(
        data={**entry.data, "topic": "casa/estado", "token": "x"}, unique_id="f" * 16
    )
    await set_up(hass, other)
    with pytest.raises(ServiceValidationError) as err:
        await act(hass, "mqtt_devices_list_unclaimed", answers=True)
    assert err.value.translation_key == "mqtt_devices_which_entry"
    hass.config_entries.async_update_entry(other, data={**other.data, "kind": "zoo"})
    with pytest.raises(ServiceValidationError) as err:
        await act(
            hass,
            "mqtt_devices_list_unclaimed",
            answers=True,
            config_entry_id=other.entry_id,
        )
    assert err.value.translation_key == "mqtt_devices_other_kind"
    hass.config_entries.async_update_entry(
        other, data={**other.data, "kind": "mqtt_devices"}
    )


async def test_set_schedule_stores_readable_schedules_and_refuses_others(
    hass: HomeAssistant, entry: MockConfigEntry, devices: MqttDevices
) -> None:
    device = device_id(hass, entry)
    await act(
        hass,
        "mqtt_devices_set_schedule",
        device_id=device,
        schedule={"lunes": [["07:00", "on"], ["23:00", "off"]]},
    )
    assert devices.devices[SERIAL].data.configuration.document["horarios"] == [
        {"dias": ["lunes"], "inicio": "07:00", "fin": "23:00"}
    ]
    with pytest.raises(ServiceValidationError) as err:
        await act(
            hass, "mqtt_devices_set_schedule", device_id=device, schedule="someday"
        )
    assert err.value.translation_placeholders == {"part": "someday"}
    much = {"x": "y" * 8000}
    devices.async_update(SERIAL, Update(configuration=much))
    with pytest.raises(ServiceValidationError) as err:
        await act(
            hass,
            "mqtt_devices_set_schedule",
            device_id=device,
            schedule="; ".join(["mon 06:00-07:00"] * 9),
        )
    assert err.value.translation_key == "mqtt_devices_configuration_too_large"
    with pytest.raises(ServiceValidationError):
        await act(
            hass,
            "mqtt_devices_set_schedule",
            device_id=device_id(hass, entry, ""),
            schedule="",
        )


async def test_get_log_returns_a_page(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    for temperature in range(3):
        await speak(parametros={"temperatura": temperature})
    page = await act(
        hass,
        "mqtt_devices_get_log",
        answers=True,
        device_id=device_id(hass, entry),
        per_page=2,
    )
    assert (page["total"], page["pages"]) == (3, 2)
    assert page["data"][0]["parametros"] == {"temperatura": 2}


async def test_subscription_sends_changes_of_the_device(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    devices: MqttDevices,
    speak: Speak,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await speak(VALVE)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "jannenkoti/devices/subscribe", "claimed": True}
    )
    answer = await client.receive_json()
    assert answer["success"]
    hello = (await client.receive_json())["event"]
    assert [device["serial_number"] for device in hello["devices"]] == [SERIAL]
    await speak(VALVE)
    await speak(parametros={"temperatura": 5})
    sent = await client.receive_json()
    assert sent["id"] == answer["id"]
    assert sent["event"]["parametros"] == {"temperatura": 5}
    await client.send_json_auto_id(
        {"type": "unsubscribe_events", "subscription": answer["id"]}
    )
    assert (await client.receive_json())["success"]
    assert not len(devices.stream)


async def test_subscription_ends_when_the_entry_is_unloaded(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    devices: MqttDevices,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = "custom_components.jannenkoti.kinds.mqtt_devices.wire.stream.MAX_LISTENERS"
    monkeypatch.setattr(place, 1)
    client = await hass_ws_client(hass)
    subscribe = {"type": "jannenkoti/devices/subscribe", "serial": SERIAL}
    await client.send_json_auto_id(subscribe)
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"]["event"] == "hello"
    await client.send_json_auto_id(subscribe)
    assert (await client.receive_json())["error"]["code"] == "too_many"
    await hass.config_entries.async_unload(entry.entry_id)
    assert (await client.receive_json())["event"] == {"event": "end"}
    await client.send_json_auto_id(subscribe)
    assert (await client.receive_json())["error"]["code"] == "not_found"


async def test_schedule_above_the_limit_is_refused_before_it_is_parsed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    with pytest.raises(vol.Invalid):
        await act(
            hass,
            "mqtt_devices_set_schedule",
            device_id=device_id(hass, entry),
            schedule="x" * 20_000,
        )


async def test_claim_beyond_the_entity_limit_raises(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "custom_components.jannenkoti.kinds.mqtt_devices.repairs.MAX_ENTITIES"
    monkeypatch.setattr(place, 45)
    with pytest.raises(ServiceValidationError) as err:
        await act(hass, "mqtt_devices_claim", qr_text=VALVE)
    assert err.value.translation_key == "mqtt_devices_too_many_entities"
    assert len(entry.subentries) == 1


async def test_subscription_to_all_devices_includes_unclaimed_ones(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    speak: Speak,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await speak(VALVE)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "jannenkoti/devices/subscribe"})
    assert (await client.receive_json())["success"]
    hello = (await client.receive_json())["event"]
    assert {one["serial_number"] for one in hello["devices"]} == {SERIAL, VALVE}


async def test_user_who_may_read_a_device_may_subscribe_to_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
) -> None:
    allowed = {
        entity.entity_id: {"read": True}
        for entity in er.async_get(hass).entities.values()
        if SERIAL in entity.unique_id
    }
    hass_read_only_user.mock_policy({"entities": {"entity_ids": allowed}})
    client = await hass_ws_client(hass, hass_read_only_access_token)
    subscribe = {"type": "jannenkoti/devices/subscribe", "serial": SERIAL}
    await client.send_json_auto_id(subscribe)
    assert (await client.receive_json())["success"]
    hello = (await client.receive_json())["event"]
    assert [one["serial_number"] for one in hello["devices"]] == [SERIAL]
    for other in ({"serial": VALVE}, {"config_entry_id": "x"}):
        await client.send_json_auto_id(subscribe | other)
        assert (await client.receive_json())["error"]["code"] == "unauthorized"
