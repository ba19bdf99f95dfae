"""Keeps the boards of a receiver: a coordinator for each, so that a post wakes one."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ...const import LOGGER
from .model import Board, Error, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.helpers.storage import Store

    from .model import Report
    from .receiver import Receiver

type RoomSensorsEntry = ConfigEntry[RoomSensors]
type BoardsAdded = Callable[[list[BoardCoordinator]], None]

# Unloading and stopping save as well: this bounds what a crash can lose.
_SAVE_DELAY: Final = 15 * 60

# Somebody who tries keys shall not keep the recorder busy.
_WRONG_KEYS_INTERVAL: Final = timedelta(seconds=1)


class BoardCoordinator(DataUpdateCoordinator[Board]):
    """Tells the entities of one board, and only those, what is new."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: RoomSensorsEntry,
        receiver: Receiver,
        location: str,
    ) -> None:
        """Begin with what is known about the board."""
        super().__init__(hass, LOGGER, config_entry=entry, name=location)
        self.location = location
        self.data = receiver.board(location)
        self._receiver = receiver
        self._silence = HassJob(
            self._async_fall_silent, f"silence of {location}", cancel_on_shutdown=True
        )
        self._stop_watch: CALLBACK_TYPE | None = None

    @callback
    def async_publish(self) -> None:
        """Tell the entities what is known now."""
        self.async_set_updated_data(self._receiver.board(self.location))

    @callback
    def async_heard(self) -> None:
        """Take note of a good reading and watch for the next."""
        if self.data.silent and self.data.last_seen is not None:
            LOGGER.info("The board %s is heard again", self.location)
        self.async_publish()
        self.async_watch()

    @callback
    def async_watch(self) -> None:
        """Wait for the board to fall silent, by a clock that nobody sets."""
        self.async_stop_watch()
        self._stop_watch = async_call_later(
            self.hass, self.data.silent_after, self._silence
        )

    @callback
    def async_stop_watch(self) -> None:
        """Stop waiting."""
        if self._stop_watch is not None:
            self._stop_watch()
            self._stop_watch = None

    @callback
    def _async_fall_silent(self, _now: datetime) -> None:
        """Let the entities become unavailable."""
        self._stop_watch = None
        self._receiver.fall_silent(self.location)
        LOGGER.info(
            "The board %s has been silent for %s", self.location, self.data.silent_after
        )
        self.async_publish()


class WrongKeys(DataUpdateCoordinator[int]):
    """Tells how often a wrong key was tried, at most once in a while."""

    def __init__(
        self, hass: HomeAssistant, entry: RoomSensorsEntry, receiver: Receiver
    ) -> None:
        """Begin with what was counted in an earlier life."""
        super().__init__(hass, LOGGER, config_entry=entry, name="wrong keys")
        self.data = receiver.wrong_keys
        self._receiver = receiver
        self._rested = HassJob(
            self._async_rested, "wrong keys", cancel_on_shutdown=True
        )
        self._stop_rest: CALLBACK_TYPE | None = None

    @callback
    def async_counted(self) -> None:
        """Tell the new count, at once if the last time was long enough ago."""
        if self._stop_rest is None:
            self.async_set_updated_data(self._receiver.wrong_keys)
            self._stop_rest = async_call_later(
                self.hass, _WRONG_KEYS_INTERVAL, self._rested
            )

    @callback
    def async_stop(self) -> None:
        """Tell no more."""
        if self._stop_rest is not None:
            self._stop_rest()

    @callback
    def _async_rested(self, _now: datetime) -> None:
        """Tell what was counted meanwhile."""
        self._stop_rest = None
        if self.data != self._receiver.wrong_keys:
            self.async_counted()


class RoomSensors:
    """A receiver at work: hands posts to its rules and their outcome to the boards."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: RoomSensorsEntry,
        store: Store[dict[str, Any]],
        receiver: Receiver,
    ) -> None:
        """Begin with the boards that the rules know from an earlier life."""
        self.receiver = receiver
        self.wrong_keys = WrongKeys(hass, entry, receiver)
        self.boards: dict[str, BoardCoordinator] = {}
        self._hass = hass
        self._entry = entry
        self._store = store
        self._unsaved = False
        self._closed = False
        self._boards_added: BoardsAdded | None = None
        for location in receiver:
            self._async_add_board(location)

    @callback
    def async_listen(self, boards_added: BoardsAdded) -> None:
        """Tell about all boards, now and whenever one is heard for the first time."""
        self._boards_added = boards_added
        boards_added(list(self.boards.values()))

    @callback
    def async_receive(self, body: bytes) -> Report:
        """Take a post in; raises Refused."""
        if self._closed:  # while the body was on its way
            raise Refused(Error.BACKEND_UNAVAILABLE)
        try:
            report = self.receiver.receive(body, dt_util.utcnow())
        except Refused as refused:
            if refused.location in self.boards:
                self.boards[refused.location].async_publish()
                self.async_save_later()
            raise
        board = self.boards.get(report.location)
        if board is None:
            board = self._async_add_board(report.location)
            if self._boards_added is not None:
                self._boards_added([board])
            board.async_watch()
        else:
            board.async_heard()
        self.async_save_later()
        return report

    @callback
    def async_count_wrong_key(self) -> None:
        """Count a key that nobody knows."""
        self.receiver.count(Error.UNAUTHORIZED)
        self.wrong_keys.async_counted()
        self.async_save_later()

    @callback
    def async_forget(self, location: str) -> bool:
        """Forget a board that the user deletes, unless it still speaks."""
        if not self.receiver.forget(location):
            return False
        self.boards.pop(location, None)
        self.async_save_later()
        return True

    @callback
    def async_save_later(self) -> None:
        """Save before long; a post costs no more than this look."""
        if not self._unsaved:
            self._unsaved = True
            self._store.async_delay_save(self._to_store, _SAVE_DELAY)

    async def async_close(self) -> None:
        """Stop all timers and save."""
        self._closed = True
        self.wrong_keys.async_stop()
        for board in self.boards.values():
            board.async_stop_watch()
        await self._store.async_save(self.receiver.to_store())

    def _to_store(self) -> dict[str, Any]:
        """Return what to save, now that it is saved."""
        self._unsaved = False
        return self.receiver.to_store()

    @callback
    def _async_add_board(self, location: str) -> BoardCoordinator:
        """Keep a board from now on."""
        board = BoardCoordinator(self._hass, self._entry, self.receiver, location)
        self.boards[location] = board
        return board
