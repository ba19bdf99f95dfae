"""Does with a camera what its users want, and what it was told to do by itself."""

from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import BadPreset, NoSuchPreset, Private, Unreachable
from .memory import LONGEST_NAME, MOST_PRESETS, preset_name
from .protocol import Limits, Position

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from .client import RoboCamClient
    from .memory import Memory
    from .options import Options
    from .patrol import Patrol
    from .talk import Talk

    type Cancel = Callable[[], None]
    type Later = Callable[[timedelta, Callable[[], None]], Cancel]


class Operator:
    """The camera's user: the last of many wishes counts, but privacy comes first."""

    def __init__(
        self,
        memory: Memory,
        options: Options,
        talk: Talk,
        client: RoboCamClient,
        later: Later,
    ) -> None:
        """Go on where the last run ended; ``later`` calls something after a while."""
        self.memory = memory
        self._options = options
        self._talk = talk
        self._motion = talk.motion
        self._client = client
        self._later = later
        self._cancel: Cancel | None = None
        self._placeholder = (b"", 0.0)

    def begin(self, placeholder: bytes, now: float) -> None:
        """Be private, or go on with the round; the placeholder stands for pictures."""
        self._placeholder = placeholder, now
        if self.memory.private:
            self._hide()
        elif self.memory.patrolling:
            self._go_to_stop()

    def end(self) -> None:
        """Do nothing more by itself."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def learn(self) -> None:
        """Remember what the camera was seen to do."""
        if not self.memory.private:
            self.memory = replace(self.memory, target=self._motion.target)
        elif not self._talk.pending and not self.memory.parked:
            self._see_parked()  # what it looked at before is remembered
        self.memory = replace(self.memory, limits=self._motion.limits)

    def _see_parked(self) -> None:
        """Turn it away again if it was lost before it could tell that it was told."""
        if self._motion.confirmed:
            self.memory = replace(self.memory, parked=True)
        else:
            self._park()

    # --- to look ---------------------------------------------------------------------

    @property
    def _here(self) -> Position:
        """Return where it looks; it starts in the middle, if nobody has told yet."""
        limits: Limits = self._motion.limits
        middle = Position(
            (limits.min_x + limits.max_x) // 2, (limits.min_y + limits.max_y) // 2
        )
        return self._motion.target or middle

    async def async_look(self, *, x: int | None = None, y: int | None = None) -> None:
        """Look there; raises CameraError."""
        here = self._here
        await self._async_look(
            Position(here.x if x is None else x, here.y if y is None else y)
        )

    async def async_turn(self, x: int = 0, y: int = 0) -> None:
        """Turn by so much, or as far as it goes; raises CameraError."""
        here = self._here
        await self._async_look(
            self._motion.limits.clamp(Position(here.x + x, here.y + y))
        )

    async def async_step(self, x: int, y: int) -> None:
        """Turn by one step in some direction; raises CameraError."""
        await self.async_turn(x * self._options.step, y * self._options.step)

    async def async_center(self) -> None:
        """Look to the camera's own middle; raises CameraError."""
        self._by_hand()
        self._motion.center()
        await self._async_deliver()

    async def async_recall(self, name: str) -> None:
        """Look where a preset is; raises CameraError."""
        await self._async_look(self._preset(name))

    async def _async_look(self, position: Position) -> None:
        self._by_hand()
        self._motion.aim(position)
        await self._async_deliver()

    async def async_light(self, *, on: bool) -> None:
        """Switch the lamp; raises CameraError."""
        self._see_that_it_is_public()
        before = self.memory.light
        self._talk.switch_light(on=on)
        try:
            await self._client.async_deliver()
        except Unreachable:
            self._talk.light = before
            raise
        self.memory = replace(self.memory, light=on)

    def _see_that_it_is_public(self) -> None:
        if self.memory.private:
            raise Private

    def _by_hand(self) -> None:
        """End the round: somebody wants to look elsewhere."""
        self._see_that_it_is_public()
        self.stop_patrol()

    async def _async_deliver(self) -> None:
        try:
            await self._client.async_deliver()
        except Unreachable:
            # A wish of now shall not be carried out when the camera comes back.
            if not self.memory.private:
                self._motion.withdraw()
            raise

    # --- presets ---------------------------------------------------------------------

    def _preset(self, name: str) -> Position:
        try:
            return self.memory.presets[name]
        except KeyError:
            raise NoSuchPreset(preset=name) from None

    async def async_store_preset(self, name: str) -> None:
        """Give a name to where the camera looks; raises CameraError."""
        self._see_that_it_is_public()
        key = preset_name(name)
        presets = self.memory.presets
        if key is None or (key not in presets and len(presets) >= MOST_PRESETS):
            raise BadPreset(letters=str(LONGEST_NAME), presets=str(MOST_PRESETS))
        self.memory = self.memory.with_preset(key, self._here)

    async def async_delete_preset(self, name: str) -> None:
        """Forget a preset; raises CameraError."""
        self._preset(name)
        self.memory = self.memory.without_preset(name)
        if not self.memory.patrolling:
            self.end()

    # --- the round -------------------------------------------------------------------

    async def async_patrol(self, patrol: Patrol) -> None:
        """Go round over presets; raises CameraError."""
        self._see_that_it_is_public()
        for stop in patrol.stops:
            self._preset(stop.preset)
        if not patrol:
            raise NoSuchPreset(preset="")
        self.memory = replace(self.memory, patrol=patrol, patrolling=True)
        self._go_to_stop()

    def stop_patrol(self) -> None:
        """Stay where it is."""
        self.memory = replace(self.memory, patrolling=False)
        self.end()

    def _go_to_stop(self) -> None:
        """Look where the round is, and go on after a while."""
        self.end()
        patrol: Patrol = self.memory.patrol
        position = self._motion.limits.clamp(self._preset(patrol.stop.preset))
        self._motion.aim(position)
        self._client.wake()
        self._cancel = self._later(patrol.stop.dwell, self._go_on)

    def _go_on(self) -> None:
        self._cancel = None
        self.memory = replace(self.memory, patrol=self.memory.patrol.next())
        self._go_to_stop()

    # --- privacy ---------------------------------------------------------------------

    def set_private(self, *, private: bool, now: float) -> None:
        """Let nobody see anything, or let all see again; the round goes on then."""
        if private is self.memory.private:
            return
        self._placeholder = self._placeholder[0], now
        if private:
            self.memory = replace(self.memory, private=True, parked=False, light=False)
            self._talk.switch_light(on=False)
            self._hide()
            return
        self.memory = replace(self.memory, private=False, parked=False)
        self._client.undisturbed = False
        self._talk.hub.open_curtain()
        if self.memory.patrolling:
            self._go_to_stop()
        elif self.memory.target is not None:
            self._motion.aim(self._motion.limits.clamp(self.memory.target))
        self._client.wake()

    def _hide(self) -> None:
        """Draw the curtain and turn the camera away as soon as it can be reached."""
        self.end()
        self._talk.hub.draw_curtain(*self._placeholder)
        self._client.undisturbed = True
        if self.memory.parked:
            self._client.wake()
        else:
            self._park()

    def _park(self) -> None:
        self._motion.aim(self._motion.limits.clamp(self._options.park))
        self._client.wake()

    def take_presence(self, home: bool | None, now: float) -> None:  # noqa: FBT001
        """Act on somebody's coming and going; in between the switch is free."""
        if home is not None and home is not self.memory.at_home:
            self.memory = replace(self.memory, at_home=home)
            self.set_private(private=home, now=now)
