"""The Home Assistant side of a receiver: a source of updates for each board."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...const import LOGGER
from ...occurrences import Occurrence, async_report_occurrence
from ...push import PushSource, SilenceWatch, Throttle
from .model import Board, Rejected, RejectReason

if TYPE_CHECKING:
    from ...store import KindStore
    from .model import Report
    from .receiver.receiver import Receiver

type RoomSensorsConfigEntry = ConfigEntry[RoomSensorsCoordinator]
type BoardsAdded = Callable[[list[BoardSource]], None]

# What a crash can lose, s. Unloading and stopping save too.
_SAVE_DELAY: Final = 15 * 60

# Counters of rejected requests are written to the recorder at most this often, s.
_COUNTER_INTERVAL: Final = 60


def receiver_key(entry: ConfigEntry) -> str:
    """Return the identifier of the receiver's device."""
    return str(entry.unique_id)


def board_key(entry: ConfigEntry, location: str) -> str:
    """Return the identifier of a board's device."""
    return f"{entry.unique_id}_{location}"


class BoardSource(PushSource[Board]):
    """The updates of one board, for the entities of that board only."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, receiver: Receiver, location: str
    ) -> None:
        """Initialize with what is known about the board."""
        super().__init__(receiver.board(location))
        self.hass = hass
        self.entry = entry
        self.location = location
        self._left_out: str | None = None
        self._receiver = receiver
        self._watch = SilenceWatch(hass, self._async_set_silent, location)
        self._counter = Throttle(
            hass, _COUNTER_INTERVAL, self.async_update, f"rejected {location}"
        )

    @callback
    def async_update(self) -> None:
        """Show what is known now."""
        self.async_set_updated_data(self._receiver.board(self.location))

    @callback
    def async_reported(self, report: Report) -> None:
        """Show an accepted report, and watch for the next one."""
        self.async_log_left_out(report)
        if self.data.silent and self.data.last_report is not None:
            LOGGER.info("The board %s reports again", self.location)
            # After a restart it may have been silent for this reason only.
            if self.data.missed:
                self._async_occurred("board_reports_again")
        self.async_update()
        self.async_watch()

    @callback
    def async_log_left_out(self, report: Report) -> None:
        """Log which value of a report was left out, once until that changes."""
        if (name := report.left_out) == self._left_out:
            return
        if name is None:
            LOGGER.info("All values of the board %s are accepted again", self.location)
        elif report.unit_unknown:
            LOGGER.info(
                "The temperature of the board %s is left out, because its unit is not "
                "understood; its other value is accepted. Send °C or °F",
                self.location,
            )
        else:
            LOGGER.info(
                "The %s of the board %s is left out, because it cannot be read or is "
                "implausible; its other value is accepted. Check the sensor's wiring",
                name,
                self.location,
            )
        self._left_out = name

    @callback
    def async_watch(self) -> None:
        """Wait for the silence limit of the board."""
        self._watch.async_reported(self.data.silent_after.total_seconds())

    @callback
    def async_rejected(self) -> None:
        """Show the counter of rejected reports, at most once a minute."""
        self._counter.async_request()

    @callback
    def async_stop(self) -> None:
        """Stop the timers."""
        self._watch.async_stop()
        self._counter.async_stop()

    @callback
    def _async_set_silent(self) -> None:
        """Make the entities of measured values unavailable."""
        self._receiver.set_silent(self.location)
        LOGGER.info(
            "The board %s did not report for %s", self.location, self.data.silent_after
        )
        self.async_update()
        self._async_occurred("board_silent")

    @callback
    def _async_occurred(self, name: str) -> None:
        """Let the triggers of the board run."""
        async_report_occurrence(
            self.hass,
            f"room_sensors_{name}",
            Occurrence(
                entry_id=self.entry.entry_id,
                device_key=board_key(self.entry, self.location),
                details={"location": self.location},
            ),
        )


class RoomSensorsCoordinator:
    """Hand reports to the rules of a receiver, and the outcome to the boards."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        store: KindStore,
        receiver: Receiver,
    ) -> None:
        """Initialize with the boards that the previous run saved."""
        self.receiver = receiver
        self.wrong_keys = PushSource(receiver.wrong_keys)
        self.boards: dict[str, BoardSource] = {}
        self._hass = hass
        self._entry = entry
        self._store = store
        self._closed = False
        self._save_armed = False
        self._boards_added: BoardsAdded | None = None
        self._counter = Throttle(
            hass, _COUNTER_INTERVAL, self._async_show_wrong_keys, "wrong keys"
        )
        for location in receiver:
            self._async_add_board(location)

    @callback
    def async_listen(self, boards_added: BoardsAdded) -> None:
        """Call a function with all boards, and later with each new one."""
        self._boards_added = boards_added
        boards_added(list(self.boards.values()))

    @callback
    def async_receive(self, body: bytes, source: str) -> Report:
        """Apply a report of a source address; raises Rejected."""
        if self._closed:
            raise Rejected(RejectReason.BACKEND_UNAVAILABLE)
        try:
            report = self.receiver.receive(body, source, dt_util.utcnow())
        except Rejected as rejected:
            if rejected.location in self.boards:
                self.boards[rejected.location].async_rejected()
                self._async_save_soon()
            raise
        board = self.boards.get(report.location)
        if board is None:
            board = self._async_add_board(report.location)
            if self._boards_added is not None:
                self._boards_added([board])
            board.async_log_left_out(report)
            board.async_watch()
        else:
            board.async_reported(report)
        self._async_save_soon()
        return report

    @callback
    def async_count(self, rejected: Rejected) -> None:
        """Count a rejected request."""
        self.receiver.count(rejected.reason)
        if rejected.reason is RejectReason.UNAUTHORIZED and not self._closed:
            self._counter.async_request()
            self._async_save_soon()

    @callback
    def async_delete(self, location: str) -> bool:
        """Delete a board that the user removes, unless it still reports."""
        if not self.receiver.delete(location):
            return False
        if (board := self.boards.pop(location, None)) is not None:
            board.async_stop()
        self._async_save_soon()
        return True

    async def async_close(self) -> None:
        """Accept no more reports, stop all timers and save."""
        self._closed = True
        self._counter.async_stop()
        for board in self.boards.values():
            board.async_stop()
        await self._store.async_save(self.receiver.to_store())
        self._store.close()

    @callback
    def _async_show_wrong_keys(self) -> None:
        """Show the counter of wrong keys."""
        self.wrong_keys.async_set_updated_data(self.receiver.wrong_keys)

    @callback
    def _async_save_soon(self) -> None:
        """Save before long; costs nothing while a save is armed."""
        if not self._save_armed:
            self._save_armed = True
            self._store.save_soon(self._to_store, _SAVE_DELAY)

    def _to_store(self) -> dict[str, Any]:
        """Return what to save."""
        self._save_armed = False
        return self.receiver.to_store()

    @callback
    def _async_add_board(self, location: str) -> BoardSource:
        """Add a source for a board."""
        board = BoardSource(self._hass, self._entry, self.receiver, location)
        self.boards[location] = board
        return board
