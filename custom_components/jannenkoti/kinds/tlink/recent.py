"""Remembers what came lately, and no more than fits."""

from typing import Final


class Recent:
    """The keys of the latest readings, in two generations.

    When the younger one is full it becomes the older one, whose keys are forgotten.
    What was forgotten is found in the journal.
    """

    __slots__ = ("_most", "_older", "_younger")

    MOST: Final = 50_000
    """Keys of 80 bytes or so: half a day of a house with fifty sensors."""

    def __init__(self, most: int = MOST) -> None:
        """Remember at least half as many keys, and never more."""
        self._most = most
        self._younger: set[str] = set()
        self._older: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """Say whether a key came lately."""
        return key in self._younger or key in self._older

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._younger | self._older)

    def add(self, key: str) -> None:
        """Remember a key."""
        if len(self._younger) >= self._most // 2:
            self._older, self._younger = self._younger, set()
        self._younger.add(key)

    def discard(self, key: str) -> None:
        """Forget a key whose reading could not be stored."""
        self._younger.discard(key)
        self._older.discard(key)
