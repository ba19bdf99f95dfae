"""The long-term statistics of the entities that show readings."""

from datetime import UTC
from typing import TYPE_CHECKING

from homeassistant.const import Platform
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...statistics import RecorderBusy, async_import_hours, async_read_hours
from .account.keys import value_key
from .account.quantity import TOTALS, quantity_of
from .model import SensorType

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from ...lib.hours import LateHours, Means
    from .account.account import Account


async def async_import_late(
    hass: HomeAssistant,
    entry: ConfigEntry,
    account: Account,
    sensor_id: str,
    late: LateHours,
) -> Means | None:
    """Import hours of a sensor into the statistics of its entity.

    Returns what they were merged with, or None if the recorder is busy.
    """
    sensor = account.inventory.sensors.get(sensor_id)
    entity_id = _entity_id(hass, entry, sensor_id)
    if sensor is None or entity_id is None or sensor.info.type == SensorType.TEXT:
        return {}
    unit, device_class = quantity_of(sensor.info, account.options)
    try:
        return await async_import_hours(
            hass, entity_id, late, unit=unit, total=device_class in TOTALS
        )
    except RecorderBusy:
        return None


async def async_older_hours(
    hass: HomeAssistant,
    entry: ConfigEntry,
    sensor_id: str,
    start: datetime,
    end: datetime,
) -> list[tuple[datetime, float]]:
    """Return the means of the hours that only the statistics have.

    The journal has the readings of the hour that `end` lies in.
    """
    if (entity_id := _entity_id(hass, entry, sensor_id)) is None:
        return []
    whole = end.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return await async_read_hours(hass, entity_id, start, whole)


def _entity_id(hass: HomeAssistant, entry: ConfigEntry, sensor_id: str) -> str | None:
    """Return the entity that shows the values of a sensor."""
    return er.async_get(hass).async_get_entity_id(
        Platform.SENSOR, DOMAIN, value_key(str(entry.unique_id), sensor_id)
    )
