"""The other reference: the least that a webhook can do to write through entities."""

from typing import TYPE_CHECKING

from aiohttp.web import Response, json_response
from homeassistant.components import webhook
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, UnitOfTemperature

from .const import (
    BOARDS,
    DOMAIN,
    ENTITIES,
    PUSHED_DEVICES,
    PUSHED_SENSORS,
    READING_ENTITIES,
)

if TYPE_CHECKING:
    from aiohttp.web import Request
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddEntitiesCallback
    from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType


async def async_setup_platform(
    hass: HomeAssistant,
    _config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    _discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add the entities of all boards and open their webhook."""
    boards = {
        location: (Temperature(location), Humidity(location))
        for location in (f"Board{number}" for number in range(BOARDS))
    }
    async_add_entities(entity for board in boards.values() for entity in board)

    async def async_write_entities(
        _hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Write the report of a board."""
        said = await request.json()
        temperature, humidity = boards[said["location"]]
        temperature.write(said["temperature_c"])
        humidity.write(said["humidity_pct"])
        return json_response({"ok": True})

    webhook.async_register(
        hass, DOMAIN, ENTITIES, ENTITIES, async_write_entities, local_only=True
    )
    _add_readings(hass, async_add_entities)


def _add_readings(hass: HomeAssistant, async_add_entities: AddEntitiesCallback) -> None:
    """Add an entity for each sensor of a push and open their webhook."""
    numbers = range(1, 1 + PUSHED_DEVICES * PUSHED_SENSORS)
    readings = {number: Reading(str(number)) for number in numbers}
    async_add_entities(readings.values())

    async def async_write_readings(
        _hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Write the readings of a push."""
        for sensor in (await request.json())["sensorsDates"]:
            readings[sensor["sensorsId"]].write(float(sensor["value"]))
        return json_response({"status": "ok"})

    webhook.async_register(
        hass,
        DOMAIN,
        READING_ENTITIES,
        READING_ENTITIES,
        async_write_readings,
        local_only=True,
    )


class _Bare(SensorEntity):
    """A sensor that shows what it receives."""

    _attr_should_poll = False

    def __init__(self, location: str) -> None:
        """Belong to a location."""
        key = type(self).__name__.lower()
        self._attr_name = f"Entities {location} {key}"
        self._attr_unique_id = f"{location}_{key}"

    def write(self, value: float) -> None:
        """Show a value."""
        self._attr_native_value = value
        self.async_write_ha_state()


class Temperature(_Bare):
    """The temperature."""

    _attr_device_class = SensorDeviceClass.TEMPERATURE
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_native_unit_of_measurement = UnitOfTemperature.CELSIUS


class Humidity(_Bare):
    """The humidity."""

    _attr_device_class = SensorDeviceClass.HUMIDITY
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_native_unit_of_measurement = PERCENTAGE


class Reading(_Bare):
    """The reading of a sensor of a push."""

    _attr_state_class = SensorStateClass.MEASUREMENT
