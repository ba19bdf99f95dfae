"""What an entry stores besides its settings, to survive a restart and any damage."""

import asyncio
from copy import deepcopy
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import SerializationError

from .const import DOMAIN, LOGGER
from .issues import LEARN_MORE, docs_url, issue_data
from .lib.plain_text import without_links
from .lib.store_file import (
    DamagedError,
    encodable,
    opened,
    read_file,
    remove_set_aside,
    set_aside,
)
from .timers import detached

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant

    from .lib.stored import Stored

    type Data = dict[str, Any]
    type Migrate = Callable[[int, Data], Data]

MAX_DELAY: Final = 60.0
"""Seconds between a change and its save, where a store does not state its own."""

_RETRY_AFTER: Final = 60.0  # s. A full disk is seldom freed sooner.

# What a migration can raise when the data are not of the form that it expects.
_UNEXPECTED_FORM: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


class StoreNotWritten(HomeAssistantError):
    """The data are not on disk: the disk failed, or the store may not be written."""


class _Problem(StrEnum):
    """The repair issues of a store, by the keys of their texts."""

    DAMAGED = "store_damaged"
    NEWER = "store_newer"
    UNREADABLE = "store_unreadable"
    NOT_WRITTEN = "store_not_written"


class KindStore(Store[dict[str, Any]]):
    """A JSON file of one entry.

    A damaged file is set aside and a file of a newer version is left untouched; both
    are reported in the log and as a repair issue, and loading returns no data.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        key: str,
        *,
        version: int = 1,
        migrate: Migrate | None = None,
        serialize_in_event_loop: bool = True,
    ) -> None:
        """Initialize the store ``<entry id>`` or ``<entry id>.<part>``.

        ``migrate(version, data)`` returns the data of an older version in the form of
        this one.
        """
        super().__init__(
            hass,
            version,
            f"{DOMAIN}.{key}",
            atomic_writes=True,
            serialize_in_event_loop=serialize_in_event_loop,
        )
        self._migrate = migrate
        self._closed = False
        self.lost = False
        """Whether there is, or was, a file whose data could not be loaded."""
        self._due: float | None = None
        self._waiting: asyncio.Future[bool] | None = None
        self._reported: set[_Problem] = set()

    @override
    async def async_load(self) -> dict[str, Any]:
        """Return what is stored; an empty dict if nothing is, or nothing can be read.

        Never raises for any content of the file.
        """
        return await super().async_load() or {}

    @property
    def is_due(self) -> bool:
        """Whether a save is planned, which saves what changes until then."""
        return self._due is not None

    @callback
    def save_soon(
        self, data_func: Callable[[], Data], max_delay: float = MAX_DELAY
    ) -> None:
        """Save within ``max_delay`` (s); further calls never postpone the save."""
        if self._closed:
            return
        due = self.hass.loop.time() + max_delay
        if self._due is not None and self._due <= due:
            self._data = self._envelope(data_func)
            return
        self._due = due
        detached(super().async_delay_save, data_func, max_delay)

    async def async_save_now(self, data_func: Callable[[], Data]) -> None:
        """Save, and return when the data are on disk.

        Callers that come while another write is under way share the next one. Raises
        StoreNotWritten if the write fails, or if the store is closed or read-only.
        """
        if self._closed or self._read_only:
            raise StoreNotWritten(self.key)
        self._data = self._envelope(data_func)
        if self._waiting is None:
            self._waiting = self.hass.loop.create_future()
            self.hass.async_create_task(
                self._async_write_pending(), f"save {self.key}", eager_start=False
            )
        if not await asyncio.shield(self._waiting):
            raise StoreNotWritten(self.key)

    @override
    async def async_save(self, data: dict[str, Any]) -> None:
        """Save; a failure is logged, and nothing is written to a closed store."""
        if not self._closed:
            self._data = self._envelope(lambda: data)
            await self._async_write_pending()

    @callback
    @override
    def async_delay_save(
        self, data_func: Callable[[], dict[str, Any]], delay: float = 0
    ) -> None:
        """Save within ``delay`` (s); that of the base class can be postponed."""
        self.save_soon(data_func, delay)

    @callback
    def close(self) -> None:
        """Discard what is not yet being written; nothing is written from now on."""
        self._closed = True
        self._data = None
        self._due = None
        self._async_cleanup_delay_listener()
        self._async_cleanup_final_write_listener()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(False)
        self._waiting = None

    async def async_close(self) -> None:
        """Write what a save is armed for, then close; for `entry.async_on_unload`."""
        await self._async_write_pending()
        self.close()

    @override
    async def async_remove(self) -> None:
        """Close the store and delete its file, and files that were set aside."""
        self.close()
        async with self._write_lock:
            pass  # A write that has begun would create the file again.
        await super().async_remove()
        await self.hass.async_add_executor_job(remove_set_aside, Path(self.path))
        for problem in _Problem:
            self._solved(problem)

    def report_rejected(self, stored: Stored) -> None:
        """Log once which parts of loaded data could not be read."""
        if stored.rejected:
            LOGGER.warning(
                "Ignored unreadable values in %s: %s",
                self.key,
                ", ".join(stored.rejected),
            )

    def _envelope(self, data_func: Callable[[], Data]) -> dict[str, Any]:
        """Return data to be written as Home Assistant's store expects them."""
        return {
            "version": self.version,
            "minor_version": self.minor_version,
            "key": self.key,
            "data_func": data_func,
        }

    @override
    async def _async_load_data(self) -> dict[str, Any]:
        """Read, check and migrate the file."""
        version, data = self.version, dict[str, Any]()
        try:
            version, data = await self._async_read()
            if version < self.version and self._migrate is not None:
                data = self._migrate(version, data)
        except FileNotFoundError:
            return {}
        except OSError as err:
            self._read_only = True
            return self._without(_Problem.UNREADABLE, err)
        except (DamagedError, *_UNEXPECTED_FORM) as err:
            await self.hass.async_add_executor_job(set_aside, Path(self.path))
            return self._without(_Problem.DAMAGED, err)
        if version > self.version:
            self._read_only = True
            return self._without(_Problem.NEWER, version)
        self._solved(_Problem.NEWER)
        self._solved(_Problem.UNREADABLE)
        if version < self.version:
            await self.async_save(data)
        return data

    def _without(self, problem: _Problem, detail: object) -> dict[str, Any]:
        """Report why nothing is loaded, and return no data."""
        self.lost = True
        self._report(problem, detail)
        return {}

    async def _async_read(self) -> tuple[int, dict[str, Any]]:
        """Return version and data of the file, or of what is waiting to be written."""
        if (pending := self._data) is not None:
            if "data_func" in pending:
                pending["data"] = pending.pop("data_func")()
            return opened(deepcopy(pending))
        return await self.hass.async_add_executor_job(read_file, Path(self.path))

    async def _async_write_pending(self) -> None:
        """Write what is waiting to be written, also while Home Assistant stops."""
        # Home Assistant does not state its types.
        write: Callable[[], Awaitable[None]] = self._async_handle_write_data
        await write()

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        """Write, and report the outcome to all who wait for these data."""
        waiting, self._waiting = self._waiting, None
        self._due = None
        written = False
        try:
            if not self._closed:
                await self._async_writeencodable(data)
                written = True
        except (OSError, SerializationError, WriteError) as err:
            self._report(_Problem.NOT_WRITTEN, err)
            if waiting is None and self._data is None and "data" in data:
                self.save_soon(lambda: data["data"], _RETRY_AFTER)
        else:
            self._solved(_Problem.NOT_WRITTEN)
        finally:
            if waiting is not None and not waiting.done():
                waiting.set_result(written)

    async def _async_writeencodable(self, data: dict[str, Any]) -> None:
        """Write; replace what JSON cannot hold, so that it does not block the rest."""
        try:
            await super()._async_write_data(data)
        except SerializationError, TypeError:
            if "data" not in data:  # The function that returns the data has failed.
                raise
            data["data"] = encodable(data["data"])
            await super()._async_write_data(data)

    def _report(self, problem: _Problem, detail: object) -> None:
        """Log a problem once and create its repair issue."""
        if problem in self._reported:
            return
        self._reported.add(problem)
        LOGGER.error("%s of %s: %s", problem, self.path, detail)
        entry_id = self.key.split(".")[1]
        entry = self.hass.config_entries.async_get_entry(entry_id)
        damaged = problem is _Problem.DAMAGED
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            self._issue(problem),
            data=None if entry is None else dict(issue_data(entry, None)),
            is_fixable=damaged,  # There is nothing to do but confirm.
            is_persistent=damaged,  # The next start does not find the file.
            learn_more_url=docs_url(problem),
            severity=ir.IssueSeverity.WARNING if damaged else ir.IssueSeverity.ERROR,
            translation_key=problem,
            translation_placeholders={
                "name": without_links(entry.title if entry else entry_id),
                "file": Path(self.path).name,
                LEARN_MORE: docs_url(problem),
            },
        )

    def _solved(self, problem: _Problem) -> None:
        """Delete a repair issue, and log the problem if it occurs again."""
        self._reported.discard(problem)
        ir.async_delete_issue(self.hass, DOMAIN, self._issue(problem))

    def _issue(self, problem: _Problem) -> str:
        """Return the id of a repair issue."""
        return f"{problem}_{self.key}"


def entry_store(hass: HomeAssistant, entry_id: str) -> KindStore:
    """Return the store of an entry; its kind removes it with the entry."""
    return KindStore(hass, entry_id)
