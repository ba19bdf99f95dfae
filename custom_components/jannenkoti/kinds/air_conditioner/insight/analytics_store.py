"""Save the analytics between runs with few writes."""

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from .analytics import Analytics
    from .transitions import Transition

SAVE_DELAY: Final = 900.0
"""Delay of a save (s); a power cut may lose this much. Writes wear out flash."""


class LaterStore(Protocol):
    """A store that can save with a delay."""

    async def async_load(self) -> dict[str, Any] | None:
        """Return the saved data."""

    async def async_save(self, data: dict[str, Any]) -> None:
        """Save at once."""

    def async_delay_save(
        self, data_func: Callable[[], dict[str, Any]], delay: float
    ) -> None:
        """Save the result of a function after a delay."""


class AnalyticsStore:
    """Saves with a delay; a transition at once, so that it is reported only once."""

    def __init__(self, store: LaterStore, analytics: Analytics) -> None:
        """Initialize with the store of one entry."""
        self._store = store
        self._analytics = analytics
        self._saved_transition: Transition | None = None
        self._waiting = False

    async def async_restore(self) -> None:
        """Restore the state of the last run."""
        self._analytics.resume(await self._store.async_load() or None)

    async def async_save_changes(self) -> None:
        """Save changes: a transition at once, others after the delay."""
        transition = self._analytics.today.transition
        if transition is not self._saved_transition:
            self._saved_transition = transition
            await self.async_save()
        elif not self._waiting:
            self._waiting = True
            self._store.async_delay_save(self._take, SAVE_DELAY)

    async def async_save(self) -> None:
        """Save at once."""
        await self._store.async_save(self._take())

    def _take(self) -> dict[str, Any]:
        self._waiting = False
        return self._analytics.as_dict()
