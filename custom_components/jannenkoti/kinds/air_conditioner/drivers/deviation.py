"""How often a mode is sent to a device that stays in a mode of its own."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ....lib.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..model import DeviceState

_FIRST: Final = timedelta(minutes=4)
_LONGEST: Final = timedelta(hours=1)
_MODE: Final = "mode"


class ModeDeviation:
    """Lets a deviating mode count again after a growing time."""

    def __init__(
        self, *, ticks: Callable[[], float], random: Callable[[], float]
    ) -> None:
        """Use a monotonic clock in seconds and a source of random numbers."""
        self._ticks = ticks
        self._backoff = Backoff(first=_FIRST, longest=_LONGEST, random=random)
        self._due = 0.0

    def sent(self) -> None:
        """Record that a mode was sent."""
        self._due = self._ticks() + self._backoff.next().total_seconds()

    def applied(self, state: DeviceState) -> DeviceState:
        """Return a state whose mode deviates only if it is due to be sent again."""
        is_due = self._ticks() >= self._due
        if _MODE not in state.deviating:
            if is_due and state.mode is not None:
                self._backoff.reset()
            return state
        return state if is_due else replace(state, deviating=state.deviating - {_MODE})
