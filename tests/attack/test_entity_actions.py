"""Hostile values in Home Assistant's own actions, on every entity of every family.

Home Assistant checks less than its forms suggest: not the modes of `set_temperature`,
and no number for being one. Nothing of that may reach a device, a state or a store.
"""

import json
from typing import TYPE_CHECKING, Any

import pytest
import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from tests.one_of_each import ENTRIES

from .hostile import is_home_assistants_own

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockUser

    from .doors import Home

NUMBERS: tuple[object, ...] = (
    float("nan"),
    float("inf"),
    float("-inf"),
    "nan",
    "Infinity",
    "1e400",
    1e308,
    -1e30,
    10**400,
    -1,
    0.1234567890123,
    True,
)
TEXTS: tuple[object, ...] = (
    "",
    "nan",
    "off",
    "heat_cool",
    "auto",
    "x" * 300,
    "a\0b",
    "\u202eabc",
    "../../etc/passwd",
    ["cool"],
    {"a": 1},
)
TIMES: tuple[object, ...] = ("25:00", "24:00:00", "", "nan", "23:59:59.999999", 7)

FIELDS: dict[str, dict[str, tuple[tuple[str, tuple[object, ...]], ...]]] = {
    "climate": {
        "set_temperature": (
            ("temperature", NUMBERS),
            ("target_temp_high", NUMBERS),
            ("target_temp_low", NUMBERS),
            ("hvac_mode", TEXTS),
        ),
        "set_hvac_mode": (("hvac_mode", TEXTS),),
        "set_preset_mode": (("preset_mode", TEXTS),),
        "set_fan_mode": (("fan_mode", TEXTS),),
        "set_swing_mode": (("swing_mode", TEXTS),),
        "set_humidity": (("humidity", NUMBERS),),
    },
    "cover": {
        "set_cover_position": (("position", NUMBERS),),
        "set_cover_tilt_position": (("tilt_position", NUMBERS),),
    },
    "fan": {
        "turn_on": (("percentage", NUMBERS), ("preset_mode", TEXTS)),
        "set_percentage": (("percentage", NUMBERS),),
        "set_preset_mode": (("preset_mode", TEXTS),),
        "increase_speed": (("percentage_step", NUMBERS),),
    },
    "light": {
        "turn_on": (
            ("brightness", NUMBERS),
            ("brightness_pct", NUMBERS),
            ("color_temp_kelvin", NUMBERS),
            ("xy_color", ([float("nan"), 0.3], [1e308, -1], ["x"])),
            ("transition", NUMBERS),
            ("effect", TEXTS),
        )
    },
    "lock": {"lock": (("code", TEXTS),), "unlock": (("code", TEXTS),)},
    "number": {"set_value": (("value", NUMBERS),)},
    "scene": {"turn_on": (("transition", NUMBERS),)},
    "select": {
        "select_option": (("option", TEXTS),),
        "select_next": (("cycle", NUMBERS),),
    },
    "switch": {"turn_on": (("transition", NUMBERS),)},
    "text": {"set_value": (("value", TEXTS),)},
    "time": {"set_value": (("time", TIMES),)},
    "valve": {"set_valve_position": (("position", NUMBERS),)},
    "water_heater": {
        "set_temperature": (("temperature", NUMBERS), ("operation_mode", TEXTS)),
        "set_operation_mode": (("operation_mode", TEXTS),),
    },
}


async def attempt(hass: HomeAssistant, user: MockUser, action: str, data: Any) -> None:
    """Perform an action, which may be refused with an error for the user."""
    domain, _, name = action.partition(".")
    try:
        await hass.services.async_call(
            domain, name, data, blocking=True, context=Context(user_id=user.id)
        )
    except HomeAssistantError, vol.Invalid:
        pass
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as err:
        if not is_home_assistants_own(err):
            err.add_note(f"{action} {data!r:.200}")
            raise
    await hass.async_block_till_done()


def entity_ids(hass: HomeAssistant, home: Home, kind: str) -> list[str]:
    """Return the enabled entities of a family."""
    entries = er.async_entries_for_config_entry(
        er.async_get(hass), home.entries[kind].entry_id
    )
    return [each.entity_id for each in entries if each.disabled_by is None]


def assert_finite(hass: HomeAssistant, ids: list[str]) -> None:
    """Fail if a state or an attribute holds what is no JSON number."""
    for entity_id in ids:
        if (state := hass.states.get(entity_id)) is None:
            continue
        assert state.state not in {"nan", "inf", "-inf"}, entity_id
        json.dumps(state.as_dict(), allow_nan=False, default=str)


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("kind", sorted(ENTRIES))
async def test_entities_survive_hostile_values(
    home: Home,
    users: dict[str, MockUser],
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each value is used within the limits or refused; a reload finds nothing wrong."""
    hass = home.hass
    ids = entity_ids(hass, home, kind)
    assert ids
    for entity_id in ids:
        domain = entity_id.partition(".")[0]
        for name, fields in FIELDS.get(domain, {}).items():
            for field, values in fields:
                for value in values:
                    await attempt(
                        hass,
                        users["administrator"],
                        f"{domain}.{name}",
                        {"entity_id": entity_id, field: value},
                    )
        assert_finite(hass, [entity_id])
    entry = home.entries[kind]
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert_finite(hass, ids)
    failures = [record for record in caplog.records if record.exc_info]
    assert not failures
