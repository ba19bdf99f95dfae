"""What a sensor measures: what the user says, or else what can be guessed."""

from typing import TYPE_CHECKING

from .guess import class_of, unit_of
from .options import NO_CLASS

if TYPE_CHECKING:
    from .devices import SensorInfo
    from .options import Options


def quantity_of(info: SensorInfo, options: Options) -> tuple[str | None, str | None]:
    """Return unit and device class of a sensor."""
    unit = unit_of(info.unit)
    chosen = options.device_classes.get(info.sensor_id)
    if chosen is None:
        return unit, class_of(unit, info.name)
    return unit, None if chosen == NO_CLASS else chosen
