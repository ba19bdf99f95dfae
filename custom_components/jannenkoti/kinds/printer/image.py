"""The pictures of the time-lapse and of the plate."""

from typing import TYPE_CHECKING, override

from homeassistant.components.image import ImageEntity
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .coordinator import PrinterCoordinator
from .entity import PrinterEntity
from .plate_coordinator import PlatePicture

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .source_coordinator import PrinterConfigEntry, PrinterSource


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the images; only an own connection can read files."""
    coordinator = entry.runtime_data
    async_add_entities([TimelapseImage(coordinator)])
    if isinstance(coordinator, PrinterCoordinator):
        async_add_entities([PlateImage(coordinator)])


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


class PlateImage(PrinterEntity, ImageEntity):
    """The picture of the plate; nothing is fetched unless the entity is enabled."""

    needs_printer = False
    _attr_content_type = "image/png"
    _attr_entity_registry_enabled_default = False
    # Unavailable until a job has a picture.
    _attr_entity_registry_visible_default = False

    def __init__(self, coordinator: PrinterCoordinator) -> None:
        """Initialize the image without a picture."""
        PrinterEntity.__init__(self, coordinator, "plate_image")
        ImageEntity.__init__(self, coordinator.hass)
        self._plate = PlatePicture(coordinator, self._changed)

    @override
    async def async_added_to_hass(self) -> None:
        """Fetch the picture of each job from now on."""
        await super().async_added_to_hass()
        self.async_on_remove(self._plate.async_stop)
        self._plate.async_follow()

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a picture."""
        return super().available and self._plate.png is not None

    @property
    @override
    def written(self) -> object:
        """Return what identifies a picture."""
        return self._attr_image_last_updated

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Look whether there is another job."""
        self._plate.async_follow()
        super()._handle_coordinator_update()

    @callback
    def _changed(self) -> None:
        """Show another picture, or none."""
        self._cached_image = None
        self._attr_image_last_updated = dt_util.utcnow()
        self._write_changed()

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture."""
        return self._plate.png
