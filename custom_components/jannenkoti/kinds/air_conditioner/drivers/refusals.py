"""The parts of commands that an entity did not accept, and when to try them again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ....lib.backoff import Backoff
from ..model import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A refused part is tried again after about a minute, later once an hour.
_FIRST_RETRY: Final = timedelta(minutes=2)
_LONGEST_RETRY: Final = timedelta(hours=1)
# A unit that does not switch off keeps cooling.
_LONGEST_OFF_RETRY: Final = timedelta(minutes=5)

NOTHING: Final = Change()


@dataclass(kw_only=True)
class Refusal:
    """A part that was not accepted."""

    value: object
    reached: Change
    """The state that the part leads to: an action can fail and have its effect."""
    backoff: Backoff
    retry_at: float = 0.0


class Refusals[PartT]:
    """The refused parts; each is tried again after a growing time."""

    def __init__(
        self, *, ticks: Callable[[], float], random: Callable[[], float]
    ) -> None:
        """Use a monotonic clock in seconds and a source of random numbers."""
        self._ticks = ticks
        self._random = random
        self._refused: dict[PartT, Refusal] = {}

    def __iter__(self) -> Iterator[PartT]:
        """Iterate over the refused parts; they may be removed meanwhile."""
        return iter(tuple(self._refused))

    def __getitem__(self, part: PartT) -> Refusal:
        """Return the refusal of a part."""
        return self._refused[part]

    def waits(self, part: PartT, value: object) -> bool:
        """Return whether a value was refused so recently that it is not sent again."""
        refusal = self._refused.get(part)
        if refusal is None or refusal.value != value:
            return False
        return not self.is_due(part)

    def is_due(self, part: PartT) -> bool:
        """Return whether a refused part is to be tried again."""
        return self._ticks() >= self._refused[part].retry_at

    def add(self, part: PartT, value: object, reached: Change = NOTHING) -> None:
        """Record that a value was refused, once more or for the first time."""
        refusal = self._refused.get(part)
        if refusal is None or refusal.value != value:
            longest = _LONGEST_RETRY if reached.on is not False else _LONGEST_OFF_RETRY
            backoff = Backoff(first=_FIRST_RETRY, longest=longest, random=self._random)
            refusal = Refusal(value=value, reached=reached, backoff=backoff)
            self._refused[part] = refusal
        refusal.retry_at = self._ticks() + refusal.backoff.next().total_seconds()

    def remove(self, part: PartT) -> None:
        """Record that a part was accepted."""
        self._refused.pop(part, None)

    def allow_retry(self) -> None:
        """Try all parts again with the next command."""
        for refusal in self._refused.values():
            refusal.retry_at = 0.0
