"""Commands in Home Assistant to devices with old and new firmware."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from demo.fakes.dispositivos_firmware import NewFirmware, OldFirmware

from ..conftest import (
    SERIAL,
    VALVE,
    Ask,
    Speak,
    act,
    state_of,
    subentry,
)

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.jannenkoti.kinds.mqtt_devices.coordinator import MqttDevices

MONDAY_NOON = "2026-06-01 12:00:00+00:00"
LIGHT, PLUG, CAMERA = "LGT0A1B2C3D4", "PLG0A1B2C3D4", "CAM0A1B2C3D4"
FAN, BLIND, DOOR = "FAN0A1B2C3D4", "SHD0A1B2C3D4", "DRL0A1B2C3D4"

type Command = tuple[str, str, dict[str, Any], str]
"""An action, the end of the unique id, its data, and the state that follows."""

COMMANDS: dict[str, tuple[Command, ...]] = {
    LIGHT: (
        ("light.turn_off", "actuator", {}, "off"),
        ("light.turn_on", "actuator", {}, "on"),
    ),
    PLUG: (
        ("switch.turn_off", "active", {}, "off"),
        ("switch.turn_on", "active", {}, "on"),
    ),
    CAMERA: (
        ("switch.turn_off", "active", {}, "off"),
        ("switch.turn_on", "active", {}, "on"),
    ),
    SERIAL: (
        ("switch.turn_off", "active", {}, "off"),
        ("switch.turn_on", "active", {}, "on"),
    ),
    FAN: (
        ("fan.set_percentage", "actuator", {"percentage": 100}, "on"),
        ("fan.turn_off", "actuator", {}, "off"),
        ("fan.turn_on", "actuator", {}, "on"),
    ),
    BLIND: (
        ("cover.open_cover", "actuator", {}, "open"),
        ("cover.close_cover", "actuator", {}, "closed"),
        ("cover.open_cover", "actuator", {}, "open"),
    ),
    DOOR: (
        ("lock.lock", "actuator", {}, "locked"),
        ("lock.unlock", "actuator", {}, "unlocked"),
        ("lock.lock", "actuator", {}, "locked"),
    ),
    VALVE: (
        ("valve.open_valve", "actuator", {}, "open"),
        ("valve.close_valve", "actuator", {}, "closed"),
        ("valve.open_valve", "actuator", {}, "open"),
    ),
}


class Board:
    """A device that fetches its configuration, obeys it, and reports."""

    def __init__(
        self,
        firmware: OldFirmware,
        entry: MockConfigEntry,
        ask: Ask,
        speak: Speak,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        self.firmware = firmware
        self._entry = entry
        self._ask = ask
        self._speak = speak
        self._freezer = freezer

    async def report(self, seconds: float = 15) -> None:
        """Publish, some time later."""
        self._freezer.tick(seconds)
        message = self.firmware.report(datetime.now(UTC))
        await self._speak(message.pop("serial_number"), **message)

    async def step(self) -> None:
        """Fetch the configuration, obey, and report."""
        devices: MqttDevices = self._entry.runtime_data
        path = f"/dispositivos/{devices.devices[self.firmware.serial].data.id}"
        answer = await (await self._ask("GET", path)).json()
        self.firmware.obey(answer["configuracion"], datetime.now(UTC))
        if self.firmware.sent is not None:
            assert (await self._ask("PUT", path, json=self.firmware.sent)).ok
        await self.report()


@pytest.fixture
def serial() -> str:
    """Return the device of the entry; tests override it."""
    return BLIND


@pytest.fixture
def configuration() -> dict[str, Any]:
    """Return its configuration; tests override it."""
    return {"modo": "manual", "encendido": True}


@pytest.fixture
def subentries(serial: str, configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the one device."""
    return [subentry(serial, configuration=configuration)]


@pytest.fixture
def firmware() -> type[OldFirmware]:
    """Return the version of its firmware; tests override it."""
    return NewFirmware


@pytest.fixture
async def board(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    ask: Ask,
    speak: Speak,
    serial: str,
    firmware: type[OldFirmware],
) -> Board:
    """Return the device, which has reported on a Monday at noon."""
    freezer.move_to(MONDAY_NOON)
    await hass.config.async_set_time_zone("UTC")
    assert await hass.config_entries.async_reload(entry.entry_id)
    board = Board(firmware(serial), entry, ask, speak, freezer)
    await board.report()
    await board.step()
    return board


@pytest.mark.parametrize("serial", COMMANDS)
@pytest.mark.parametrize("firmware", [OldFirmware, NewFirmware])
@pytest.mark.parametrize(
    "configuration",
    [
        {"modo": "manual", "encendido": True},
        {"modo": "horario", "horarios": "all 11:00-14:00"},
    ],
    ids=["manual", "schedule"],
)
async def test_device_follows_each_command(
    hass: HomeAssistant,
    board: Board,
    serial: str,
) -> None:
    for action, key, data, state in COMMANDS[serial]:
        await act(hass, action, key, serial, **data)
        await board.step()
        await board.step()
        platform = action.partition(".")[0]
        assert state_of(hass, platform, key, serial).state == state
        issues = ir.async_get(hass).issues
        assert not [key for key in issues if "not_followed" in key[1]]


async def test_cover_of_new_firmware_goes_to_the_position(
    hass: HomeAssistant, board: Board
) -> None:
    await act(hass, "cover.set_cover_position", "actuator", BLIND, position=60)
    await board.step()
    state = state_of(hass, "cover", "actuator", BLIND)
    assert state.attributes["current_position"] == 60
    assert state_of(hass, "select", "mode", BLIND).state == "manual"


@pytest.mark.parametrize(
    ("serial", "firmware"),
    # New firmware does not report whether a light is on.
    [(LIGHT, OldFirmware), *((it, NewFirmware) for it in (BLIND, DOOR, VALVE))],
)
async def test_command_that_is_not_followed_shows_the_reported_state_and_an_issue(
    hass: HomeAssistant, board: Board, entry: MockConfigEntry, serial: str
) -> None:
    action, key, data, followed = COMMANDS[serial][0]
    platform = action.partition(".")[0]
    before = state_of(hass, platform, key, serial).state
    issue_id = f"mqtt_devices_not_followed_{entry.entry_id}_{serial}"
    issues = ir.async_get(hass)
    await act(hass, action, key, serial, **data)
    await board.report(1)
    assert issues.async_get_issue(DOMAIN, issue_id) is None
    for _ in range(3):
        await board.report(30)
    assert state_of(hass, platform, key, serial).state == before
    issue = issues.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["serial"] == serial
    await act(hass, action, key, serial, **data)
    assert issues.async_get_issue(DOMAIN, issue_id) is None
    await board.step()
    await board.step()
    assert state_of(hass, platform, key, serial).state == followed
    assert issues.async_get_issue(DOMAIN, issue_id) is None


@pytest.mark.parametrize(
    "configuration", [{"modo": "manual", "encendido": False, "x": "y" * 8130}]
)
async def test_command_that_does_not_fit_raises_and_holds_nothing(
    hass: HomeAssistant, board: Board, entry: MockConfigEntry
) -> None:
    with pytest.raises(HomeAssistantError) as err:
        await act(hass, "cover.open_cover", "actuator", BLIND)
    assert err.value.translation_key == "mqtt_devices_configuration_too_large"
    await board.step()
    assert state_of(hass, "cover", "actuator", BLIND).state == "closed"
    assert entry.runtime_data.devices[BLIND].data.held is None
