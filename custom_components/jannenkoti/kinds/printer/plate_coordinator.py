"""Fetch the picture of the plate once for each job."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback

from ...timers import async_call_later
from .coordinator import context_of, files_address
from .job.plate import paths_of, plate_of
from .job.status import JobState
from .wire.files import PlateDownload

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE

    from .coordinator import PrinterCoordinator

_ATTEMPTS: Final = 3
# A printer may receive the file while it begins.
_RETRY: Final = timedelta(minutes=1)
# The file is complete, and the job is known.
_BEFORE: Final = frozenset({JobState.PREPARING, JobState.SLICING, JobState.UNKNOWN})


class PlatePicture:
    """The picture of the plate of the current job, or of the last one."""

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
