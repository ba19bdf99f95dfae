"""Gives each picture of the camera to everybody who watches.

A viewer is given a picture when it comes, and no other before he can take one: a slow
one neither delays others nor fills the memory, he misses pictures. Nothing here knows a
clock; each picture tells its time.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture and when it came, in seconds of a clock that is never set."""

    jpeg: bytes
    at: float


class Closed(Exception):
    """There is nothing to be seen any more."""


class FrameHub:
    """The newest picture, and those who wait for the next."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        """Tell when somebody begins or ends to want pictures."""
        self.latest: Picture | None = None
        self._curtain: Picture | None = None
        self._watching: set[Viewer] = set()
        self._waiting: set[asyncio.Future[None]] = set()
        self.closed = False
        self._stills = 0
        self._changed = changed

    @property
    def viewers(self) -> int:
        """Return how many watch."""
        return len(self._watching)

    @property
    def hidden(self) -> bool:
        """Return whether nobody may see the camera's pictures."""
        return self._curtain is not None

    @property
    def wanted(self) -> bool:
        """Return whether somebody watches or waits for a still."""
        return self._curtain is None and bool(self._watching or self._stills)

    @property
    def shown(self) -> Picture | None:
        """Return what is to be seen now."""
        return self._curtain or self.latest

    def publish(self, picture: Picture) -> None:
        """Show a picture to all, unless nobody may see it."""
        if self._curtain is None:
            self.latest = picture
            self._wake()

    def repeat(self, older_than: float) -> None:
        """Show a picture again that is older than that, to notice who has left."""
        if self._curtain is not None:
            self._curtain = replace(self._curtain)
        elif self.latest is not None and self.latest.at < older_than:
            self.latest = replace(self.latest)
        self._wake()

    def draw_curtain(self, jpeg: bytes, now: float) -> None:
        """Show this instead of the camera's pictures and forget the last of them."""
        self.latest = None
        self._curtain = Picture(jpeg, now)
        self._wake()

    def open_curtain(self) -> None:
        """Show the camera's pictures again."""
        self._curtain = None
        self._changed()

    def close(self) -> None:
        """Send all viewers away."""
        self.closed = True
        self._wake()

    def watch(self, take: Callable[[Picture], bool]) -> Viewer:
        """Return a viewer who takes pictures, and says whether he can take another."""
        return Viewer(self, take)

    async def async_still(self, *, newer_than: float) -> Picture:
        """Return a picture newer than that; whoever calls this bounds the wait.

        Raises Closed.
        """
        self._stills += 1
        self._changed()
        try:
            while True:
                picture = self.shown
                if picture is not None and (
                    picture.at >= newer_than or picture is self._curtain
                ):
                    return picture
                await self._async_next()
        finally:
            self._stills -= 1
            self._changed()

    async def _async_next(self) -> None:
        """Wait for something new to be seen; raises Closed."""
        if self.closed:
            raise Closed
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
        if self.closed:
            raise Closed

    def _wake(self) -> None:
        for viewer in self._watching:
            viewer.look()
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def enter(self, viewer: Viewer) -> None:
        """Count a viewer."""
        self._watching.add(viewer)
        self._changed()

    def leave(self, viewer: Viewer) -> None:
        """Count a viewer no more."""
        self._watching.discard(viewer)
        self._changed()


class Viewer:
    """One who watches, at a pace of its own; `with` begins and ends it."""

    def __init__(self, hub: FrameHub, take: Callable[[Picture], bool]) -> None:
        """Watch a hub."""
        self._hub = hub
        self._take = take
        self._seen: Picture | None = None
        self._full = asyncio.Event()

    def __enter__(self) -> Self:
        """Begin; the first picture comes at once."""
        self._hub.enter(self)
        self.look()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._hub.leave(self)

    def look(self) -> None:
        """Take what is to be seen now, if it is new and there is room for it."""
        picture = self._hub.shown
        if self._hub.closed:
            self._full.set()
        elif not (picture is None or picture is self._seen or self._full.is_set()):
            self._seen = picture
            if not self._take(picture):
                self._full.set()

    async def async_full(self) -> None:
        """Wait until there is no room for another picture; raises Closed."""
        await self._full.wait()
        if self._hub.closed:
            raise Closed

    def ready(self) -> None:
        """Go on with the newest picture: there is room again."""
        self._full.clear()
        self.look()
