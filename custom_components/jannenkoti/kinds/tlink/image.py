"""Images: sensors whose value is the address of a picture."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, override

from aiohttp import ClientError, ClientTimeout
from homeassistant.components.image import ImageEntity
from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .cloud.endpoints import endpoints_of
from .const import CONF_CLOUD
from .entity import SensorEntity, async_add_sensors
from .pictures import may_fetch

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import SensorCoordinator, TlinkEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what is known, and the rest when it is heard."""
    async_add_sensors(entry, Platform.IMAGE, async_add_entities, Picture)


_TIMEOUT: Final = ClientTimeout(total=15)
_LARGEST: Final = 10 << 20


class Picture(SensorEntity, ImageEntity):
    """The latest picture of a sensor."""

    def __init__(self, entry: TlinkEntry, coordinator: SensorCoordinator) -> None:
        """Fetch nothing before somebody looks."""
        SensorEntity.__init__(self, entry, coordinator)
        ImageEntity.__init__(self, coordinator.hass)
        cloud = entry.data.get(CONF_CLOUD)
        self._base_url = endpoints_of(cloud).base_url if cloud else ""
        self._measured()

    @override
    async def async_image(self) -> bytes | None:
        """Fetch the picture; an address may not lead into the home."""
        address = self.sensor.value
        if address is None or not may_fetch(address, self._base_url):
            return None
        session = async_get_clientsession(self.hass)
        try:
            async with session.get(
                address, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                if response.status != HTTPStatus.OK:
                    return None
                content = await response.content.read(_LARGEST)
                while chunk := await response.content.read(_LARGEST):
                    content += chunk
                    if len(content) > _LARGEST:
                        return None
        except ClientError, TimeoutError:
            return None
        self._attr_content_type = response.content_type
        return content

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Announce a new picture."""
        self._measured()
        super()._handle_coordinator_update()

    def _measured(self) -> None:
        """Take over when the picture was taken."""
        sample = self.sensor.sample
        self._attr_image_last_updated = sample.measured if sample else None
