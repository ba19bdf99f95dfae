"""Apply requests of users, privacy and patrols to a camera.

The latest request counts, and privacy comes before all of them.
"""

from dataclasses import replace
from itertools import count
from math import isfinite
from typing import TYPE_CHECKING

from ..model import Limits, Position
from ..wire.errors import (
    CameraIsPrivate,
    InvalidPreset,
    NoPresets,
    NothingToDo,
    OutOfRange,
    UnknownPreset,
    Unreachable,
)
from .patrol import DEFAULT_DWELL, Patrol, Stop
from .saved_state import LONGEST_NAME, MOST_PRESETS, preset_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from ..options import Options
    from ..wire.client import RoboCamClient
    from ..wire.session import Session
    from .saved_state import SavedState

    type Cancel = Callable[[], None]
    type CallLater = Callable[[timedelta, Callable[[], None]], Cancel]


class Controller:
    """Change the saved state and send the commands that follow from it."""

    def __init__(
        self,
        saved: SavedState,
        options: Options,
        session: Session,
        client: RoboCamClient,
        call_later: CallLater,
    ) -> None:
        """Continue from a saved state. `call_later` calls a function after a delay."""
        self.saved = saved
        self._options = options
        self._session = session
        self._motion = session.motion
        self._client = client
        self._call_later = call_later
        self._cancel: Cancel | None = None
        self._placeholder = (b"", 0.0)
        self._preset_label = ""
        self._preset_name: str | None = None
        session.lamp = False if saved.private else saved.lamp

    def begin(self, placeholder: bytes, preset_label: str, now: float) -> None:
        """Hide the camera if it is private, else continue the patrol.

        The placeholder is the image that private cameras show; the label and a number
        make the name of a preset.
        """
        self._placeholder = placeholder, now
        self._preset_label = preset_label
        if self.saved.private:
            self._hide()
        elif self.saved.patrolling:
            self._go_to_stop()

    def end(self) -> None:
        """Stop the timer of the patrol."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def update(self) -> None:
        """Save what the camera reported."""
        if not self.saved.private:
            self.saved = replace(self.saved, target=self._motion.target)
        elif not self._session.needs_connection and not self.saved.parked:
            # The target before privacy stays saved.
            self._confirm_parked()
        self.saved = replace(self.saved, limits=self._motion.limits)

    def _confirm_parked(self) -> None:
        """Park again if the camera was lost before it reported its position."""
        if self._motion.confirmed:
            self.saved = replace(self.saved, parked=True)
        else:
            self._park()

    # --- moves -----------------------------------------------------------------------

    @property
    def _target(self) -> Position:
        """Return the target; it is in the middle as long as none is known."""
        limits: Limits = self._motion.limits
        middle = Position(
            (limits.min_x + limits.max_x) // 2, (limits.min_y + limits.max_y) // 2
        )
        return self._motion.target or middle

    async def async_move(self, *, x: int | None = None, y: int | None = None) -> None:
        """Move to a position; raises CameraError."""
        if x is None and y is None:
            raise NothingToDo
        target = self._target
        await self._async_move(
            Position(target.x if x is None else x, target.y if y is None else y)
        )

    async def async_pan(self, pan: float) -> None:
        """Move to a pan angle as it is shown; raises CameraError."""
        whole = self._whole(pan)
        await self.async_move(x=self._options.pan(whole, self._motion.limits))

    async def async_tilt(self, tilt: float) -> None:
        """Move to a tilt angle; raises CameraError."""
        await self.async_move(y=self._whole(tilt))

    def _whole(self, angle: float) -> int:
        """Round an angle, as the firmware accepts whole degrees only.

        Home Assistant lets NaN through to here; raises OutOfRange.
        """
        if not isfinite(angle):
            raise OutOfRange(**self._motion.limits.as_texts())
        return round(angle)

    async def async_turn(self, x: int | None = None, y: int | None = None) -> None:
        """Turn by some degrees, at most to the limits; raises CameraError."""
        if x is None and y is None:
            raise NothingToDo
        target = self._target
        target = Position(target.x + (x or 0), target.y + (y or 0))
        await self._async_move(self._motion.limits.clamp(target))

    async def async_step(self, x: int, y: int) -> None:
        """Turn by one step; raises CameraError."""
        await self.async_turn(x * self._options.step, y * self._options.step)

    async def async_center(self) -> None:
        """Move to the camera's own start position; raises CameraError."""
        self._take_over()
        self._motion.center()
        await self._async_deliver()

    async def async_recall(self, name: str) -> None:
        """Move to a preset; raises CameraError."""
        await self._async_move(self._preset(name))

    async def _async_move(self, target: Position) -> None:
        self._take_over()
        self._motion.move(target)
        await self._async_deliver()

    async def async_switch_lamp(self, *, on: bool) -> None:
        """Switch the lamp; raises CameraError."""
        self._require_public()
        before = self.saved.lamp
        self._session.switch_lamp(on=on)
        try:
            await self._client.async_deliver()
        except Unreachable:
            if not self.saved.private:
                self._session.lamp = before
            raise
        self.saved = replace(self.saved, lamp=on)

    def _require_public(self) -> None:
        if self.saved.private:
            raise CameraIsPrivate

    def _take_over(self) -> None:
        """End the patrol, because a user moves the camera."""
        self._require_public()
        self.stop_patrol()

    async def _async_deliver(self) -> None:
        try:
            await self._client.async_deliver()
        except Unreachable:
            # The user gets an error, so it must not be carried out later.
            if not self.saved.private:
                self._motion.cancel()
            raise

    # --- presets ---------------------------------------------------------------------

    @property
    def preset_name(self) -> str:
        """Return the name that the next stored preset gets."""
        if self._preset_name is not None:
            return self._preset_name
        names = (f"{self._preset_label} {number}".strip() for number in count(1))
        return next(name for name in names if name not in self.saved.presets)

    async def async_name_preset(self, text: str) -> None:
        """Set the name of the next stored preset; raises CameraError."""
        self._preset_name = self._valid_name(text)

    @staticmethod
    def _valid_name(text: str) -> str:
        if (name := preset_name(text)) is None:
            raise InvalidPreset(letters=str(LONGEST_NAME), presets=str(MOST_PRESETS))
        return name

    def _preset(self, name: str) -> Position:
        try:
            return self.saved.presets[name]
        except KeyError:
            raise UnknownPreset(preset=name[: 2 * LONGEST_NAME]) from None

    async def async_store_preset(self, text: str | None = None) -> None:
        """Store the target position under a name; raises CameraError."""
        self._require_public()
        name = self.preset_name if text is None else self._valid_name(text)
        presets = self.saved.presets
        if name not in presets and len(presets) >= MOST_PRESETS:
            raise InvalidPreset(letters=str(LONGEST_NAME), presets=str(MOST_PRESETS))
        self.saved = self.saved.with_preset(name, self._target)
        self._preset_name = None

    async def async_delete_preset(self, name: str) -> None:
        """Delete a preset; raises CameraError."""
        self._preset(name)
        self.saved = self.saved.without_preset(name)
        if not self.saved.patrolling:
            self.end()

    # --- patrol ----------------------------------------------------------------------

    async def async_start_patrol(self, patrol: Patrol | None = None) -> None:
        """Start a patrol, or the last one, or one over all presets.

        Raises CameraError.
        """
        self._require_public()
        everywhere = Patrol(tuple(Stop(at, DEFAULT_DWELL) for at in self.saved.presets))
        patrol = patrol or self.saved.patrol or everywhere
        for stop in patrol.stops:
            self._preset(stop.preset)
        if not patrol:
            raise NoPresets
        self.saved = replace(self.saved, patrol=patrol, patrolling=True)
        self._go_to_stop()

    def stop_patrol(self) -> None:
        """End the patrol. The camera stays where it points."""
        self.saved = replace(self.saved, patrolling=False)
        self.end()

    def _go_to_stop(self) -> None:
        """Move to the current stop, and to the next one after the dwell time."""
        self.end()
        patrol: Patrol = self.saved.patrol
        self._motion.move(self._motion.limits.clamp(self._preset(patrol.stop.preset)))
        self._client.wake()
        self._cancel = self._call_later(patrol.stop.dwell, self._go_on)

    def _go_on(self) -> None:
        self._cancel = None
        self.saved = replace(self.saved, patrol=self.saved.patrol.next())
        self._go_to_stop()

    # --- privacy ---------------------------------------------------------------------

    def set_private(self, *, private: bool, now: float) -> None:
        """Hide the camera, or show it again, with its lamp and patrol as before."""
        if private is self.saved.private:
            return
        self._placeholder = self._placeholder[0], now
        self.saved = replace(self.saved, private=private, parked=False)
        # The firmware switches the lamp on when it starts.
        self._session.switch_lamp(on=not private and self.saved.lamp is not False)
        if private:
            self._hide()
            return
        self._client.suspended = False
        self._session.hub.remove_placeholder()
        if self.saved.patrolling:
            self._go_to_stop()
        elif self.saved.target is not None:
            self._motion.move(self._motion.limits.clamp(self.saved.target))
        self._client.wake()

    def _hide(self) -> None:
        """Show the placeholder, and park the camera as soon as it can be reached."""
        self.end()
        self._session.hub.show_placeholder(*self._placeholder)
        self._client.suspended = True
        if self.saved.parked:
            self._client.wake()
        else:
            self._park()

    def _park(self) -> None:
        self._motion.move(self._motion.limits.clamp(self._options.park))
        self._client.wake()

    def apply_presence(self, home: bool | None, now: float) -> None:  # noqa: FBT001
        """Switch privacy when the privacy entity changes, and only then."""
        if home is not None and home is not self.saved.at_home:
            self.saved = replace(self.saved, at_home=home)
            self.set_private(private=home, now=now)
