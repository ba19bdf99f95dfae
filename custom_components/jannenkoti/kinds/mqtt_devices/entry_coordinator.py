"""What belongs to an entry as a whole: counts, bursts of messages, and the store."""

from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback

from ...push import PushSource, Throttle
from ...store import KindStore
from ...timers import async_call_later
from .claims.registry import Counts, DeviceRegistry

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

# A flood must not keep the recorder busy.
_COUNTS_INTERVAL: Final = 5.0  # s

# A device in normal use sends a message every few seconds.
_BURST_WINDOW: Final = 1.0  # s
_BURST_MESSAGES: Final = 25

# Home Assistant itself saves subentries within a second or two.
_SUBENTRIES_SAVED: Final = 15.0  # s

# Changes that no client waits for.
_SETTINGS_DELAY: Final = 1.0  # s
# Reports may be lost by a crash; unloading and stopping save them.
_HISTORY_DELAY: Final = 15 * 60.0  # s


class EntryCounts(PushSource[Counts]):
    """How many devices are unclaimed and what was rejected, updated now and then."""

    def __init__(self, hass: HomeAssistant, registry: DeviceRegistry) -> None:
        """Initialize with the counts of the registry."""
        super().__init__(registry.counts())
        self._registry = registry
        self._throttle = Throttle(hass, _COUNTS_INTERVAL, self._async_count, "counts")

    @callback
    def async_counted(self) -> None:
        """Show the new counts, soon if the last time was long enough ago."""
        if self._registry.counts() != self.data:
            self._throttle.async_request()

    @callback
    def async_stop(self) -> None:
        """Stop the timer."""
        self._throttle.async_stop()

    @callback
    def _async_count(self) -> None:
        """Show the counts."""
        self.async_set_updated_data(self._registry.counts())


class HeldBack:
    """Applies the last message of a burst once the limit allows it."""

    def __init__(
        self, hass: HomeAssistant, interval: float, apply: Callable[[str], None]
    ) -> None:
        """Initialize with the time between two messages at the limit (s)."""
        self._hass = hass
        self._interval = interval
        self._apply = apply
        self._timers: dict[str, CALLBACK_TYPE] = {}

    @callback
    def async_add(self, serial: str) -> None:
        """Apply the latest message of a device later."""
        if serial in self._timers:
            return

        # Home Assistant runs what is no callback in another thread.
        @callback
        def async_over(_now: datetime) -> None:
            """Apply it."""
            self._timers.pop(serial, None)
            self._apply(serial)

        self._timers[serial] = async_call_later(self._hass, self._interval, async_over)

    @callback
    def async_stop(self) -> None:
        """Stop all timers."""
        for stop in self._timers.values():
            stop()
        self._timers.clear()


class BurstWriter:
    """Writes numbers less often while a device sends many messages.

    The first messages of a window are written at once. Of those after them the latest
    is written at the end of the window. A burst that goes on gets no further ones.
    """

    __slots__ = ("_count", "_hass", "_latest", "_pending", "_since", "_stop")

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without messages."""
        self._hass = hass
        self._since = self._latest = float("-inf")
        self._count = 0
        self._pending: dict[CALLBACK_TYPE, None] = {}
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def async_message(self) -> bool:
        """Count a message; return whether its numbers have to wait."""
        now = monotonic()
        if now - self._since >= _BURST_WINDOW:
            goes_on = (
                self._count > _BURST_MESSAGES
                and now - self._latest < _BURST_WINDOW / _BURST_MESSAGES
            )
            self._since, self._count = now, _BURST_MESSAGES if goes_on else 0
        self._latest = now
        self._count += 1
        return self._count > _BURST_MESSAGES

    @callback
    def async_write_later(self, write: CALLBACK_TYPE) -> None:
        """Write a state at the end of the window."""
        self._pending[write] = None
        if self._stop is None:
            self._stop = async_call_later(self._hass, _BURST_WINDOW, self._async_over)

    @callback
    def async_discard(self, write: CALLBACK_TYPE) -> None:
        """Forget a state that is removed."""
        self._pending.pop(write, None)

    @callback
    def async_stop(self) -> None:
        """Stop the timer."""
        self._pending.clear()
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _async_over(self, _now: datetime) -> None:
        """Write the latest states."""
        self._stop = None
        pending, self._pending = self._pending, {}
        for write in pending:
            write()


class DevicesStore:
    """The devices of an entry, and what of them survives a restart.

    What devices should do and what they have reported are separate files, because one
    is saved at once and the other seldom.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize the two files of the entry."""
        self._settings = KindStore(hass, entry_id)
        self._history = KindStore(hass, f"{entry_id}.history")
        self._unsaved: dict[str, float] = {}
        """When claims and names changed that Home Assistant may not have saved yet."""

    async def async_load(self, zone: tzinfo, per_minute: int) -> None:
        """Create the registry with what was stored; never raises."""
        self.registry = DeviceRegistry(
            zone,
            per_minute=per_minute,
            settings=await self._settings.async_load(),
            history=await self._history.async_load(),
            is_lost=self._settings.lost,
        )

    @callback
    def async_report_rejected(self) -> None:
        """Log what could not be read; call this once all devices are claimed."""
        for store, stored in zip(
            (self._settings, self._history), self.registry.stored, strict=True
        ):
            store.report_rejected(stored)

    @callback
    def async_keep_claim(self, serial: str) -> None:
        """Save a claim or a name here too until Home Assistant has saved it."""
        self._unsaved[serial] = monotonic()

    @callback
    def async_save_settings_soon(self) -> None:
        """Save what devices should do."""
        self._settings.save_soon(self._settings_to_save, _SETTINGS_DELAY)

    async def async_save_settings(self) -> None:
        """Save what devices should do, and return when it is on disk.

        Raises StoreNotWritten.
        """
        await self._settings.async_save_now(self._settings_to_save)

    @callback
    def async_save_history_later(self) -> None:
        """Save what devices have reported."""
        if not self._history.is_due:
            self._history.save_soon(self.registry.history, _HISTORY_DELAY)

    async def async_close(self) -> None:
        """Save all, and write nothing afterwards."""
        await self._settings.async_save(self.registry.settings())
        await self._history.async_save(self.registry.history())
        await self._settings.async_close()
        await self._history.async_close()

    def _settings_to_save(self) -> dict[str, Any]:
        """Return what devices should do, with claims that may not be saved yet."""
        now = monotonic()
        self._unsaved = {
            serial: since
            for serial, since in self._unsaved.items()
            if now - since < _SUBENTRIES_SAVED and serial in self.registry.claimed
        }
        return self.registry.settings(with_claims=self._unsaved.keys())

    async def async_remove(self) -> None:
        """Delete the files."""
        await self._settings.async_remove()
        await self._history.async_remove()
