"""The pictures of the time-lapse and of the plate."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.image import ImageEntity
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...timers import async_call_later
from .coordinator import PrinterCoordinator, context_of, files_address
from .entity import PrinterEntity
from .job.plate import paths_of, plate_of
from .job.status import JobState
from .wire.files import PlateDownload

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .source_coordinator import PrinterConfigEntry, PrinterSource

# Of fetching the picture of a plate.
_ATTEMPTS: Final = 3
# A printer may receive the file while it begins.
_RETRY: Final = timedelta(minutes=1)
# The file is complete, and the job is known.
_BEFORE: Final = frozenset({JobState.PREPARING, JobState.SLICING, JobState.UNKNOWN})


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the images; only a direct connection can read files."""
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


class PlatePicture:
    """The picture of the plate of the current job, or of the last one.

    It is fetched once for each job.
    """

    def __init__(
        self, coordinator: PrinterCoordinator, changed: Callable[[], None]
    ) -> None:
        """Initialize without a picture; `changed` is called when there is another."""
        self.png: bytes | None = None
        self._coordinator = coordinator
        self._changed = changed
        self._job: object = None
        self._attempts = 0
        self._retry: CALLBACK_TYPE | None = None

    @callback
    def async_follow(self) -> None:
        """Fetch the picture of a job that has none yet."""
        printer = self._coordinator.data
        status = printer.status
        if status.job_state in _BEFORE or not printer.reachable:
            return
        job = self._coordinator.mark.number, status.file, status.gcode_file
        if job == self._job:
            return
        self.async_stop()
        self._job, self._attempts = job, 0
        if self.png is not None:
            self.png = None
            self._changed()
        if paths_of(status):
            self._start(job)

    @callback
    def async_stop(self) -> None:
        """Cancel what is waiting."""
        if self._retry is not None:
            self._retry()
            self._retry = None

    @callback
    def _start(self, job: object, _now: datetime | None = None) -> None:
        self._retry = None
        self._attempts += 1
        coordinator = self._coordinator
        coordinator.config_entry.async_create_background_task(
            coordinator.hass, self._async_fetch(job), "printer plate"
        )

    async def _async_fetch(self, job: object) -> None:
        """Fetch the picture; without one it is tried again some times."""
        hass, data = self._coordinator.hass, self._coordinator.config_entry.data
        status = self._coordinator.data.status
        context = await context_of(hass, data)()
        download = PlateDownload(files_address(data), context)
        try:
            png = await hass.async_add_executor_job(
                download.fetch, paths_of(status), plate_of(status)
            )
        finally:
            download.stop()  # The thread ends soon if this task is cancelled.
        if job != self._job:
            return
        if png is not None:
            self.png = png
            self._changed()
        elif self._attempts < _ATTEMPTS:
            self._retry = async_call_later(hass, _RETRY, partial(self._start, job))


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
