"""When the sleep window starts and ends."""

from typing import TYPE_CHECKING, override

from homeassistant.components.time import TimeEntity
from homeassistant.const import EntityCategory

from .entity import AirConditionerEntity
from .options import SLEEP_END, SLEEP_START

if TYPE_CHECKING:
    from datetime import time

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add both ends."""
    async_add_entities(
        AirConditionerTime(entry.runtime_data, key) for key in (SLEEP_START, SLEEP_END)
    )


class AirConditionerTime(AirConditionerEntity, TimeEntity):
    """One end of the sleep window, local time."""

    needs_device = False
    _attr_entity_category = EntityCategory.CONFIG

    @property
    @override
    def native_value(self) -> time:
        """Return the time of day."""
        options = self.coordinator.options
        if self.key == SLEEP_START:
            return options.sleep_start
        return options.sleep_end

    @override
    async def async_set_value(self, value: time) -> None:
        """Move this end."""
        key = SLEEP_START if self.key == SLEEP_START else SLEEP_END
        await self.coordinator.async_set_options({key: value.isoformat()})
