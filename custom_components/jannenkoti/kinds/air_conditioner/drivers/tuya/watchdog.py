"""Detect a cloud that answers but no longer receives anything from the device.

It then repeats its last data indefinitely. Commands reveal it: after two of them not a
single value has changed, not even the temperature at the device.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNANSWERED: Final = 2
# After this it is trusted again: the device may have ignored the commands.
_GIVEN_UP: Final = timedelta(hours=1).total_seconds()


class Watchdog:
    """Watch the answers of a cloud about one device."""

    def __init__(self, echo_time: timedelta) -> None:
        """Expect the effect of a command within the echo time."""
        self._echo_time = echo_time.total_seconds()
        self._last: Mapping[str, object] | None = None
        self._sent = 0
        self._sent_at = 0.0

    def sent(self, ticks: float) -> None:
        """Count a command."""
        self._sent += 1
        self._sent_at = ticks

    def is_deaf(self, values: Mapping[str, object], ticks: float) -> bool:
        """Take an answer; return whether the cloud only repeats old data."""
        silent = ticks - self._sent_at - self._echo_time
        if values != self._last or silent >= _GIVEN_UP:
            self._last, self._sent = values, 0
        return self._sent >= _UNANSWERED and silent >= 0
