"""All entities of each device type, and of the entry, as they are shown."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import entity_registry as er

from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    DEVICE_TYPES,
)

from .conftest import Speak, make_entry, set_up, subentry

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import MqttMockHAClient
    from syrupy.assertion import SnapshotAssertion

# What new firmware sends whatever the device is, and what only some devices send.
ALWAYS = {"posicion": 40, "velocidad": 2, "riego_en_curso": True, "lock_state": "lock"}
MEASURED: dict[str, dict[str, Any]] = {
    "TMP0": {"temperatura": 23.4, "humedad": 48, "bateria": 81, "rssi": -67},
    "CO20": {"co2_ppm": 640},
    "SMK0": {"humo_detectado": True},
    "LUX0": {"luz_lux": 312.5},
    "MOV0": {"movimiento": True},
    "SND0": {"db": 41.2},
    "CAM0": {"stream_activo": True, "alertas_movimiento": False},
    "PLG0": {"consumo_w": 118.0},
    "XYZ0": {"caudal": 3.5, "abierta": True, "nota": "bien", "fuga": False},
}
SCHEDULE = [{"dias": ["todos"], "inicio": "06:00", "fin": "22:00"}]
# Frontend and images get new tokens in each run.
HIDDEN = {"entity_picture", "access_token", "restored"}


@pytest.mark.freeze_time("2026-11-21 12:00:00+00:00")
@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("prefix", [*DEVICE_TYPES, "XYZ0"])
async def test_entities_of_each_device_type(
    hass: HomeAssistant,
    broker: MqttMockHAClient,
    speak: Speak,
    snapshot: SnapshotAssertion,
    prefix: str,
) -> None:
    serial = f"{prefix}0A1B2C3D"
    acts = prefix in DEVICE_TYPES and DEVICE_TYPES[prefix].acts
    entry = make_entry(
        subentry(
            serial,
            type="actuador" if acts else "sensor",
            configuration={"modo": "horario", "horarios": SCHEDULE},
        )
    )
    await set_up(hass, entry)
    await speak(serial, parametros=ALWAYS | MEASURED.get(prefix, {}))
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    shown = {}
    for entity in sorted(entries, key=lambda each: (each.domain, each.unique_id)):
        state = hass.states.get(entity.entity_id)
        assert state is not None, entity.unique_id
        attributes = {str(k): v for k, v in state.attributes.items() if k not in HIDDEN}
        shown[f"{entity.domain} {entity.unique_id}"] = {
            "state": state.state,
            "category": entity.entity_category and entity.entity_category.value,
            "translation_key": entity.translation_key,
            "subentry": entity.config_subentry_id is not None,
            **attributes,
        }
    assert shown == snapshot
