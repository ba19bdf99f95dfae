"""Sensors of the boards and of their receiver."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import callback

from .entity import BoardEntity, ReceiverEntity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import BoardCoordinator, RoomSensorsEntry, WrongKeys
    from .model import Board


def _seconds(interval: timedelta | None) -> int | None:
    """Return an interval as a state."""
    return None if interval is None else round(interval.total_seconds())


@dataclass(frozen=True, kw_only=True)
class BoardSensorDescription(SensorEntityDescription):
    """A sensor of a board, as data."""

    value_fn: Callable[[Board], float | datetime | None]
    """The state."""

    measured: bool = False
    """It is measured: gone with a silent board, and written even when it repeats.

    A repeated temperature is news, for it says that the temperature is still this.
    """


SENSORS: Final = (
    BoardSensorDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda board: board.temperature,
        measured=True,
    ),
    BoardSensorDescription(
        key="humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        value_fn=lambda board: board.humidity,
        measured=True,
    ),
    BoardSensorDescription(
        key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        # Each post would be a line of the activity: thousands a day of each board.
        entity_registry_enabled_default=False,
        value_fn=lambda board: board.last_seen,
    ),
    BoardSensorDescription(
        key="rejected_readings",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda board: board.rejected,
    ),
    BoardSensorDescription(
        key="usual_interval",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda board: _seconds(board.interval),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoomSensorsEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the receiver, and those of each board once it is heard."""

    @callback
    def async_add_boards(boards: list[BoardCoordinator]) -> None:
        """Add the sensors of boards."""
        async_add_entities(
            BoardSensor(entry, board, description)
            for board in boards
            for description in SENSORS
        )

    async_add_entities([WrongKeysSensor(entry, entry.runtime_data.wrong_keys)])
    entry.runtime_data.async_listen(async_add_boards)


class BoardSensor(BoardEntity, SensorEntity):
    """A sensor of a board."""

    entity_description: BoardSensorDescription

    def __init__(
        self,
        entry: RoomSensorsEntry,
        coordinator: BoardCoordinator,
        description: BoardSensorDescription,
    ) -> None:
        """Be what the description says."""
        super().__init__(entry, coordinator, description.key)
        self.entity_description = description
        self._written = self.native_value

    @property
    @override
    def available(self) -> bool:
        """Say whether the state means anything; what is counted always does."""
        silent = self.entity_description.measured and self.coordinator.data.silent
        return super().available and not silent

    @property
    @override
    def native_value(self) -> float | datetime | None:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator.data)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, unless it could only repeat itself."""
        value = self.native_value
        if self.entity_description.measured or value != self._written:
            self._written = value
            super()._handle_coordinator_update()


class WrongKeysSensor(ReceiverEntity, SensorEntity):
    """How often a wrong key was tried."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_state_class = SensorStateClass.TOTAL_INCREASING

    def __init__(self, entry: RoomSensorsEntry, coordinator: WrongKeys) -> None:
        """Belong to the receiver."""
        super().__init__(entry, coordinator, "wrong_keys")

    @property
    @override
    def native_value(self) -> int:
        """Return the state."""
        return self.coordinator.data
