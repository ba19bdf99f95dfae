"""Stage, reason, confidence and the next change."""

from typing import TYPE_CHECKING, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory

from ...described import DescribedSensor, SensorRow
from .entity import PresenceEntity
from .stages.rules import Reason, Stage, State

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import PresenceConfigEntry

_SENSORS: Final[tuple[SensorRow[State], ...]] = (
    SensorRow(
        key="stage",
        device_class=SensorDeviceClass.ENUM,
        options=[stage.value for stage in Stage],
        value_fn=lambda state: state.stage,
    ),
    SensorRow(
        key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.reason,
        attributes_fn=lambda state: {"source": state.source},
    ),
    SensorRow(
        key="confidence",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.confidence,
    ),
    SensorRow(
        key="next_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,  # unknown while the person is home
        value_fn=lambda state: state.next_change,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PresenceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors."""
    async_add_entities(PresenceSensor(entry.runtime_data, row) for row in _SENSORS)


class PresenceSensor(PresenceEntity, DescribedSensor):
    """A sensor of a person."""
