"""What the routine does, and why."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory

from ...described import DescribedSensor, SensorRow
from .entity import RoutineEntity
from .lights.routine import Reason

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import LightRoutineConfigEntry
    from .model import RoutineData


def _look(data: RoutineData) -> dict[str, Any]:
    """Return the values of the slot in effect."""
    slot = data.slot
    if slot is None:
        return {}
    row = slot.as_row()
    look = {key: row[key] for key in ("brightness", "kelvin", "fade") if key in row}
    return look | ({"xy": list(slot.xy)} if slot.xy else {}) | {"since": data.since}


def _following(data: RoutineData) -> dict[str, Any]:
    """Return which slot comes next."""
    return {"slot": data.following.slot.name if data.following else None}


_SENSORS: Final[tuple[SensorRow[RoutineData], ...]] = (
    SensorRow(
        key="current_slot",
        value_fn=lambda data: data.slot.name if data.slot else None,
        attributes_fn=_look,
    ),
    SensorRow(
        key="next_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda data: data.following.start if data.following else None,
        attributes_fn=_following,
    ),
    SensorRow(
        key="paused_lights",
        value_fn=lambda data: len(data.paused),
        attributes_fn=lambda data: {"lights": list(data.paused)},
    ),
    SensorRow(
        key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.reason,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: LightRoutineConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_entities(RoutineSensor(entry.runtime_data, row) for row in _SENSORS)


class RoutineSensor(RoutineEntity, DescribedSensor):
    """A sensor of a routine."""
