"""Media of the kinds: each has its own in ``kinds/<kind>/media_source.py``."""

from typing import TYPE_CHECKING, override

from homeassistant.components.media_player import BrowseError, MediaClass
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)

from .const import DOMAIN
from .platform import async_modules

if TYPE_CHECKING:
    from types import ModuleType

    from homeassistant.core import HomeAssistant


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Return the media of all kinds."""
    return KindsMediaSource(hass)


class KindsMediaSource(MediaSource):
    """A folder for each kind that has media; identifiers are ``<kind>/…``."""

    name = "Jannenkoti"

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the folder."""
        super().__init__(DOMAIN)
        self.hass = hass

    async def _async_modules(self) -> dict[str, ModuleType]:
        """Return the modules by their kinds."""
        modules = await async_modules(self.hass, "media_source")
        return {module.__name__.split(".")[-2]: module for module in modules}

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return where a file is played from; raises Unresolvable."""
        kind, _, inside = (item.identifier or "").partition("/")
        module = (await self._async_modules()).get(kind)
        if module is None:
            raise Unresolvable(item.identifier)
        found: PlayMedia = await module.async_resolve(self.hass, inside)
        return found

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a folder; raises BrowseError."""
        kind, _, inside = (item.identifier or "").partition("/")
        modules = await self._async_modules()
        if kind:
            if kind not in modules:
                raise BrowseError(item.identifier)
            found: BrowseMediaSource = await modules[kind].async_browse(
                self.hass, inside
            )
            return found
        folders = [
            await module.async_browse(self.hass, "") for module in modules.values()
        ]
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier="",
            media_class=MediaClass.DIRECTORY,
            media_content_type="",
            title=self.name,
            can_play=False,
            can_expand=True,
            children=folders,
        )
