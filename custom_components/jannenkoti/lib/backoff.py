"""Delays between attempts to reconnect: exponential, with jitter.

All devices of a home come back at the same time after a power cut. Without jitter they
would also be contacted at the same time, again and again.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta


@dataclass(kw_only=True)
class Backoff:
    """How long to wait before each further attempt, without a last one."""

    first: timedelta
    """The longest that the first wait may be."""

    longest: timedelta
    """The limit of the wait, which doubles with each attempt."""

    random: Callable[[], float]
    """Source of random numbers from 0 to 1."""

    _ceiling: timedelta | None = field(init=False, default=None)

    def next(self) -> timedelta:
        """Return the next wait: half of it is fixed, the other half random."""
        due = self.first if self._ceiling is None else self._ceiling * 2
        self._ceiling = min(due, self.longest)
        return self._ceiling * ((1 + self.random()) / 2)

    def reset(self) -> None:
        """Start again with the first wait, after an attempt that succeeded."""
        self._ceiling = None
