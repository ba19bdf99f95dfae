"""Apply reports to the boards of a receiver."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ....lib.budget import Budget
from ....lib.reading import Gate, Plausible, ReportInterval
from ....lib.stored import Stored
from ..model import Board, Rejected, RejectReason, location_name
from ..options import Offset
from .parsing import parse_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model import Report
    from ..options import Options

MOST_BOARDS: Final = 64

# Boards behind one address have a limit each, so there may be many.
_MOST_LIMITED: Final = 1024

# A DS18B20 without power reports 85 °C, one without a wire -127 °C; the DHT22 measures
# -40 to 80. An open door in winter changes a few degrees in a minute.
_TEMPERATURE: Final = Plausible(
    lowest=-40, highest=80, step=5, per_minute=3, most=12, ordinary=(5, 40)
)
# A shower changes humidity by tens of percent within minutes.
_HUMIDITY: Final = Plausible(lowest=0, highest=100, step=20, per_minute=15, most=60)

_NO_OFFSET: Final = Offset()

# A clock that shows an earlier time was never set.
_CLOCK_IS_SET: Final = datetime(2026, 1, 1, tzinfo=UTC)


class _Quantity:
    """A measured quantity of one board."""

    __slots__ = ("_gate", "received_at", "value")

    def __init__(self, plausible: Plausible, stored: Stored) -> None:
        """Restore the last accepted value, with which the next one is compared."""
        self.value: float | None = None
        self.received_at: datetime | None = None
        value, at = stored.number("value", None), stored.moment("at", None)
        trusted = None if value is None or at is None else (value, at)
        self._gate = Gate(plausible, trusted)

    def accepts(self, value: float, now: datetime) -> bool:
        """Return whether a value is plausible."""
        return self._gate.passes(value, now)

    def update(self, value: float, now: datetime) -> None:
        """Set the value."""
        self.value, self.received_at = value, now

    def expire(self, now: datetime, after: timedelta) -> None:
        """Remove a value that is older than the silence limit."""
        if self.received_at is not None and now - self.received_at > after:
            self.value = None

    def to_store(self) -> dict[str, Any] | None:
        """Return the last accepted value as JSON."""
        if (trusted := self._gate.trusted) is None:
            return None
        return {"value": trusted[0], "at": trusted[1].isoformat()}


class _BoardState:
    """What the receiver stores of one board."""

    __slots__ = (
        "humidity",
        "last_report",
        "missed",
        "rejected",
        "report_interval",
        "silent",
        "temperature",
    )

    def __init__(self, stored: Stored) -> None:
        """Restore what the previous run saved. The board is silent until it reports."""
        self.last_report = stored.moment("last_report", None)
        self.rejected = stored.integer("rejected", 0, lowest=0)
        self.report_interval = ReportInterval(
            gap
            for gap in stored.numbers("gaps")[-ReportInterval.REMEMBERED :]
            if gap > 0
        )
        self.silent = True
        self.missed = bool(stored.integer("missed", 0))
        self.temperature = _Quantity(_TEMPERATURE, stored.child("temperature"))
        self.humidity = _Quantity(_HUMIDITY, stored.child("humidity"))

    def apply(self, report: Report, offset: Offset, now: datetime) -> Report:
        """Apply a report and return it without its implausible values.

        Raises Rejected, and changes no value, if none is left.
        """
        temperature, humidity = report.temperature, report.humidity
        if temperature is not None and not self.temperature.accepts(temperature, now):
            temperature = None
        if humidity is not None and not self.humidity.accepts(humidity, now):
            humidity = None
        if temperature is None and humidity is None:
            raise Rejected(RejectReason.IMPLAUSIBLE, location=report.location)
        if temperature is None or humidity is None:
            self.rejected += 1
            report = replace(report, temperature=temperature, humidity=humidity)
        if temperature is not None:
            self.temperature.update(temperature + offset.temperature, now)
        if humidity is not None:
            shown = min(max(humidity + offset.humidity, 0.0), 100.0)
            self.humidity.update(shown, now)
        self._reported(now)
        return report

    def _reported(self, now: datetime) -> None:
        """Record a report."""
        self.report_interval.arrived(now)
        if now >= _CLOCK_IS_SET:
            self.last_report = now
        self.silent = self.missed = False
        after = self.report_interval.silent_after
        self.temperature.expire(now, after)
        self.humidity.expire(now, after)

    def to_store(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {
            "last_report": self.last_report.isoformat() if self.last_report else None,
            "rejected": self.rejected,
            "gaps": list(self.report_interval.gaps),
            "temperature": self.temperature.to_store(),
            "humidity": self.humidity.to_store(),
            **({"missed": 1} if self.missed else {}),
        }


class Receiver:
    """The boards of one receiver, and which reports it accepts."""

    def __init__(self, options: Options, stored: Stored | None = None) -> None:
        """Restore what the previous run saved."""
        stored = stored or Stored(None)
        self.options = options
        self.rejections: Counter[RejectReason] = Counter()
        self.wrong_keys = stored.integer("wrong_keys", 0, lowest=0)
        self._budget = Budget(options.rate_limit, _MOST_LIMITED)
        self._candidates: dict[str, _BoardState] = {}
        boards = stored.named("boards").items()
        self._boards = {
            location: _BoardState(board)
            for location, board in list(boards)[:MOST_BOARDS]
            if location_name(location) == location
        }

    def __iter__(self) -> Iterator[str]:
        """Iterate over the locations of the boards."""
        return iter(self._boards)

    def board(self, location: str) -> Board:
        """Return the state of a board."""
        board = self._boards[location]
        return Board(
            location=location,
            temperature=board.temperature.value,
            humidity=board.humidity.value,
            last_report=board.last_report,
            rejected=board.rejected,
            silent=board.silent,
            missed=board.missed,
            interval=board.report_interval.interval,
            silent_after=board.report_interval.silent_after,
        )

    def receive(self, body: bytes, source: str, now: datetime) -> Report:
        """Apply a report of a source address; return its accepted values.

        Raises Rejected.
        """
        location = ""
        try:
            report = parse_report(body, self.options.default_location)
            location = report.location
            self._check_rate(source, location, now)
            return self._apply(report, source, now)
        except Rejected as rejected:
            if not location:
                self._check_rate(source, rejected.location or "", now)
            if rejected.location in self._boards:
                self._boards[rejected.location].rejected += 1
            raise

    def count(self, reason: RejectReason) -> None:
        """Count a rejected report."""
        self.rejections[reason] += 1
        if reason is RejectReason.UNAUTHORIZED:
            self.wrong_keys += 1

    def set_silent(self, location: str) -> None:
        """Record that a board did not report within its silence limit."""
        board = self._boards[location]
        board.silent = board.missed = True

    def delete(self, location: str) -> bool:
        """Delete a board unless it still reports; return whether it is deleted."""
        board = self._boards.get(location)
        if board is not None and not board.silent:
            return False
        self._boards.pop(location, None)
        return True

    def to_store(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {
            "wrong_keys": self.wrong_keys,
            "boards": {at: board.to_store() for at, board in self._boards.items()},
        }

    def _check_rate(self, source: str, location: str, now: datetime) -> None:
        """Raise Rejected if a source reports too often.

        Each board has a limit of its own, because several may share an address. All
        reports of unknown locations from one address share a limit.
        """
        known = location if location in self._boards else ""
        wait = self._budget.take(f"{source} {known}", now)
        if wait and source not in self.options.allowed:
            raise Rejected(RejectReason.RATE_LIMITED, wait=wait)

    def _apply(self, report: Report, source: str, now: datetime) -> Report:
        """Apply a report. A board exists from its first accepted one."""
        location = report.location
        listed = self.options.listed
        if listed is not None and location not in listed:
            raise Rejected(RejectReason.UNKNOWN_LOCATION)
        board = self._boards.get(location) or self._candidate(location)
        accepted = board.apply(
            report, self.options.offsets.get(location, _NO_OFFSET), now
        )
        if self._candidates.pop(location, None) is not None:
            self._boards[location] = board
            # The report counts in the board's own limit too.
            self._check_rate(source, location, now)
        return accepted

    def _candidate(self, location: str) -> _BoardState:
        """Return a board without an accepted report; raises Rejected if it cannot be.

        Unusual first values are accepted once several of them agree.
        """
        if len(self._boards) >= MOST_BOARDS:
            raise Rejected(RejectReason.UNKNOWN_LOCATION)
        board = self._candidates.pop(location, None) or _BoardState(Stored(None))
        self._candidates[location] = board
        if len(self._candidates) > MOST_BOARDS:
            del self._candidates[next(iter(self._candidates))]
        return board
