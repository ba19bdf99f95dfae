"""When to ask the camera for a picture.

Firmware that sends pictures unasked is left alone while it does; other firmware is
asked as often as wanted, but never twice at once, and less often when it is slow: a
board that does nothing but send pictures forgets its servos.
"""

from typing import Final

# A board shall rest for a third of the time.
_REST: Final = 1.5
# Pictures that come unasked may be a little late.
_LATE: Final = 2.5
# A question without an answer has got lost by then, s.
_LOST: Final = 3.0
# The share by which a new measurement moves an average.
_WEIGHT: Final = 0.2


class Pace:
    """Counts the seconds between pictures, by a clock that it is told."""

    def __init__(self, per_second: float) -> None:
        """Want so many pictures per second."""
        self._interval = 1 / per_second
        self._asked: float | None = None
        self._last_asked = float("-inf")
        self._last_came = float("-inf")
        self._last_unasked = float("-inf")
        self._answer_time = 0.0
        self._gap: float | None = None

    def ask_at(self) -> float:
        """Return when to ask for the next picture."""
        if self._asked is not None:
            return self._asked + _LOST
        interval = max(self._interval, self._answer_time * _REST)
        if self._gap is None:
            return self._last_asked + interval
        return self._last_came + max(interval, self._gap * _LATE)

    def asked(self, now: float) -> None:
        """Take note that the camera was asked."""
        if self._asked is not None:  # and has not answered
            self._answer_time = max(self._answer_time, _LOST / _REST)
        self._asked = self._last_asked = now

    def came(self, now: float) -> None:
        """Take note of a picture."""
        if self._asked is None:
            since = now - self._last_unasked
            # One is an answer that came late; two in a row are a habit.
            self._gap = None if since > _LOST else _averaged(self._gap, since)
            self._last_unasked = now
        else:
            self._answer_time = _averaged(self._answer_time, now - self._asked)
            self._asked = None
            if now - self._last_unasked > _LOST:
                self._gap = None
        self._last_came = now


def _averaged(before: float | None, value: float) -> float:
    return value if before is None else before + _WEIGHT * (value - before)
