"""Detect readings that were received before, in bounded memory."""

from typing import Final


class DeduplicationWindow:
    """The keys of the most recent readings, in two generations.

    When the younger generation is full it becomes the older one, and the keys of that
    are dropped. The journal still has the readings of dropped keys.
    """

    __slots__ = ("_most", "_older", "_younger")

    MOST: Final = 50_000
    """Keys of about 80 bytes: half a day of a house with fifty sensors."""

    def __init__(self, most: int = MOST) -> None:
        """Initialize for at most so many keys; at least half as many are kept."""
        self._most = most
        self._younger: set[str] = set()
        self._older: set[str] = set()

    def __contains__(self, key: str | None) -> bool:
        """Return whether a key is in the window."""
        return key in self._younger or key in self._older

    def __len__(self) -> int:
        """Return how many keys are in the window."""
        return len(self._younger | self._older)

    def add(self, key: str) -> None:
        """Add a key."""
        if len(self._younger) >= self._most // 2:
            self._older, self._younger = self._younger, set()
        self._younger.add(key)

    def discard(self, key: str) -> None:
        """Remove the key of a reading that could not be stored."""
        self._younger.discard(key)
        self._older.discard(key)
