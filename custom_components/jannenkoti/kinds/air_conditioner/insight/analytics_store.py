"""Keeps the analytics between runs without wearing out the disk."""

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from .analytics import Analytics
    from .transitions import Transition

SAVE_DELAY: Final = 900.0
"""How much (s) of what was learned a power cut may cost; a save wears out flash."""


class LaterStore(Protocol):
    """Where the analytics are kept; it may be told to save later."""

    async def async_load(self) -> dict[str, Any] | None:
        """Return what was saved last."""

    async def async_save(self, data: dict[str, Any]) -> None:
        """Save at once."""

    def async_delay_save(
        self, data_func: Callable[[], dict[str, Any]], delay: float
    ) -> None:
        """Save after a while what the function then returns."""


class AnalyticsStore:
    """Saves now and then, and at once what may not be told twice."""

    def __init__(self, store: LaterStore, analytics: Analytics) -> None:
        """Use a store that belongs to one entry."""
        self._store = store
        self._analytics = analytics
        self._told: Transition | None = None
        self._waiting = False

    async def async_restore(self) -> None:
        """Go on where the last run ended."""
        self._analytics.resume(await self._store.async_load() or None)

    async def async_save_changes(self) -> None:
        """Save what has changed, soon or now."""
        transition = self._analytics.insight.transition
        if transition is not self._told:
            self._told = transition
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
