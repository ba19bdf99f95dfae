"""Who may do what: every registered action and command, for five kinds of users."""

import ast
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import voluptuous as vol
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import Context, SupportsResponse
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import CLIENT_ID, MockUser

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.registry import KINDS
from custom_components.jannenkoti.rights import RULES, Access, Rule, check

from .one_of_each import ENTRIES, async_set_up
from .source import INTEGRATION, argument, calls, parsed, python_files, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.auth.models import User
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import WebSocketGenerator

# What each action needs at least. A new action has to be added here on purpose.
EXPECTED: dict[str, Access] = {
    "import_history": Access.ADMIN,
    "import_history_cancel": Access.ADMIN,
    "heating_boost": Access.CONTROL,
    "heating_get_energy_data": Access.READ,
    "heating_get_energy_price": Access.READ,
    "heating_get_plan": Access.READ,
    "heating_set_mode": Access.CONTROL,
    "mqtt_devices_claim": Access.ADMIN,
    "mqtt_devices_get_log": Access.READ,
    "jannenkoti/devices/subscribe": Access.READ,
    "light_routine_apply_now": Access.CONTROL,
    "light_routine_set_slots": Access.CONTROL,
    "mqtt_devices_list_unclaimed": Access.READ,
    "mqtt_devices_set_schedule": Access.CONTROL,
    "printer_clear_queue": Access.ADMIN,
    "printer_control": Access.CONTROL,
    "printer_gcode_history": Access.ADMIN,
    "printer_queue_gcode": Access.ADMIN,
    "printer_run_gcode": Access.ADMIN,
    "printer_set_temperature": Access.CONTROL,
    "printer_stop": Access.ADMIN,
    "printer_timelapse_start": Access.CONTROL,
    "printer_timelapse_stop": Access.CONTROL,
    "tlink_devices": Access.READ,
    "tlink_export": Access.ADMIN,
    "tlink_history": Access.READ,
    "tlink_latest": Access.READ,
    "tlink_logs": Access.READ,
    "tlink_send_data": Access.ADMIN,
    "tlink_switch": Access.CONTROL,
    "tlink_write": Access.ADMIN,
    "mqtt_devices_unclaim": Access.ADMIN,
    "mqtt_devices_ignore": Access.ADMIN,
}

# Data that the schema of an action accepts, and that do no harm where they may be used.
SAMPLES: dict[str, dict[str, Any]] = {
    "import_history": {"path": "no such file"},
    "import_history_cancel": {},
    "heating_boost": {"duration": 0},
    "heating_get_energy_data": {},
    "heating_get_energy_price": {},
    "heating_get_plan": {},
    "heating_set_mode": {"mode": "automatic"},
    "mqtt_devices_claim": {"qr_text": "no claim"},
    "mqtt_devices_get_log": {"device_id": "{device}"},
    "robocam_move": {},
    "robocam_delete_preset": {"preset": "none"},
    "robocam_store_preset": {"preset": "none"},
    "mqtt_devices_set_schedule": {"device_id": "{device}", "schedule": "no schedule"},
    "printer_clear_queue": {"device_id": "{hub}"},
    "printer_control": {"device_id": "{hub}", "command": "pause"},
    "printer_gcode_history": {"device_id": "{hub}"},
    "printer_queue_gcode": {"device_id": "{hub}", "gcode": "M105", "dry_run": True},
    "printer_run_gcode": {"device_id": "{hub}", "gcode": "M105", "dry_run": True},
    "printer_set_temperature": {"device_id": "{hub}", "bed": 0},
    "printer_stop": {"device_id": "{hub}"},
    "printer_timelapse_start": {"device_id": "{hub}"},
    "printer_timelapse_stop": {"device_id": "{hub}"},
    "tlink_export": {"sensor_ids": ["1"], "filename": "allowed.csv"},
    "tlink_history": {"sensor_id": "1"},
    "tlink_logs": {"device_id": "1"},
    "tlink_send_data": {"device_id": "1", "values": {"2": "1"}},
    "tlink_switch": {"sensor_id": "2", "turned_on": True},
    "tlink_write": {"sensor_id": "2", "value": "1"},
    "mqtt_devices_unclaim": {"device_id": "{hub}"},
    "mqtt_devices_ignore": {"serial_number": "REG1"},
    "light_routine_set_slots": {"slots": [{"name": "Day", "time": "10:00"}]},
}

# What else an action on entities requires, by the names of the fields.
FIELDS: dict[str, Any] = {
    "above": 1,
    "below": 1,
    "enabled": True,
    "minutes": 10,
    "preset": "none",
    "schedule": {},
    "sensors": ["sensor.room"],
    "value": "1",
}

# Doors that are open without a user of Home Assistant, each with what guards it.
DOORS = {
    "DispositivosView": "a secret path",
    "PushView": "a secret path, and a signature where one is set",
    "TempHumView": "an API key",
}


# What the names of actions begin with, where it is not only the name of the kind.
PREFIXES: dict[str, tuple[str, ...]] = {
    "air_conditioner": ("air_conditioner_", "ac_control_"),
}


# Actions that belong to no kind.
OF_THE_FRAME = ("import_history",)

ALL = True
"""A policy: everything may be done."""


@dataclass
class Home:
    """A home with one entry of a kind."""

    hass: HomeAssistant
    entry: MockConfigEntry

    @property
    def rules(self) -> dict[str, Rule]:
        return self.hass.data.get(RULES, {})

    def sample(self, name: str, rule: Rule) -> dict[str, Any]:
        """Return data for an action, with the ids of this home."""
        devices = dr.async_entries_for_config_entry(
            dr.async_get(self.hass), self.entry.entry_id
        )
        ids = {
            "{hub}": next(d.id for d in devices if d.via_device_id is None),
            "{device}": next((d.id for d in devices if d.via_device_id), ""),
        }
        sample = SAMPLES.get(name, {})
        found = {
            key: ids.get(x, x) if isinstance(x, str) else x for key, x in sample.items()
        }
        if rule.access is Access.TARGET:
            found["entity_id"] = self.main_entity
        schema = self.hass.services.async_services_internal()[DOMAIN][name].schema
        try:
            schema and schema(found)
        except vol.MultipleInvalid as err:
            missing = {str(each.path[-1]) for each in err.errors if each.path}
            found |= {key: FIELDS[key] for key in missing}
        return found

    @property
    def main_entity(self) -> str:
        """Return the entity that actions of this kind are performed on."""
        return next(
            entity.entity_id
            for entity in self.entities
            if entity.domain in {Platform.CAMERA, Platform.CLIMATE}
        )

    @property
    def entities(self) -> Iterable[er.RegistryEntry]:
        return er.async_entries_for_config_entry(
            er.async_get(self.hass), self.entry.entry_id
        )

    def targets(self, rule: Rule, data: dict[str, Any]) -> set[str]:
        """Return the entities that an action is about."""
        if rule.access is Access.TARGET:
            return {data["entity_id"]}
        return set(rule.targets(self.hass, data)) if rule.targets else set()

    async def may_perform(
        self, name: str, data: dict[str, Any], user: User | None
    ) -> bool:
        """Perform an action; return whether the user had the right to."""
        response = self.hass.services.supports_response(DOMAIN, name)
        try:
            await self.hass.services.async_call(
                DOMAIN,
                name,
                data,
                blocking=True,
                return_response=response is not SupportsResponse.NONE,
                context=Context(user_id=None if user is None else user.id),
            )
        except Unauthorized:
            return False
        except vol.Invalid:
            raise
        # Past the check the made-up data fail somehow; that it got there counts.
        except Exception:  # noqa: BLE001 - any error is one of the action itself
            return True
        await self.hass.async_block_till_done()  # It may have reloaded the entry.
        return True


@pytest.fixture(params=KINDS)
async def home(hass: HomeAssistant, request: pytest.FixtureRequest) -> Home:
    assert await async_setup_component(hass, "homeassistant", {})
    return Home(hass, await async_set_up(hass, request.param, ENTRIES))


def make_user(hass: HomeAssistant, group: str) -> MockUser:
    """Return a user of one of Home Assistant's own groups."""
    user = MockUser(name=group)
    user.add_to_hass(hass)
    user.groups = [
        each for each in hass.auth._store._groups.values() if each.id == group
    ]
    assert user.groups
    return user


def make_limited(hass: HomeAssistant, policy: Any, *entity_ids: str) -> MockUser:
    """Return a user with rights for some entities alone."""
    user = MockUser(name="limited")
    user.add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": dict.fromkeys(entity_ids, policy)}})
    return user


async def test_every_action_and_command_states_its_rule(home: Home) -> None:
    actions = set(home.hass.services.async_services_for_domain(DOMAIN))
    commands = {
        name
        for name in home.hass.data["websocket_api"]
        if name.startswith(f"{DOMAIN}/")
    }
    assert home.rules.keys() == actions | commands
    for name, rule in home.rules.items():
        assert rule.access is EXPECTED.get(name, Access.TARGET), name


async def test_name_of_every_action_begins_with_its_family(home: Home) -> None:
    kind = home.entry.data["kind"]
    prefixes = (*PREFIXES.get(kind, (f"{kind}_",)), *OF_THE_FRAME)
    actions = home.hass.services.async_services_for_domain(DOMAIN)
    assert [name for name in actions if not name.startswith(prefixes)] == []


async def test_rights_of_every_action_for_every_user(home: Home) -> None:
    hass = home.hass
    actions = {
        name: rule for name, rule in home.rules.items() if not name.startswith(DOMAIN)
    }
    for name, rule in actions.items():
        data = home.sample(name, rule)
        targets = home.targets(rule, data)
        reads, admin = rule.access is Access.READ, rule.access is Access.ADMIN
        one = sorted(targets)[:1]
        users: dict[str, tuple[User, bool]] = {
            "read-only": (make_user(hass, "system-read-only"), reads),
            "user": (make_user(hass, "system-users"), not admin),
            "nothing": (make_limited(hass, ALL), False),
            "another entity": (make_limited(hass, ALL, "light.other"), False),
            "one entity": (
                make_limited(hass, ALL, *one),
                not admin and targets == set(one) != set(),
            ),
            "all, to read": (
                make_limited(hass, {POLICY_READ: True}, *targets),
                reads and bool(targets),
            ),
            "all, to control": (
                make_limited(hass, {POLICY_CONTROL: True}, *targets),
                not admin and not reads and bool(targets),
            ),
            "administrator": (make_user(hass, "system-admin"), True),
        }
        for who, (user, may) in users.items():
            assert await home.may_perform(name, data, user) is may, (name, who)
        assert await home.may_perform(name, data, None), (name, "system")
        if rule.access in (Access.CONTROL, Access.READ):
            assert targets, f"the sample of {name} has no target"


async def test_deleted_user_has_no_rights(home: Home) -> None:
    for name, rule in home.rules.items():
        if name.startswith(DOMAIN):
            continue
        with pytest.raises(UnknownUser):
            await home.hass.services.async_call(
                DOMAIN,
                name,
                home.sample(name, rule),
                blocking=True,
                return_response=home.hass.services.supports_response(DOMAIN, name)
                is not SupportsResponse.NONE,
                context=Context(user_id="deleted"),
            )


@pytest.mark.parametrize("home", ["mqtt_devices"], indirect=True)
async def test_rights_of_the_stream_for_every_user(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    hass = home.hass
    command = "jannenkoti/devices/subscribe"
    serial = next(iter(home.entry.subentries.values())).unique_id
    of_one = home.targets(home.rules[command], {"serial": serial})
    of_all = home.targets(home.rules[command], {})
    assert of_one < of_all

    async def subscribe(user: User, **fields: Any) -> Any:
        token = await hass.auth.async_create_refresh_token(user, CLIENT_ID)
        access = hass.auth.async_create_access_token(token)
        client = await hass_ws_client(hass, access)
        await client.send_json({"id": 1, "type": command, **fields})
        answer = await client.receive_json()
        await client.close()
        return answer["success"] or answer["error"]["code"]

    one = make_limited(hass, {POLICY_READ: True}, *of_one)
    assert await subscribe(make_user(hass, "system-read-only")) is True
    assert await subscribe(make_user(hass, "system-admin")) is True
    assert await subscribe(one) == "unauthorized"
    assert await subscribe(one, serial=serial) is True
    assert await subscribe(one, serial="other") == "unauthorized"
    limited = make_limited(hass, ALL, "light.other")
    assert await subscribe(limited, serial=serial) == "unauthorized"


async def test_rule_without_targets_refuses_limited_users(hass: HomeAssistant) -> None:
    user = make_limited(hass, ALL, "light.other")
    with pytest.raises(Unauthorized):
        check(hass, Rule(Access.READ), user, {})
    check(hass, Rule(Access.READ), make_user(hass, "system-read-only"), {})


# The source


_REGISTERS = {
    "async_register",
    "async_register_admin_service",
    "async_register_batched_platform_entity_service",
    "async_register_entity_service",
    "async_register_platform_entity_service",
}


@pytest.mark.parametrize("path", python_files(), ids=shown)
def test_only_rights_registers_actions_and_commands(path: Any) -> None:
    if path == INTEGRATION / "rights.py":
        return
    for name, call in calls(path):
        if name == "async_register":  # Of webhooks and the like, not of actions.
            owner = ast.unparse(call.func)
            assert "services" not in owner, shown(path)
        else:
            assert name not in _REGISTERS, shown(path)
        assert not ast.unparse(call.func).startswith("websocket_api.async_register")


def test_every_door_is_known_with_its_guard() -> None:
    doors = {
        node.name
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        and any("HomeAssistantView" in ast.unparse(base) for base in node.bases)
    }
    assert doors == DOORS.keys()


def test_every_action_of_the_texts_has_a_rule_in_the_table() -> None:
    described = json.loads((INTEGRATION / "translations/en.json").read_text())
    known = {
        name
        for path in python_files()
        for at, call in calls(path)
        if at in {"async_register_action", "async_register_entity_action"}
        if (name := argument(call, "name", 1))
    }
    assert known <= described["services"].keys()
    assert {x for x in EXPECTED if "/" not in x} <= described["services"].keys()
