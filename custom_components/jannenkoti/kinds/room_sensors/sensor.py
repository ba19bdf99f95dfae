"""Sensors of the boards and of the receiver."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import callback

from ...described import DescribedSensor, SensorRow
from .entity import BoardEntity, ReceiverEntity
from .model import Board

if TYPE_CHECKING:
    from datetime import timedelta

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import BoardSource, RoomSensorsConfigEntry


def _seconds(interval: timedelta | None) -> int | None:
    """Return a period in seconds."""
    return None if interval is None else round(interval.total_seconds())


@dataclass(frozen=True, kw_only=True)
class BoardSensorRow(SensorRow[Board]):
    """A sensor of a board as a row."""

    measured: bool = False
    """Whether it is unavailable while the board is silent, and written when it repeats.

    A repeated temperature shows that the temperature is still the same.
    """


SENSORS: Final = (
    BoardSensorRow(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        value_fn=lambda board: board.temperature,
        measured=True,
    ),
    BoardSensorRow(
        key="humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        value_fn=lambda board: board.humidity,
        measured=True,
    ),
    BoardSensorRow(
        key="last_report",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        # Each report would be a line of the activity: thousands a day for each board.
        entity_registry_enabled_default=False,
        value_fn=lambda board: board.last_report,
    ),
    BoardSensorRow(
        key="rejected_reports",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda board: board.rejected,
    ),
    BoardSensorRow(
        key="report_interval",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda board: _seconds(board.interval),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: RoomSensorsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the receiver, and of each board once it reports."""

    @callback
    def async_add_boards(boards: list[BoardSource]) -> None:
        """Add the sensors of boards."""
        async_add_entities(
            BoardSensor(entry, board, row) for board in boards for row in SENSORS
        )

    wrong_keys = entry.runtime_data.wrong_keys
    async_add_entities([WrongKeysSensor(entry, wrong_keys, "wrong_keys")])
    entry.runtime_data.async_listen(async_add_boards)


class BoardSensor(BoardEntity, DescribedSensor):
    """A sensor of a board."""

    def __init__(
        self, entry: RoomSensorsConfigEntry, board: BoardSource, row: BoardSensorRow
    ) -> None:
        """Initialize a sensor from its row."""
        super().__init__(entry, board, row)
        self._measured = row.measured
        self._written = self.native_value

    @property
    @override
    def available(self) -> bool:
        """Return whether the state is current; counters always are."""
        silent = self._measured and self.coordinator.data.silent
        return super().available and not silent

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, except one that is not measured and has not changed."""
        value = self.native_value
        if self._measured or value != self._written:
            self._written = value
            super()._handle_coordinator_update()


class WrongKeysSensor(ReceiverEntity, SensorEntity):
    """How many requests had a key that no receiver has."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_state_class = SensorStateClass.TOTAL_INCREASING

    @property
    @override
    def native_value(self) -> int:
        """Return the number of requests."""
        return self.coordinator.data
