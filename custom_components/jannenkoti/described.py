"""Entities that are rows of a table: each names what it shows of the source's data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.sensor import SensorEntity, SensorEntityDescription

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class SensorRow[DataT](SensorEntityDescription):
    """A sensor as a row."""

    value_fn: Callable[[DataT], str | float | date | datetime | Decimal | None]
    """Return the state."""

    attributes_fn: Callable[[DataT], Mapping[str, Any]] | None = None
    """Return further attributes."""


@dataclass(frozen=True, kw_only=True)
class BinarySensorRow[DataT](BinarySensorEntityDescription):
    """A binary sensor as a row."""

    is_on_fn: Callable[[DataT], bool | None]
    """Return the state."""

    attributes_fn: Callable[[DataT], Mapping[str, Any]] | None = None
    """Return further attributes."""


class _Described:
    """What a described entity takes from the base of its kind, which comes first."""

    entity_description: SensorRow[Any] | BinarySensorRow[Any]

    @property
    def shown(self) -> object:
        """Return the data that the rows read."""
        raise NotImplementedError

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what else there is to show."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self.shown)


class DescribedSensor(_Described, SensorEntity):
    """A sensor that is described by its row; mix it with the entity of a device."""

    entity_description: SensorRow[Any]

    @property
    @override
    def native_value(self) -> str | float | date | datetime | Decimal | None:
        """Return the state."""
        return self.entity_description.value_fn(self.shown)


class DescribedBinarySensor(_Described, BinarySensorEntity):
    """A binary sensor that is described by its row; mix it with a device's entity."""

    entity_description: BinarySensorRow[Any]

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the state."""
        return self.entity_description.is_on_fn(self.shown)
