"""Lets a camera live in Home Assistant."""

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
    async_call_later,
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, LOGGER
from .client import Link, RoboCamClient
from .connection import Address, Timing
from .errors import CameraError, Unreachable
from .hub import FrameHub
from .memory import at_home
from .model import Connection, Snapshot
from .motion import Motion
from .operator import Operator
from .options import Options
from .placeholder import draw
from .talk import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import (
        CALLBACK_TYPE,
        Event,
        EventStateChangedData,
        HomeAssistant,
        State,
    )
    from homeassistant.helpers.storage import Store

    from .hub import Picture
    from .memory import Memory

type RoboCamEntry = ConfigEntry[RoboCamCoordinator]

TIMING: Final = Timing()

# What changes by itself, such as the pictures per second, is told so often.
_TELL_EVERY: Final = timedelta(seconds=10)
# Messages of the camera come in bursts; a state is written for each burst.
_TELL_SOON: Final = 0.5
# A slider leaves many places behind, of which one is kept.
_SAVE_SOON: Final = 5

_WORD: Final = (
    f"component.{DOMAIN}.entity.sensor.robocam_connection.state.{Connection.PRIVATE}"
)


class RoboCamCoordinator(DataUpdateCoordinator[Snapshot]):
    """Gives a camera its time and its memory, and tells the entities what it does."""

    config_entry: RoboCamEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: RoboCamEntry,
        store: Store[dict[str, Any]],
        memory: Memory,
    ) -> None:
        """Begin where the last run ended."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title)
        self.options = Options.parse(entry.options)
        self.hub = FrameHub(self._wake)
        self.motion = Motion(memory.target, memory.limits)
        self.talk = Talk(self.hub, self.motion, self.options.fps)
        self.talk.light = memory.light
        self.client = RoboCamClient(
            async_get_clientsession(hass),
            Address(
                host=entry.data[CONF_HOST],
                port=entry.data[CONF_PORT],
                path=entry.data[CONF_PATH],
            ),
            self.talk,
            stay=self.options.stay_connected,
            timing=TIMING,
            changed=self._tell_soon,
        )
        self.operator = Operator(
            memory, self.options, self.talk, self.client, self._later
        )
        self._store = store
        self._stored = memory
        self._dated: tuple[float, datetime] | None = None
        self._cancel_tell: CALLBACK_TYPE | None = None
        self.data = self._snapshot()

    async def async_start(self) -> None:
        """Connect, or let nobody see anything; raises ConfigEntryNotReady."""
        entry, hass = self.config_entry, self.hass
        texts = await async_get_translations(
            hass, hass.config.language, "entity", [DOMAIN]
        )
        picture = await hass.async_add_executor_job(draw, texts.get(_WORD, ""))
        entry.async_on_unload(self._async_stop)
        entry.async_on_unload(
            hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._send_away)
        )
        self.operator.begin(picture, monotonic())
        self._follow()
        entry.async_create_background_task(
            hass, self.client.async_run(), f"camera {entry.title}"
        )
        if not self.operator.memory.private:
            await self._async_meet()
        entry.async_on_unload(async_track_time_interval(hass, self._tick, _TELL_EVERY))
        self.tell()

    async def _async_meet(self) -> None:
        """See the camera once."""
        try:
            await self.client.async_meet()
        except Unreachable as err:
            raise ConfigEntryNotReady(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders={"name": self.name},
            ) from err

    @callback
    def _send_away(self, _event: Event) -> None:
        """Send viewers away, for Home Assistant would wait for them."""
        self.hub.close()

    async def _async_stop(self) -> None:
        """Stop all timers, send viewers away and save."""
        self.hub.close()
        self.operator.end()
        if self._cancel_tell is not None:
            self._cancel_tell()
        self._cancel_tell = _do_nothing  # nothing is told any more
        await self._store.async_save(self.operator.memory.as_dict())

    # --- wishes ----------------------------------------------------------------------

    async def async_perform(self, wish: Coroutine[Any, Any, None]) -> None:
        """Let the operator do something; raises HomeAssistantError."""
        try:
            await wish
        except CameraError as err:
            error = ServiceValidationError if err.mistake else HomeAssistantError
            raise error(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders={"name": self.name, **err.placeholders},
            ) from err
        finally:
            self.tell()

    @callback
    def set_private(self, *, private: bool) -> None:
        """Let nobody see anything, or let all see again."""
        self.operator.set_private(private=private, now=monotonic())
        self.tell()

    @callback
    def _later(self, after: timedelta, what: Callable[[], None]) -> Callable[[], None]:
        @callback
        def act(_now: datetime) -> None:
            what()
            self.tell()

        return async_call_later(self.hass, after, act)

    @callback
    def _follow(self) -> None:
        """Be private while the followed entity is at home."""
        if (followed := self.options.followed) is None:
            return

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            self._take_presence(event.data["new_state"])
            self.tell()

        self.config_entry.async_on_unload(
            async_track_state_change_event(self.hass, followed, changed)
        )
        self._take_presence(self.hass.states.get(followed))

    @callback
    def _take_presence(self, state: State | None) -> None:
        home = None if state is None else at_home(state.state)
        self.operator.take_presence(home, monotonic())

    # --- what the entities show ------------------------------------------------------

    @callback
    def _snapshot(self) -> Snapshot:
        talk, motion, client = self.talk, self.motion, self.client
        memory = self.operator.memory
        lost = client.link is Link.LOST and not memory.private
        if memory.private:
            connection = Connection.PRIVATE
        elif client.problem is not None:
            connection = Connection(client.problem.value)
        else:
            connection = Connection(client.link.value)
        return Snapshot(
            connection=connection,
            connected=client.link is Link.CONNECTED,
            lost=lost,
            memory=memory,
            limits=motion.limits,
            target=motion.target,
            measured=motion.measured,
            moving=motion.moving,
            viewers=self.hub.viewers,
            clients=talk.clients,
            fps=talk.fps(monotonic()),
            last_picture=self._date_of(self.hub.latest),
            dropped=talk.dropped,
            reconnects=client.reconnects,
        )

    @callback
    def _date_of(self, picture: Picture | None) -> datetime | None:
        """Return when a picture came, by the wall clock."""
        if picture is None:
            return None
        if self._dated is None or self._dated[0] != picture.at:
            age = timedelta(seconds=monotonic() - picture.at)
            self._dated = picture.at, dt_util.utcnow() - age
        return self._dated[1]

    @callback
    def _tick(self, now: datetime) -> None:
        """Tell what has changed by itself, and show again what has not."""
        self.hub.repeat(monotonic() - _TELL_EVERY.total_seconds() / 2)
        self.tell(now)

    @callback
    def tell(self, _now: datetime | None = None) -> None:
        """Let the entities show what is known now, and remember it."""
        self.operator.learn()
        if (memory := self.operator.memory) != self._stored:
            self._stored = memory
            self._store.async_delay_save(self._to_store, _SAVE_SOON)
        if (snapshot := self._snapshot()) != self.data:
            self.async_set_updated_data(snapshot)

    @callback
    def _to_store(self) -> dict[str, Any]:
        return self.operator.memory.as_dict()

    @callback
    def _tell_soon(self) -> None:
        if self._cancel_tell is None:
            self._cancel_tell = async_call_later(self.hass, _TELL_SOON, self._told)

    @callback
    def _told(self, now: datetime) -> None:
        self._cancel_tell = None
        self.tell(now)

    @callback
    def _wake(self) -> None:
        """Look at what viewers want."""
        self.client.wake()
        self._tell_soon()


@callback
def _do_nothing() -> None:
    """Stand for a timer that is not there."""
