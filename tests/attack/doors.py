"""The doors of the integration: what anyone outside can call, read from the registry.

A new device family is attacked automatically: its actions come from its
`services.yaml`, its HTTP views and WebSocket commands from the running Home Assistant,
its secrets and its form from its entry in `tests/one_of_each.py`.
"""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from homeassistant.core import SupportsResponse
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.util.yaml import load_yaml_dict

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.registry import KINDS
from tests.source import INTEGRATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

WRONG_TOKEN = "wrong"

# Values of fields that name something of the family and that no selector describes.
# `tests/one_of_each.py` makes the devices that they name.
_BY_FIELD: dict[str, object] = {
    "filename": "attack.csv",
    "preset": "Door",
    "qr_text": '{"serial_number": "RGD0Q7W8E9R0"}',
    "sensor_id": "2",
    "sensor_ids": ["2"],
    "values": {"2": "1"},
}
_BY_SELECTOR: dict[str, object] = {
    "boolean": True,
    "date": "2026-07-14",
    "datetime": "2026-07-14 12:00:00",
    "duration": {"seconds": 30},
    "object": {},
    "text": "1",
    "time": "12:00:00",
}


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action with its fields, as `services.yaml` describes it."""

    name: str
    kind: str
    target: str | None
    """The domain of the entities that it is performed on; None without a target."""
    fields: dict[str, dict[str, Any]] = field(hash=False)

    def __str__(self) -> str:
        """Return the name, for the id of a test."""
        return self.name

    @property
    def required(self) -> list[str]:
        """Return the names of the required fields."""
        return [name for name, about in self.fields.items() if about.get("required")]


def actions() -> list[Action]:
    """Return every action of every family, and those of the import."""
    own = [action for kind in KINDS for action in _actions_of(f"kinds/{kind}", kind)]
    # The import belongs to no family; any entry serves to describe its fields.
    return [*own, *_actions_of("import_history", next(iter(KINDS)))]


def _actions_of(folder: str, kind: str) -> Iterator[Action]:
    """Yield the actions that a folder describes."""
    path = INTEGRATION / folder / "services.yaml"
    if not path.exists():
        return
    for name, about in load_yaml_dict(path).items():
        fields: dict[str, dict[str, Any]] = {}
        for key, value in ((about or {}).get("fields") or {}).items():
            fields |= value.get("fields", {key: value})
        target = ((about or {}).get("target") or {}).get("entity")
        entity = target[0] if isinstance(target, list) else target
        yield Action(
            name=name,
            kind=kind,
            target=entity["domain"] if entity else None,
            fields=fields,
        )


@dataclass(frozen=True, kw_only=True)
class Home:
    """A home with one entry of every family."""

    hass: HomeAssistant
    entries: dict[str, MockConfigEntry]

    def registered_actions(self) -> set[str]:
        """Return the names of the actions that Home Assistant has."""
        return set(self.hass.services.async_services_for_domain(DOMAIN))

    def entities(self, kind: str, domain: str | None = None) -> list[er.RegistryEntry]:
        """Return the registered entities of a family."""
        registry = er.async_get(self.hass)
        entry_id = self.entries[kind].entry_id
        found = er.async_entries_for_config_entry(registry, entry_id)
        return [entry for entry in found if domain in {None, entry.domain}]

    def valid_data(self, action: Action, *, optional: bool = False) -> dict[str, Any]:
        """Return data that names things that exist."""
        names = [*action.fields] if optional else action.required
        data = {name: self._value(action, name) for name in names}
        if action.target is not None:
            data["entity_id"] = self.entities(action.kind, action.target)[0].entity_id
        return data

    def _value(self, action: Action, name: str) -> object:
        """Return a valid value of a field."""
        about = action.fields[name]
        selector, details = next(iter(about["selector"].items()))
        by_selector = _BY_SELECTOR | {
            "config_entry": self.entries[action.kind].entry_id,
            "device": self._devices(action.kind)[-1],
            "entity": "sensor.room",
            "number": (details or {}).get("min", 1),
            "select": next(iter((details or {}).get("options", [None]))),
        }
        if name in _BY_FIELD:
            return _BY_FIELD[name]
        if "example" in about:
            return _parsed(about["example"])
        value = by_selector[selector]
        return [value] if (details or {}).get("multiple") else value

    def _devices(self, kind: str) -> list[str]:
        """Return the ids of the devices of a family."""
        found = dr.async_entries_for_config_entry(
            dr.async_get(self.hass), self.entries[kind].entry_id
        )
        return [device.id for device in found]

    def returns(self, action: Action) -> bool:
        """Return whether to ask an action for its response."""
        supported = self.hass.services.supports_response(DOMAIN, action.name)
        return supported is not SupportsResponse.NONE

    def only_reads(self, action: Action) -> bool:
        """Return whether an action has no other use than its response."""
        supported = self.hass.services.supports_response(DOMAIN, action.name)
        return supported is SupportsResponse.ONLY

    def commands(self) -> list[str]:
        """Return the names of the WebSocket commands of the integration."""
        return [
            name
            for name in self.hass.data["websocket_api"]
            if name.startswith(f"{DOMAIN}/")
        ]

    def secrets(self, kind: str) -> list[str]:
        """Return the secret texts of an entry that open a door of ours."""
        data = self.entries[kind].data
        return [
            value
            for key, value in data.items()
            if isinstance(value, str) and value and key.endswith(_SECRET_ENDS)
        ]

    def paths(self, *secrets: str) -> list[str]:
        """Return the path of every HTTP door, once with each secret."""
        found: dict[str, None] = {}
        for resource in self.hass.http.app.router.resources():
            path = resource.canonical
            if not path.startswith(_OUR_PATHS):
                continue
            for secret in secrets:
                for rest in _RESTS if "{path}" in path else ("",):
                    found[path.replace("{token}", secret).replace("{path}", rest)] = (
                        None
                    )
        return [*found]


_SECRET_ENDS = ("token", "webhook_id", "api_key")
_OUR_PATHS = (f"/api/{DOMAIN}/", "/api/esp32_temphum")
# What stands behind a path with a free end; the longest family defines them.
_RESTS = (
    "",
    "dispositivos",
    "dispositivos/1",
    "dispositivos/1/logs",
    "dispositivos/no-reclamados",
    "dispositivos/reclamar",
    "x/y",
)


def _parsed(example: object) -> object:
    """Return an example as a value; examples of objects are written as JSON."""
    if isinstance(example, str) and example.startswith(("{", "[")):
        return json.loads(example)
    return example
