"""Events for many clients: encoded once, and no client waits for a slow one."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .payload import Json

QUEUE: Final = 100
"""Events that a client may be behind, as at the original server."""
MAX_LISTENERS: Final = 200
"""Each has a queue; 200 full ones hold some 10 MB."""
MAX_OF_OWNER: Final = 20
"""Of one WebSocket connection, or of one address: no client can take all."""
PING_AFTER: Final = 25.0
"""Seconds without an event after which a proxy could close the connection."""

HELLO: Final = b"event: hello\ndata: {}\n\n"
PING: Final = b"event: ping\ndata: {}\n\n"


def update_of(device: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the event with the current state of a device."""
    return {**device, "event": "device_update"}


class Full(Exception):
    """There are too many clients, or too many of one owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which devices a client wants events of; None means all."""

    serial: str | None = None
    claimed: bool | None = None

    def lets_pass(self, serial: str, *, claimed: bool | None) -> bool:
        """Return whether an event is wanted; both sides want ``claimed=None``."""
        return (self.serial is None or self.serial == serial) and (
            claimed is None or self.claimed is None or self.claimed is claimed
        )


class Listener(Protocol):
    """A client of the stream."""

    wanted: Filter

    def put(self, event: bytes) -> bool:
        """Accept an event, encoded as JSON; return whether there was room."""
        ...

    def close(self) -> None:
        """End the subscription."""
        ...


class QueuedListener:
    """A client with a queue, which it reads at its own speed."""

    __slots__ = ("_events", "_waiter", "drop", "dropped", "wanted")

    def __init__(self, wanted: Filter, drop: Callable[[], None]) -> None:
        """Initialize; ``drop`` cuts the connection of a client that falls behind."""
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
        """Empty the queue and end the stream."""
        self.dropped = True
        self._events.clear()
        self._wake()
        self.drop()

    async def get(self, within: float = PING_AFTER) -> bytes | None:
        """Return the queued events, a ping if there are none; None at the end."""
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
    """All clients of one entry."""

    def __init__(self) -> None:
        """Initialize without clients."""
        self._listeners: dict[Listener, object] = {}
        """By client, its owner."""
        self._of_owner: Counter[object] = Counter()
        self.dropped = 0
        """Clients that fell behind."""
        self.written = 0
        """Events that were encoded."""

    def __len__(self) -> int:
        """Return how many clients there are."""
        return len(self._listeners)

    def join(self, listener: Listener, owner: object = None) -> None:
        """Add a client; raises Full. An owner is a connection or an address."""
        if len(self._listeners) >= MAX_LISTENERS or (
            owner is not None and self._of_owner[owner] >= MAX_OF_OWNER
        ):
            raise Full
        self._listeners[listener] = owner
        self._of_owner[owner] += 1

    def leave(self, listener: Listener) -> None:
        """Remove a client; without effect if it has left already."""
        if listener not in self._listeners:
            return
        owner = self._listeners.pop(listener)
        self._of_owner[owner] -= 1
        if not self._of_owner[owner]:
            del self._of_owner[owner]

    def publish(
        self,
        serial: str,
        *,
        claimed: bool | None,
        event: Callable[[], Mapping[str, Json]],
    ) -> None:
        """Send an event to the clients that want it; it is made only for them."""
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
        """Remove all clients."""
        for listener in list(self._listeners):
            self.leave(listener)
            listener.close()
