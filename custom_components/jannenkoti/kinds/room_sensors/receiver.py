"""What a receiver makes of the posts of its boards."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ...lib.budget import Budget
from ...lib.reading import Gate, Plausible, Reading, Rhythm
from .model import Board, Climate, Error, Refused, Report, parse
from .options import Offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .options import Options

MOST_BOARDS: Final = 64

# A DS18B20 that lost its power reads 85 °C, one that lost its wire -127 °C; the DHT22
# ends at -40 and 80. A door that opens in winter takes a few degrees in a minute.
_TEMPERATURE: Final = Plausible(lowest=-40, highest=80, step=5, per_minute=3)
# A shower takes humidity up by tens within minutes.
_HUMIDITY: Final = Plausible(lowest=0, highest=100, step=20, per_minute=15)

_NO_OFFSET: Final = Offset()


class _Known:
    """What the receiver remembers of one board."""

    __slots__ = (
        "_humidity",
        "_temperature",
        "last_seen",
        "reading",
        "rejected",
        "rhythm",
        "silent",
    )

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        """Begin, silent, with what an earlier life has stored."""
        stored = stored or {}
        last_seen = stored.get("last_seen")
        self.last_seen = datetime.fromisoformat(last_seen) if last_seen else None
        self.rejected: int = stored.get("rejected", 0)
        self.rhythm = Rhythm(stored.get("gaps", ()))
        self.reading: Reading[Climate] | None = None
        self.silent = True
        self._temperature = Gate(_TEMPERATURE)
        self._humidity = Gate(_HUMIDITY)

    def believes(self, report: Report, now: datetime) -> bool:
        """Show each quantity to its gate; both have to pass."""
        temperature = self._temperature.passes(report.temperature, now)
        humidity = self._humidity.passes(report.humidity, now)
        return temperature and humidity

    def heard(self, report: Report, offset: Offset, now: datetime) -> None:
        """Take a reading in."""
        climate = Climate(
            temperature=report.temperature + offset.temperature,
            humidity=min(max(report.humidity + offset.humidity, 0.0), 100.0),
        )
        # A board has no clock that it could tell us the time of its measurement by.
        self.reading = Reading(value=climate, measured=now, received=now)
        self.last_seen = now
        self.silent = False
        self.rhythm.arrived(now)

    def to_store(self) -> dict[str, Any]:
        """Return what has to survive a restart."""
        return {
            "last_seen": self.last_seen.isoformat() if self.last_seen else None,
            "rejected": self.rejected,
            "gaps": list(self.rhythm.gaps),
        }


class Receiver:
    """The rules of one receiver: who is let in, what is believed, who is silent."""

    def __init__(
        self, options: Options, stored: Mapping[str, Any] | None = None
    ) -> None:
        """Begin with what an earlier life has stored."""
        stored = stored or {}
        self.options = options
        self.refused: Counter[Error] = Counter()
        self.wrong_keys: int = stored.get("wrong_keys", 0)
        self._budget = Budget(options.rate_limit)
        self._known = {
            location: _Known(board)
            for location, board in stored.get("boards", {}).items()
        }

    def __iter__(self) -> Iterator[str]:
        """Iterate over the locations of the known boards."""
        return iter(self._known)

    def board(self, location: str) -> Board:
        """Return what is known about a board."""
        known = self._known[location]
        return Board(
            location=location,
            reading=known.reading,
            last_seen=known.last_seen,
            rejected=known.rejected,
            silent=known.silent,
            interval=known.rhythm.interval,
            silent_after=known.rhythm.silent_after,
        )

    def admit(self, source: str, now: datetime) -> None:
        """Let a source in, or raise Refused when it asks too often."""
        wait = self._budget.take(source, now)
        if wait and source not in self.options.allowed:
            raise Refused(Error.RATE_LIMITED, wait=wait)

    def receive(self, body: bytes, now: datetime) -> Report:
        """Take a post in; raises Refused."""
        try:
            report = parse(body, self.options.default_location)
            self._take_in(report, now)
        except Refused as refused:
            if refused.location in self._known:
                self._known[refused.location].rejected += 1
            raise
        return report

    def count(self, error: Error) -> None:
        """Count what a board was answered with."""
        self.refused[error] += 1
        if error is Error.UNAUTHORIZED:
            self.wrong_keys += 1

    def fall_silent(self, location: str) -> None:
        """Take note that a board was not heard for longer than it should."""
        self._known[location].silent = True

    def forget(self, location: str) -> bool:
        """Forget a board that the user deletes, unless it still speaks."""
        known = self._known.get(location)
        if known is not None and not known.silent:
            return False
        self._known.pop(location, None)
        return True

    def to_store(self) -> dict[str, Any]:
        """Return what has to survive a restart."""
        return {
            "wrong_keys": self.wrong_keys,
            "boards": {at: known.to_store() for at, known in self._known.items()},
        }

    def _take_in(self, report: Report, now: datetime) -> None:
        """Take a reading in; a board is known from its first good one."""
        location = report.location
        listed = self.options.listed
        if listed is not None and location not in listed:
            raise Refused(Error.UNKNOWN_LOCATION)
        known = self._known.get(location) or self._stranger()
        if not known.believes(report, now):
            raise Refused(Error.IMPLAUSIBLE, location=location)
        self._known[location] = known
        known.heard(report, self.options.offsets.get(location, _NO_OFFSET), now)

    def _stranger(self) -> _Known:
        """Return a new board, if there is room for it."""
        if len(self._known) >= MOST_BOARDS:
            raise Refused(Error.UNKNOWN_LOCATION)
        return _Known()
