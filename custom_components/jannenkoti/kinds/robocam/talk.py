"""A conversation with the camera, apart from its socket."""

from collections import deque
from typing import TYPE_CHECKING, Final

from .hub import Picture
from .pace import Pace
from .protocol import (
    Clients,
    Garbage,
    Limits,
    OutOfBounds,
    Position,
    Word,
    check_picture,
    parse_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .hub import FrameHub
    from .motion import Motion

_FPS_WINDOW: Final = 10.0
"""Over so many seconds pictures are counted."""
_MOST_COUNTED: Final = 600
"""No such board sends more in that time."""


class Talk:
    """Says what is due, takes what is said; knows no clock but the one it is told."""

    def __init__(self, hub: FrameHub, motion: Motion, fps: float) -> None:
        """Show pictures in a hub and ask for so many a second while it wants them."""
        self.hub = hub
        self.motion = motion
        self.clients: int | None = None
        self.light: bool | None = None
        self.dropped = 0
        """Messages that nobody could read."""
        self._fps = fps
        self._pace = Pace(fps)
        self._unsent: list[str] = []
        self._came: deque[float] = deque(maxlen=_MOST_COUNTED)

    @property
    def untold(self) -> bool:
        """Return whether there is a command that the camera was not told."""
        return bool(self._unsent) or self.motion.pending

    @property
    def pending(self) -> bool:
        """Return whether the camera is needed, pictures aside."""
        return self.untold or self.motion.moving

    def begin(self, now: float) -> None:
        """Start on a new connection: ask what the camera is and where it looks."""
        self._pace = Pace(self._fps)
        self._unsent = [Word.GET_LIMITS, *self._lamp()]
        self.motion.follow(now)

    def end(self) -> None:
        """Take note that the connection is gone."""
        self.clients = None
        self.motion.forget()
        self._unsent = []

    def switch_light(self, *, on: bool) -> None:
        """Switch the lamp; the camera does not tell whether it did."""
        self.light = on
        self._unsent += self._lamp()

    def _lamp(self) -> list[str]:
        """Return the word for the lamp; a board that has lost power forgets it."""
        if self.light is None:
            return []
        return [Word.LIGHT_ON if self.light else Word.LIGHT_OFF]

    def due(self, now: float) -> Iterator[str]:
        """Return what to say now."""
        unsent, self._unsent = self._unsent, []
        yield from unsent
        yield from self.motion.due(now)
        if self.hub.wanted and now >= self._pace.ask_at():
            self._pace.asked(now)
            yield Word.GET_FRAME

    def due_at(self) -> float | None:
        """Return when there is something to say."""
        if self._unsent:
            return float("-inf")
        picture = self._pace.ask_at() if self.hub.wanted else None
        times = [at for at in (picture, self.motion.due_at()) if at is not None]
        return min(times, default=None)

    def hear_picture(self, data: bytes, now: float) -> bool:
        """Show a picture; return whether it was one, or was not even looked at."""
        if not self.hub.wanted:
            return True
        try:
            picture = Picture(check_picture(data), now)
        except Garbage:
            self.dropped += 1
            return False
        self._pace.came(now)
        self._came.append(now)
        self.hub.publish(picture)
        return True

    def hear_text(self, text: str, now: float) -> bool:
        """Take a text message; return whether only a camera like this says it."""
        try:
            message = parse_text(text)
        except Garbage:
            self.dropped += 1
            return False
        match message:
            case Position():
                self.motion.heard_position(message, now)
            case Limits():
                self.motion.heard_limits(message)
            case Clients():
                self.clients = message.count
            case OutOfBounds():
                self.motion.heard_refusal()
        return isinstance(message, Position | Limits)

    def fps(self, now: float) -> float:
        """Return how many pictures have come per second of late."""
        while self._came and self._came[0] < now - _FPS_WINDOW:
            self._came.popleft()
        if len(self._came) < 2 or self._came[-1] == self._came[0]:  # noqa: PLR2004
            return 0.0
        return round((len(self._came) - 1) / (self._came[-1] - self._came[0]), 1)
