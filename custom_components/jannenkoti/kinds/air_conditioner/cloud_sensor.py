"""Sensors of an air conditioner that is connected through a cloud."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.util import dt as dt_util

from .drivers.driver import ConnectionType
from .entity import AirConditionerEntity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ...lib.quota import Quota
    from .coordinator import AirConditionerCoordinator


@dataclass(frozen=True, kw_only=True)
class QuotaSensorDescription(SensorEntityDescription):
    """Describe a sensor of the calls to a cloud."""

    value_fn: Callable[[Quota, datetime], float | None]
    """Its value from the quota, at a time."""


QUOTA_SENSORS = (
    QuotaSensorDescription(
        key="cloud_calls",
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda quota, now: quota.calls(now),
    ),
    QuotaSensorDescription(
        key="quota_days_left",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.DAYS,
        entity_category=EntityCategory.DIAGNOSTIC,
        suggested_display_precision=0,
        value_fn=lambda quota, now: (
            None if (days := quota.days_left(now)) is None else round(days, 1)
        ),
    ),
)


def cloud_sensors(coordinator: AirConditionerCoordinator) -> list[SensorEntity]:
    """Return the sensors of the cloud; none without a cloud."""
    if (cloud := coordinator.failover.cloud) is None:
        return []
    about = [QuotaSensor(coordinator, row, cloud.quota) for row in QUOTA_SENSORS]
    return [ActiveConnectionSensor(coordinator, "active_connection"), *about]


class ActiveConnectionSensor(AirConditionerEntity, SensorEntity):
    """The connection that answered last."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    # All states, though not every device has both connections.
    _attr_options = [ConnectionType.LAN.value, ConnectionType.CLOUD.value]  # noqa: RUF012 - HA's own way

    @property
    @override
    def native_value(self) -> str:
        """Return the connection."""
        return self.coordinator.failover.connection.value


class QuotaSensor(AirConditionerEntity, SensorEntity):
    """A sensor of the calls to the cloud."""

    entity_description: QuotaSensorDescription
    needs_device = False

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        description: QuotaSensorDescription,
        quota: Quota,
    ) -> None:
        """Initialize the sensor of a quota."""
        super().__init__(coordinator, description.key)
        self.entity_description = description
        self._quota = quota

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value."""
        return self.entity_description.value_fn(self._quota, dt_util.utcnow())
