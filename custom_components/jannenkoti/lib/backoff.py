"""Delays between attempts to reconnect: longer each time, and never quite the same.

A home's devices come back together after a power cut. Without chance they would also be
called together, again and again.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta


@dataclass(kw_only=True)
class Backoff:
    """How long to wait before each further attempt, without an end."""

    first: timedelta
    """The longest that the first wait may be."""

    longest: timedelta
    """What a wait grows to, doubling with each attempt."""

    random: Callable[[], float]
    """Where chance comes from: numbers from 0 to 1."""

    _ceiling: timedelta | None = field(init=False, default=None)

    def next(self) -> timedelta:
        """Return how long to wait now: half of what is due for sure, half by chance."""
        due = self.first if self._ceiling is None else self._ceiling * 2
        self._ceiling = min(due, self.longest)
        return self._ceiling * ((1 + self.random()) / 2)

    def reset(self) -> None:
        """Begin anew: the last attempt has succeeded."""
        self._ceiling = None
