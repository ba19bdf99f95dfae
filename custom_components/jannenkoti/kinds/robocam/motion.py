"""Where the camera shall look, where it looks, and when to tell or to ask it.

After a move the camera broadcasts its *old* position, and it stops up to 4° short of
the new one. So a wish is kept here, and the camera is asked where it is once it had
time to turn. A position that somebody else has sent it to becomes the wish.
"""

from typing import TYPE_CHECKING, Final

from .errors import Refused
from .protocol import Limits, Position, Word, move_to

if TYPE_CHECKING:
    from collections.abc import Iterator

MOVE_INTERVAL: Final = 0.1
"""A slider sends 60 moves a second; pictures need the board's time more than these."""
LOOK_INTERVAL: Final = 1.0
"""The firmware comes 20 % nearer about ten times a second: near enough after this."""
MOST_LOOKS: Final = 6
"""A servo that has not arrived by then is held or broken."""


class Motion:
    """Makes of many wishes few moves: the latest one wins."""

    def __init__(
        self, target: Position | None = None, limits: Limits | None = None
    ) -> None:
        """Begin with what was known in an earlier life."""
        self.limits = limits or Limits()
        self.target = target
        self.measured: Position | None = None
        self.confirmed = False
        """Whether the camera has told of itself since it was sent anywhere."""
        self._unsent: Position | Word | None = None
        self._free_at = float("-inf")
        self._look_at: float | None = None
        self._looks = 0
        self._asked = False
        self._centering = False
        self._ours = False

    @property
    def moving(self) -> bool:
        """Return whether the camera is on its way, or about to be."""
        return self._unsent is not None or self._look_at is not None

    @property
    def pending(self) -> bool:
        """Return whether there is a move that the camera has not been told."""
        return self._unsent is not None

    def aim(self, position: Position) -> None:
        """Look there as soon as possible; raises Refused."""
        if not self.limits.hold(position):
            raise Refused(**self.limits.as_texts())
        self.target = self._unsent = position
        self.confirmed = False

    def center(self) -> None:
        """Look to where the camera's own middle is."""
        self._unsent = Word.CENTER

    def withdraw(self) -> None:
        """Drop a wish that could not be told."""
        self._unsent = None
        self.target = self.measured or self.target

    def follow(self, now: float) -> None:
        """Take over where the camera goes by itself, from now until it stands still."""
        self._look(now, ours=False)

    def _look(self, at: float, *, ours: bool) -> None:
        self._look_at = at
        self._looks = 0
        self._ours = ours

    def due(self, now: float) -> Iterator[str]:
        """Return what to tell the camera now."""
        if self._unsent is not None and now >= self._free_at:
            wish, self._unsent = self._unsent, None
            self._free_at = now + MOVE_INTERVAL
            self._look(now + LOOK_INTERVAL, ours=True)
            self._asked = False
            self._centering = wish is Word.CENTER
            yield wish if isinstance(wish, Word) else move_to(wish)
        if self._look_at is not None and now >= self._look_at:
            self._looks += 1
            self._asked = True
            done = self._looks >= MOST_LOOKS
            self._look_at = None if done else now + LOOK_INTERVAL
            yield Word.GET_POSITION

    def due_at(self) -> float | None:
        """Return when there is something to tell."""
        times = [self._look_at, self._free_at if self._unsent is not None else None]
        return min((at for at in times if at is not None), default=None)

    def heard_limits(self, limits: Limits) -> None:
        """Take what the camera says of itself; it knows better than a wish."""
        self.limits = limits
        if self.target is not None:
            self.target = limits.clamp(self.target)
        if isinstance(self._unsent, Position):
            self._unsent = limits.clamp(self._unsent)

    def heard_position(self, position: Position, now: float) -> None:
        """Take a position, which may be measured, old, or where it is going."""
        self.confirmed = self._unsent is None
        if not self._asked:
            if self._centering:  # the one broadcast that tells the goal
                self._centering = False
                self.target = position
            elif not self.moving:
                self.follow(now + LOOK_INTERVAL)
            return
        self._asked = False
        stands = self.measured == position
        self.measured = position
        if self._unsent is not None:
            return
        arrived = self.target is not None and position.near(self.target)
        if not self._ours or self.target is None or self._look_at is None:
            # Somebody else sent it there, or it is stuck: it is where it is.
            self.target = self.target if arrived else position
            arrived = True
        if arrived and stands:
            self._look_at = None

    def heard_refusal(self) -> None:
        """Take it that the camera stays where it is."""
        self.confirmed = True
        self.target = self.measured or self.target
        self._look_at = None

    def forget(self) -> None:
        """Ask nothing more: the connection is gone. An unsent wish stays."""
        self._look_at = None
        self._asked = False
        self._centering = False
