"""The entry of a printer in an empty Home Assistant in this process."""

from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from homeassistant import loader
from homeassistant.config_entries import ConfigEntries, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import label_registry as lr

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.printer.coordinator import PrinterCoordinator
from custom_components.jannenkoti.lib.stored import Stored
from custom_components.jannenkoti.store import entry_store
from demo.fakes.printer import X1C

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def home_in_process(folder: str) -> AsyncIterator[HomeAssistant]:
    """Yield a Home Assistant without integrations."""
    hass = HomeAssistant(folder)
    try:
        hass.config_entries = ConfigEntries(hass, {})
        loader.async_setup(hass)
        dr.async_setup(hass)
        for registry in (ar, dr, er, fr, lr):
            await registry.async_load(hass, load_empty=True)
        yield hass
    finally:
        await hass.async_stop(force=True)


def make_printer(hass: HomeAssistant, **options: Any) -> PrinterCoordinator:  # noqa: ANN401 - as an entry has them
    """Return a printer that is not connected."""
    entry: ConfigEntry[Any] = ConfigEntry(
        data={
            "kind": "printer",
            "kind_version": 1,
            "host": "127.0.0.1",
            "serial": X1C,
            "access_code": "12345678",
        },
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        minor_version=1,
        options=options,
        source="user",
        subentries_data=None,
        title="Bench",
        unique_id=X1C,
        version=1,
    )
    store = entry_store(hass, entry.entry_id)
    return PrinterCoordinator(hass, entry, store, Stored({}))
