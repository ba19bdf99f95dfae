"""Images: sensors whose value is the address of a picture."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, override

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from homeassistant.components.image import ImageEntity
from homeassistant.const import Platform
from homeassistant.core import callback

from ...lib.response_body import ACCEPTED, BadBody, async_read_body
from .cloud.endpoints import endpoints_of
from .const import CONF_CLOUD
from .entity import SensorEntity, async_add_sensors
from .push.picture_address import image_type, is_own_host, is_public, may_fetch

if TYPE_CHECKING:
    import socket

    from aiohttp.abc import ResolveResult
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from ...push import PushSource
    from .account.devices import Sensor
    from .coordinator import TlinkConfigEntry


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: TlinkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the existing ones, and each new one."""
    async_add_sensors(entry, Platform.IMAGE, async_add_entities, PictureImage)


_TIMEOUT: Final = ClientTimeout(total=15)
_LARGEST: Final = 10 << 20


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses only, when the connection is made.

    A name of the public internet may resolve to an address of the home.
    """

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        """Initialize with another resolver, that of the system by default."""
        self._resolver = resolver or ThreadedResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily | int = 0
    ) -> list[ResolveResult]:
        """Return the public addresses of a host; raises OSError without any."""
        family_: Any = family
        found = await self._resolver.resolve(host, port, family_)
        public = [each for each in found if is_public(each["host"])]
        if not public:
            raise OSError(None, "no public address")
        return public

    @override
    async def close(self) -> None:
        """Close the other resolver."""
        await self._resolver.close()


class PictureImage(SensorEntity, ImageEntity):
    """The latest picture of a sensor."""

    def __init__(self, entry: TlinkConfigEntry, source: PushSource[Sensor]) -> None:
        """Initialize; a picture is fetched when it is shown."""
        SensorEntity.__init__(self, entry, source)
        ImageEntity.__init__(self, entry.runtime_data.hass)
        cloud = entry.data.get(CONF_CLOUD)
        self._base_url = endpoints_of(cloud).base_url if cloud else ""
        self._set_time()

    @override
    async def async_image(self) -> bytes | None:
        """Fetch the picture; its address must not lead into the home."""
        address = self.sensor.value
        if address is None or not may_fetch(address, self._base_url):
            return None
        # The host that the user entered may be in the home, no other may.
        own = is_own_host(address, self._base_url)
        connector = TCPConnector(resolver=None if own else PublicResolver())
        content = b""
        try:
            async with (
                ClientSession(connector=connector, trust_env=False) as session,
                session.get(
                    address,
                    timeout=_TIMEOUT,
                    headers=ACCEPTED,
                    allow_redirects=False,
                    auto_decompress=False,
                ) as response,
            ):
                if response.status == HTTPStatus.OK:
                    content = await async_read_body(response, _LARGEST)
        except ClientError, TimeoutError, BadBody, ValueError, OSError:
            return None
        if (content_type := image_type(content)) is None:
            return None
        self._attr_content_type = content_type
        return content

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Announce a new picture; its time is the state."""
        self._set_time()
        super()._handle_coordinator_update()

    def _set_time(self) -> None:
        """Set the time at which the picture was taken."""
        sample = self.sensor.sample
        self._attr_image_last_updated = sample.measured if sample else None
