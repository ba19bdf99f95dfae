"""The target position, the measured position, and when to send or request them.

After a move the camera broadcasts its *old* position, and a rising move stops up to 4°
short of the target. So the target is kept here, and the camera is asked for its
position after it had time to move. A position that another client has sent it to
becomes the target.
"""

from typing import TYPE_CHECKING, Final

from ..model import Limits, Position
from ..wire.errors import OutOfRange
from ..wire.protocol import Command, move_to

if TYPE_CHECKING:
    from collections.abc import Iterator

MOVE_INTERVAL: Final = 0.1
"""A slider sends 60 moves a second; the board needs its time for frames, s."""
QUERY_INTERVAL: Final = 1.0
"""The firmware moves by 20 % of the rest each 60 ms: it is near the target then, s."""
MOST_QUERIES: Final = 6
"""A servo that has not arrived after this many queries is blocked or broken."""


class Motion:
    """Reduce many move requests to a few moves: the latest one counts."""

    def __init__(
        self, target: Position | None = None, limits: Limits | None = None
    ) -> None:
        """Initialize with what the previous run saved."""
        self.limits = limits or Limits()
        self.target = target
        self.measured: Position | None = None
        self.confirmed = False
        """Whether the camera has reported a position since the last move was sent."""
        self._unsent: Position | Command | None = None
        self._next_move_at = float("-inf")
        self._query_at: float | None = None
        self._queries = 0
        self._query_pending = False
        self._centering = False
        self._own_move = False

    @property
    def moving(self) -> bool:
        """Return whether the camera moves, or is about to."""
        return self._unsent is not None or self._query_at is not None

    @property
    def has_unsent(self) -> bool:
        """Return whether a move has not been sent yet."""
        return self._unsent is not None

    def move(self, target: Position) -> None:
        """Move to a position as soon as possible; raises OutOfRange."""
        if not self.limits.contain(target):
            raise OutOfRange(**self.limits.as_texts())
        self.target = self._unsent = target
        self._centering = False
        self.confirmed = False

    def center(self) -> None:
        """Move to the camera's own start position."""
        self._unsent = Command.CENTER

    def cancel(self) -> None:
        """Drop a move that could not be sent."""
        self._unsent = None
        self.target = self.measured or self.target

    def track(self, now: float) -> None:
        """Follow the camera from now on until it stands still."""
        self._query(now, own_move=False)

    def _query(self, at: float, *, own_move: bool) -> None:
        self._query_at = at
        self._queries = 0
        self._own_move = own_move

    def messages_due(self, now: float) -> Iterator[str]:
        """Return the messages to send now."""
        if self._unsent is not None and now >= self._next_move_at:
            move, self._unsent = self._unsent, None
            self._next_move_at = now + MOVE_INTERVAL
            self._query(now + QUERY_INTERVAL, own_move=True)
            self._query_pending = False
            self._centering = move is Command.CENTER
            yield move if isinstance(move, Command) else move_to(move)
        if self._query_at is not None and now >= self._query_at:
            self._queries += 1
            self._query_pending = True
            done = self._queries >= MOST_QUERIES
            self._query_at = None if done else now + QUERY_INTERVAL
            yield Command.GET_POSITION

    def next_due(self) -> float | None:
        """Return when the next message is due."""
        move = self._next_move_at if self._unsent is not None else None
        times = [self._query_at, move]
        return min((at for at in times if at is not None), default=None)

    def receive_limits(self, limits: Limits) -> None:
        """Apply the limits that the camera reports."""
        self.limits = limits
        if self.target is not None:
            self.target = limits.clamp(self.target)
        if isinstance(self._unsent, Position):
            self._unsent = limits.clamp(self._unsent)

    def receive_position(self, position: Position, now: float) -> None:
        """Apply a position, which may be measured, old, or the start position."""
        self.confirmed = self._unsent is None
        if not self._query_pending:
            self._receive_broadcast(position, now)
            return
        self._query_pending = False
        stands_still = self.measured == position
        self.measured = position
        if self._unsent is not None:
            return
        arrived = self.target is not None and position.is_near(self.target)
        if not self._own_move or self.target is None or self._query_at is None:
            # Another client moved the camera, or it is blocked.
            self.target = self.target if arrived else position
            arrived = True
        if arrived and stands_still:
            self._query_at = None

    def _receive_broadcast(self, position: Position, now: float) -> None:
        """Apply a position that was not requested."""
        if self._centering:
            # This broadcast contains the start position. The firmware ignores `center`
            # when it is there, even if it moves elsewhere: so it is sent as a position.
            self._centering = False
            self.target = self._unsent = self.limits.clamp(position)
        elif not self.moving:
            self.track(now + QUERY_INTERVAL)

    def receive_rejection(self) -> None:
        """Record that the camera does not move, because it cannot reach the target."""
        self.confirmed = True
        self.target = self.measured or self.target
        self._query_at = None

    def reset(self) -> None:
        """Record that the connection ended. A move that was not sent stays."""
        self._query_at = None
        self._query_pending = False
        self._centering = False
