"""One entry of every kind in the test harness, for what has to hold for all kinds."""

import asyncio
import json
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    UnitOfTemperature,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.hue_bridge.wire.errors import (
    Unreachable as NoBridge,
)
from custom_components.jannenkoti.kinds.printer.wire.errors import Unreachable
from custom_components.jannenkoti.registry import KINDS, async_import_from_kind
from custom_components.jannenkoti.store import entry_store
from demo.fakes.hue_resources import BRIDGE_ID, initial_resources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from homeassistant.core import HomeAssistant

_PREFIXES = "TMP0 CO20 SMK0 LUX0 MOV0 SND0 LGT0 FAN0 SHD0 DRL0 RGD0 CAM0 PLG0"


def _claimed(serial: str) -> dict[str, Any]:
    """Return a claimed device."""
    data = {"type": "", "model": "", "description": "", "configuration": {}}
    return {
        "data": {"serial": serial, **data},
        "subentry_type": "mqtt_device",
        "title": serial,
        "unique_id": serial,
    }


ENTRIES: dict[str, dict[str, Any]] = {
    "heating": {
        "data": {},
        "options": {
            "grid_power": "sensor.grid",
            "tanks": [
                {"name": "Boiler", "volume": 300, "control_sensor": "sensor.room"}
            ],
            "stages": [{"entity": "switch.heater", "watts": 2000, "tank": 1}],
        },
    },
    "presence": {"data": {}, "options": {"sources": ["binary_sensor.phone"]}},
    "light_routine": {
        "data": {},
        "options": {"targets": {"entity_id": ["light.lamp"]}},
    },
    "hue_bridge": {
        "data": {
            "host": "127.0.0.1:1",
            "app_key": "made-up-hue-key",
            "bridge_id": BRIDGE_ID,
            "fingerprint": "cd" * 32,
        },
    },
    "air_conditioner": {
        "data": {"driver": "entity", "domain": "switch", "entity_id": "switch.unit"},
        "options": {"temperature_sensors": ["sensor.room"]},
    },
    "mqtt_devices": {
        "data": {"topic": "dispositivos/estado", "token": "made-up"},
        "options": {"command_topic": "dispositivos/{serial}/configuracion"},
        "subentries": [_claimed(f"{prefix}00000000") for prefix in _PREFIXES.split()],
    },
    "printer": {
        "data": {
            "host": "127.0.0.1",
            "port": 1,
            "serial": "99900A000000001",  # a model with everything
            "access_code": "made-up-code",
            "fingerprint": "ab" * 32,
            "ca": None,
        },
        "options": {"plug": "switch.printer"},
    },
    "robocam": {"data": {"host": "127.0.0.1", "port": 80, "path": "/ws"}},
    "room_sensors": {"data": {"webhook_id": "w" * 64, "api_key": "sk_made_up"}},
    "tlink": {
        "data": {
            "push_token": "t" * 43,
            "push_secret": "",
            "cloud": {
                "provider": "dtuip",
                "base_url": "http://127.0.0.1:1",
                "username": "u",
                "password": "p",
                "client_id": "c",
                "client_secret": "s",
                "user_id": "902",
            },
        },
        "options": {
            "tanks": [{"sensor_id": "1", "radius": 77.5, "length": 246, "wall": 0.6}]
        },
    },
}


WITHOUT_STORE = {"hue_bridge"}
"""Kinds that store nothing: the bridge keeps all that is known of its lamps."""

# What an entry has only in some homes. No cloud is asked: the quota is used up at once.
IN_SOME_HOMES: dict[str, dict[str, Any]] = {
    "air_conditioner": {
        "data": {
            "driver": "tuya_cloud",
            "device_id": "somewhere",
            "cloud": {
                "region": "eu",
                "access_id": "made up",
                "access_secret": "made up",
                "app": "smartlife",
            },
        },
        "options": {
            "temperature_sensors": ["sensor.room"],
            "cloud_datapoints": {"power": {"code": "switch"}},
            "monthly_calls": 1,
        },
    },
}


@contextmanager
def _silent_broker() -> Iterator[None]:
    """Let MQTT be there, without a broker.

    No mock records the calls: their arguments would keep unloaded entries alive.
    """
    mqtt = "homeassistant.components.mqtt"
    with (
        patch(f"{mqtt}.async_wait_for_mqtt_client", _async_connected),
        patch(f"{mqtt}.async_subscribe", _async_subscribe),
        patch(f"{mqtt}.async_publish", _async_publish),
    ):
        yield


async def _async_connected(_hass: HomeAssistant) -> bool:
    """Return that there is a broker."""
    return True


async def _async_subscribe(*_: object, **__: object) -> Callable[[], None]:
    """Subscribe to nothing."""
    return lambda: None


async def _async_publish(*_: object, **__: object) -> None:
    """Publish without effect."""


_TLINK_LIST = (
    "custom_components.jannenkoti.kinds.tlink.cloud.client.Cloud.async_devices"
)

_PRINTER_LINK = "custom_components.jannenkoti.kinds.printer.wire.client.PrinterLink"


@contextmanager
def _no_printer() -> Iterator[None]:
    """Let no printer be found, neither by a form nor by the link of an entry."""
    forms = "custom_components.jannenkoti.kinds.printer.forms"
    with (
        patch(f"{forms}.async_probe_certificate", side_effect=Unreachable),
        patch(f"{_PRINTER_LINK}.async_run", _switched_off),
    ):
        yield


_HUE_LINK = "custom_components.jannenkoti.kinds.hue_bridge.wire.client.HueLink"


@contextmanager
def _no_bridge() -> Iterator[None]:
    """Let a bridge have its resources, and no event."""
    flow = "custom_components.jannenkoti.kinds.hue_bridge.flow"
    with (
        patch(f"{flow}.async_probe_certificate", side_effect=NoBridge),
        patch(f"{_HUE_LINK}.async_resources", return_value=initial_resources()),
        patch(f"{_HUE_LINK}.request", _done),
        patch(f"{_HUE_LINK}.async_events", _no_events),
    ):
        yield


async def _done(*_: object, **__: object) -> list[dict[str, Any]]:
    """Carry a command out."""
    return []


async def _no_events(_link: Any) -> AsyncIterator[list[Any]]:
    """Wait for events that never come."""
    await asyncio.Event().wait()
    yield []


async def _switched_off(link: Any) -> None:
    """Try once, and never again."""
    link._changed()
    await asyncio.Event().wait()


_PRINTER_REPORT = {
    "print": {
        "gcode_state": "RUNNING",
        "ams": {"ams": [{"id": "0", "tray": [{"id": "0", "tray_type": "PLA"}]}]},
        "vir_slot": [{"id": "254"}, {"id": "255"}],
        "device": {"extruder": {"info": [{"id": 0}, {"id": 1}], "state": 2}},
    }
}

_REACHABLE = "custom_components.jannenkoti.kinds.presence.kind.async_is_reachable"

QUIET: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "mqtt_devices": _silent_broker,
    "tlink": lambda: patch(_TLINK_LIST, return_value=[]),
    "presence": lambda: patch(_REACHABLE, return_value=False),
    "printer": _no_printer,
    "hue_bridge": _no_bridge,
}
# End of the quiet kinds.


def quiet(kind: str) -> AbstractContextManager[object]:
    """Let nothing open a socket: a broker is silent, a list has no devices."""
    return QUIET.get(kind, nullcontext)()


async def async_set_up(
    hass: HomeAssistant, kind: str, entries: Mapping[str, dict[str, Any]] = ENTRIES
) -> MockConfigEntry:
    """Set up an entry of a kind and let its devices speak."""
    hass.states.async_set("switch.unit", "off")
    hass.states.async_set(
        "sensor.room",
        "22.5",
        {
            ATTR_DEVICE_CLASS: "temperature",
            ATTR_UNIT_OF_MEASUREMENT: UnitOfTemperature.CELSIUS,
        },
    )
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=kind,
        unique_id=entries[kind]["data"].get("device_id", kind),
        data={"kind": kind, "kind_version": KINDS[kind], **entries[kind]["data"]},
        options=entries[kind].get("options", {}),
        subentries_data=entries[kind].get("subentries", ()),
    )
    entry.add_to_hass(hass)
    if kind == "robocam":  # A private camera is one that nothing connects to.
        module = await async_import_from_kind(hass, kind, "motion.saved_state")
        hidden = module.SavedState(private=True, parked=True)
        await entry_store(hass, entry.entry_id).async_save(hidden.as_dict())
    with quiet(kind):
        assert await hass.config_entries.async_setup(entry.entry_id)
    if kind == "room_sensors":
        said = {"location": "WC", "temperature_c": 21.9, "humidity_pct": 55.0}
        entry.runtime_data.async_receive(json.dumps(said).encode(), "127.0.0.1")
    if kind == "printer":
        entry.runtime_data.link._take(json.dumps(_PRINTER_REPORT))
    if kind == "tlink":
        of_each_type = [
            {"sensorsId": number, "sensorsTypeId": number, "value": "1"}
            for number in range(1, 9)
        ]
        said = {"deviceId": 1, "deviceUserid": 2, "sensorsDates": of_each_type}
        await entry.runtime_data.async_push(json.dumps(said).encode(), None)
    await hass.async_block_till_done()
    return entry
