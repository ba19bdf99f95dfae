"""The device family `printer`."""

from dataclasses import asdict
from functools import partial
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from homeassistant.const import Platform

from ...kind import Kind
from ...lib.stored import Stored
from ...store import entry_store
from .actions import async_register_actions
from .adopted.roles import CONF_ROLES
from .adopted_coordinator import AdoptedPrinter
from .coordinator import PrinterCoordinator
from .video_coordinator import FRAMES_FOLDER
from .wire import const

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .source_coordinator import PrinterConfigEntry, PrinterSource


async def _async_setup_entry(
    hass: HomeAssistant, entry: PrinterConfigEntry
) -> PrinterSource:
    """Load what was stored and connect."""
    store = entry_store(hass, entry.entry_id)
    stored = Stored(await store.async_load())
    adopted = CONF_ROLES in entry.data
    printer = AdoptedPrinter if adopted else PrinterCoordinator
    coordinator = printer(hass, entry, store, stored)
    store.report_rejected(stored)
    await coordinator.async_start()
    return coordinator


async def _async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete what was stored."""
    folder = hass.config.path(FRAMES_FOLDER, entry.entry_id)
    await hass.async_add_executor_job(partial(rmtree, folder, ignore_errors=True))
    await entry_store(hass, entry.entry_id).async_remove()


def _diagnostics(entry: PrinterConfigEntry) -> Mapping[str, Any]:
    """Return the state of the printer and its connection."""
    printer = entry.runtime_data
    return {
        **asdict(printer.data),
        "queue": printer.control.queue.waiting,
        **printer.diagnostics(),
    }


KIND = Kind(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.CAMERA,
        Platform.EVENT,
        Platform.IMAGE,
        Platform.LIGHT,
        Platform.NUMBER,
        Platform.SELECT,
        Platform.SENSOR,
    ),
    async_setup_entry=_async_setup_entry,
    diagnostics=_diagnostics,
    secrets=frozenset(
        {
            const.CONF_ACCESS_CODE,
            const.CONF_CA,
            const.CONF_FINGERPRINT,
            const.CONF_HOST,
            const.CONF_SERIAL,
            "file",
            "gcode_file",
            "job_id",
            "liveview",
        }
    ),
    setup_once=async_register_actions,
    async_remove_entry=_async_remove_entry,
)
