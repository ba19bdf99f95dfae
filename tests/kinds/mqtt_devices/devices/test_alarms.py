"""Tests of alarms, locks and valves: an unknown value never looks safe."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN

from ..conftest import (
    Speak,
    entities_of,
    state_of,
    subentry,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


SMOKE, LOCK, LEAK = "SMK0AAAAAAAA", "DRL0AAAAAAAA", "XYZ0AAAAAAAA"


def unreadable_issue(
    hass: HomeAssistant, entry: MockConfigEntry, serial: str
) -> ir.IssueEntry | None:
    """Return the repair issue of an unreadable value."""
    issue_id = f"mqtt_devices_unreadable_{entry.entry_id}_{serial}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


@pytest.mark.parametrize("subentries", [[subentry(LOCK)]])
@pytest.mark.parametrize(
    ("reported", "state"),
    [
        ("lock", "locked"),
        ("LOCKED", "locked"),
        ("cerrado", "locked"),
        (1, "locked"),
        ("unlock", "unlocked"),
        ("unlocked", "unlocked"),
        ("abierta", "unlocked"),
        (0, "unlocked"),
        ("0", "unlocked"),
        (False, "unlocked"),
        ("jammed", "unknown"),
        ("", "unknown"),
        (7, "unknown"),
        ([1], "unknown"),
    ],
)
async def test_lock_state_word_gives_state(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, reported: Any, state: str
) -> None:
    await speak(LOCK, estado="activo", parametros={"lock_state": reported})
    assert state_of(hass, "lock", "actuator", LOCK).state == state
    issue = unreadable_issue(hass, entry, LOCK)
    assert (issue is not None) is (state == "unknown")


@pytest.mark.parametrize("subentries", [[subentry(SMOKE)]])
@pytest.mark.parametrize("name", ["humo_detectado", "Humo", "smoke"])
@pytest.mark.parametrize(
    ("reported", "state"),
    [
        (True, "on"),
        (1, "on"),
        ("1", "on"),
        ("true", "on"),
        ("ON", "on"),
        ("sí", "on"),
        (1.0, "on"),
        (False, "off"),
        (0, "off"),
        ("off", "off"),
        ("no", "off"),
        ("burning", "unknown"),
        (412, "unknown"),
    ],
)
async def test_smoke_value_gives_state_and_unreadable_one_an_issue(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    speak: Speak,
    name: str,
    reported: Any,
    state: str,
) -> None:
    key = "parameter_humo_detectado"
    await speak(SMOKE, parametros={name: reported, "bateria": 80})
    assert state_of(hass, "binary_sensor", key, SMOKE).state == state
    assert state_of(hass, "sensor", "parameter_bateria", SMOKE).state == "80"
    issue = unreadable_issue(hass, entry, SMOKE)
    assert (issue is not None) is (state == "unknown")
    await speak(SMOKE, parametros={name: 0})
    assert unreadable_issue(hass, entry, SMOKE) is None
    assert state_of(hass, "binary_sensor", key, SMOKE).state == "off"


@pytest.mark.parametrize("subentries", [[subentry(SMOKE)]])
@pytest.mark.parametrize("parameters", [[1], "no", [{"humo_detectado": False}]])
async def test_smoke_is_unknown_if_its_parameters_are_no_object(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, parameters: object
) -> None:
    key = "parameter_humo_detectado"
    await speak(SMOKE, parametros={"humo_detectado": False})
    await speak(SMOKE, parametros=parameters)
    assert state_of(hass, "binary_sensor", key, SMOKE).state == "unknown"
    assert unreadable_issue(hass, entry, SMOKE) is not None
    await speak(SMOKE, parametros={"humo_detectado": True})
    assert state_of(hass, "binary_sensor", key, SMOKE).state == "on"
    assert unreadable_issue(hass, entry, SMOKE) is None


@pytest.mark.parametrize("subentries", [[subentry(LOCK)]])
@pytest.mark.parametrize(
    ("reported", "state"),
    [("abierto", "unlocked"), ("cerrado", "locked"), ("atascado", "unknown")],
)
async def test_lock_without_a_parameter_shows_what_its_state_means(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, reported: str, state: str
) -> None:
    assert entry.title == "Farm"
    await speak(LOCK, estado=reported, parametros={"bateria": 80})
    assert state_of(hass, "lock", "actuator", LOCK).state == state


@pytest.mark.parametrize("subentries", [[subentry(SMOKE)]])
async def test_smoke_detector_stays_a_binary_sensor_after_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak(SMOKE, parametros={"humo_detectado": 1})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await speak(SMOKE, parametros={"humo_detectado": 1})
    key = "parameter_humo_detectado"
    assert state_of(hass, "binary_sensor", key, SMOKE).state == "on"
    assert f"sensor {key}" not in entities_of(hass, SMOKE)


@pytest.mark.parametrize("subentries", [[subentry(LEAK)]])
@pytest.mark.parametrize("name", ["fuga_agua", "gas_detectado", "Water leak"])
async def test_alarms_of_unknown_device_types_are_safety_classes(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak, name: str
) -> None:
    await speak(LEAK, parametros={name: "1"})
    (entity,) = [x for x in entities_of(hass, LEAK) if "binary_sensor param" in x]
    platform, key = entity.split(" ")
    state = state_of(hass, platform, key, LEAK)
    assert state.state == "on"
    assert state.attributes["device_class"] in {"gas", "moisture"}
    await speak(LEAK, parametros={name: "?"})
    assert state_of(hass, platform, key, LEAK).state == "unknown"
    assert unreadable_issue(hass, entry, LEAK) is not None


@pytest.mark.parametrize("subentries", [[subentry("RGD0Q7W8E9R0")]])
async def test_valve_with_an_unreadable_state_is_unknown(
    hass: HomeAssistant, entry: MockConfigEntry, speak: Speak
) -> None:
    await speak("RGD0Q7W8E9R0", estado="activo", parametros={"riego_en_curso": "??"})
    assert state_of(hass, "valve", "actuator", "RGD0Q7W8E9R0").state == "unknown"
