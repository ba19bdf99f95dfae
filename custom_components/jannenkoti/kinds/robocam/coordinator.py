"""The Home Assistant side of a camera: time, storage and entity updates."""

from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import (
    CONF_HOST,
    CONF_PATH,
    CONF_PORT,
    EVENT_HOMEASSISTANT_STOP,
)
from homeassistant.core import callback
from homeassistant.exceptions import (
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...lib.frame_hub import FrameHub
from ...lib.frame_video import FrameVideo
from ...push import PushSource, Throttle
from ...timers import async_call_later
from .frames.placeholder import draw_placeholder
from .model import ConnectionState, RoboCamData
from .motion.controller import Controller
from .motion.motion import Motion
from .motion.saved_state import is_at_home
from .options import Options
from .wire.client import LinkState, RoboCamClient
from .wire.connection import Address, Timing
from .wire.errors import CameraError, Unreachable
from .wire.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import (
        Event,
        EventStateChangedData,
        HomeAssistant,
        State,
    )

    from ...lib.frame_hub import Frame
    from ...store import KindStore
    from .model import Position
    from .motion.saved_state import SavedState

type RoboCamConfigEntry = ConfigEntry[RoboCamCoordinator]

TIMING: Final = Timing()

# What changes by itself, for example the frame rate, is updated this often.
_UPDATE_INTERVAL: Final = timedelta(seconds=10)
# Messages of the camera arrive in bursts; there is one update for each burst, s.
_UPDATE_DELAY: Final = 0.5
# A slider leaves many positions behind, of which one is saved, s.
_SAVE_DELAY: Final = 5

_ENTITY_TEXTS: Final = f"component.{DOMAIN}.entity"
_PRIVATE_TEXT: Final = (
    f"{_ENTITY_TEXTS}.sensor.robocam_connection.state.{ConnectionState.PRIVATE}"
)
_PRESET_TEXT: Final = f"{_ENTITY_TEXTS}.select.robocam_preset.name"


def _address_of(entry: RoboCamConfigEntry) -> Address:
    data = entry.data
    return Address(host=data[CONF_HOST], port=data[CONF_PORT], path=data[CONF_PATH])


class RoboCamCoordinator(PushSource[RoboCamData]):
    """Connect a camera's rules with Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: RoboCamConfigEntry,
        store: KindStore,
        saved: SavedState,
    ) -> None:
        """Initialize with the state that the previous run saved."""
        self.hass = hass
        self.config_entry = entry
        self.options = Options.parse(entry.options)
        self._stopped = False
        self._updates = Throttle(hass, _UPDATE_DELAY, self.update, entry.title)
        self.hub = FrameHub(self._demand_changed)
        self.video = FrameVideo(self.hub)
        self.motion = Motion(saved.target, saved.limits)
        self.session = Session(self.hub, self.motion, self.options.frames_per_second)
        self.client = RoboCamClient(
            async_get_clientsession(hass),
            _address_of(entry),
            self.session,
            stay=self.options.stay_connected,
            timing=TIMING,
            changed=self._update_soon,
        )
        self.controller = Controller(
            saved, self.options, self.session, self.client, self._call_later
        )
        self._store = store
        self._stored = saved
        self._frame_time: tuple[float, datetime] | None = None
        super().__init__(self._current_data())

    async def async_start(self) -> None:
        """Connect, or stay private; raises ConfigEntryNotReady."""
        entry, hass = self.config_entry, self.hass
        texts = await async_get_translations(
            hass, hass.config.language, "entity", [DOMAIN]
        )
        placeholder = await hass.async_add_executor_job(
            draw_placeholder, texts.get(_PRIVATE_TEXT, "")
        )
        entry.async_on_unload(self._async_stop)
        entry.async_on_unload(
            hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._close_hub)
        )
        self.controller.begin(placeholder, texts.get(_PRESET_TEXT, ""), monotonic())
        self._track_privacy_entity()
        entry.async_create_background_task(
            hass, self.client.async_run(), f"camera {entry.title}"
        )
        if not self.controller.saved.private:
            await self._async_wait_connected()
        entry.async_on_unload(
            async_track_time_interval(hass, self._update_regularly, _UPDATE_INTERVAL)
        )
        self.update()

    async def _async_wait_connected(self) -> None:
        """Wait for the first response; raises ConfigEntryNotReady."""
        try:
            await self.client.async_wait_connected()
        except Unreachable as err:
            raise ConfigEntryNotReady(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders={"name": self.config_entry.title},
            ) from err

    @callback
    def _close_hub(self, _event: Event) -> None:
        """Disconnect the viewers, because Home Assistant would wait for them."""
        self.hub.close()

    async def _async_stop(self) -> None:
        """Stop all timers, disconnect the viewers and save."""
        self.hub.close()
        await self.video.async_close()
        self.controller.end()
        self._stopped = True
        self._updates.async_stop()
        await self._store.async_save(self.controller.saved.as_dict())
        self._store.close()

    # --- requests --------------------------------------------------------------------

    async def async_perform(self, request: Coroutine[Any, Any, None]) -> None:
        """Carry out a request of the controller; raises HomeAssistantError."""
        try:
            await request
        except CameraError as err:
            error = ServiceValidationError if err.invalid else HomeAssistantError
            raise error(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders={
                    "name": self.config_entry.title,
                    **err.placeholders,
                },
            ) from err
        finally:
            self.update()

    @callback
    def set_private(self, *, private: bool) -> None:
        """Switch privacy."""
        self.controller.set_private(private=private, now=monotonic())
        self.update()

    @callback
    def _call_later(
        self, delay: timedelta, function: Callable[[], None]
    ) -> Callable[[], None]:
        @callback
        def act(_now: datetime) -> None:
            function()
            self.update()

        return async_call_later(self.hass, delay, act)

    @callback
    def _track_privacy_entity(self) -> None:
        """Be private while the privacy entity is at home."""
        if (privacy_entity := self.options.privacy_entity) is None:
            return

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            self._apply_presence(event.data["new_state"])
            self.update()

        self.config_entry.async_on_unload(
            async_track_state_change_event(self.hass, privacy_entity, changed)
        )
        self._apply_presence(self.hass.states.get(privacy_entity))

    @callback
    def _apply_presence(self, state: State | None) -> None:
        home = None if state is None else is_at_home(state.state)
        self.controller.apply_presence(home, monotonic())

    # --- updates ---------------------------------------------------------------------

    @callback
    def _current_data(self) -> RoboCamData:
        session, motion, client = self.session, self.motion, self.client
        saved = self.controller.saved
        if saved.private:
            connection = ConnectionState.PRIVATE
        elif client.problem is not None:
            connection = ConnectionState(client.problem.value)
        else:
            connection = ConnectionState(client.link.value)
        return RoboCamData(
            connection=connection,
            connected=client.link is LinkState.CONNECTED,
            lost=client.link is LinkState.LOST and not saved.private,
            private=saved.private,
            patrolling=saved.patrolling,
            presets=saved.presets,
            preset=saved.preset_at(motion.target),
            preset_name=self.controller.preset_name,
            lamp=session.lamp is not False,
            pan_range=(motion.limits.min_x, motion.limits.max_x),
            tilt_range=(motion.limits.min_y, motion.limits.max_y),
            pan=self._pan_of(motion.target),
            tilt=motion.target.y if motion.target else None,
            measured_pan=self._pan_of(motion.measured),
            measured_tilt=motion.measured.y if motion.measured else None,
            moving=motion.moving,
            viewers=self.hub.viewers,
            clients=session.clients,
            frame_rate=session.frame_rate(monotonic()),
            last_frame=self._time_of(self.hub.latest),
            dropped=session.dropped,
            reconnects=client.reconnects,
        )

    @callback
    def _pan_of(self, position: Position | None) -> int | None:
        """Return the pan angle of a position as it is shown."""
        if position is None:
            return None
        return self.options.pan(position.x, self.motion.limits)

    @callback
    def _time_of(self, frame: Frame | None) -> datetime | None:
        """Return when a frame was received, by the wall clock."""
        if frame is None:
            return None
        if self._frame_time is None or self._frame_time[0] != frame.at:
            age = timedelta(seconds=monotonic() - frame.at)
            self._frame_time = frame.at, dt_util.utcnow() - age
        return self._frame_time[1]

    @callback
    def _update_regularly(self, _now: datetime) -> None:
        """Update what changes by itself, and send an old frame again."""
        self.hub.resend(monotonic() - _UPDATE_INTERVAL.total_seconds() / 2)
        self.update()

    @callback
    def update(self) -> None:
        """Save and show the current state, if it has changed."""
        self.controller.update()
        if (saved := self.controller.saved) != self._stored:
            # Privacy must survive a crash of the next moment.
            urgent = saved.private is not self._stored.private
            self._stored = saved
            self._store.save_soon(self._to_store, 0 if urgent else _SAVE_DELAY)
        if (data := self._current_data()) != self.data:
            self.async_set_updated_data(data)

    @callback
    def _to_store(self) -> dict[str, Any]:
        return self.controller.saved.as_dict()

    @callback
    def _demand_changed(self) -> None:
        """Connect to the camera if a viewer needs it."""
        self.client.wake()
        self._update_soon()

    @callback
    def _update_soon(self) -> None:
        """Update, unless the entry is unloaded while viewers disconnect."""
        if not self._stopped:
            self._updates.async_request()
