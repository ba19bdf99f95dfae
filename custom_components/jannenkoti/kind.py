"""The contract that a kind fulfills."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from homeassistant.const import Platform
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceEntry


@dataclass(frozen=True, kw_only=True)
class Kind[RuntimeT]:
    """What the frame needs from a kind; the rest is found by name.

    A kind is a folder ``kinds/<name>/`` with this object as ``KIND`` in ``kind.py``,
    a ``Flow`` in ``flow.py`` and a module for each of its platforms.
    """

    platforms: tuple[Platform, ...]
    """The platforms to set up; each has a module of that name in the kind's folder."""

    async_setup_entry: Callable[
        [HomeAssistant, ConfigEntry[RuntimeT]], Awaitable[RuntimeT]
    ]
    """Connect and return the runtime data.

    Raises ConfigEntryNotReady to be tried again, ConfigEntryAuthFailed to ask the user
    for new credentials. Cleans up through `entry.async_on_unload`.
    """

    diagnostics: Callable[[ConfigEntry[RuntimeT]], Mapping[str, Any]]
    """Return the state of a loaded entry, for a bug report."""

    secrets: frozenset[str] = frozenset()
    """Keys, at any depth of data, options and diagnostics, that are secret."""

    setup_once: Callable[[HomeAssistant], None] | None = None
    """Register views and actions, once for all entries of the kind."""

    async_remove_entry: (
        Callable[[HomeAssistant, ConfigEntry], Awaitable[None]] | None
    ) = None
    """Delete what the entry has stored."""

    may_remove_device: Callable[[ConfigEntry[RuntimeT], DeviceEntry], bool] | None = (
        None
    )
    """Return whether the user may delete a device, and delete what is stored of it."""

    async_migrate: (
        Callable[[HomeAssistant, ConfigEntry, int], Awaitable[None]] | None
    ) = None
    """Migrate the data of an entry from an older version of the kind."""


type AnyKind = Kind[Any]

type JannenkotiConfigEntry = ConfigEntry[Any]
"""An entry of any kind; each kind has an alias with the type of its runtime data."""
