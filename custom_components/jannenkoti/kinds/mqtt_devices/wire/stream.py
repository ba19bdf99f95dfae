"""Events for many listeners: written out once, and nobody waits for the slowest."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .payload import Json

QUEUE: Final = 100
"""Events that a listener may be behind; the original's number."""
MAX_LISTENERS: Final = 200
"""Each has a queue; 200 full ones hold some 10 MB."""
PING_AFTER: Final = 25.0
"""Seconds without an event, so that no proxy takes the connection for dead."""

HELLO: Final = b"event: hello\ndata: {}\n\n"
PING: Final = b"event: ping\ndata: {}\n\n"


def update_of(device: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the event that tells how a device is now."""
    return {**device, "event": "device_update"}


class Full(Exception):
    """There are too many listeners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which devices a listener wants to hear of; None means all."""

    serial: str | None = None
    claimed: bool | None = None

    def lets_pass(self, serial: str, *, claimed: bool | None) -> bool:
        """Say whether an event is wanted; None is of interest to both sides."""
        return (self.serial is None or self.serial == serial) and (
            claimed is None or self.claimed is None or self.claimed is claimed
        )


class Listener(Protocol):
    """Somebody who is sent."""

    wanted: Filter

    def put(self, event: bytes) -> bool:
        """Take an event, written out as JSON; return whether there was room."""
        ...

    def close(self) -> None:
        """Hear no more."""
        ...


class QueuedListener:
    """One who reads at a pace of its own."""

    __slots__ = ("_events", "_waiter", "drop", "dropped", "wanted")

    def __init__(self, wanted: Filter, drop: Callable[[], None]) -> None:
        """Begin with nothing to say; ``drop`` ends who does not keep up."""
        self.wanted = wanted
        self.drop = drop
        self.dropped = False
        self._events: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def put(self, event: bytes) -> bool:
        """Queue an event; return whether there was room."""
        if len(self._events) >= QUEUE:
            return False
        self._events.append(event)
        self._wake()
        return True

    def close(self) -> None:
        """Say no more."""
        self.dropped = True
        self._events.clear()
        self._wake()
        self.drop()

    async def get(self, within: float = PING_AFTER) -> bytes | None:
        """Return what there is to say, a ping if nothing; None at the end."""
        if not self._events and not self.dropped:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(within):
                    await self._waiter
            except TimeoutError:
                return PING
            finally:
                self._waiter = None
        if self.dropped:
            return None
        events = b"".join(b"data: %b\n\n" % event for event in self._events)
        self._events.clear()
        return events

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Stream:
    """All listeners of one entry."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._listeners: set[Listener] = set()
        self.dropped = 0
        """Those who did not keep up."""
        self.written = 0
        """Events that were written out."""

    def __len__(self) -> int:
        """Return how many listen."""
        return len(self._listeners)

    def join(self, listener: Listener) -> None:
        """Let somebody listen; raises Full."""
        if len(self._listeners) >= MAX_LISTENERS:
            raise Full
        self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """Let go of a listener."""
        self._listeners.discard(listener)

    def publish(
        self,
        serial: str,
        *,
        claimed: bool | None,
        event: Callable[[], Mapping[str, Json]],
    ) -> None:
        """Tell everybody who wants it; nobody's event is not even made."""
        wanting = [
            listener
            for listener in self._listeners
            if listener.wanted.lets_pass(serial, claimed=claimed)
        ]
        if not wanting:
            return
        written = orjson.dumps(event())
        self.written += 1
        for listener in wanting:
            if not listener.put(written):
                self.dropped += 1
                self.leave(listener)
                listener.close()

    def close(self) -> None:
        """Let go of everybody."""
        for listener in list(self._listeners):
            self.leave(listener)
            listener.close()
