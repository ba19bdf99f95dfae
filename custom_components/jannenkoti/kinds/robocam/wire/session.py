"""What is sent and received on one connection, without the socket."""

from collections import deque
from typing import TYPE_CHECKING, Final

from ....lib.frame_hub import Frame
from ..frames.pacing import Pacing
from ..model import Limits, Position
from .protocol import (
    ClientCount,
    Command,
    InvalidMessage,
    PositionRejected,
    parse_frame,
    parse_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ....lib.frame_hub import FrameHub
    from ..motion.motion import Motion

_RATE_WINDOW: Final = 10.0
"""The period over which the frame rate is measured, s."""
_MOST_COUNTED: Final = 600
"""No such board sends more frames in that time."""


class Session:
    """Return the messages that are due, and apply those received.

    Times are arguments, in seconds of a monotonic clock.
    """

    def __init__(self, hub: FrameHub, motion: Motion, frames_per_second: float) -> None:
        """Publish frames in a hub, and request them while it needs any."""
        self.hub = hub
        self.motion = motion
        self.clients: int | None = None
        self.lamp: bool | None = None
        """The last command for the lamp, which is sent on each new connection."""
        self.dropped = 0
        """The number of messages that could not be read."""
        self.needs_frame = False
        """Whether a frame is needed although no client watches."""
        self._frames_per_second = frames_per_second
        self._pacing = Pacing(frames_per_second)
        self._unsent: list[str] = []
        self._received: deque[float] = deque(maxlen=_MOST_COUNTED)

    @property
    def has_unsent(self) -> bool:
        """Return whether a command has not been sent yet."""
        return bool(self._unsent) or self.motion.has_unsent

    @property
    def needs_connection(self) -> bool:
        """Return whether the camera is needed for something else than frames."""
        return self.has_unsent or self.motion.moving

    @property
    def needs_frames(self) -> bool:
        """Return whether frames are requested."""
        return self.hub.needs_frames or self.needs_frame

    def begin(self, now: float) -> None:
        """Start on a new connection: request limits and position."""
        self._pacing = Pacing(self._frames_per_second)
        self._unsent = [Command.GET_LIMITS, *self._lamp_command()]
        self.motion.track(now)

    def end(self) -> None:
        """Record that the connection ended."""
        self.clients = None
        self.motion.reset()
        self._unsent = []

    def switch_lamp(self, *, on: bool) -> None:
        """Switch the lamp. The camera does not confirm it."""
        self.lamp = on
        self._unsent += self._lamp_command()

    def _lamp_command(self) -> list[str]:
        """Return the command for the lamp: a board that lost power has reset it."""
        if self.lamp is None:
            return []
        return [Command.LIGHT_ON if self.lamp else Command.LIGHT_OFF]

    def messages_due(self, now: float) -> Iterator[str]:
        """Return the messages to send now."""
        unsent, self._unsent = self._unsent, []
        yield from unsent
        yield from self.motion.messages_due(now)
        if self.needs_frames and now >= self._pacing.next_request():
            self._pacing.requested(now)
            yield Command.GET_FRAME

    def next_due(self) -> float | None:
        """Return when the next message is due."""
        if self._unsent:
            return float("-inf")
        frame = self._pacing.next_request() if self.needs_frames else None
        times = [at for at in (frame, self.motion.next_due()) if at is not None]
        return min(times, default=None)

    def receive_frame(self, data: bytes, now: float) -> bool:
        """Publish a frame; return whether it is complete, or was not needed."""
        if not self.needs_frames:
            return True
        try:
            frame = Frame(parse_frame(data), now)
        except InvalidMessage:
            self.dropped += 1
            return False
        self._pacing.received(now)
        self._received.append(now)
        self.hub.publish(frame)
        return True

    def receive_text(self, text: str, now: float) -> bool:
        """Apply a text message; return whether only such a camera sends it."""
        try:
            message = parse_text(text)
        except InvalidMessage:
            self.dropped += 1
            return False
        match message:
            case Position():
                self.motion.receive_position(message, now)
            case Limits():
                self.motion.receive_limits(message)
            case ClientCount():
                self.clients = message.count
            case PositionRejected():
                self.motion.receive_rejection()
        return isinstance(message, Position | Limits)

    def frame_rate(self, now: float) -> float:
        """Return the frames per second over the last ten seconds."""
        received = self._received
        while received and received[0] < now - _RATE_WINDOW:
            received.popleft()
        if len(received) < 2 or received[-1] == received[0]:  # noqa: PLR2004
            return 0.0
        return round((len(received) - 1) / (received[-1] - received[0]), 1)
