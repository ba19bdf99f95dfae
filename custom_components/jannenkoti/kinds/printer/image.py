"""The picture of the time-lapse: its latest frame, or the one of the last video."""

from typing import TYPE_CHECKING, override

from homeassistant.components.image import ImageEntity
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .entity import PrinterEntity

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .source_coordinator import PrinterConfigEntry, PrinterSource


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the image."""
    async_add_entities([TimelapseImage(entry.runtime_data)])


class TimelapseImage(PrinterEntity, ImageEntity):
    """The picture of the time-lapse."""

    needs_printer = False
    _attr_content_type = "image/jpeg"
    _attr_entity_registry_enabled_default = False
    # Unknown until there is a frame.
    _attr_entity_registry_visible_default = False

    def __init__(self, coordinator: PrinterSource) -> None:
        """Initialize the image with what there is."""
        PrinterEntity.__init__(self, coordinator, "timelapse_image")
        ImageEntity.__init__(self, coordinator.hass)
        self._picture: tuple[int, str | None] | None = None
        self._look()

    @property
    @override
    def written(self) -> object:
        """Return what identifies a picture."""
        timelapse = self.printer.timelapse
        return timelapse.frames, timelapse.video

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Take note of another picture."""
        self._look()
        super()._handle_coordinator_update()

    @callback
    def _look(self) -> None:
        """Set the time of the picture when it is another one."""
        timelapse = self.printer.timelapse
        shown = timelapse.frames, timelapse.video
        if shown != self._picture and (timelapse.frames or timelapse.video):
            self._picture = shown
            self._attr_image_last_updated = dt_util.utcnow()

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture; None if there is none."""
        return await self.hass.async_add_executor_job(
            self.coordinator.timelapse.read_picture
        )
