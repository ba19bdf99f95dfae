"""The blueprints: each is imported, used in an automation and run."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import Context, SupportsResponse
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from .source import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant, ServiceCall

FOLDER = REPOSITORY / "blueprints" / "automation" / "jannenkoti"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
SOURCE = "https://github.com/jannenkoti/jannenkoti/blob/main"


@pytest.fixture(autouse=True)
async def _folder(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[None]:
    """Give Home Assistant a folder of its own that has the blueprints."""
    hass.config.config_dir = str(tmp_path)
    place = tmp_path / "blueprints" / "automation"
    place.mkdir(parents=True)
    (place / "jannenkoti").symlink_to(FOLDER)
    yield
    if hass.states.async_all("automation"):
        everything = {"entity_id": "all"}
        await hass.services.async_call(
            "automation", "turn_off", everything, blocking=True
        )


@pytest.fixture
def phone(hass: HomeAssistant) -> str:
    """Return the id of a phone with the companion app."""
    app = MockConfigEntry(domain="mobile_app")
    app.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=app.entry_id,
        identifiers={("mobile_app", "phone")},
        name="Ana's phone",
    )
    return device.id


@pytest.fixture
def sent(hass: HomeAssistant) -> list[ServiceCall]:
    """Return the notifications that the phone gets."""
    calls: list[ServiceCall] = async_mock_service(
        hass, "notify", "mobile_app_ana_s_phone"
    )
    return calls


async def use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Add an automation that is made of a blueprint."""
    blueprint = {"path": f"jannenkoti/{name}.yaml", "input": inputs}
    assert await async_setup_component(
        hass, "automation", {"automation": {"id": name, "use_blueprint": blueprint}}
    )
    await hass.async_block_till_done()
    (automation,) = hass.states.async_all("automation")
    assert automation.state == "on"


async def step(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, **by: float
) -> None:
    """Let time pass."""
    freezer.tick(timedelta(**by))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()


async def first_of(calls: list[ServiceCall]) -> ServiceCall:
    """Return the first call, of an automation that then waits for an answer."""
    for _ in range(500):
        if calls:
            return calls[0]
        await asyncio.sleep(0)
    pytest.fail("there was no call")


async def press(
    hass: HomeAssistant, notification: ServiceCall, number: int = 0
) -> None:
    """Press a button of a notification."""
    button = notification.data["data"]["actions"][number]
    for _ in range(100):  # The automation begins to wait for the answer.
        await asyncio.sleep(0)
    hass.bus.async_fire("mobile_app_notification_action", {"action": button["action"]})
    await hass.async_block_till_done()


def of_ours(hass: HomeAssistant, entity_id: str, title: str = "Printer") -> str:
    """Register an entity of an entry and a device; return the id of the entry."""
    entry = MockConfigEntry(domain="jannenkoti", title=title)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("jannenkoti", title)}, name=title
    )
    platform, _, object_id = entity_id.partition(".")
    er.async_get(hass).async_get_or_create(
        platform,
        "jannenkoti",
        object_id,
        suggested_object_id=object_id,
        config_entry=entry,
        device_id=device.id,
    )
    return str(entry.entry_id)


@pytest.mark.parametrize("name", NAMES)
def test_blueprint_can_be_imported(name: str) -> None:
    path = FOLDER / f"{name}.yaml"
    blueprint = Blueprint(
        load_yaml_dict(str(path)),
        path=f"jannenkoti/{path.name}",
        expected_domain="automation",
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    place = path.relative_to(REPOSITORY).as_posix()
    assert blueprint.metadata["source_url"] == f"{SOURCE}/{place}"
    for key, field in blueprint.inputs.items():
        assert field["name"], key
        assert field["selector"], key


@pytest.mark.parametrize("name", NAMES)
def test_blueprint_has_an_import_button_in_the_docs(name: str) -> None:
    pages = "".join(
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "docs").glob("*.md")
    )
    place = f"blueprints/automation/jannenkoti/{name}.yaml"
    assert f"redirect/blueprint_import/?blueprint_url={SOURCE}/{place}" in pages


async def test_open_window_is_reported_and_the_unit_can_be_switched_off(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    phone: str,
    sent: list[ServiceCall],
) -> None:
    turned_off = async_mock_service(hass, "climate", "turn_off")
    climate, window = "climate.bedroom", "binary_sensor.window"
    hass.states.async_set(
        climate, "cool", {"hvac_action": "cooling", "friendly_name": "Bedroom"}
    )
    hass.states.async_set(window, "off", {"friendly_name": "Window"})
    await use(
        hass, "window_open", air_conditioner=climate, windows=[window], phone=phone
    )
    hass.states.async_set(window, "on", {"friendly_name": "Window"})
    await step(hass, freezer, minutes=4)
    assert not sent
    freezer.tick(timedelta(minutes=2))
    async_fire_time_changed(hass, dt_util.utcnow())
    notification = await first_of(sent)
    assert notification.data["title"] == "Bedroom"
    assert notification.data["message"] == "Window is open while it runs."
    await press(hass, notification)
    assert turned_off[0].data["entity_id"] == [climate]


async def test_open_window_at_rest_is_not_reported(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    phone: str,
    sent: list[ServiceCall],
) -> None:
    climate, window = "climate.bedroom", "binary_sensor.window"
    hass.states.async_set(climate, "cool", {"hvac_action": "idle"})
    hass.states.async_set(window, "off")
    await use(
        hass, "window_open", air_conditioner=climate, windows=[window], phone=phone
    )
    hass.states.async_set(window, "on")
    await step(hass, freezer, minutes=6)
    assert not sent


async def test_room_changes_before_the_alarm_even_if_it_was_moved(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(datetime.fromisoformat("2026-07-01T03:00:05+00:00"))
    set_to = async_mock_service(hass, "climate", "set_temperature")
    hass.states.async_set("sensor.alarm", "2026-07-01T06:00:00+00:00")
    await use(
        hass, "room_ready", air_conditioner="climate.bedroom", alarm="sensor.alarm"
    )
    hass.states.async_set("sensor.alarm", "2026-07-01T05:00:00+00:00")
    for _ in range(74):
        await step(hass, freezer, minutes=1)
    assert not set_to
    await step(hass, freezer, minutes=1)
    assert set_to[0].data == {
        "temperature": 23,
        "hvac_mode": "cool",
        "entity_id": ["climate.bedroom"],
    }
    hass.states.async_set("sensor.alarm", "unavailable")
    await step(hass, freezer, minutes=1)
    assert len(set_to) == 1


async def test_high_humidity_is_reported_after_a_while(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    phone: str,
    sent: list[ServiceCall],
) -> None:
    humidity = {"unit_of_measurement": "%", "friendly_name": "Bathroom humidity"}
    hass.states.async_set("sensor.bathroom", "50", humidity)
    await use(hass, "air_the_room", humidity=["sensor.bathroom"], phone=phone)
    hass.states.async_set("sensor.bathroom", "72", humidity)
    await step(hass, freezer, minutes=29)
    assert not sent
    await step(hass, freezer, minutes=2)
    assert sent[0].data["message"] == "Bathroom humidity is 72 %."


async def test_raised_alarm_is_reported_with_its_value(
    hass: HomeAssistant, phone: str, sent: list[ServiceCall]
) -> None:
    event = "event.tank_alarm"
    of_ours(hass, event, "Water tank")
    about = {"sensor_name": "Level", "value": 12.5}
    raised = {"event_type": "raised"} | about
    await use(hass, "tlink_alarm", alarms=[event], phone=phone)
    hass.states.async_set(event, "2026-07-01T00:00:00", raised)
    await hass.async_block_till_done()
    assert sent[0].data["title"] == "Water tank"
    assert sent[0].data["message"] == "Alarm: Level is 12.5."
    hass.states.async_set(
        event, "2026-07-01T00:01:00", {"event_type": "cleared", **about}
    )
    hass.states.async_set(event, "unavailable")
    # A restart brings the last event back, which is no new one.
    hass.states.async_set(event, "2026-07-01T00:00:00", raised)
    await hass.async_block_till_done()
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("button", "action", "field"),
    [(0, "mqtt_devices_claim", "qr_text"), (1, "mqtt_devices_ignore", "serial_number")],
)
async def test_new_device_is_reported_and_can_be_claimed_or_ignored_once(
    hass: HomeAssistant,
    phone: str,
    sent: list[ServiceCall],
    button: int,
    action: str,
    field: str,
) -> None:
    done = {
        name: async_mock_service(hass, "jannenkoti", name)
        for name in ("mqtt_devices_claim", "mqtt_devices_ignore")
    }
    # The last to report comes first; it was found before.
    devices = [
        {"serial": "LUZ2", "first_seen": "2026-07-01T10:00:00+00:00"},
        {"serial": "REG1", "first_seen": "2026-07-01T12:00:00+00:00"},
    ]
    async_mock_service(
        hass,
        "jannenkoti",
        "mqtt_devices_list_unclaimed",
        response={"devices": devices},
        supports_response=SupportsResponse.ONLY,
    )
    sensor = "sensor.unclaimed"
    entry_id = of_ours(hass, sensor, "MQTT devices")
    hass.states.async_set(sensor, "1")
    await use(hass, "unclaimed_device", unclaimed=sensor, phone=phone)
    hass.states.async_set(sensor, "2")
    notification = await first_of(sent)
    assert notification.data["message"] == "REG1 waits to be claimed."
    for _ in range(2):
        await press(hass, notification, button)
    assert {name: len(calls) for name, calls in done.items() if calls} == {action: 1}
    assert done[action][0].data == {"config_entry_id": entry_id, field: "REG1"}
    hass.states.async_set(sensor, "1")
    await hass.async_block_till_done()
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("others", "action"),
    [("not_home", "turn_off"), ("home", "turn_on"), ("unknown", "turn_on")],
)
async def test_camera_is_private_while_somebody_may_be_at_home(
    hass: HomeAssistant, others: str, action: str
) -> None:
    calls = {
        name: async_mock_service(hass, "switch", name)
        for name in ("turn_on", "turn_off")
    }
    hass.states.async_set("person.ana", "home")
    hass.states.async_set("person.ben", others)
    await use(
        hass,
        "camera_follows_presence",
        people=["person.ana", "person.ben"],
        privacy=["switch.privacy"],
    )
    hass.states.async_set("person.ana", "not_home")
    await hass.async_block_till_done()
    assert {name: len(found) for name, found in calls.items() if found} == {action: 1}


PRICES = [5, 1, 3, 2, 9, 1, 8, 8]
"""Per hour, from 22:00 local on."""


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (3, [False, True, False, True, False, True, False, False]),
        (0.25, [False, True, False, False, False, False, False, False]),
        (24, [True] * 8),
    ],
)
async def test_load_is_on_in_the_cheapest_hours_of_the_window(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    hours: float,
    expected: list[bool],
) -> None:
    await hass.config.async_set_time_zone("Europe/Helsinki")
    start = datetime.fromisoformat("2026-01-12T20:00:00+02:00")
    prices = [1, 1, *PRICES, 1, 1]  # Those outside the window do not count.
    async_mock_service(
        hass,
        "jannenkoti",
        "heating_get_energy_price",
        response={
            "prices": [
                {"startsAt": (start + timedelta(hours=n)).isoformat(), "total": price}
                for n, price in enumerate(prices)
            ]
        },
        supports_response=SupportsResponse.ONLY,
    )
    on = async_mock_service(hass, "homeassistant", "turn_on")
    off = async_mock_service(hass, "homeassistant", "turn_off")
    freezer.move_to(start + timedelta(hours=2, seconds=-1))
    await use(hass, "cheapest_hours", heating="entry", load="switch.car", hours=hours)
    found = []
    for _ in range(len(PRICES)):
        on.clear()
        off.clear()
        await step(hass, freezer, seconds=2)
        assert len(on) + len(off) == 1
        found.append(bool(on))
        freezer.tick(timedelta(hours=1, seconds=-2))
    assert found == expected


async def test_routine_is_paused_while_a_film_runs(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    on = async_mock_service(hass, "switch", "turn_on")
    off = async_mock_service(hass, "switch", "turn_off")
    hass.states.async_set("media_player.tv", "idle")
    await use(hass, "film", player="media_player.tv", routine="switch.routine")
    hass.states.async_set("media_player.tv", "playing")
    await hass.async_block_till_done()
    assert len(off) == 1
    hass.states.async_set("media_player.tv", "paused")
    await step(hass, freezer, minutes=1)
    hass.states.async_set("media_player.tv", "playing")
    await step(hass, freezer, minutes=5)
    assert not on
    hass.states.async_set("media_player.tv", "off")
    await step(hass, freezer, minutes=3)
    assert on[0].data["entity_id"] == ["switch.routine"]


@pytest.mark.parametrize(
    ("before", "sun", "lit"),
    [
        ("away", "below_horizon", True),
        ("extended_away", "below_horizon", True),
        ("just_left", "below_horizon", False),
        ("away", "above_horizon", False),
    ],
)
async def test_lights_turn_on_for_who_comes_home_in_the_dark(
    hass: HomeAssistant, before: str, sun: str, *, lit: bool
) -> None:
    on = async_mock_service(hass, "light", "turn_on")
    hass.states.async_set("sun.sun", sun)
    hass.states.async_set("sensor.stage", before)
    lights = {"entity_id": ["light.hall"]}
    await use(hass, "welcome_home", stages=["sensor.stage"], lights=lights)
    hass.states.async_set("sensor.stage", "home")
    await hass.async_block_till_done()
    assert bool(on) is lit


@pytest.mark.parametrize(
    ("event_type", "message"),
    [
        ("finished", "The print has finished."),
        ("failed", "The print has failed."),
        ("paused", "The print is paused."),
        ("lost", "The connection was lost during the print."),
        ("layer", None),
    ],
)
async def test_end_of_a_print_is_reported(
    hass: HomeAssistant,
    phone: str,
    sent: list[ServiceCall],
    event_type: str,
    message: str | None,
) -> None:
    of_ours(hass, "event.print")
    await use(hass, "print_done", print="event.print", phone=phone)
    hass.states.async_set("event.print", "now", {"event_type": event_type})
    await hass.async_block_till_done()
    assert [call.data["message"] for call in sent] == ([message] if message else [])
    assert all(call.data["title"] == "Printer" for call in sent)


async def test_timelapse_of_this_printer_is_sent(
    hass: HomeAssistant, phone: str, sent: list[ServiceCall]
) -> None:
    entry_id = of_ours(hass, "event.print")
    await use(hass, "print_done", print="event.print", phone=phone)
    video = "media-source://media_source/local/timelapse/cube.mp4"
    for of in ("another", entry_id):
        hass.bus.async_fire(
            "jannenkoti_timelapse_finished",
            {"config_entry_id": of, "file": "cube.3mf", "media_content_id": video},
            context=Context(),
        )
    await hass.async_block_till_done()
    assert [call.data["data"]["video"] for call in sent] == [
        "/media/local/timelapse/cube.mp4"
    ]
    assert sent[0].data["message"] == "The time-lapse of cube.3mf is ready."


async def test_each_new_error_of_a_printer_is_reported_once(
    hass: HomeAssistant, phone: str, sent: list[ServiceCall]
) -> None:
    of_ours(hass, "sensor.errors")

    def report(*codes: str) -> None:
        errors = [
            {"code": code, "severity": "serious", "url": f"https://wiki/{code}"}
            for code in codes
        ]
        hass.states.async_set("sensor.errors", str(len(codes)), {"errors": errors})

    report()
    await use(hass, "printer_error", errors="sensor.errors", phone=phone)
    for codes in (("A",), ("A", "B"), ("B",), (), ("A",)):
        report(*codes)
        await hass.async_block_till_done()
    assert [call.data["message"] for call in sent] == [
        "Error A (serious)",
        "Error B (serious)",
        "Error A (serious)",
    ]
    assert sent[1].data["data"]["url"] == "https://wiki/B"
    assert sent[1].data["title"] == "Printer"


async def test_error_of_a_printer_that_comes_back_is_reported_with_the_next_change(
    hass: HomeAssistant, phone: str, sent: list[ServiceCall]
) -> None:
    of_ours(hass, "sensor.errors")
    hass.states.async_set("sensor.errors", "unavailable")
    await use(hass, "printer_error", errors="sensor.errors", phone=phone)
    error = {"code": "A", "severity": "fatal", "url": "https://wiki/A"}
    hass.states.async_set("sensor.errors", "1", {"errors": [error]})
    await hass.async_block_till_done()
    assert not sent
