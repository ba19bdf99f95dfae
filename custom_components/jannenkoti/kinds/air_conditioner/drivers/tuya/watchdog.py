"""Notices a cloud that still answers but has stopped hearing of the device.

Its answers are then the last thing it has heard, for ever. Commands give it away: two
of them and nothing at all has changed, not even the temperature at the device.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNHEARD: Final = 2
# Then it gets another chance: perhaps the device was there and only did not want to.
_GIVEN_UP: Final = timedelta(hours=1).total_seconds()


class Watchdog:
    """Watches the answers of one cloud about one device."""

    def __init__(self, echo_time: timedelta) -> None:
        """Wait so long for a command to show."""
        self._echo_time = echo_time.total_seconds()
        self._last: Mapping[str, object] | None = None
        self._sent = 0
        self._sent_at = 0.0

    def sent(self, ticks: float) -> None:
        """Note a command."""
        self._sent += 1
        self._sent_at = ticks

    def is_deaf(self, values: Mapping[str, object], ticks: float) -> bool:
        """Note an answer; return whether it is an old one over and over."""
        silent = ticks - self._sent_at - self._echo_time
        if values != self._last or silent >= _GIVEN_UP:
            self._last, self._sent = values, 0
        return self._sent >= _UNHEARD and silent >= 0
